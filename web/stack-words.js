// What a stack is called, on what its order rests and what is wrong with it, in the reader's words.
// The engine sends codes and, for codes this page does not know, its own English sentences.

import { known, t } from "./i18n.js";

/**
 * @typedef {{code: string, images: number[], values: Record<string, string>, sentence: string}} Finding
 * @typedef {{index: number, series: number, modality: string, number: string, description: string, label: string,
 *   traits: {kind: string, value: string}[], basis: string, order: string, findings: Finding[], count: number,
 *   viewable: boolean, images: [number, number][]}} Stack as the engine lists it
 */

/** @param {Stack} stack @returns {string} "Sagittal, b = 1000"; "" where the series is the stack */
export function labelOf({ traits, label }) {
  const words = traits.map(({ kind, value }) => known(`stack.trait.${kind}`, { value }));
  return words.every((one) => one !== null) ? words.join(", ") : label;
}

/** @param {Stack} stack @returns {string} what its order rests on */
export const orderOf = ({ basis, order }) => known(`stack.basis.${basis}`) ?? order;

/** @param {Finding} finding @returns {string} one sentence */
export function findingText({ code, images, values, sentence }) {
  return known(`stack.finding.${code}`, { ...values, first: images[0], last: images.at(-1) }) ?? sentence;
}

/** @param {Stack} stack @returns {string} what its series is called */
export function seriesTitle({ description, number }) {
  return description || t(number ? "series.untitled" : "series.unnumbered", { number });
}

/** Findings with those about this image first. @param {Stack} stack @param {number} position from 0 */
export function findingsAt({ findings }, position) {
  const isHere = ({ images }) => images.includes(position + 1);
  return [...findings.filter(isHere), ...findings.filter((one) => !isHere(one))];
}
