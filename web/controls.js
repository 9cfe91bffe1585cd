// Buttons that name what they do. The page listens in one place for `[data-action]`.

import { icon, make } from "./dom.js";
import { t } from "./i18n.js";
import { NOT_FOR_DIAGNOSTIC_USE, purposeLabel } from "./purpose.js";

/** Something the reader asks of the whole page or of the viewer. */
export class ActionChosen extends Event {
  /** @param {string} action @param {string} [value] */
  constructor(action, value = "") {
    super("action-chosen", { bubbles: true });
    this.action = action;
    this.value = value;
  }
}

/** @param {string} action @param {boolean} [hasText] whether its name is also shown */
export function actionButton(action, hasText = false) {
  const name = t(`action.${action}`);
  const label = hasText ? make("span", {}, name) : "";
  const button = make("button", { type: "button", "data-action": action, "aria-label": name, title: name }, icon(action), label);
  button.addEventListener("click", () => button.dispatchEvent(new ActionChosen(action)));
  return button;
}

/** The page's own bar: product, site, what it is not, person. */
export function pageHeader({ label, user }) {
  const brand = make("span", { class: "brand" }, "Diascope");
  const person = make("span", { class: "person" }, user);
  const end = make("div", { class: "end" }, person, actionButton("help"), actionButton("sign-out", true));
  return make("header", { class: "page-header" }, brand, siteLabel(label), purposeLabel(), end);
}

/** The site's own words; it need not repeat ours. @param {string} label */
export const siteLabel = (label) => make("span", { class: "site" }, label === NOT_FOR_DIAGNOSTIC_USE ? "" : label);
