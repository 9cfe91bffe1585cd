// Tells the engine what to paint on one viewport and checks that the answer is to the question: same
// generation, same place, same size. What does not fit is refused like a damaged image.

import { canonical } from "./canonical.js";
import { sha256, utf8 } from "./encoding.js";
import { checkPainted, checkView } from "./view-check.js";

const PROGRESS_MS = 1_000; // protocol.md, section 1
const MISSING = "command.missing"; // the engine dropped parts to make room, and has changed nothing

/** @typedef {{stack: number, position: number}} Place */

/** @param {Place | null} one @param {Place | null} other */
export const isSamePlace = (one, other) => one?.stack === other?.stack && one?.position === other?.position;

export class Painter {
  #engine;
  #study;
  #bundle;
  #element;
  #bring;
  #generation = 0;
  #layout = null;
  /** What was asked before the canvas went is for nobody. */
  #epoch = 0;
  /** What stands on the canvas. @type {any} */
  painted = null;

  /**
   * @param {{engine: import("./engine.js").Engine, study: import("./study.js").Study,
   *   bundle: string, element: import("./elements/dicom-viewport.js").DicomViewport}} parts
   * @param {(place: Place) => Promise<void>} bring has the engine hold all of one image
   */
  constructor({ engine, study, bundle, element }, bring) {
    this.#engine = engine;
    this.#study = study;
    this.#bundle = bundle;
    this.#element = element;
    this.#bring = bring;
  }

  /** What still comes back is for nobody. */
  stop() {
    this.#epoch += 1;
    this.#element.rest();
  }

  /** @returns {Place | null} */
  get place() {
    return this.painted && { stack: this.painted.state.stack, position: this.painted.state.position };
  }

  /** @param {Place} place whose parts the engine holds */
  async show(place) {
    const epoch = this.#epoch;
    await this.#layOut();
    this.#stillIn(epoch);
    await this.tell("show", place, place);
  }

  /**
   * What the engine no longer holds is brought and the same is told again, once.
   * @param {string} command @param {any} body @param {Place | null} place where it applies
   * @returns {Promise<{asked: any, painted: any}>} what was asked and its checked answer
   */
  async tell(command, body, place = this.place) {
    const epoch = this.#epoch;
    try {
      return await this.#tellOnce(command, body, place);
    } catch (error) {
      if (error.code !== MISSING) {
        throw error;
      }
    }
    await this.#unlessGone(this.#bring(place), epoch);
    return this.#tellOnce(command, body, place);
  }

  async #tellOnce(command, body, place) {
    const epoch = this.#epoch;
    const asked = { ...place, ...this.#size(), generation: this.#generation += 1 };
    const slot = this.#study.slot(asked.stack, asked.position);
    const limit_ms = this.#engine.limitFor(slot.megapixels);
    const answer = this.#call(command, { ...body, generation: asked.generation }, { limit_ms });
    const painted = await this.#unlessGone(this.#attended(answer, epoch), epoch);
    checkPainted(painted, asked, this.#element.name, slot);
    this.painted = painted;
    this.#element.paint(painted, this.#layout.scale_verified);
    return { asked, painted };
  }

  /** Draw exactly and learn what is on screen. @returns {Promise<any>} the checked view */
  async settle() {
    const { asked, painted: { view, graphics } } = await this.tell("settle", {});
    const drawn = graphics?.length ? await sha256(utf8(canonical(graphics))) : "";
    const slot = this.#study.slot(asked.stack, asked.position);
    checkView(view, asked, { study: this.#study, bundle: this.#bundle, viewport: this.#element.name, slot, drawn });
    return view;
  }

  /** Nothing stands on the canvas any more, and the canvas is gone. */
  forget() {
    this.#epoch += 1;
    this.#element.rest();
    this.painted = null;
    this.#layout = null;
  }

  /** An answer, good or bad, that comes after the canvas went is for nobody, and replaces no reason. */
  #stillIn(epoch) {
    if (epoch !== this.#epoch) {
      throw new DOMException("the canvas is no longer there", "AbortError");
    }
  }

  /** What comes of some work, unless the canvas went meanwhile. */
  async #unlessGone(work, epoch) {
    try {
      return await work;
    } finally {
      this.#stillIn(epoch); // takes the place of what came
    }
  }

  /** Show that the engine is at work, and let the reader end it, if an answer takes long. */
  async #attended(answer, epoch) {
    const ifInTime = (act) => { if (epoch === this.#epoch) { act(); } };
    const timer = setTimeout(() => ifInTime(() => this.#element.work(() => this.#engine.cancel())), PROGRESS_MS);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      ifInTime(() => this.#element.rest());
    }
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
    return this.#engine.call(command, { viewport, ...body }, extras);
  }
}

const isSame = (one, other) => other !== null && Object.keys(one).every((name) => one[name] === other[name]);
