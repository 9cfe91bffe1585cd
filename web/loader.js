// Brings parts from the server into the engine: those of the wanted image first, then the rest of its
// series outward from it, four at a time, until the study is left.

import { asRefusal, isCalledOff } from "./refusal.js";

const PARALLEL = 4;
const MOST_HELD_BYTES = 384 * 2 ** 20; // prefetch stops here; what is looked at is always loaded

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
  /** @type {Map<string, Promise<void>>} parts on their way */
  #coming = new Map();
  /** @type {Map<number, Set<number>>} positions loaded, by series */
  #loaded = new Map();
  /** @type {Set<string>} positions that prefetch has taken up */
  #claims = new Set();
  #heldBytes = 0;
  #around = { series: -1, position: 0 };

  /** @param {import("./study.js").Study} study @param {import("./engine.js").Engine} engine @param {number[]} counts stack positions by series */
  constructor(study, engine, counts) {
    super();
    this.#study = study;
    this.#engine = engine;
    this.#counts = counts;
  }

  /** Stop every fetch. */
  leave() {
    this.#leaving.abort();
  }

  /**
   * Have the engine hold all of one image.
   * @param {number} series @param {number} position @param {boolean} [isUrgent] before anything that waits
   */
  async ensure(series, position, isUrgent = true) {
    const { parts } = await this.#engine.call("needs", { series, position });
    await Promise.all(parts.map((part) => this.#bring(part, isUrgent)));
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
    while (this.#around.series === series && !this.#leaving.signal.aborted && this.#heldBytes < MOST_HELD_BYTES) {
      const position = this.#claimNearest(series);
      if (position === null) {
        return;
      }
      // a refusal is announced by #bring; it is shown when somebody looks at that image
      await this.ensure(series, position, false).catch(() => {});
    }
  }

  /** Several loops run: each position is for one of them, and is tried once. */
  #claimNearest(series) {
    const { position: middle } = this.#around;
    for (let distance = 0; distance < this.#counts[series]; distance += 1) {
      for (const position of [middle + distance, middle - distance]) {
        if (this.#isMissing(series, position)) {
          this.#claims.add(`${series}/${position}`);
          return position;
        }
      }
    }
    return null;
  }

  #isMissing(series, position) {
    const isInside = position >= 0 && position < this.#counts[series];
    return isInside && !this.#loaded.get(series)?.has(position) && !this.#claims.has(`${series}/${position}`);
  }

  #note(series, position) {
    const loaded = this.#loaded.get(series) ?? new Set();
    this.#loaded.set(series, loaded.add(position));
    this.dispatchEvent(new SeriesProgress(series, loaded.size, this.#counts[series]));
  }

  /** One fetch a part, however many images wait for it. */
  #bring(index, isUrgent) {
    const name = `${index.series}/${index.instance}/${index.part}`;
    if (!this.#coming.has(name)) {
      const coming = this.#fetch(index, isUrgent).finally(() => this.#coming.delete(name));
      this.#coming.set(name, coming);
    }
    return this.#coming.get(name);
  }

  async #fetch(index, isUrgent) {
    const release = await this.#slots.take(isUrgent);
    try {
      const plain = await this.#study.fetchPart(index, this.#leaving.signal);
      const { held_bytes } = await this.#engine.call("put-part", index, { payload: plain.buffer });
      this.#heldBytes = held_bytes;
    } catch (error) {
      throw this.#announce(error, index);
    } finally {
      release();
    }
  }

  #announce(error, index) {
    if (isCalledOff(error)) {
      return error;
    }
    const refusal = asRefusal(error);
    this.dispatchEvent(new PartRefused(refusal, this.#study.part(index)));
    return refusal;
  }
}

/** At most so many at a time; the urgent go first. */
export class Slots {
  #free;
  /** @type {{start: () => void, isUrgent: boolean}[]} */
  #queue = [];

  /** @param {number} count */
  constructor(count) {
    this.#free = count;
  }

  /** @param {boolean} isUrgent @returns {Promise<() => void>} the function that gives the slot back */
  take(isUrgent) {
    return new Promise((resolve) => {
      this.#queue.push({ start: () => resolve(() => this.#give()), isUrgent });
      this.#serve();
    });
  }

  #give() {
    this.#free += 1;
    this.#serve();
  }

  #serve() {
    while (this.#free > 0 && this.#queue.length) {
      this.#free -= 1;
      const urgent = this.#queue.findIndex((one) => one.isUrgent);
      this.#queue.splice(Math.max(urgent, 0), 1)[0].start();
    }
  }
}
