import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

import { loadWords } from "../../../web/i18n.js";
import { findingText, findingsAt, labelOf, orderOf, seriesTitle } from "../../../web/stack-words.js";

const missing = { code: "missing", images: [57, 58], values: { count: "2" }, sentence: "2 slices are missing." };
const STACK = {
  traits: [{ kind: "sagittal", value: "" }, { kind: "b_value", value: "1000" }], label: "engine's own", basis: "position_to_left",
  order: "engine's own", findings: [missing, { ...missing, images: [3, 4] }], description: "", number: "7",
};

before(async () => {
  globalThis.fetch = async (path) => ({ json: async () => JSON.parse(readFileSync(new URL(`../../../web${path}`, import.meta.url))) });
  globalThis.document = { documentElement: {} };
  await loadWords(["de-AT"]);
});

test("label, order and findings are in the reader's language", () => {
  assert.equal(labelOf(STACK), "Sagittal, b = 1000");
  assert.equal(orderOf(STACK), "Nach Lage, von rechts nach links");
  assert.equal(findingText(missing), "Zwischen Bild 57 und 58 fehlen 2 Schichten.");
  assert.equal(seriesTitle(STACK), "Serie 7");
});

test("what the page has no words for is told in the engine's", () => {
  assert.equal(labelOf({ ...STACK, traits: [...STACK.traits, { kind: "new", value: "" }] }), "engine's own");
  assert.equal(orderOf({ ...STACK, basis: "new" }), "engine's own");
  assert.equal(findingText({ ...missing, code: "new" }), "2 slices are missing.");
});

test("findings about the image that is shown come first", () => {
  assert.deepEqual(findingsAt(STACK, 2).map(({ images }) => images), [[3, 4], [57, 58]]);
  assert.deepEqual(findingsAt(STACK, 57).map(({ images }) => images), [[57, 58], [3, 4]]);
});
