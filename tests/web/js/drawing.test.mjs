import assert from "node:assert/strict";
import { before, test } from "node:test";

import { drawing } from "../../../web/drawing.js";

/** An element as far as it is spoken to; it has no way to parse markup. */
class Node {
  constructor(namespace, name) {
    Object.assign(this, { namespace, name, attributes: {}, children: [], textContent: "" });
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  append(...children) {
    this.children.push(...children);
  }
}

before(() => {
  globalThis.document = { createElementNS: (namespace, name) => new Node(namespace, name) };
  globalThis.devicePixelRatio = 2;
});

const SHAPE = { filled: false, grey: 255 };
const drawn = (...graphics) => drawing(graphics, 100, 50);

test("the sheet is as large as the canvas, and counts in the engine's units", () => {
  const { name, attributes } = drawn();
  assert.deepEqual([name, attributes.viewBox, attributes.width, attributes.height], ["svg", "0 0 6400 3200", "50", "25"]);
});

test("points stay the integers that they are", () => {
  const [halo, line] = drawn({ ...SHAPE, kind: "polyline", points: [0, 64, 128, -5] }).children;
  assert.deepEqual([halo.attributes.points, line.attributes.points], ["0 64 128 -5", "0 64 128 -5"]);
  assert.deepEqual([halo.attributes.stroke, line.attributes.stroke, line.attributes.fill], ["rgb(0,0,0)", "rgb(255,255,255)", "none"]);
});

test("curves are cubic, ellipses a circle on two half axes, points a dot", () => {
  const made = drawn(
    { ...SHAPE, kind: "curve", points: [1, 2, 3, 4, 5, 6, 7, 8] }, { ...SHAPE, kind: "ellipse", points: [10, 20, 3, 0, 0, 4], filled: true, grey: 0 },
    { ...SHAPE, kind: "point", points: [9, 8] },
  ).children;
  assert.equal(made[1].attributes.d, "M1 2C3 4 5 6 7 8");
  const { transform, fill, stroke } = made[3].attributes;
  assert.deepEqual([transform, fill, stroke, made[2].attributes.stroke], ["matrix(3 0 0 4 10 20)", "rgb(0,0,0)", "rgb(0,0,0)", "rgb(255,255,255)"]);
  assert.deepEqual([made[5].name, made[5].attributes.cx, made[5].attributes.cy, made[5].attributes.r], ["circle", "9", "8", "384"]);
});

test("text is text, whatever it says, each line at its place", () => {
  const hostile = "<script>alert(1)</script>";
  const lines = [{ x: 1, y: 2, text: hostile }, { x: 3, y: 4, text: "b" }];
  const made = drawn({ kind: "text", lines, align: "center", rotation: 90, size: 1024, grey: 255 }).children;
  assert.deepEqual(made.map((one) => [one.name, one.textContent, one.children.length]), [["text", hostile, 0], ["text", "b", 0]]);
  const { "font-size": size, "text-anchor": anchor, transform } = made[1].attributes;
  assert.deepEqual([size, anchor, transform], ["1024", "middle", "rotate(90 3 4)"]);
});

test("nothing carries a style of its own, which the policy would refuse", () => {
  const all = drawn({ ...SHAPE, kind: "polyline", points: [0, 0, 1, 1] }, { kind: "text", lines: [{ x: 0, y: 0, text: "a" }], align: "left", rotation: 0, size: 9, grey: 9 });
  assert.ok([all, ...all.children].every(({ attributes }) => !("style" in attributes)));
});
