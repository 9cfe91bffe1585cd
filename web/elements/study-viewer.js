// <study-viewer>: toolbar, series strip and one viewport, laid out; and the keys that work in it.

import { ActionChosen } from "../controls.js";
import { make } from "../dom.js";

/** @type {Record<string, [string, string?]>} key -> action, value */
const KEYS = {
  ArrowUp: ["previous"], ArrowLeft: ["previous"], ArrowDown: ["next"], ArrowRight: ["next"],
  PageUp: ["scroll", "-10"], PageDown: ["scroll", "10"], Home: ["first"], End: ["last"],
  "+": ["zoom-in"], "=": ["zoom-in"], "-": ["zoom-out"], f: ["fit"], o: ["one-to-one"], i: ["invert"], r: ["reset"],
  ",": ["rotate-left"], ".": ["rotate-right"], h: ["flip-horizontal"], v: ["flip-vertical"], g: ["overlays"], Escape: ["back"],
};
/** What a key does once, however long it is held: each press undoes or goes beyond the one before. */
const ONCE = new Set(["rotate-left", "rotate-right", "flip-horizontal", "flip-vertical", "invert", "overlays"]);

export class StudyViewer extends HTMLElement {
  toolbar = make("viewer-toolbar");
  strip = make("series-strip");
  viewport = make("dicom-viewport", { "data-viewport": "1" });
  slider = make("position-slider");

  connectedCallback() {
    if (!this.firstChild) {
      this.append(this.toolbar, this.strip, make("main", {}, this.viewport, this.slider));
    }
    document.addEventListener("keydown", this.#key);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#key);
  }

  /** Follow the image; strip and slider follow the reader. @param {any} state what stands on the canvas */
  show(state) {
    this.toolbar.show(state);
  }

  #key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, dialog")) {
      return;
    }
    const [action, value] = this.#actionOf(event.key);
    if (action) {
      event.preventDefault();
      if (!(event.repeat && ONCE.has(action))) {
        this.dispatchEvent(new ActionChosen(action, value));
      }
    }
  };

  #actionOf(key) {
    if (/^[1-9]$/.test(key)) {
      const button = this.toolbar.querySelectorAll("[data-preset]")[Number(key) - 1];
      return button ? ["preset", button.dataset.preset] : [""];
    }
    return KEYS[key] ?? KEYS[key.toLowerCase()] ?? [""];
  }
}
