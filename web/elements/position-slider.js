// <position-slider>: where in the stack the reader stands; drag or press to go elsewhere. With the focus
// on it the viewer's own keys move it: arrows, Page Up and Down, Home, End.

import { make } from "../dom.js";
import { t } from "../i18n.js";

/** The reader wants another position of the stack. */
export class PositionChosen extends Event {
  /** @param {number} position */
  constructor(position) {
    super("position-chosen", { bubbles: true });
    this.position = position;
  }
}

export class PositionSlider extends HTMLElement {
  #thumb = make("span", { class: "thumb" });
  #count = 0;

  connectedCallback() {
    this.append(this.#thumb);
    this.setAttribute("role", "slider");
    this.setAttribute("tabindex", "0");
    this.setAttribute("aria-orientation", "vertical");
    this.setAttribute("aria-label", t("viewport.position"));
    this.addEventListener("pointerdown", (event) => { this.setPointerCapture(event.pointerId); this.#choose(event); });
    this.addEventListener("pointermove", (event) => this.hasPointerCapture(event.pointerId) && this.#choose(event));
    this.show(0, 0);
  }

  /** @param {number} position @param {number} count */
  show(position, count) {
    this.#count = count;
    this.classList.toggle("single", count < 2);
    this.setAttribute("aria-valuemin", "1");
    this.setAttribute("aria-valuemax", String(count));
    this.setAttribute("aria-valuenow", String(position + 1));
    this.setAttribute("aria-valuetext", t("viewport.announce", { position: position + 1, count }));
    this.#thumb.style.top = `${count > 1 ? (100 * position) / (count - 1) : 0}%`;
  }

  #choose({ clientY }) {
    const { top, height } = this.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (clientY - top) / height));
    this.dispatchEvent(new PositionChosen(Math.round(share * (this.#count - 1))));
  }
}
