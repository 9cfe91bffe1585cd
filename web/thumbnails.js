// Pictures for the strip of series, painted by the engine while the reader is not busy: after a view has
// settled, one at a time. They are never recorded.

export class Thumbnails {
  #engine;
  #loader;
  #viewing;
  #strip;
  #study;
  /** @type {{index: number, count: number}[]} */
  #left;
  #isWorking = false;
  /** The stack whose picture the engine is at; if the engine ends, that was it. @type {number | null} */
  inFlight = null;

  /**
   * @param {{engine: import("./engine.js").Engine, loader: import("./loader.js").Loader,
   *   study: import("./study.js").Study, viewing: import("./viewing.js").Viewing}} reading
   * @param {import("./elements/series-strip.js").SeriesStrip} strip
   * @param {{index: number, count: number}[]} stacks those that are to have one
   */
  constructor({ engine, loader, study, viewing }, strip, stacks) {
    this.#engine = engine;
    this.#loader = loader;
    this.#viewing = viewing;
    this.#strip = strip;
    this.#study = study;
    this.#left = [...stacks];
    viewing.addEventListener("view-settled", () => this.#goOn());
  }

  /** Until all are painted or the reader does something; then after the next settled view. */
  async #goOn() {
    if (this.#isWorking) {
      return;
    }
    this.#isWorking = true;
    while (this.#left.length && this.#viewing.isIdle) {
      await this.#picture(this.#left[0]);
    }
    this.#isWorking = false;
  }

  async #picture({ index, count }) {
    try {
      const middle = Math.floor(count / 2);
      await this.#loader.ensure(index, middle, { isUrgent: false });
      if (!this.#viewing.isIdle) {
        return; // its turn comes again
      }
      await this.#paint(index, this.#engine.limitFor(this.#study.slot(index, middle).megapixels));
    } catch {
      this.#strip.dropPicture(index); // why is told when the stack is opened
    }
    this.#left.shift();
  }

  async #paint(index, limit_ms) {
    const { canvas, width, height } = this.#strip.pictureCanvas(index);
    const body = { canvas: `thumbnail-${index}`, stack: index, width, height };
    this.inFlight = index;
    try {
      await this.#engine.call("thumbnail", body, { canvas, limit_ms });
    } finally {
      this.inFlight = null;
    }
  }
}
