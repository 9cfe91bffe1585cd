// An opened study on the page: the verified manifest, the key handle, and one part as plaintext.

import { canonical } from "./canonical.js";
import { publicJwk, thumbprint } from "./ecdsa.js";
import { sha256 } from "./encoding.js";
import { associatedData, openPart } from "./parts.js";
import { Refusal } from "./refusal.js";
import { openRelease } from "./release.js";
import { readable } from "./trust.js";

/**
 * @typedef {{series: number, instance: number, part: number}} PartIndex as the engine names parts
 * @typedef {{series: string, sop: string, frame: number, digests: string[], count: number,
 *   megapixels: number}} Slot
 * the image at one position of a stack, by the manifest; `digests` are those of its parts
 */

/**
 * Ask for the study's key and manifest, with proof of who asks.
 * @param {{api: import("./api.js").Api, chain: import("./chain.js").Chain, trust: import("./trust.js").Trust}} site
 * @param {string} handle
 * @returns {Promise<Study>}
 */
export async function openStudy({ api, chain, trust }, handle) {
  const pageKex = await publicJwk(chain.exchange.publicKey);
  const path = `/api/studies/${handle}/open`;
  const body = { chain: chain.name, page_kex: pageKex };
  const { nonce } = await api.nonce();
  const proof = await chain.proof("POST", path, canonical(body), nonce);
  const release = await readable("release.context", api.json("POST", path, body, { "Diascope-Proof": proof }));
  const expected = {
    handle, nonce, sessionSign: await chain.signerThumbprint(), pageKex: await thumbprint(pageKex),
  };
  return new Study(api, chain, await openRelease(release, chain.exchange.privateKey, expected, trust));
}

export class Study {
  #api;
  #chain;
  #dek;
  /** @type {{series: number, count: number, images: [number, number][]}[]} */
  #stacks = [];

  /**
   * @param {import("./api.js").Api} api @param {import("./chain.js").Chain} chain
   * @param {import("./release.js").OpenedStudy} opened
   */
  constructor(api, chain, { manifest, bytes, digest, dek }) {
    this.#api = api;
    this.#chain = chain;
    this.#dek = dek;
    this.manifest = manifest;
    this.manifestBytes = bytes;
    this.manifestDigest = digest;
  }

  get handle() {
    return this.manifest.handle;
  }

  /** How many frames it lists. @returns {number} */
  get frames() {
    return this.manifest.series.flatMap(({ instances }) => instances).reduce((sum, one) => sum + one.frames, 0);
  }

  /**
   * @param {PartIndex} index
   * @returns {{series: string, sop: string, kind: string, index: number, object: string, sha256: string,
   *   size: number, sealed_size: number}}
   */
  part({ series, instance, part }) {
    const listed = this.manifest.series[series]?.instances[instance]?.parts[part];
    if (!listed) {
      throw new Refusal("manifest.part");
    }
    const { sop } = this.manifest.series[series].instances[instance];
    return { ...listed, series: this.manifest.series[series].series, sop };
  }

  /**
   * Take the stacks as the engine has put them together, before it has seen any image: each frame of the
   * signed manifest must stand in one stack of its series, exactly once. From then on the page knows what
   * stands where, and a decoder that a hostile file has taken over can no longer say otherwise.
   * @param {{series: number, count: number, images: [number, number][]}[]} stacks instance, frame from 1
   */
  arrange(stacks) {
    const listed = stacks.flatMap(({ series, images }) => images.map(([instance, frame]) => `${series}/${instance}/${frame}`));
    const frames = this.manifest.series.flatMap(({ instances }, series) => instances.flatMap((one, instance) =>
      Array.from({ length: one.frames }, (_, at) => `${series}/${instance}/${at + 1}`)));
    const known = new Set(frames);
    const isWhole = listed.length === frames.length && new Set(listed).size === known.size && listed.every((name) => known.has(name));
    if (!isWhole || stacks.some(({ count, images }) => count !== images.length)) {
      throw new Refusal("engine.stacks");
    }
    this.#stacks = stacks;
  }

  /**
   * Which image stands at a position of a stack.
   * @param {number} stack @param {number} position @returns {Slot}
   */
  slot(stack, position) {
    const { series, count, images } = this.#stacks[stack] ?? {};
    const [instance, frame] = images?.[position] ?? [];
    if (instance === undefined) {
      throw new Refusal("manifest.part");
    }
    const { series: uid, instances } = this.manifest.series[series];
    const { sop, rows, columns, whole, parts } = instances[instance];
    const needed = whole === null ? [parts[0], parts[frame]] : [parts[0]];
    const digests = needed.map((part) => part.sha256);
    return { series: uid, sop, frame, digests, count, megapixels: rows * columns / 1e6 };
  }

  /**
   * Fetch a part, check that it is the object the manifest names, and open it.
   * @param {PartIndex} index @param {AbortSignal} signal @returns {Promise<Uint8Array>}
   */
  async fetchPart(index, signal) {
    const part = this.part(index);
    const path = `/api/studies/${this.handle}/parts/${part.object}`;
    const sealed = await this.#api.bytes(path, { "Diascope-Chain": this.#chain.name }, signal);
    if ((await sha256(sealed)) !== part.object) {
      throw new Refusal("integrity.object");
    }
    return openPart(this.#dek, sealed, associatedData(this.manifest, part));
  }
}
