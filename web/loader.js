// Brings parts from the server into the engine: those of the wanted image first, then the rest of its
// series outward from it, four at a time, until the study is left.

import { Arrival, Slots, calledOff, inTime, stallLimit } from "./arrivals.js";
import { asRefusal, isCalledOff } from "./refusal.js";

const PARALLEL = 4;
const MOST_AHEAD_BYTES = 384 * 2 ** 20; // of one series, below what the engine holds; what is looked at is always loaded

/** How much of a series the engine holds. */
export class SeriesProgress extends Event {
  /** @param {number} series @param {number} loaded @param {number} count */
  constructor(series, loaded, count) {
    super("series-progress");
    Object.assign(this, { series, loaded, count });
  }
}

/** A part was refused: nothing of its image may be shown. */
export class PartRefused extends Event {
  /** @param {import("./refusal.js").Refusal} refusal @param {{object: string, sop: string}} part */
  constructor(refusal, part) {
    super("part-refused");
    Object.assign(this, { refusal, part });
  }
}

export class Loader extends EventTarget {
  #study;
  #engine;
  #counts;
  #leaving = new AbortController();
  #slots = new Slots(PARALLEL);
  /** @type {Map<string, Arrival>} parts on their way */
  #coming = new Map();
  /** @type {Map<number, Set<number>>} positions loaded, by series, as far as the engine has not dropped them */
  #loaded = new Map();
  /** @type {Map<number, Set<number>>} positions that prefetch has taken up, by series */
  #claims = new Map();
  /** @type {Map<number, number>} bytes brought, by series */
  #brought = new Map();
  #heldBytes = 0;
  #around = { series: -1, position: 0 };

  /**
   * @param {import("./study.js").Study} study @param {import("./engine.js").Engine} engine
   * @param {number[]} counts stack positions by series
   */
  constructor(study, engine, counts) {
    super();
    this.#study = study;
    this.#engine = engine;
    this.#counts = counts;
  }

  /** Stop every fetch. */
  leave() {
    this.#leaving.abort(calledOff());
    this.#coming.forEach((arrival) => arrival.callOff());
  }

  /** As far as is known, the engine holds all of it. @param {{series: number, position: number}} place */
  isHere({ series, position }) {
    return this.#loaded.get(series)?.has(position) ?? false;
  }

  /**
   * Have the engine hold all of one image.
   * @param {number} series @param {number} position
   * @param {{isUrgent?: boolean, signal?: AbortSignal}} [wish] the urgent wait for nobody; `signal` calls it off
   */
  async ensure(series, position, { isUrgent = true, signal = this.#leaving.signal } = {}) {
    const { parts } = await this.#engine.call("needs", { series, position });
    if (parts.length) {
      signal.throwIfAborted();
      this.#leaving.signal.throwIfAborted();
    }
    await Promise.all(parts.map((part) => this.#bring(part).wait(signal, isUrgent)));
    this.#note(series, position);
  }

  /** Go on with the rest of the series, nearest first. @param {number} series @param {number} position */
  async prefetch(series, position) {
    const isRunning = this.#around.series === series;
    this.#around = { series, position };
    if (isRunning) {
      return; // the loop below reads the new place at its next step
    }
    const loops = Array.from({ length: PARALLEL }, () => this.#prefetchLoop(series));
    await Promise.all(loops);
    if (this.#around.series === series) {
      this.#around = { series: -1, position };
    }
  }

  async #prefetchLoop(series) {
    while (this.#around.series === series && !this.#leaving.signal.aborted && this.#hasRoom(series)) {
      const position = this.#claimNearest(series);
      if (position === null) {
        return;
      }
      // a refusal is announced by #bring; it is shown when somebody looks at that image
      await this.ensure(series, position, { isUrgent: false }).catch(() => {});
    }
  }

  #hasRoom(series) {
    return (this.#brought.get(series) ?? 0) < MOST_AHEAD_BYTES;
  }

  /** Several loops run: each position is for one of them, and is tried once. */
  #claimNearest(series) {
    const { position: middle } = this.#around;
    for (let distance = 0; distance < this.#counts[series]; distance += 1) {
      for (const position of [middle + distance, middle - distance]) {
        if (this.#isMissing(series, position)) {
          this.#claims.set(series, (this.#claims.get(series) ?? new Set()).add(position));
          return position;
        }
      }
    }
    return null;
  }

  #isMissing(series, position) {
    const isInside = position >= 0 && position < this.#counts[series];
    return isInside && !this.isHere({ series, position }) && !this.#claims.get(series)?.has(position);
  }

  #note(series, position) {
    const loaded = this.#loaded.get(series) ?? new Set();
    this.#loaded.set(series, loaded.add(position));
    this.dispatchEvent(new SeriesProgress(series, loaded.size, this.#counts[series]));
  }

  /** @returns {Arrival} one a part, however many images wait for it */
  #bring(index) {
    const name = `${index.series}/${index.instance}/${index.part}`;
    const known = this.#coming.get(name);
    if (known && !known.isCalledOff) {
      return known;
    }
    const arrival = new Arrival(this.#slots.take(), (signal) => this.#fetch(index, signal));
    this.#coming.set(name, arrival);
    arrival.over.then(() => this.#coming.get(name) === arrival && this.#coming.delete(name));
    return arrival;
  }

  async #fetch(index, signal) {
    const part = this.#study.part(index);
    try {
      const plain = await inTime(stallLimit(part.sealed_size), signal, (ending) => this.#study.fetchPart(index, ending));
      signal.throwIfAborted();
      const size = plain.length;
      const { held_bytes } = await this.#engine.call("put-part", index, { payload: plain.buffer });
      this.#account(index.series, size, held_bytes);
    } catch (error) {
      throw this.#announce(error, part);
    }
  }

  /** The engine drops what was used longest ago: what was noted of other series may then be gone. */
  #account(series, size, held_bytes) {
    const hasDropped = held_bytes < this.#heldBytes + size;
    this.#heldBytes = held_bytes;
    this.#brought.set(series, (this.#brought.get(series) ?? 0) + size);
    for (const other of hasDropped ? [...this.#brought.keys()] : []) {
      if (other !== series) {
        this.#forget(other);
      }
    }
  }

  #forget(series) {
    [this.#brought, this.#loaded, this.#claims].forEach((known) => known.delete(series));
    this.dispatchEvent(new SeriesProgress(series, 0, this.#counts[series]));
  }

  /** Nothing of a study that was left may raise an alarm in the next one. */
  #announce(error, part) {
    if (isCalledOff(error) || this.#leaving.signal.aborted) {
      return calledOff();
    }
    const refusal = asRefusal(error);
    this.dispatchEvent(new PartRefused(refusal, part));
    return refusal;
  }
}
