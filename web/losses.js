// What ended the engines of one reading. What did it twice is not tried again until the reader asks.

import { isSamePlace } from "./painter.js";

/** @typedef {import("./painter.js").Place} Place */

export class Losses {
  /** What was on screen when an engine last ended. @type {Place | null} */
  #place = null;
  /** Engines that ended one after the other while the study was being opened. */
  #openings = 0;
  /** @type {Set<number>} stacks whose picture for the strip ended an engine */
  pictures = new Set();

  /** An engine has the study: from now on what is shown is to blame. */
  opened() {
    this.#openings = 0;
  }

  /**
   * An engine ended while the study was being opened.
   * @returns {boolean} whether the one before did, too
   */
  whileOpening() {
    this.#openings += 1;
    return this.#openings > 1;
  }

  /**
   * An engine ended while the reader was at this place.
   * @param {Place | null} place @param {number | null} picture the stack whose picture was in work, and is then to blame
   * @returns {boolean} whether the image there did it twice
   */
  whileReading(place, picture) {
    if (picture !== null) {
      this.pictures.add(picture);
      return false;
    }
    const isAgain = isSamePlace(place, this.#place);
    this.#place = place;
    return isAgain;
  }
}
