// A chain is one document's signed, hash-linked sequence of beacons (wire.md, sections 6 and 7).
// Enrolment binds it to the session's signing key and to this document's own exchange key.

import { canonical } from "./canonical.js";
import { base64url, concatenate, fromBase64url, hex, sha256, utf8 } from "./encoding.js";
import { publicJwk, sign, signedBytes, thumbprint } from "./ecdsa.js";
import { Refusal } from "./refusal.js";
import { generateExchangeKey } from "./release.js";
import { orRefuse, readable } from "./trust.js";

const BEACON = "diascope-beacon-v1";
const RECEIPT = "diascope-receipt-v1";

/**
 * @typedef {{size: number, root: string}} Checkpoint
 * @typedef {{chain: string, seq: number, signed: string, signature: string}} Beacon
 */

/** The 128 random bits that name a document. */
export const newChainName = () => hex(crypto.getRandomValues(new Uint8Array(16)));

/**
 * Register this document with the server and check its signed receipt.
 * @param {{api: import("./api.js").Api, trust: import("./trust.js").Trust, signing: CryptoKeyPair,
 *   predecessor: string | null}} site
 * @returns {Promise<Chain>}
 */
export async function enrol({ api, trust, signing, predecessor }) {
  const exchange = await generateExchangeKey();
  const keys = { session_sign: await publicJwk(signing.publicKey), page_kex: await publicJwk(exchange.publicKey) };
  const { nonce } = await api.nonce();
  const enrolment = { v: 1, chain: newChainName(), ...keys, nonce, predecessor };
  const signature = base64url(await sign(signing.privateKey, "diascope-enrol-v1", canonical(enrolment)));
  const answer = await readable("signature.receipt", api.json("POST", "/api/chains", { enrolment, signature }));
  const genesis = await orRefuse("signature.receipt", () => readReceipt(answer, enrolment, trust));
  return new Chain({ name: enrolment.chain, signing, exchange, genesis, checkpoint: answer.receipt.checkpoint });
}

/** @returns {Promise<string>} the hash that the first beacon continues */
async function readReceipt({ receipt, signature }, { chain, session_sign, page_kex }, trust) {
  const text = canonical(receipt);
  await trust.verify("receipt", RECEIPT, utf8(text), fromBase64url(signature));
  const known = { v: 1, chain, session_sign: await thumbprint(session_sign), page_kex: await thumbprint(page_kex) };
  if (Object.entries(known).some(([name, value]) => receipt[name] !== value)) {
    throw new Refusal("signature.receipt");
  }
  return link(RECEIPT, text, fromBase64url(signature));
}

/** The hash by which a successor names what came before it. */
export const link = (domain, text, signature) => sha256(concatenate(signedBytes(domain, text), signature));

export class Chain {
  #signing;
  #previous;
  #seq = 0;
  #turn = Promise.resolve();

  /**
   * @param {{name: string, signing: CryptoKeyPair, exchange: CryptoKeyPair, genesis: string,
   *   checkpoint: Checkpoint | null}} start
   */
  constructor({ name, signing, exchange, genesis, checkpoint }) {
    this.name = name;
    this.exchange = exchange;
    /** The last checkpoint the server showed. @type {Checkpoint | null} */
    this.checkpoint = checkpoint;
    this.#signing = signing;
    this.#previous = genesis;
  }

  /** @returns {Promise<string>} */
  signerThumbprint() {
    return publicJwk(this.#signing.publicKey).then(thumbprint);
  }

  /**
   * Add a beacon to the chain.
   * @param {string} type @param {object} body @returns {Promise<Beacon>}
   */
  append(type, body) {
    return this.#inTurn(async () => {
      const { beacon, next } = await this.#sign(type, body);
      this.#seq += 1;
      this.#previous = next;
      return beacon;
    });
  }

  /**
   * Sign the farewell that would come next. The chain does not move: whatever is appended instead
   * takes its place.
   * @param {string} reason @returns {Promise<Beacon>}
   */
  farewell(reason) {
    return this.#inTurn(async () => (await this.#sign("leave", { reason })).beacon);
  }

  /**
   * The header that proves a request comes from this document.
   * @param {string} method @param {string} path @param {string} body @param {string} nonce
   */
  async proof(method, path, body, nonce) {
    const request = { method, path, body_sha256: await sha256(utf8(body)), nonce, chain: this.name };
    const signature = await sign(this.#signing.privateKey, "diascope-request-v1", canonical(request));
    return `${nonce}.${this.name}.${base64url(signature)}`;
  }

  /** Sequence numbers leave no room for two signers at once. */
  #inTurn(work) {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #sign(type, body) {
    const signed = canonical({
      v: 1, chain: this.name, seq: this.#seq, prev: this.#previous, type,
      t_wall_ms: Date.now(), t_mono_ms: Math.round(performance.now()), checkpoint: this.checkpoint, body,
    });
    const signature = await sign(this.#signing.privateKey, BEACON, signed);
    const beacon = { chain: this.name, seq: this.#seq, signed, signature: base64url(signature) };
    return { beacon, next: await link(BEACON, signed, signature) };
  }
}
