// The engine says what it showed; the page signs it only if it is what the page had asked for. A
// decoder that a hostile file has taken over can then at most repeat the truth (protocol.md, 8).

import { Refusal } from "./refusal.js";

const HEX_64 = /^[0-9a-f]{64}$/;

/** What a view says (wire.md, section 7), each value by one of its type; the numbers are whole. */
const VIEW_FORM = {
  study: "", manifest: "", bundle: "", series: "", sop: "", frame: 0, parts: [""],
  presentation: {
    voi: { function: "", center: "", width: "", explanation: "" }, invert: true,
    zoom_e6: 0, center_column_e6: 0, center_row_e6: 0, mode: "", interpolation: "",
    rotation: 0, flip: true, state: "", overlays: true, graphics_sha256: "",
  },
  viewport: { id: "", width: 0, height: 0, device_pixel_ratio_e6: 0, scale_verified: true },
  layout_id: "", generation: 0, exact: true, pixel_sha256: "",
};

/**
 * @typedef {{stack: number, position: number, generation: number, width: number, height: number}} Asked
 */

/**
 * Refuse a reply that does not answer the command it claims to answer.
 * @param {any} painted @param {Asked} asked @param {string} viewport @param {import("./study.js").Slot} slot
 */
export function checkPainted({ state, ...painted }, asked, viewport, slot) {
  const answers = [
    painted.viewport === viewport, painted.generation === asked.generation,
    painted.width === asked.width, painted.height === asked.height,
    state.stack === asked.stack, state.position === asked.position, state.count === slot.count,
    state.sop === slot.sop, state.frame === slot.frame,
  ];
  if (!answers.every(Boolean)) {
    throw new Refusal("engine.answer");
  }
}

/**
 * Refuse a view that says more, less or something else than wire.md allows, that is not of this study,
 * bundle and manifest, or whose instance, frame or parts are not those of the image asked for.
 * @param {any} view @param {Asked} asked
 * @param {{study: import("./study.js").Study, bundle: string, viewport: string, slot: import("./study.js").Slot,
 *   drawn: string}} site `drawn` is the digest of what the page drew over the pixels
 */
export function checkView(view, asked, { study, bundle, viewport, slot, drawn }) {
  const agrees = hasForm(view, VIEW_FORM) && [
    view.study === study.handle, view.manifest === study.manifestDigest, view.bundle === bundle,
    view.series === slot.series, view.sop === slot.sop, view.frame === slot.frame,
    JSON.stringify(view.parts) === JSON.stringify(slot.digests),
    view.viewport.id === viewport, view.viewport.width === asked.width, view.viewport.height === asked.height,
    view.presentation.graphics_sha256 === drawn, view.generation === asked.generation, HEX_64.test(view.pixel_sha256),
  ].every(Boolean);
  if (!agrees) {
    throw new Refusal("engine.view");
  }
}

/** Whether a value has exactly the members of `form`, each of its type, so that it can be signed. */
function hasForm(value, form) {
  if (Array.isArray(form)) {
    return Array.isArray(value) && value.every((one) => hasForm(one, form[0]));
  }
  if (typeof form === "object") {
    const names = Object.keys(form);
    return typeof value === "object" && value !== null && Object.keys(value).length === names.length
      && names.every((name) => Object.hasOwn(value, name) && hasForm(value[name], form[name]));
  }
  return typeof value === typeof form && (typeof form !== "number" || Number.isSafeInteger(value));
}
