// Parts on their way from the server. One fetch a part, however many images wait for it; it is called
// off when nobody waits any more, or when nothing has come for too long.

import { Refusal } from "./refusal.js";

const STALL_MS = 15_000; // for the first byte on a slow line
const LEAST_BYTES_PER_MS = 128; // about 1 Mbit/s; slower counts as stalled

/** How long a part may take. @param {number} [size] sealed bytes */
export const stallLimit = (size = 0) => STALL_MS + Math.ceil(size / LEAST_BYTES_PER_MS);

export const calledOff = () => new DOMException("nobody waits for this any more", "AbortError");

/**
 * What `work` gives, unless the signal is aborted first, whether or not the work heeds it.
 * @template T @param {Promise<T>} work @param {AbortSignal} signal @returns {Promise<T>}
 */
export function unlessAborted(work, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    if (signal.aborted) {
      abort();
    }
  });
}

/**
 * What `work` gives in time; else the refusal `network.stalled`.
 * @template T @param {number} limit_ms @param {AbortSignal} signal calls it off
 * @param {(signal: AbortSignal) => Promise<T>} work @returns {Promise<T>}
 */
export async function inTime(limit_ms, signal, work) {
  const ending = new AbortController();
  const callOff = () => ending.abort(signal.reason);
  const timer = setTimeout(() => ending.abort(new Refusal("network.stalled")), limit_ms);
  signal.addEventListener("abort", callOff);
  try {
    return await unlessAborted(work(ending.signal), ending.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", callOff);
  }
}

/** One part on its way. */
export class Arrival {
  #controller = new AbortController();
  #turn;
  #coming;
  #waiting = 0;

  /**
   * @param {ReturnType<Slots["take"]>} turn when it may begin
   * @param {(signal: AbortSignal) => Promise<void>} bring
   */
  constructor(turn, bring) {
    this.#turn = turn;
    this.#coming = this.#begin(bring);
    /** Kept when it is over, well or not; whoever waits hears how. @type {Promise<void>} */
    this.over = this.#coming.catch(() => {});
  }

  callOff() {
    this.#controller.abort(calledOff());
  }

  /** Nobody may begin to wait for it any more. */
  get isCalledOff() {
    return this.#controller.signal.aborted;
  }

  async #begin(bring) {
    await this.#turn.come;
    try {
      this.#controller.signal.throwIfAborted();
      await bring(this.#controller.signal);
    } finally {
      this.#turn.give();
    }
  }

  /** @param {AbortSignal} signal ends the waiting @param {boolean} isUrgent begin now, whoever is before us */
  async wait(signal, isUrgent) {
    this.#waiting += 1;
    if (isUrgent) {
      this.#turn.hurry();
    }
    try {
      await unlessAborted(this.#coming, signal);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) {
        this.callOff();
      }
    }
  }
}

/** At most so many at a time; the urgent do not wait. */
export class Slots {
  #free;
  /** @type {(() => void)[]} */
  #queue = [];

  /** @param {number} count */
  constructor(count) {
    this.#free = count;
  }

  /** @returns {{come: Promise<void>, hurry: () => void, give: () => void}} a turn, which is given back */
  take() {
    let start = () => {};
    const come = new Promise((resolve) => { start = () => { this.#free -= 1; resolve(undefined); }; });
    this.#queue.push(start);
    this.#serve();
    return { come, hurry: () => this.#hurry(start), give: () => this.#give() };
  }

  #hurry(start) {
    const place = this.#queue.indexOf(start);
    if (place >= 0) {
      this.#queue.splice(place, 1);
      start();
    }
  }

  #give() {
    this.#free += 1;
    this.#serve();
  }

  #serve() {
    while (this.#free > 0 && this.#queue.length) {
      this.#queue.shift()();
    }
  }
}
