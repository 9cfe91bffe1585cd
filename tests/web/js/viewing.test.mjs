import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Refusal } from "../../../web/refusal.js";
import { calm, drag, holdTime, pass, scene, slot } from "./viewing-scene.mjs";

holdTime();

test("an image is laid out, shown, and settles 250 ms after the last input, once", async () => {
  const { viewing, log, told, views } = scene();
  viewing.show({ stack: 0, position: 3 });
  await calm();
  assert.deepEqual(told, [["layout", "canvas"], ["show", 3]]);
  await pass(249);
  assert.deepEqual(views, []);
  await pass(1);
  assert.deepEqual(views, [2]);
  assert.deepEqual(log.at(-1), ["settle", "0".repeat(64)]);
  await pass(5_000);
  assert.deepEqual(views, [2]);
});

test("one command at a time is on its way, and movements meanwhile become one", async () => {
  const { viewing, told } = scene();
  viewing.show({ stack: 0, position: 0 });
  await calm();
  [1, 2, 3, 4].forEach((dx) => viewing.tell(drag(dx)));
  await calm();
  assert.deepEqual(told.slice(2), [["gesture", 10]]);
});

test("of many wishes while scrolling the last is shown", async () => {
  const { viewing, log } = scene();
  for (let position = 0; position < 40; position += 1) {
    viewing.show({ stack: 0, position });
  }
  await calm();
  const painted = log.filter(([name]) => name === "paint").map(([, position]) => position);
  assert.equal(painted.at(-1), 39);
  assert.ok(painted.length < 5);
});

test("generations only grow", async () => {
  const { viewing, log } = scene();
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.tell(drag(1));
  await calm();
  viewing.show({ stack: 0, position: 1 });
  await calm();
  await pass(300);
  const generations = log.filter(([name]) => name === "paint").map(([, , generation]) => generation);
  assert.deepEqual(generations, [1, 2, 3, 4]);
});

test("a refusal takes the picture away, drops what was queued, and the next image gets a new canvas", async () => {
  let isBroken = true;
  const refuses = (command, { position }) => (command === "show" && position === 1 && isBroken ? new Refusal("pixels.size") : null);
  const { viewing, log, told, views } = scene({ refuses });
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.show({ stack: 0, position: 1 });
  viewing.tell(drag(1));
  await calm();
  viewing.tell(drag(1));
  await pass(1_000);
  assert.deepEqual(log.at(-1), ["refuse", "pixels.size"]);
  assert.equal(viewing.painted, null);
  assert.deepEqual(views, []);
  isBroken = false;
  const before = told.length;
  viewing.show({ stack: 0, position: 1 });
  await calm();
  assert.deepEqual(told.slice(before), [["layout", "canvas"], ["show", 1]]);
});

test("a part that cannot be had refuses its image", async () => {
  const { viewing, log, told } = scene({ ensure: async () => { throw new Refusal("integrity.object"); } });
  viewing.show({ stack: 0, position: 0 });
  await calm();
  assert.deepEqual(log.at(-1), ["refuse", "integrity.object"]);
  assert.deepEqual(told, []);
});

test("an answer to another question is refused, not shown", async () => {
  const { viewing, log, element } = scene();
  element.name = "2";
  viewing.show({ stack: 0, position: 0 });
  await calm();
  assert.deepEqual(log.at(-1), ["refuse", "engine.answer"]);
});

test("after stopping nothing is painted, refused or recorded", async () => {
  const { viewing, log, views } = scene();
  viewing.show({ stack: 0, position: 0 });
  viewing.stop();
  await pass(1_000);
  assert.deepEqual(log.filter(([name]) => name === "paint" || name === "refuse"), []);
  assert.deepEqual(views, []);
});

test("a long movement is recorded once a second", async () => {
  const { viewing, views } = scene();
  viewing.show({ stack: 0, position: 0 });
  await calm();
  await pass(300);
  const now = mock.method(performance, "now", () => 0);
  let clock = 0;
  now.mock.mockImplementation(() => clock);
  for (let step = 0; step < 30; step += 1) {
    viewing.tell(drag(1));
    viewing.tell({ command: "set", body: { change: { invert: true } } });
    clock += 100;
    await calm();
  }
  now.mock.restore();
  assert.ok(views.length >= 2 && views.length <= 4, `${views.length} records of 3 s`);
});

/** A clock that the test sets, for `work` alone. */
async function timed(work) {
  let clock = 0;
  const now = mock.method(performance, "now", () => clock);
  try {
    await work(async (ms) => { clock += ms; await pass(ms); });
  } finally {
    now.mock.restore();
  }
}

test("scrolling is recorded once a second while it lasts, each time what stood there", async () => {
  const { viewing, log, views } = scene();
  const records = [];
  viewing.addEventListener("view-settled", ({ view }) => records.push(view.sop));
  await timed(async (wait) => {
    for (let position = 0; position < 40; position += 1) {
      viewing.show({ stack: 0, position });
      await wait(100);
    }
    assert.ok(views.length >= 3 && views.length <= 4, `${views.length} records of 4 s`);
    assert.deepEqual(records[0], slot(0, 10).sop);
    await wait(250);
  });
  assert.equal(records.at(-1), slot(0, 39).sop);
  assert.equal(log.at(-1)[0], "settle");
});

test("a second that began before the last record is not counted again", async () => {
  const { viewing, views } = scene();
  await timed(async (wait) => {
    viewing.show({ stack: 0, position: 0 });
    await wait(250);
    await wait(60_000);
    viewing.show({ stack: 0, position: 1 });
    await wait(100);
    viewing.show({ stack: 0, position: 2 });
    await wait(100);
  });
  assert.equal(views.length, 1);
});

const preset = { command: "set", body: { change: { preset: "of stack 0" } } };

test("what was told for one stack is never told of another", async () => {
  const { viewing, told } = scene();
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.tell(drag(1)); // under way when the next stack is wanted
  viewing.show({ stack: 1, position: 0 });
  viewing.tell(preset);
  viewing.tell(drag(2));
  await calm();
  assert.deepEqual(told.slice(2), [["gesture", 1], ["show", 0]]);
  assert.equal(viewing.painted.state.stack, 1);
});

test("nor what is told while that other stack is being shown", async () => {
  const { viewing, told, log } = scene();
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.show({ stack: 1, position: 0 });
  while (told.length < 3) {
    await null;
  }
  viewing.tell(preset);
  await calm();
  assert.deepEqual(told.slice(2), [["show", 0]]);
  viewing.tell(drag(3));
  await calm();
  assert.deepEqual(told.at(-1), ["gesture", 3]);
  assert.deepEqual(log.filter(([name]) => name === "refuse"), []);
});

test("within a stack what was told goes on to the next image", async () => {
  const { viewing, told } = scene();
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.show({ stack: 0, position: 1 });
  viewing.tell(drag(1));
  viewing.tell({ command: "set", body: { change: { invert: true } } });
  viewing.tell(drag(2));
  await calm();
  assert.deepEqual(told.filter(([command]) => command !== "show").slice(1), [["gesture", 1], ["set", null], ["gesture", 2]]);
});

test("a preset of the image before is not told of the next, which stays", async () => {
  const refuses = (command) => (command === "set" ? new Refusal("command.preset") : null);
  const { viewing, log, told } = scene({ refuses });
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.show({ stack: 0, position: 1 });
  viewing.tell(preset);
  await calm();
  assert.deepEqual(told.slice(2), [["show", 1]]);
  assert.equal(viewing.painted.state.position, 1);
  assert.deepEqual(log.filter(([name]) => name === "refuse"), []);
});
