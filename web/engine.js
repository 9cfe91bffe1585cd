// The page's handle on the Python engine in its worker: `await engine.call("show", body)`. A worker
// that does not answer in time is ended; the page then makes a new one (engine-boot.js).

import { Refusal } from "./refusal.js";

const LIMIT_MS = 10_000;
const LONGEST_MS = 60_000; // protocol.md, section 1
const DIED = "engine.died";
const MS_PER_MEGAPIXEL = 4_000; // 1 s a megapixel x 4, the slowest device factor measured

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

/** How long a command may take. @param {number} megapixels of the largest image it decodes */
export const limitFor = (megapixels) => Math.min(LONGEST_MS, Math.max(LIMIT_MS, megapixels * MS_PER_MEGAPIXEL));

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

  /** End the worker, and with it everything it holds. */
  terminate() {
    this.#end("engine.ended");
  }

  #receive({ id, reply, progress }) {
    if (progress) {
      this.#watch();
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
