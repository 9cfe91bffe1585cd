// The page's handle on the Python engine in its worker: `await engine.call("show", body)`. A worker
// that does not answer in time is ended; the page then makes a new one (engine-boot.js).

import { Refusal } from "./refusal.js";

const LIMIT_MS = 10_000; // of a command that decodes nothing, and the least for opening a study
const MS_PER_LISTED_FRAME = 5; // opening 10,000 takes a busy machine 14 s
// protocol.md, section 1: how long a frame may take
const LEAST_DECODE_MS = 5_000;
const LONGEST_MS = 60_000;
const MS_PER_MEGAPIXEL = 1_000;
const SELF_TEST_MS = 150; // where a megapixel of the slowest codec takes 0.45 s
const DIED = "engine.died";

/** The worker is gone: it did not answer, or it died. */
export class EngineLost extends Event {
  /** @param {string} code */
  constructor(code) {
    super("engine-lost");
    this.code = code;
  }
}

/** How far the start has come. */
export class BootProgress extends Event {
  /** @param {import("./worker/boot.js").Progress} progress */
  constructor(progress) {
    super("boot-progress");
    this.progress = progress;
  }
}

/** How many times slower than the reference a device is. @param {number} ms its self-test took */
export const deviceFactor = (ms) => (ms > SELF_TEST_MS ? ms / SELF_TEST_MS : 1);

/** How long a frame's decoding may take. @param {number} megapixels @param {number} factor of the device */
export const decodeLimit = (megapixels, factor) =>
  Math.min(LONGEST_MS, Math.max(LEAST_DECODE_MS, megapixels * MS_PER_MEGAPIXEL * factor));

/** How long opening a study may take. @param {number} frames that it lists @param {number} factor of the device */
export const openingLimit = (frames, factor) =>
  Math.min(LONGEST_MS, Math.max(LIMIT_MS, frames * MS_PER_LISTED_FRAME * factor));

export class Engine extends EventTarget {
  #worker;
  #next = 1;
  /**
   * In the order sent, which is the order of the answers.
   * @type {Map<number, {resolve: Function, reject: Function, limit_ms: number}>}
   */
  #waiting = new Map();
  #watchdog = 0;
  #lost = "";
  #factor = 1;

  /** @param {Worker} worker */
  constructor(worker) {
    super();
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#receive(data));
    worker.addEventListener("error", (event) => { event.preventDefault?.(); this.#lose(DIED); });
    worker.addEventListener("messageerror", () => this.#lose(DIED));
  }

  /**
   * @param {string} command @param {object} [body]
   * @param {{payload?: ArrayBuffer, canvas?: OffscreenCanvas, limit_ms?: number}} [extras] given away to the worker
   * @returns {Promise<any>} the reply
   */
  call(command, body = {}, { payload, canvas, limit_ms = LIMIT_MS } = {}) {
    if (this.#lost) {
      return Promise.reject(new Refusal(this.#lost));
    }
    const id = this.#next++;
    const given = [payload, canvas].filter((one) => one !== undefined);
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, limit_ms }));
    this.#worker.postMessage({ id, command, body, payload, canvas }, given);
    if (this.#waiting.size === 1) {
      this.#watch();
    }
    return answer;
  }

  /** How long a command that decodes may take on this device. @param {number} megapixels */
  limitFor(megapixels) {
    return decodeLimit(megapixels, this.#factor);
  }

  /** How long a study may take to open on this device. @param {number} frames that it lists */
  limitForOpening(frames) {
    return openingLimit(frames, this.#factor);
  }

  /** Wasm cannot be interrupted: what the reader does not want to wait for ends with its worker. */
  cancel() {
    this.#lose("engine.cancelled");
  }

  /** End the worker, and with it everything it holds. */
  terminate() {
    this.#end("engine.ended");
  }

  #receive({ id, reply, progress }) {
    if (progress) {
      this.#watch();
      this.#factor = deviceFactor(progress.self_test_ms ?? 0);
      this.dispatchEvent(new BootProgress(progress));
      return;
    }
    if (reply.error?.code === DIED) {
      this.#lose(DIED); // the worker lives, but its Python does not
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#watch();
    if (reply.error) {
      waiting?.reject(new Refusal(String(reply.error.code), String(reply.error.message ?? "")));
    } else {
      waiting?.resolve(reply);
    }
  }

  /** Give the command at the head of the queue its time. */
  #watch() {
    clearTimeout(this.#watchdog);
    const [head] = this.#waiting.values();
    if (head) {
      this.#watchdog = setTimeout(() => this.#lose("engine.watchdog"), head.limit_ms);
    }
  }

  #lose(code) {
    if (!this.#lost) {
      this.#end(code);
      this.dispatchEvent(new EngineLost(code));
    }
  }

  #end(code) {
    this.#lost = code;
    clearTimeout(this.#watchdog);
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) {
      reject(new Refusal(code));
    }
    this.#waiting.clear();
  }
}
