// Beacons that the server has not acknowledged, sealed to its inbox key (wire.md, section 7) so that
// this device cannot read them back, and kept until they are.

import { canonical } from "./canonical.js";
import { base64url, concatenate, utf8 } from "./encoding.js";
import { publicJwk } from "./ecdsa.js";
import { generateExchangeKey, importExchangeKey } from "./release.js";
import { readAll, remove, write } from "./storage.js";

/**
 * @param {import("./chain.js").Beacon} beacon @param {JsonWebKey} inbox the server's public key
 * @returns {Promise<{epk: JsonWebKey, ct: string}>}
 */
export async function seal({ signed, signature }, inbox) {
  const recipient = await importExchangeKey(inbox);
  const ephemeral = await generateExchangeKey();
  const epk = await publicJwk(ephemeral.publicKey);
  const shared = await crypto.subtle.deriveKey(
    { name: "ECDH", public: recipient }, ephemeral.privateKey, { name: "HKDF" }, false, ["deriveKey"],
  );
  const info = concatenate(utf8("diascope-outbox-v1"), utf8(canonical(epk)));
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info };
  const key = await crypto.subtle.deriveKey(derivation, shared, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const text = utf8(canonical({ signed, signature }));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, text);
  return { epk, ct: base64url(sealed) };
}

/** The name of the lock a living document holds on its chain. */
const lockName = (chain) => `diascope-chain-${chain}`;

export class Outbox {
  #inbox;

  /** @param {JsonWebKey} inbox */
  constructor(inbox) {
    this.#inbox = inbox;
  }

  /** Keep `beacon`; a farewell kept at the same place is replaced. @param {import("./chain.js").Beacon} beacon */
  async keep(beacon) {
    const sealed = await seal(beacon, this.#inbox);
    await write("outbox", [beacon.chain, beacon.seq], { chain: beacon.chain, seq: beacon.seq, sealed });
  }

  /** @param {string} chain @param {number} seq */
  forget(chain, seq) {
    return remove("outbox", [chain, seq]);
  }

  /**
   * Mark `chain` as alive until the returned function is called or the document ends.
   * @param {string} chain @returns {() => void}
   */
  claim(chain) {
    const { promise, release } = untilReleased();
    navigator.locks.request(lockName(chain), () => promise);
    return release;
  }

  /** What documents that no longer live have left behind. */
  async abandoned() {
    const { held } = await navigator.locks.query();
    const living = new Set(held.map((lock) => lock.name));
    return (await readAll("outbox")).filter(({ chain }) => !living.has(lockName(chain)));
  }
}

function untilReleased() {
  let release = () => {};
  const promise = new Promise((resolve) => { release = () => resolve(undefined); });
  return { promise, release: () => release() };
}
