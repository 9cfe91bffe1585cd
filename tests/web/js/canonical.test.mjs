import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { canonical } from "../../../web/canonical.js";

const VECTORS = new URL("../../vectors/canonical/", import.meta.url);
const REFUSED_BY_VALUE = { "audit.float": /whole numbers/, "audit.surrogate": /half a character/ };

function readVector(name) {
  const [head, ...body] = readFileSync(new URL(name, VECTORS), "utf8").split("\n\n");
  const header = Object.fromEntries(head.split("\n").map((line) => line.split(/: (.*)/s)));
  return { ...header, body: body.join("\n\n") };
}

const vectors = readdirSync(VECTORS).map((name) => [name, readVector(name)]);

for (const [name, { expect, body }] of vectors.filter(([, one]) => one.expect === "canonical")) {
  test(`canonical vector ${name} (${expect}) is its own form`, () => assert.equal(canonical(JSON.parse(body)), body));
}

for (const [name, vector] of vectors.filter(([, one]) => one.expect === "rewritten")) {
  test(`canonical vector ${name} is rewritten`, () => {
    assert.equal(Buffer.from(canonical(JSON.parse(vector.body))).toString("hex"), vector.canonical);
  });
}

test("there are vectors of both kinds", () => {
  for (const kind of ["canonical", "rewritten"]) {
    assert.ok(vectors.filter(([, one]) => one.expect === kind).length >= 2, kind);
  }
});

for (const [name, value] of [["a fraction", 1.5], ["infinity", Infinity], ["not a number", NaN], ["beyond 2^53", 2 ** 53]]) {
  test(`${name} is refused`, () => assert.throws(() => canonical([value]), REFUSED_BY_VALUE["audit.float"]));
}

for (const value of ["\ud800", "a\udc00"]) {
  test(`half a character is refused, as value and as key (${value.length})`, () => {
    assert.throws(() => canonical(value), REFUSED_BY_VALUE["audit.surrogate"]);
    assert.throws(() => canonical({ [value]: 1 }), REFUSED_BY_VALUE["audit.surrogate"]);
  });
}

for (const [name, value] of [["undefined", undefined], ["a function", () => 1], ["a date", new Date(0)], ["a map", new Map()], ["a big integer", 1n]]) {
  test(`${name} is not JSON`, () => assert.throws(() => canonical({ value }), TypeError));
}

test("zero has no sign", () => assert.equal(canonical([-0]), "[0]"));
