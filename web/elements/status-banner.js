// <status-banner>: what the reader must know now, one line a subject, above the page and never over
// an image.

import { make } from "../dom.js";

export class StatusBanner extends HTMLElement {
  /** @type {Map<string, HTMLElement>} */
  #lines = new Map();

  connectedCallback() {
    this.setAttribute("role", "status");
  }

  /** @param {string} subject @param {string} text "" when there is nothing to say @param {"warning" | "alarm"} [weight] */
  tell(subject, text, weight = "warning") {
    const line = this.#lines.get(subject) ?? make("p", { "data-subject": subject });
    if (text === "") {
      this.#lines.delete(subject);
      line.remove();
      return;
    }
    line.dataset.weight = weight;
    line.textContent = text;
    this.#lines.set(subject, line);
    this.append(line);
  }

  clear() {
    this.#lines.clear();
    this.replaceChildren();
  }
}
