// The person's session: sign-in, the signing key that belongs to it, and its clock. The key lives in
// IndexedDB as a handle, so that a reload and a second tab stay the same signer.

import { generateSigningKey } from "./ecdsa.js";
import { ApiRefusal } from "./refusal.js";
import { read, remove, write } from "./storage.js";

const KEY = "session-sign";

/**
 * @typedef {{user: string, roles: string[], idle_s: number, absolute_s: number, expires_in_s: number, label: string}} SessionView
 */

/**
 * @param {import("./api.js").Api} api
 * @param {{user: string, password: string, totp: string}} credentials
 * @returns {Promise<SessionView>} with a new signing key, whoever sat here before
 */
export async function signIn(api, credentials) {
  const view = await api.json("POST", "/api/session", credentials);
  await write("keys", KEY, await generateSigningKey());
  return view;
}

/** @param {import("./api.js").Api} api @returns {Promise<SessionView | null>} null when nobody is signed in */
export async function currentSession(api) {
  if (!(await read("keys", KEY))) {
    return null; // nobody signed in here, or they signed out
  }
  try {
    return await api.json("GET", "/api/session");
  } catch (error) {
    if (error instanceof ApiRefusal && (error.status === 401 || error.status === 403)) {
      return null;
    }
    throw error;
  }
}

/** @returns {Promise<CryptoKeyPair>} */
export async function signingKey() {
  const stored = await read("keys", KEY);
  if (stored) {
    return stored;
  }
  const fresh = await generateSigningKey();
  await write("keys", KEY, fresh);
  return fresh;
}

/** Forget the signing key: nothing can be signed for this session any more. */
export const forgetSigningKey = () => remove("keys", KEY);
