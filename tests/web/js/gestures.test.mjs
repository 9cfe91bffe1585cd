import assert from "node:assert/strict";
import { test } from "node:test";

import { Commands } from "../../../web/commands.js";
import { Gestures } from "../../../web/gestures.js";

/** A surface under the hands of the test, and what it dispatched. */
function scene({ ratio = 1 } = {}) {
  globalThis.devicePixelRatio = ratio;
  const surface = new EventTarget();
  surface.setPointerCapture = () => {};
  new Gestures(surface, { getBoundingClientRect: () => ({ left: 0, top: 0 }) });
  const moves = [];
  const steps = [];
  surface.addEventListener("viewport-moved", ({ movement }) => moves.push(movement));
  surface.addEventListener("viewport-scrolled", (event) => steps.push(event.steps));
  const send = (type, fields) => {
    const event = new Event(type, { cancelable: true });
    for (const [name, value] of Object.entries(fields)) {
      Object.defineProperty(event, name, { value });
    }
    surface.dispatchEvent(event);
  };
  const point = (type, x, y, fields = {}) => send(type, {
    pointerId: 1, pointerType: "mouse", button: 0, buttons: 1, shiftKey: false, clientX: x, clientY: y, ...fields,
  });
  let now = 0;
  const wheel = (deltaY, { after = 0, deltaMode = 0, ctrlKey = false } = {}) => {
    now += after;
    send("wheel", { deltaY, deltaMode, ctrlKey, timeStamp: now, clientX: 0, clientY: 0 });
  };
  return { surface, moves, steps, point, wheel };
}

const sum = (moves, kind, axis) => moves.filter((one) => one.kind === kind).reduce((all, one) => all + one[axis], 0);

test("a drag is told in whole device pixels, and nothing of it is lost", () => {
  const { moves, point } = scene({ ratio: 1.25 });
  point("pointerdown", 10, 10);
  for (let step = 1; step <= 9; step += 1) {
    point("pointermove", 10 + step, 10 - step);
  }
  assert.deepEqual([sum(moves, "window", "dx"), sum(moves, "window", "dy")], [11, -11]);
  assert.ok(moves.every(({ dx, dy }) => Number.isInteger(dx) && Number.isInteger(dy)));
});

test("what a pan left over does not go into the zoom of the same pinch", () => {
  const { moves, point } = scene();
  const finger = (type, pointerId, x, y) => point(type, x, y, { pointerId, pointerType: "touch" });
  finger("pointerdown", 1, 0, 100);
  finger("pointerdown", 2, 0, 200);
  // both fingers go down by one pixel, in turns: the middle moves, their distance comes back each time
  for (let step = 1; step <= 40; step += 1) {
    finger("pointermove", 1, 0, 100 + step);
    finger("pointermove", 2, 0, 200 + step);
  }
  assert.equal(sum(moves, "pan", "dy"), 40);
  assert.ok(Math.abs(sum(moves, "zoom", "dy")) <= 2, `zoomed by ${sum(moves, "zoom", "dy")}`);
});

test("a pinch of 120 moves leaves two commands to be told", () => {
  const { moves, point } = scene();
  const finger = (type, pointerId, x, y) => point(type, x, y, { pointerId, pointerType: "touch" });
  finger("pointerdown", 1, 100, 100);
  finger("pointerdown", 2, 200, 200);
  for (let step = 1; step <= 60; step += 1) {
    finger("pointermove", 1, 100 - 2 * step, 100 - step);
    finger("pointermove", 2, 200 + 3 * step, 200 + 2 * step);
  }
  assert.ok(moves.length > 200);
  const queue = new Commands();
  moves.forEach((body) => queue.push({ command: "gesture", body }));
  const told = [queue.take(), queue.take()];
  assert.deepEqual(told.map(({ body }) => body.kind), ["pan", "zoom"]);
  assert.equal(told[0].body.dx, sum(moves, "pan", "dx"));
  assert.equal(told[1].body.dy, sum(moves, "zoom", "dy"));
  assert.ok(queue.isEmpty);
});

test("a large notch is an image, at any speed", () => {
  for (const after of [10, 500]) {
    const { steps, wheel } = scene();
    [100, 120, 66, -100].forEach((pixels) => wheel(pixels, { after }));
    assert.deepEqual(steps, [1, 1, 1, -1]);
  }
});

test("a small notch in pixels is an image, as in a browser that tells a few lines' height", () => {
  for (const notch of [48, 40, -57, 16]) {
    const { steps, wheel } = scene();
    [1, 2, 3, 4].forEach(() => wheel(notch, { after: 300 }));
    assert.deepEqual(steps, Array(4).fill(Math.sign(notch)));
  }
});

test("a notch told in lines is an image, also when the system gives one line a notch", () => {
  for (const [lines, after] of [[3, 20], [1, 20], [1, 300], [-3, 20]]) {
    const { steps, wheel } = scene();
    [1, 2, 3].forEach(() => wheel(lines, { after, deltaMode: 1 }));
    assert.deepEqual(steps, Array(3).fill(Math.sign(lines)));
  }
});

test("a browser that tells lines only to those who ask for the mode first is asked so", () => {
  const { steps, surface } = scene();
  for (let notch = 0; notch < 4; notch += 1) {
    let isLines = null; // as Firefox has it
    const mode = () => { isLines ??= true; return isLines ? 1 : 0; };
    const delta = () => { isLines ??= false; return isLines ? 3 : 8; };
    const event = Object.defineProperties(new Event("wheel"), { deltaMode: { get: mode }, deltaY: { get: delta } });
    surface.dispatchEvent(event);
  }
  assert.deepEqual(steps, [1, 1, 1, 1]);
});

test("the fine movements of a touchpad add up, and what is over is kept", () => {
  const { steps, wheel } = scene();
  wheel(4, { after: 1_000 });
  for (let event = 1; event < 50; event += 1) {
    wheel(4, { after: 16 });
  }
  assert.equal(steps.reduce((all, one) => all + one, 0), 4); // 200 pixels
});

test("a finger laid on a touchpad scrolls nothing, and turning round forgets what was over", () => {
  const { steps, wheel } = scene();
  wheel(2, { after: 1_000 });
  wheel(40, { after: 16 });
  wheel(-40, { after: 16 });
  wheel(40, { after: 16 });
  assert.deepEqual(steps, []);
});

test("a drag ends when the button is up, although nobody said so", () => {
  const { moves, point } = scene();
  point("pointerdown", 0, 0);
  point("pointermove", 5, 0);
  point("pointermove", 50, 0, { buttons: 0 });
  point("pointermove", 90, 0, { buttons: 0 });
  assert.equal(sum(moves, "window", "dx"), 5);
});

test("a drag ends when the pointer is taken away", () => {
  const { moves, point } = scene();
  point("pointerdown", 0, 0);
  point("pointermove", 5, 0);
  point("lostpointercapture", 5, 0);
  point("pointermove", 50, 0);
  assert.equal(sum(moves, "window", "dx"), 5);
});

test("the capture that goes with a lifted finger ends nothing that another began", () => {
  const { moves, point } = scene();
  point("pointerdown", 0, 0, { pointerId: 1 });
  point("pointerup", 0, 0, { pointerId: 1 });
  point("pointerdown", 0, 0, { pointerId: 2 });
  point("lostpointercapture", 0, 0, { pointerId: 1 });
  point("pointermove", 7, 0, { pointerId: 2 });
  assert.equal(sum(moves, "window", "dx"), 7);
});

test("a finger is no mouse: it has no buttons to be up", () => {
  const { steps, point } = scene();
  point("pointerdown", 0, 0, { pointerType: "touch" });
  point("pointermove", 0, -40, { pointerType: "touch", buttons: 0 });
  assert.deepEqual(steps, [2]);
});
