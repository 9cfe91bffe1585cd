// Brings parts from the server into the engine: those of the wanted image first, then the rest of its
// stack outward from it, four at a time, until the study is left.

import { Arrival, Slots, calledOff, inTime, stallLimit } from "./arrivals.js";
import { asRefusal, isCalledOff } from "./refusal.js";

const PARALLEL = 4;
const MOST_AHEAD_BYTES = 384 * 2 ** 20; // of one stack, below what the engine holds; what is looked at is always loaded

/** How much of a stack the engine holds. */
export class StackProgress extends Event {
  /** @param {number} stack @param {number} loaded @param {number} count */
  constructor(stack, loaded, count) {
    super("stack-progress");
    Object.assign(this, { stack, loaded, count });
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
  /** @type {Map<number, Set<number>>} positions loaded, by stack, as far as the engine has not dropped them */
  #loaded = new Map();
  /** @type {Map<number, Set<number>>} positions that prefetch has taken up, by stack */
  #claims = new Map();
  /** @type {Map<number, number>} bytes brought, by stack */
  #brought = new Map();
  #heldBytes = 0;
  #around = { stack: -1, position: 0 };

  /**
   * @param {import("./study.js").Study} study @param {import("./engine.js").Engine} engine
   * @param {number[]} counts positions by stack
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

  /** As far as is known, the engine holds all of it. @param {{stack: number, position: number}} place */
  isHere({ stack, position }) {
    return this.#loaded.get(stack)?.has(position) ?? false;
  }

  /**
   * Have the engine hold all of one image.
   * @param {number} stack @param {number} position
   * @param {{isUrgent?: boolean, signal?: AbortSignal}} [wish] the urgent wait for nobody; `signal` calls it off
   */
  async ensure(stack, position, { isUrgent = true, signal = this.#leaving.signal } = {}) {
    const { parts } = await this.#engine.call("needs", { stack, position });
    if (parts.length) {
      signal.throwIfAborted();
      this.#leaving.signal.throwIfAborted();
    }
    await Promise.all(parts.map((part) => this.#bring(part, stack).wait(signal, isUrgent)));
    this.#note(stack, position);
  }

  /**
   * Have the engine hold parts that belong to no stack, such as presentation states. One that does not
   * come is announced, and is then simply not offered.
   * @param {import("./study.js").PartIndex[]} parts
   */
  async bring(parts) {
    await Promise.allSettled(parts.map((part) => this.#bring(part, null).wait(this.#leaving.signal, true)));
  }

  /** Go on with the rest of the stack, nearest first. @param {number} stack @param {number} position */
  async prefetch(stack, position) {
    const isRunning = this.#around.stack === stack;
    this.#around = { stack, position };
    if (isRunning) {
      return; // the loop below reads the new place at its next step
    }
    const loops = Array.from({ length: PARALLEL }, () => this.#prefetchLoop(stack));
    await Promise.all(loops);
    if (this.#around.stack === stack) {
      this.#around = { stack: -1, position };
    }
  }

  async #prefetchLoop(stack) {
    while (this.#around.stack === stack && !this.#leaving.signal.aborted && this.#hasRoom(stack)) {
      const position = this.#claimNearest(stack);
      if (position === null) {
        return;
      }
      // a refusal is announced by #bring; it is shown when somebody looks at that image
      await this.ensure(stack, position, { isUrgent: false }).catch(() => {});
    }
  }

  #hasRoom(stack) {
    return (this.#brought.get(stack) ?? 0) < MOST_AHEAD_BYTES;
  }

  /** Several loops run: each position is for one of them, and is tried once. */
  #claimNearest(stack) {
    const { position: middle } = this.#around;
    for (let distance = 0; distance < this.#counts[stack]; distance += 1) {
      for (const position of [middle + distance, middle - distance]) {
        if (this.#isMissing(stack, position)) {
          this.#claims.set(stack, (this.#claims.get(stack) ?? new Set()).add(position));
          return position;
        }
      }
    }
    return null;
  }

  #isMissing(stack, position) {
    const isInside = position >= 0 && position < this.#counts[stack];
    return isInside && !this.isHere({ stack, position }) && !this.#claims.get(stack)?.has(position);
  }

  #note(stack, position) {
    const loaded = this.#loaded.get(stack) ?? new Set();
    this.#loaded.set(stack, loaded.add(position));
    this.dispatchEvent(new StackProgress(stack, loaded.size, this.#counts[stack]));
  }

  /** @returns {Arrival} one a part, however many images wait for it */
  #bring(index, stack) {
    const name = `${index.series}/${index.instance}/${index.part}`;
    const known = this.#coming.get(name);
    if (known && !known.isCalledOff) {
      return known;
    }
    const arrival = new Arrival(this.#slots.take(), (signal) => this.#fetch(index, stack, signal));
    this.#coming.set(name, arrival);
    arrival.over.then(() => this.#coming.get(name) === arrival && this.#coming.delete(name));
    return arrival;
  }

  async #fetch(index, stack, signal) {
    const part = this.#study.part(index);
    try {
      const plain = await inTime(stallLimit(part.sealed_size), signal, (ending) => this.#study.fetchPart(index, ending));
      signal.throwIfAborted();
      const size = plain.length;
      const { held_bytes } = await this.#engine.call("put-part", index, { payload: plain.buffer });
      if (stack !== null) {
        this.#account(stack, size, held_bytes);
      }
    } catch (error) {
      throw this.#announce(error, part);
    }
  }

  /** The engine drops what was used longest ago: what was noted of other stacks may then be gone. */
  #account(stack, size, held_bytes) {
    const hasDropped = held_bytes < this.#heldBytes + size;
    this.#heldBytes = held_bytes;
    this.#brought.set(stack, (this.#brought.get(stack) ?? 0) + size);
    for (const other of hasDropped ? [...this.#brought.keys()] : []) {
      if (other !== stack) {
        this.#forget(other);
      }
    }
  }

  #forget(stack) {
    [this.#brought, this.#loaded, this.#claims].forEach((known) => known.delete(stack));
    this.dispatchEvent(new StackProgress(stack, 0, this.#counts[stack]));
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
