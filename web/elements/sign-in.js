// <sign-in>: name, password, one-time code. Dispatches `credentials`; shows why it did not work, and
// how far the viewer's start has come meanwhile.

import { siteLabel } from "../controls.js";
import { make } from "../dom.js";
import { sentence, t } from "../i18n.js";
import { purposeLabel } from "../purpose.js";

/** The person asks to be let in. */
export class Credentials extends Event {
  /** @param {{user: string, password: string, totp: string}} given */
  constructor(given) {
    super("credentials");
    this.given = given;
  }
}

export class SignIn extends HTMLElement {
  #form = make("form", { novalidate: true });
  #alert = make("p", { role: "alert", class: "alert" });
  #notice = make("p", { role: "status", class: "notice" });
  #heading = make("header", {}, make("h1", {}, "Diascope"));
  #progress = make("engine-progress");
  #button = make("button", { type: "submit", class: "primary" }, t("sign_in.submit"));

  connectedCallback() {
    if (!this.firstChild) {
      this.#build();
    }
  }

  /** @param {string} label of the site */
  set site(label) {
    this.#heading.append(siteLabel(label));
  }

  /** @param {string} text why the person is here again; "" for nothing */
  set notice(text) {
    this.#notice.textContent = text;
  }

  /** Make room for the next person. */
  clear() {
    this.#form.reset();
    this.#alert.textContent = "";
    this.busy = false;
  }

  focusFirst() {
    this.#form.elements.user.focus();
  }

  /** @param {boolean} isBusy */
  set busy(isBusy) {
    this.#button.disabled = isBusy;
    this.#button.textContent = t(isBusy ? "sign_in.busy" : "sign_in.submit");
  }

  /** @param {import("../refusal.js").Refusal} refusal */
  refuse(refusal) {
    this.busy = false;
    this.#alert.textContent = sentence(refusal);
    this.#form.elements.totp.value = "";
    this.#form.elements.password.select();
  }

  #build() {
    this.#form.append(
      field(t("sign_in.user"), { name: "user", autocomplete: "username", autocapitalize: "none", spellcheck: "false", maxlength: "256" }),
      field(t("sign_in.password"), { name: "password", type: "password", autocomplete: "current-password", maxlength: "1024" }),
      field(t("sign_in.totp"), { name: "totp", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "12" }),
      this.#alert, this.#button,
    );
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    const card = make("div", { class: "card" }, this.#heading, this.#notice, this.#form, purposeLabel());
    this.append(make("main", {}, card, this.#progress));
  }

  #submit(event) {
    event.preventDefault();
    const { user, password, totp } = this.#form.elements;
    this.#alert.textContent = "";
    this.notice = "";
    this.busy = true;
    this.dispatchEvent(new Credentials({ user: user.value.trim(), password: password.value, totp: totp.value.replace(/\s/g, "") }));
  }
}

function field(label, attributes) {
  return make("label", {}, make("span", {}, label), make("input", { type: "text", required: true, ...attributes }));
}
