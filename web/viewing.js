// Decides what one viewport does next: bring the wanted image, show it, pass on movements, settle.
// One command at a time is on its way; a newer wish replaces an older one.

import { calledOff } from "./arrivals.js";
import { Commands } from "./commands.js";
import { Painter } from "./painter.js";
import { asRefusal, isCalledOff } from "./refusal.js";
import { ViewPainted, ViewRefused, ViewSettled } from "./view-events.js";

const SETTLE_MS = 250; // protocol.md, section 8
const RECORD_MS = 1_000; // one record a second while a movement lasts
const GIVE_WAY_MS = 1_000; // so long a load goes on beside a newer wish: a long scroll shows what comes on its way

/** @typedef {import("./painter.js").Place} Place */

export class Viewing extends EventTarget {
  #painter;
  #loader;
  #element;
  #commands = new Commands();
  /** @type {Place | null} what the reader wants to see; its parts are not all here */
  #wanted = null;
  #seeking = new AbortController();
  /** @type {Place | null} its parts are here; it is not yet shown */
  #ready = null;
  /** @type {Place | null} waits for the viewport to have a size */
  #hidden = null;
  #isSeeking = false;
  #isStopped = false;
  #isSettleDue = false;
  /** What stands on the canvas is on record. */
  #isRecorded = true;
  /** When it was, or began not to be. */
  #recordedAt = 0;
  #timer = 0;
  /** @type {Promise<void> | null} */
  #working = null;

  /** @param {ConstructorParameters<typeof Painter>[0] & {loader: import("./loader.js").Loader}} parts */
  constructor(parts) {
    super();
    this.#painter = new Painter(parts, (place) => this.#ensure(place));
    this.#loader = parts.loader;
    this.#element = parts.element;
  }

  /** What stands on the canvas, as the engine described it. */
  get painted() {
    return this.#painter.painted;
  }

  /** All that was told is painted. */
  get isTold() {
    return this.#commands.isEmpty;
  }

  /** What stands on the canvas is on record, and nothing else is wanted. */
  get isIdle() {
    const isBusy = this.#isSeeking || this.#ready || !this.#commands.isEmpty;
    return Boolean(this.painted) && this.#isRecorded && !isBusy && !this.#isStopped;
  }

  stop() {
    this.#isStopped = true;
    this.#seeking.abort(calledOff());
    this.#painter.stop();
    clearTimeout(this.#timer);
  }

  /** Bring this image; what was wanted before gives way. @param {Place} place */
  show(place) {
    this.#wanted = place;
    const before = this.#seeking;
    setTimeout(() => before.abort(calledOff()), this.#loader.isHere(place) ? 0 : GIVE_WAY_MS);
    this.#noteInput();
    this.#seek();
  }

  /** Pass on a movement or a change. @param {import("./commands.js").Command} command */
  tell(command) {
    if (this.painted) {
      this.#commands.push(command);
      this.#noteInput();
      this.#work();
    }
  }

  /** The viewport has another size: lay out and draw again. */
  resize() {
    this.#ready ??= this.#hidden ?? this.#painter.place;
    this.#hidden = null;
    this.#noteInput();
    this.#work();
  }

  #noteInput() {
    this.#element.unsettle();
    this.#isSettleDue = false;
    if (!this.#working) {
      this.#armSettle(); // what is awaited may be long in coming
    }
  }

  /** Bring the latest wanted image; the one on screen can be worked with meanwhile. */
  async #seek() {
    if (this.#isSeeking) {
      return;
    }
    this.#isSeeking = true;
    while (this.#wanted && !this.#isStopped) {
      const wanted = this.#wanted;
      this.#wanted = null;
      await this.#bring(wanted);
    }
    this.#isSeeking = false;
    if (!this.#isStopped) {
      this.#element.loaded();
    }
  }

  async #bring(wanted) {
    this.#element.load(wanted);
    this.#seeking = new AbortController();
    try {
      await this.#ensure(wanted);
    } catch (error) {
      this.#refuse(error, wanted);
      return;
    }
    this.#ready = wanted;
    await this.#work();
    this.#loader.prefetch(wanted.stack, wanted.position);
  }

  /** A newer wish ends it. */
  #ensure({ stack, position }) {
    return this.#loader.ensure(stack, position, { signal: this.#seeking.signal });
  }

  /** @returns {Promise<void>} when nothing more is to be told */
  #work() {
    this.#working ??= this.#workThrough();
    return this.#working;
  }

  async #workThrough() {
    clearTimeout(this.#timer);
    await null; // #working must be set before it can be cleared
    for (let step = this.#nextStep(); step && !this.#isStopped; step = this.#nextStep()) {
      try {
        await step();
      } catch (error) {
        this.#refuse(error, this.#painter.place);
      }
    }
    this.#working = null;
    this.#armSettle();
  }

  /** @returns {(() => Promise<void>) | null} */
  #nextStep() {
    if (this.painted && (this.#isSettleDue || this.#isRecordDue())) {
      return () => this.#settle();
    }
    if (this.#ready) {
      return () => this.#showReady();
    }
    const told = this.painted && this.#commands.take();
    return told ? () => this.#tell(told) : null;
  }

  /** Scrolling, a gesture or a cine lasts: what stands there gives way before it could settle. */
  #isRecordDue() {
    const lasts = performance.now() - this.#recordedAt > RECORD_MS;
    const givesWay = this.#ready !== null || !this.#commands.isEmpty;
    return lasts && givesWay && !this.#isRecorded;
  }

  async #showReady() {
    const place = this.#ready;
    this.#ready = null;
    if (!this.#element.hasSize()) {
      this.#hidden = place;
      return;
    }
    const before = this.#painter.place;
    try {
      await this.#painter.show(place);
    } catch (error) {
      this.#refuse(error, place);
      return;
    }
    this.#commands.follow(before, place);
    this.#notePainted();
  }

  async #tell({ command, body }) {
    await this.#painter.tell(command, body);
    this.#notePainted();
  }

  #notePainted() {
    if (this.#isRecorded) {
      this.#isRecorded = false;
      this.#recordedAt = performance.now();
    }
    this.dispatchEvent(new ViewPainted(this.painted));
  }

  async #settle() {
    this.#isSettleDue = false;
    const view = await this.#painter.settle();
    this.#recordedAt = performance.now();
    if (this.painted && this.#commands.isEmpty && !this.#ready) {
      this.#isRecorded = true;
      this.#element.settle(view.pixel_sha256);
    }
    this.dispatchEvent(new ViewSettled(view));
  }

  #armSettle() {
    clearTimeout(this.#timer);
    if (this.painted && !this.#isRecorded && !this.#isStopped) {
      this.#timer = setTimeout(() => { this.#isSettleDue = true; this.#work(); }, SETTLE_MS);
    }
  }

  /** Fail closed: no picture, a reason, and nothing left over to be applied to another image. */
  #refuse(error, place) {
    if (this.#isStopped || isCalledOff(error)) {
      return;
    }
    const refusal = asRefusal(error);
    this.#commands.clear();
    this.#painter.forget();
    this.#isRecorded = true;
    this.#element.refuse(refusal);
    this.dispatchEvent(new ViewRefused(refusal, place));
  }
}
