// What the product is not. In code, not in words that a setting or a translation could remove.

import { make } from "./dom.js";

export const NOT_FOR_DIAGNOSTIC_USE = "Not for diagnostic use";

/** @returns {HTMLElement} the label that stands in every viewport and on the sign-in page */
export const purposeLabel = () => make("strong", { class: "purpose" }, NOT_FOR_DIAGNOSTIC_USE);
