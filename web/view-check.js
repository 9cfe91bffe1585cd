// The engine says what it showed; the page signs it only if it is what the page had asked for. A
// decoder that a hostile file has taken over can then at most repeat the truth (protocol.md, 8).

import { Refusal } from "./refusal.js";

const HEX_64 = /^[0-9a-f]{64}$/;

/**
 * @typedef {{series: number, position: number, generation: number, width: number, height: number}} Asked
 */

/**
 * Refuse a reply that does not answer the command it claims to answer.
 * @param {any} painted @param {Asked} asked @param {string} viewport @param {import("./study.js").Slot} slot
 */
export function checkPainted({ state, ...painted }, asked, viewport, slot) {
  const answers = [
    painted.viewport === viewport, painted.generation === asked.generation,
    painted.width === asked.width, painted.height === asked.height,
    state.series === asked.series, state.position === asked.position, state.count === slot.count,
    state.sop === slot.sop, state.frame === slot.frame,
  ];
  if (!answers.every(Boolean)) {
    throw new Refusal("engine.answer");
  }
}

/**
 * Refuse a view that is not of this study, bundle and manifest, or whose instance, frame or parts
 * are not those of the image asked for.
 * @param {any} view @param {Asked} asked
 * @param {{study: import("./study.js").Study, bundle: string, viewport: string, slot: import("./study.js").Slot}} site
 */
export function checkView(view, asked, { study, bundle, viewport, slot }) {
  const agrees = [
    view.study === study.handle, view.manifest === study.manifestDigest, view.bundle === bundle,
    view.series === slot.series, view.sop === slot.sop, view.frame === slot.frame,
    view.parts.join() === slot.digests.join(),
    view.viewport.id === viewport, view.viewport.width === asked.width, view.viewport.height === asked.height,
    view.generation === asked.generation, HEX_64.test(view.pixel_sha256),
  ];
  if (!agrees.every(Boolean)) {
    throw new Refusal("engine.view");
  }
}
