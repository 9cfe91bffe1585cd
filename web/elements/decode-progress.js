// <decode-progress>: the engine has been at work for a while on what a viewport is to show. Says for how
// long, and lets the reader end it.

import { make } from "../dom.js";
import { t } from "../i18n.js";

const SECOND_MS = 1_000;

export class DecodeProgress extends HTMLElement {
  #text = make("span", { class: "text" });
  #button = make("button", { type: "button", "data-action": "cancel-decode" }, t("action.cancel"));
  #timer = 0;
  #seconds = 0;
  #cancel = () => {};

  connectedCallback() {
    if (!this.firstChild) {
      this.append(this.#text, make("progress", { "aria-label": t("viewport.working_name") }), this.#button);
      this.#button.addEventListener("click", () => this.#cancel());
      this.addEventListener("pointerdown", (event) => event.stopPropagation()); // no gesture begins here
      this.rest();
    }
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  /** It has been at work for a second. @param {() => void} cancel */
  work(cancel) {
    this.rest();
    this.#cancel = cancel;
    this.#timer = setInterval(() => this.#count(), SECOND_MS);
    this.#count();
    this.hidden = false;
  }

  rest() {
    clearInterval(this.#timer);
    this.#seconds = 0;
    this.#cancel = () => {};
    this.hidden = true;
  }

  #count() {
    this.#seconds += 1;
    this.#text.textContent = t("viewport.working", { seconds: this.#seconds });
  }
}
