// What the reader's hands do in the viewer -- buttons, keys, pointer, slider, strip -- as wishes of
// the one viewport.

import { isSamePlace } from "./painter.js";

const ZOOM_STEP = 1.25;
/** Actions that are one change each (wire.md, section 9). */
const CHANGES = {
  fit: { mode: "fit" }, "one-to-one": { mode: "one_to_one" }, "rotate-left": { rotate: -90 }, "rotate-right": { rotate: 90 },
  "flip-horizontal": { flip: "horizontal" }, "flip-vertical": { flip: "vertical" },
};
/** What a change makes of what was asked before it. */
const OVERRULED = {
  mode: { zoom_e6: undefined }, reset: { zoom_e6: undefined, invert: false, overlays: true },
  presentation_state: { zoom_e6: undefined, invert: false, overlays: true },
};

/** @typedef {import("./painter.js").Place} Place */

export class ViewerControls extends EventTarget {
  #viewer;
  #viewing = null;
  #stacks = [];
  /** Asked for and not painted yet: what the next press goes on from. @type {{invert?: boolean, overlays?: boolean, zoom_e6?: number}} */
  #asked = {};
  /** A presentation state that was chosen while nothing was shown. @type {string} */
  #awaited = "";
  /** @type {Place | null} where the reader wants to be */
  place = null;

  /**
   * @param {import("./elements/study-viewer.js").StudyViewer} viewer
   * @param {Place | null} [place] where to begin
   */
  constructor(viewer, place = null) {
    super();
    this.#viewer = viewer;
    this.place = place;
    viewer.addEventListener("viewport-scrolled", ({ steps }) => this.#scroll(steps));
    viewer.addEventListener("viewport-moved", ({ movement }) => this.#move(movement));
    viewer.addEventListener("position-chosen", ({ position }) => this.#goTo(position));
    viewer.addEventListener("stack-chosen", ({ stack }) => this.go({ stack, position: 0 }));
    viewer.addEventListener("action-chosen", ({ action, value }) => this.#act(action, value));
    viewer.viewport.addEventListener("viewport-resized", () => this.#viewing?.resize());
  }

  /** @param {import("./viewing.js").Viewing} viewing @param {any[]} stacks as the engine lists them */
  connect(viewing, stacks) {
    this.#viewing = viewing;
    this.#stacks = stacks;
    this.#asked = {};
    if (this.place) {
      this.#follow(this.place);
    }
  }

  disconnect() {
    this.#viewing = null;
  }

  get isConnected() {
    return this.#viewing !== null;
  }

  /** An image stands there. @param {any} state as the engine described it */
  painted(state) {
    this.#viewer.show(state);
    if (this.#viewing?.isTold) {
      this.#asked = {};
    }
    const chosen = this.#awaited;
    this.#awaited = "";
    if (chosen) {
      this.#change({ presentation_state: chosen });
    }
  }

  /** Nothing stands there, and nothing that was asked will. */
  refused() {
    this.#asked = {};
    this.#awaited = "";
  }

  /** Say where the reader is, who may be ahead of the image. */
  #follow({ stack, position }) {
    const listed = this.#stacks[stack];
    if (listed) {
      this.#viewer.strip.current = stack;
      this.#viewer.slider.show(position, listed.count);
    }
  }

  /** Go to an image, as far as the stack has it; until an engine is connected the wish is kept. @param {Place} wanted */
  go({ stack, position }) {
    const count = this.#stacks[stack]?.count ?? Infinity; // not known before the study is open
    const place = { stack, position: Math.max(0, Math.min(position, count - 1)) };
    const isSame = isSamePlace(place, this.place);
    if (isSame && this.#viewing?.painted) {
      return; // at the end of the stack, say: nothing changes, nothing is recorded again
    }
    this.#awaited = isSame ? this.#awaited : ""; // was meant for the image before
    this.place = place;
    this.#follow(place);
    this.#show(place);
  }

  /** @param {Place | null} place null while nobody knows what there is */
  #show(place) {
    if (!this.#viewing) {
      this.dispatchEvent(new Event("wish-kept"));
    } else if (place) {
      this.#viewing.show(place);
    }
  }

  #goTo(position) {
    if (this.place) {
      this.go({ ...this.place, position });
    } else {
      this.#show(null);
    }
  }

  #scroll(steps) {
    this.#goTo((this.place?.position ?? 0) + steps);
  }

  #act(action, value) {
    const acts = {
      previous: () => this.#scroll(-1), next: () => this.#scroll(1), scroll: () => this.#scroll(Number(value)),
      first: () => this.#goTo(0), last: () => this.#goTo(Infinity),
      "zoom-in": () => this.#zoom(ZOOM_STEP), "zoom-out": () => this.#zoom(1 / ZOOM_STEP),
      invert: () => this.#toggle("invert"), overlays: () => this.#toggle("overlays"), "presentation-state": () => this.#choose(value), preset: () => this.#change({ preset: value }),
      reset: () => this.#reset(), "touch-tool": () => { this.#viewer.viewport.gestures.touchTool = value; },
    };
    if (CHANGES[action]) {
      this.#change(CHANGES[action]);
    }
    acts[action]?.();
  }

  get #state() {
    return this.#viewing?.painted?.state;
  }

  #change(change) {
    if (this.#state) {
      this.#asked = { ...this.#asked, ...OVERRULED[Object.keys(change)[0]], ...change };
      this.#viewing.tell({ command: "set", body: { change } });
    }
  }

  #move(movement) {
    if (movement.kind === "zoom") {
      this.#asked.zoom_e6 = undefined;
    }
    this.#viewing?.tell({ command: "gesture", body: movement });
  }

  #toggle(name) {
    this.#change({ [name]: !(this.#asked[name] ?? this.#state?.[name]) });
  }

  /** Show the image by a presentation state; after a refusal, the image itself comes first. */
  #choose(state) {
    if (this.#state) {
      this.#change({ presentation_state: state });
    } else {
      this.#scroll(0);
      this.#awaited = state;
    }
  }

  #zoom(factor) {
    this.#change({ zoom_e6: Math.round((this.#asked.zoom_e6 ?? this.#state?.zoom_e6) * factor) });
  }

  /** Back to the image as it was stored; after a refusal, another try. */
  #reset() {
    if (this.#state) {
      this.#change({ reset: true });
    } else {
      this.#scroll(0);
    }
  }
}
