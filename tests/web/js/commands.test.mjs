import assert from "node:assert/strict";
import { test } from "node:test";

import { Commands } from "../../../web/commands.js";

const gesture = (kind, dx, dy, x = 0) => ({ command: "gesture", body: { kind, dx, dy, x, y: 0 } });
const set = (change) => ({ command: "set", body: { change } });

function drained(...commands) {
  const queue = new Commands();
  commands.forEach((command) => queue.push(command));
  const taken = [];
  while (!queue.isEmpty) {
    taken.push(queue.take());
  }
  return taken;
}

test("movements of one kind add up, at the latest place", () => {
  assert.deepEqual(drained(gesture("pan", 1, 2), gesture("pan", 3, -5, 9)), [gesture("pan", 4, -3, 9)]);
});

test("movements of different kinds keep their order", () => {
  const given = [gesture("pan", 1, 0), gesture("zoom", 0, 1), gesture("pan", 1, 0)];
  assert.deepEqual(drained(...given), given);
});

test("the latest of one change wins, different changes stay", () => {
  assert.deepEqual(drained(set({ preset: "a" }), set({ preset: "b" }), set({ invert: true })), [set({ preset: "b" }), set({ invert: true })]);
});

test("nothing is left after clearing", () => {
  const queue = new Commands();
  queue.push(set({ reset: true }));
  queue.clear();
  assert.equal(queue.take(), undefined);
});
