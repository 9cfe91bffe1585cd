// The site trust file: whose signatures this page believes. Everything that decides what may be
// shown is checked here before anything else reads it.

import { concatenate, fromBase64url, utf8 } from "./encoding.js";
import { Refusal } from "./refusal.js";

/**
 * What `work` gives; where it fails without a refusal of its own, say because a changed byte is no
 * JSON, no key or no base64url, it is refused with `code`. It must not look like a fault of the page,
 * which nobody would be alerted to.
 * @template T @param {string} code @param {() => T | Promise<T>} work @returns {Promise<T>}
 */
export async function orRefuse(code, work) {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal(code);
  }
}

/**
 * An answer of the server; one that is no JSON was changed on the way, a lost connection was not.
 * @template T @param {string} code @param {Promise<T>} answer @returns {Promise<T>}
 */
export const readable = (code, answer) =>
  answer.catch((error) => { throw error instanceof SyntaxError ? new Refusal(code) : error; });

/** @typedef {{purpose: string, kid: string, public: string, from_ms: number}} TrustedKey */

export class Trust {
  #keys;

  /**
   * @param {{v: number, installation: string, tenant: string, label: string, keys: TrustedKey[],
   *   beacon_inbox: JsonWebKey}} file
   */
  constructor(file) {
    if (file.v !== 1) {
      throw new Refusal("signature.trust");
    }
    this.installation = file.installation;
    this.tenant = file.tenant;
    this.label = file.label;
    this.beaconInbox = file.beacon_inbox;
    this.#keys = file.keys;
  }

  /**
   * Return when one of the site's keys for `purpose` signed `bytes` in `domain`.
   * @param {"manifest" | "receipt" | "checkpoint" | "report"} purpose
   * @param {string} domain @param {Uint8Array} bytes @param {Uint8Array} signature
   */
  async verify(purpose, domain, bytes, signature) {
    const message = concatenate(utf8(`${domain}\n`), bytes);
    for (const key of this.#keys.filter((one) => one.purpose === purpose)) {
      if (await orRefuse("signature.trust", () => isSignedBy(key, message, signature))) {
        return;
      }
    }
    throw new Refusal(`signature.${purpose}`);
  }
}

/** @param {TrustedKey} key @param {Uint8Array} message below 64 KiB: WebKitGTK 2.50 crashes on longer ones */
async function isSignedBy(key, message, signature) {
  const verifier = await crypto.subtle.importKey("raw", fromBase64url(key.public), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", verifier, signature, message);
}
