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

test("turns go on from each other, so none replaces another", () => {
  const given = [set({ rotate: 90 }), set({ rotate: 90 }), set({ flip: "vertical" }), set({ flip: "vertical" })];
  assert.deepEqual(drained(...given), given);
});

test("movements of different kinds keep their order", () => {
  const given = [gesture("pan", 1, 0), gesture("window", 0, 1), gesture("pan", 1, 0)];
  assert.deepEqual(drained(...given), given);
});

/** Where device pixel 0 of a picture lies, and how large a pixel of it is, after these movements. */
function placed(commands) {
  let [x, y, zoom] = [40, -7, 1.5];
  for (const { body } of commands) {
    if (body.kind === "pan") {
      [x, y] = [x + body.dx, y + body.dy];
    } else {
      const factor = 1.004 ** -body.dy;
      [x, y, zoom] = [body.x - (body.x - x) * factor, body.y - (body.y - y) * factor, zoom * factor];
    }
  }
  return [x, y, zoom].map((value) => value.toFixed(6));
}

/** What two fingers send: at each move the middle goes on, and the distance changes about it. */
function pinch(moves) {
  const middle = { x: 300, y: 200 };
  return Array.from({ length: moves }, (_, move) => {
    const [dx, dy] = [move % 3, 1 - (move % 2)];
    Object.assign(middle, { x: middle.x + dx, y: middle.y + dy });
    return ["pan", "zoom"].map((kind) => ({
      command: "gesture", body: { kind, ...(kind === "pan" ? { dx, dy } : { dx: 0, dy: (move % 5) - 3 }), ...middle },
    }));
  }).flat();
}

for (const first of [0, 1]) {
  test(`a pinch of 120 moves waits as one pan and one zoom, which lead to the same picture (from ${first})`, () => {
    const moves = pinch(120).slice(first);
    const waiting = drained(...moves);
    assert.deepEqual(waiting.map(({ body }) => body.kind), ["pan", "zoom"]);
    assert.deepEqual(placed(waiting), placed(moves));
  });
}

test("a window drag is no part of a pinch", () => {
  const given = [gesture("pan", 1, 0), gesture("window", 2, 0), gesture("zoom", 0, 1)];
  assert.deepEqual(drained(...given), given);
});

test("the latest of one change wins, different changes stay", () => {
  assert.deepEqual(drained(set({ preset: "a" }), set({ preset: "b" }), set({ invert: true })), [set({ preset: "b" }), set({ invert: true })]);
});

/** What is left of some commands when the reader has gone from one image to another. */
function carried(before, place, ...commands) {
  const queue = new Commands();
  commands.forEach((command) => queue.push(command));
  queue.follow(before, place);
  const left = [];
  while (!queue.isEmpty) {
    left.push(queue.take());
  }
  return left;
}

const MEANT = [gesture("window", 1, 0), set({ preset: "file-2" }), set({ rotate: 90 }), set({ presentation_state: "1.2" }), set({ invert: true })];

test("to another image of the stack goes all but what the one before offered", () => {
  const left = carried({ stack: 0, position: 0 }, { stack: 0, position: 1 }, ...MEANT);
  assert.deepEqual(left, [gesture("window", 1, 0), set({ rotate: 90 }), set({ invert: true })]);
});

test("the same image once more keeps all, another stack nothing", () => {
  const place = { stack: 0, position: 1 };
  assert.deepEqual(carried(place, place, ...MEANT), MEANT);
  assert.deepEqual(carried(place, { stack: 1, position: 1 }, ...MEANT), []);
});

test("nothing is left after clearing", () => {
  const queue = new Commands();
  queue.push(set({ reset: true }));
  queue.clear();
  assert.equal(queue.take(), undefined);
});
