// <help-dialog>: the shortcuts, and what the product is not.

import { icon, make } from "../dom.js";
import { t } from "../i18n.js";
import { NOT_FOR_DIAGNOSTIC_USE } from "../purpose.js";

const KEYS = [
  ["↑ ↓ ← →", "scroll"], ["Page ↑  Page ↓", "scroll_ten"], ["Home  End", "ends"], ["+  −", "zoom"], ["F", "fit"], ["O", "one_to_one"],
  [",  .", "rotate"], ["H  V", "flip"],
  ["I", "invert"], ["G", "overlays"], ["R", "reset"], ["1 … 9", "presets"], ["Esc", "back"], ["?", "help"],
];
const POINTER = ["wheel", "left", "middle", "right", "one_finger", "two_fingers"];

export class HelpDialog extends HTMLElement {
  #dialog = make("dialog", { "aria-labelledby": "help-title" });

  connectedCallback() {
    if (this.firstChild) {
      return;
    }
    const close = make("button", { type: "button", class: "close", "aria-label": t("help.close") }, icon("close"));
    close.addEventListener("click", () => this.#dialog.close());
    const header = make("header", {}, make("h2", { id: "help-title" }, t("help.title")), close);
    this.#dialog.append(header, make("div", { class: "columns" }, this.#keys(), this.#pointer()), this.#limits());
    this.append(this.#dialog);
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    if (!this.isOpen) {
      this.#dialog.showModal();
    }
  }

  close() {
    this.#dialog.close();
  }

  #keys() {
    const entries = KEYS.map(([keys, name]) => make("div", {}, make("dt", {}, make("kbd", {}, keys)), make("dd", {}, t(`help.key.${name}`))));
    return make("section", {}, make("h3", {}, t("help.keyboard")), make("dl", {}, ...entries));
  }

  #pointer() {
    const entries = POINTER.map((name) => make("div", {}, make("dt", {}, t(`help.pointer.${name}`)), make("dd", {}, t(`help.pointer.${name}.does`))));
    return make("section", {}, make("h3", {}, t("help.pointer")), make("dl", {}, ...entries));
  }

  #limits() {
    return make("section", { class: "limits" }, make("h3", {}, NOT_FOR_DIAGNOSTIC_USE), make("p", {}, t("help.limits")), make("p", {}, t("help.record")));
  }
}
