// What a viewport tells whoever keeps the record.

/** @typedef {import("./painter.js").Place} Place */

/** An image stands on the canvas. */
export class ViewPainted extends Event {
  /** @param {any} painted */
  constructor(painted) {
    super("view-painted");
    this.painted = painted;
  }
}

/** A view settled and was checked. */
export class ViewSettled extends Event {
  /** @param {any} view */
  constructor(view) {
    super("view-settled");
    this.view = view;
  }
}

/** The viewport refused to show something. */
export class ViewRefused extends Event {
  /** @param {import("./refusal.js").Refusal} refusal @param {Place | null} place */
  constructor(refusal, place) {
    super("view-refused");
    Object.assign(this, { refusal, place });
  }
}
