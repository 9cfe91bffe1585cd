// The person's session: sign-in, the signing key that belongs to it, and its end. The key lives in
// IndexedDB as a handle, so that a reload and a second tab stay the same signer. No key means that
// nobody is signed in here, whatever the cookie says.

import { generateSigningKey } from "./ecdsa.js";
import { hex } from "./encoding.js";
import { ApiRefusal } from "./refusal.js";
import { read, remove, write } from "./storage.js";

const KEY = "session-sign";
const END_MS = 3_000;
/** Held while a session begins (shared) or is ended (alone), so that no end meets a newer session. */
const SESSION_LOCK = "diascope-session";
/** Held while the stored key is compared or replaced; never across a request. */
const KEY_LOCK = "diascope-signing-key";

/**
 * @typedef {{user: string, roles: string[], idle_s: number, absolute_s: number, expires_in_s: number, label: string}} SessionView
 * @typedef {CryptoKeyPair & {tag: string}} SigningKey `tag` is this sign-in's random name in this browser
 * @typedef {{session: SessionView, signing: SigningKey}} SignedIn
 */

/**
 * @param {import("./api.js").Api} api
 * @param {{user: string, password: string, totp: string}} credentials
 * @returns {Promise<SignedIn>} with a new signing key, whoever sat here before
 */
export function signIn(api, credentials) {
  return navigator.locks.request(SESSION_LOCK, { mode: "shared" }, async () => {
    const session = await api.json("POST", "/api/session", credentials);
    const tag = hex(crypto.getRandomValues(new Uint8Array(16)));
    const signing = { ...(await generateSigningKey()), tag };
    await navigator.locks.request(KEY_LOCK, () => write("keys", KEY, signing));
    return { session, signing };
  });
}

/** @param {import("./api.js").Api} api @returns {Promise<SignedIn | null>} null when nobody is signed in */
export async function currentSession(api) {
  const signing = await read("keys", KEY);
  if (!signing) {
    return null; // nobody signed in here, or they signed out
  }
  try {
    return { session: await api.json("GET", "/api/session"), signing };
  } catch (error) {
    if (error instanceof ApiRefusal && (error.status === 401 || error.status === 403)) {
      await forgetSigningKey(signing.tag);
      return null;
    }
    throw error;
  }
}

/** @param {string} tag @returns {Promise<boolean>} whether this sign-in's key is still the one kept here */
export async function isStillSignedIn(tag) {
  return (await read("keys", KEY))?.tag === tag;
}

/**
 * Forget the signing key of one sign-in: nothing new can be signed for it. Another tab may have
 * signed in meanwhile; its key stays.
 * @param {string} tag
 */
export function forgetSigningKey(tag) {
  return navigator.locks.request(KEY_LOCK, async () => {
    const stored = await read("keys", KEY);
    if (stored?.tag === tag) {
      await remove("keys", KEY);
    }
  });
}

/**
 * End on the server what the cookie stands for, unless somebody else has signed in: then there is
 * another key. Gives up in time, for the next page start or sign-in to do it; is sent even if the tab
 * closes now.
 * @param {import("./api.js").Api} api
 * @param {string} [tag] of the sign-in that ends; without one, no key may be there at all
 * @param {number} [limit_ms]
 */
export async function endSession(api, tag = "", limit_ms = END_MS) {
  const signal = AbortSignal.timeout(limit_ms);
  const end = async () => {
    // a store that cannot be read keeps nobody from leaving, and a page start from ending others
    const stored = await read("keys", KEY).catch(() => ({ tag: tag || null }));
    if (!stored || stored.tag === tag) {
      await api.json("DELETE", "/api/session", undefined, {}, { signal, keepalive: true });
    }
  };
  await navigator.locks.request(SESSION_LOCK, { signal }, end).catch(() => {});
}
