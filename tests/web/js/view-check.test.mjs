import assert from "node:assert/strict";
import { test } from "node:test";

import { Study } from "../../../web/study.js";
import { checkPainted, checkView } from "../../../web/view-check.js";

const part = (sha256) => ({ kind: "frame", index: 0, sha256 });
const MANIFEST = {
  handle: "h",
  series: [{
    series: "1.2",
    instances: [
      { sop: "1.2.1", frames: 0, whole: "no pixels", rows: 0, columns: 0, parts: [part("w")] },
      { sop: "1.2.2", frames: 2, whole: null, rows: 3000, columns: 2000, parts: [part("h"), part("f0"), part("f1"), part("t")] },
      { sop: "1.2.3", frames: 1, whole: "deflated", rows: 512, columns: 512, parts: [part("d")] },
    ],
  }],
};
const study = new Study(null, null, { manifest: MANIFEST, bytes: null, digest: "m", dek: null });
const STACKS = [{ series: 0, count: 3, images: [[1, 1], [1, 2], [2, 1]] }];
study.arrange(STACKS);
const asked = { stack: 0, position: 1, generation: 9, width: 8, height: 6 };
const slot = study.slot(0, 1);
const PAINTED = { viewport: "1", generation: 9, width: 8, height: 6, state: { stack: 0, position: 1, count: 3, sop: "1.2.2", frame: 2 } };
const VIEW = {
  study: "h", manifest: "m", bundle: "b", series: "1.2", sop: "1.2.2", frame: 2, parts: ["h", "f1"],
  presentation: {
    voi: { function: "LINEAR", center: "40", width: "400", explanation: "" }, invert: false,
    zoom_e6: 1_000_000, center_column_e6: 256_000_000, center_row_e6: -1, mode: "free", interpolation: "area",
    rotation: 90, flip: true, state: "", overlays: false, graphics_sha256: "",
  },
  viewport: { id: "1", width: 8, height: 6, device_pixel_ratio_e6: 1_000_000, scale_verified: true },
  layout_id: "1x1", generation: 9, exact: true, pixel_sha256: "0".repeat(64),
};

test("a stack's place names instance, frame and parts by the manifest, in the engine's order", () => {
  const stack = [0, 1, 2].map((position) => study.slot(0, position));
  assert.deepEqual(stack.map(({ sop, frame, digests }) => [sop, frame, digests.join()]), [["1.2.2", 1, "h,f0"], ["1.2.2", 2, "h,f1"], ["1.2.3", 1, "d"]]);
  assert.throws(() => study.slot(0, 3), { code: "manifest.part" });
  assert.deepEqual(stack.map(({ megapixels }) => megapixels), [6, 6, 512 * 512 / 1e6]);
});

test("frames may stand in any order and in several stacks of their series", () => {
  const other = new Study(null, null, { manifest: MANIFEST, bytes: null, digest: "m", dek: null });
  other.arrange([{ series: 0, count: 1, images: [[2, 1]] }, { series: 0, count: 2, images: [[1, 2], [1, 1]] }]);
  assert.deepEqual([other.slot(0, 0), other.slot(1, 0)].map(({ sop, frame, count }) => [sop, frame, count]), [["1.2.3", 1, 1], ["1.2.2", 2, 2]]);
});

for (const [name, images, count = 3] of [
  ["lack a frame", [[1, 1], [1, 2]], 2], ["hold a frame twice", [[1, 1], [1, 2], [2, 1], [2, 1]], 4],
  ["hold one in another's place", [[1, 1], [1, 2], [1, 2]]], ["hold a frame that is not there", [[1, 1], [1, 2], [2, 2]]],
  ["hold an instance without images", [[1, 1], [1, 2], [0, 1]]], ["count otherwise", [[1, 1], [1, 2], [2, 1]], 4],
]) {
  test(`stacks that ${name} are refused`, () => {
    const other = new Study(null, null, { manifest: MANIFEST, bytes: null, digest: "m", dek: null });
    assert.throws(() => other.arrange([{ series: 0, count, images }]), { code: "engine.stacks" });
    assert.throws(() => other.slot(0, 0), { code: "manifest.part" });
  });
}

test("what was asked for passes", () => {
  checkPainted(PAINTED, asked, "1", slot);
  checkView(VIEW, asked, { study, bundle: "b", viewport: "1", slot, drawn: "" });
});

for (const [name, value] of [["viewport", "2"], ["generation", 8], ["width", 9], ["height", 9]]) {
  test(`an answer with another ${name} is refused`, () => {
    assert.throws(() => checkPainted({ ...PAINTED, [name]: value }, asked, "1", slot), { code: "engine.answer" });
  });
}

for (const [name, value] of [["stack", 1], ["position", 2], ["count", 4], ["sop", "1.2.3"], ["frame", 1]]) {
  test(`an answer for another ${name} is refused`, () => {
    assert.throws(() => checkPainted({ ...PAINTED, state: { ...PAINTED.state, [name]: value } }, asked, "1", slot), { code: "engine.answer" });
  });
}

for (const [name, value] of [
  ["study", "x"], ["manifest", "x"], ["bundle", "x"], ["series", "x"], ["sop", "1.2.3"], ["frame", 1], ["generation", 8],
  ["parts", []], ["parts", ["f1", "h"]], ["parts", ["h", "f0"]], ["parts", ["h", "f1", "t"]], ["pixel_sha256", "0"], ["pixel_sha256", undefined],
  ["parts", ["h,f1"]], ["viewport", { ...VIEW.viewport, id: "2" }], ["viewport", { ...VIEW.viewport, width: 9 }],
]) {
  test(`a view with another ${name} (${JSON.stringify(value)}) is not signed`, () => {
    assert.throws(() => checkView({ ...VIEW, [name]: value }, asked, { study, bundle: "b", viewport: "1", slot, drawn: "" }), { code: "engine.view" });
  });
}

/** Every object in a view, by the names that lead to it. */
const OBJECTS = [[], ["presentation"], ["presentation", "voi"], ["viewport"]];

/** A copy of the view, one object of which was changed. */
function changed(path, change) {
  const copy = structuredClone(VIEW);
  change(path.reduce((object, name) => object[name], copy));
  return copy;
}

const check = (view) => checkView(view, asked, { study, bundle: "b", viewport: "1", slot, drawn: "" });
const isRefused = (view) => assert.throws(() => check(view), { code: "engine.view" });

for (const path of OBJECTS) {
  const where = path.join(".") || "the view";
  test(`a member too many in ${where} is not signed`, () => isRefused(changed(path, (object) => { object.note = "DOE^JANE"; })));

  test(`a member too few in ${where} is not signed`, () => {
    for (const name of Object.keys(path.reduce((object, step) => object[step], VIEW))) {
      isRefused(changed(path, (object) => { delete object[name]; }));
    }
  });

  test(`a member of another type in ${where} is not signed`, () => {
    for (const name of Object.keys(path.reduce((object, step) => object[step], VIEW))) {
      for (const other of [null, 0.5, [], {}, undefined]) {
        isRefused(changed(path, (object) => { object[name] = other; }));
      }
    }
  });
}

test("what was drawn over the pixels is signed by its own digest, or not at all", () => {
  const drawn = "d".repeat(64);
  const told = changed(["presentation"], (object) => { object.graphics_sha256 = drawn; });
  const site = { study, bundle: "b", viewport: "1", slot };
  checkView(told, asked, { ...site, drawn });
  for (const other of ["", "e".repeat(64)]) {
    assert.throws(() => checkView(told, asked, { ...site, drawn: other }), { code: "engine.view" });
  }
  assert.throws(() => checkView(VIEW, asked, { ...site, drawn }), { code: "engine.view" });
});
