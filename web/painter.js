// Tells the engine what to paint on one viewport and checks that the answer is to the question: same
// generation, same place, same size. What does not fit is refused like a damaged image.

import { limitFor } from "./engine.js";
import { checkPainted, checkView } from "./view-check.js";

/** @typedef {{series: number, position: number}} Place */

export class Painter {
  #engine;
  #study;
  #bundle;
  #element;
  #limit_ms;
  #generation = 0;
  #layout = null;
  #isStopped = false;
  /** What stands on the canvas. @type {any} */
  painted = null;

  /**
   * @param {{engine: import("./engine.js").Engine, study: import("./study.js").Study,
   *   bundle: string, element: import("./elements/dicom-viewport.js").DicomViewport}} parts
   */
  constructor({ engine, study, bundle, element }) {
    this.#engine = engine;
    this.#study = study;
    this.#bundle = bundle;
    this.#element = element;
    this.#limit_ms = limitFor(study.megapixels);
  }

  /** What still comes back is for nobody. */
  stop() {
    this.#isStopped = true;
  }

  /** @returns {Place | null} */
  get place() {
    return this.painted && { series: this.painted.state.series, position: this.painted.state.position };
  }

  /** @param {Place} place whose parts the engine holds */
  async show(place) {
    await this.#layOut();
    await this.tell("show", place, place);
  }

  /** @param {string} command @param {any} body @param {Place | null} place where it applies */
  async tell(command, body, place = this.place) {
    const asked = { ...place, ...this.#size(), generation: this.#generation += 1 };
    const painted = await this.#call(command, { ...body, generation: asked.generation });
    if (this.#isStopped) {
      throw new DOMException("the viewport is no longer there", "AbortError");
    }
    checkPainted(painted, asked, this.#element.name, this.#study.slot(asked.series, asked.position));
    this.painted = painted;
    this.#element.paint(painted, this.#layout.scale_verified);
    return asked;
  }

  /** Draw exactly and learn what is on screen. @returns {Promise<any>} the checked view */
  async settle() {
    const asked = await this.tell("settle", {});
    const { view } = this.painted;
    const slot = this.#study.slot(asked.series, asked.position);
    checkView(view, asked, { study: this.#study, bundle: this.#bundle, viewport: this.#element.name, slot });
    return view;
  }

  /** Nothing stands on the canvas any more, and the canvas is gone. */
  forget() {
    this.painted = null;
    this.#layout = null;
  }

  /** Make the engine's canvas as large as the viewport's; a new canvas after every refusal. */
  async #layOut() {
    const layout = this.#element.layout();
    const canvas = this.#element.freshCanvas();
    if (canvas || !isSame(layout, this.#layout)) {
      this.#layout = layout;
      await this.#call("layout", layout, { canvas });
    }
  }

  #size() {
    const { width, height } = this.#layout;
    return { width, height };
  }

  #call(command, body, extras = {}) {
    const viewport = this.#element.name;
    return this.#engine.call(command, { viewport, ...body }, { limit_ms: this.#limit_ms, ...extras });
  }
}

const isSame = (one, other) => other !== null && Object.keys(one).every((name) => one[name] === other[name]);
