import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Refusal } from "../../../web/refusal.js";
import { Viewing } from "../../../web/viewing.js";

const COUNT = 50;
const slot = (series, position) => ({ series: `1.${series}`, sop: `1.${series}.${position}`, frame: 1, digests: ["d"], count: COUNT });

/** A viewport, an engine that answers when the test lets it, and a loader that has everything. */
function scene({ refuses = () => null, ensure = async () => {} } = {}) {
  const log = [];
  const told = [];
  const note = (name) => (...given) => log.push([name, ...given]);
  let hasCanvas = false;
  const element = {
    name: "1", hasSize: () => true, layout: () => ({ width: 8, height: 6, scale_verified: true }),
    freshCanvas: () => { const fresh = hasCanvas ? undefined : "canvas"; hasCanvas = true; return fresh; },
    paint: ({ state, generation }) => log.push(["paint", state.position, generation]),
    refuse: ({ code }) => { hasCanvas = false; log.push(["refuse", code]); },
    settle: note("settle"), load: ({ position }) => log.push(["load", position]), loaded() {}, unsettle: note("unsettle"),
  };
  let shown = { series: 0, position: 0 };
  const answer = (command, body) => {
    shown = command === "show" ? { series: body.series, position: body.position } : shown;
    const { sop, frame, series } = slot(shown.series, shown.position);
    const painted = { viewport: "1", generation: body.generation, width: 8, height: 6, state: { ...shown, sop, frame, count: COUNT } };
    const view = { study: "h", manifest: "m", bundle: "b", series, sop, frame, parts: ["d"], viewport: { id: "1", width: 8, height: 6 }, generation: body.generation, pixel_sha256: "0".repeat(64) };
    return command === "settle" ? { ...painted, view } : painted;
  };
  const engine = {
    async call(command, body, { canvas } = {}) {
      told.push(canvas ? [command, canvas] : [command, body.position ?? body.dx ?? null]);
      await new Promise((resolve) => { setImmediate(resolve); });
      const refusal = refuses(command, body);
      if (refusal) {
        throw refusal;
      }
      return command === "layout" ? {} : answer(command, body);
    },
  };
  const study = { handle: "h", manifestDigest: "m", megapixels: 1, slot };
  const viewing = new Viewing({ engine, study, bundle: "b", element, loader: { ensure, prefetch() {} } });
  const views = [];
  viewing.addEventListener("view-settled", ({ view }) => views.push(view.generation));
  return { viewing, log, told, views, element };
}

const calm = async () => {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => { setImmediate(resolve); });
  }
};

const pass = async (ms) => {
  mock.timers.tick(ms);
  await calm();
};

const drag = (dx) => ({ command: "gesture", body: { kind: "pan", dx, dy: 0, x: 0, y: 0 } });

test.beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
test.afterEach(() => mock.timers.reset());

test("an image is laid out, shown, and settles 250 ms after the last input, once", async () => {
  const { viewing, log, told, views } = scene();
  viewing.show({ series: 0, position: 3 });
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
  viewing.show({ series: 0, position: 0 });
  await calm();
  [1, 2, 3, 4].forEach((dx) => viewing.tell(drag(dx)));
  await calm();
  assert.deepEqual(told.slice(2), [["gesture", 10]]);
});

test("of many wishes while scrolling the last is shown", async () => {
  const { viewing, log } = scene();
  for (let position = 0; position < 40; position += 1) {
    viewing.show({ series: 0, position });
  }
  await calm();
  const painted = log.filter(([name]) => name === "paint").map(([, position]) => position);
  assert.equal(painted.at(-1), 39);
  assert.ok(painted.length < 5);
});

test("generations only grow", async () => {
  const { viewing, log } = scene();
  viewing.show({ series: 0, position: 0 });
  await calm();
  viewing.tell(drag(1));
  await calm();
  viewing.show({ series: 0, position: 1 });
  await calm();
  await pass(300);
  const generations = log.filter(([name]) => name === "paint").map(([, , generation]) => generation);
  assert.deepEqual(generations, [1, 2, 3, 4]);
});

test("a refusal takes the picture away, drops what was queued, and the next image gets a new canvas", async () => {
  let isBroken = true;
  const refuses = (command, { position }) => (command === "show" && position === 1 && isBroken ? new Refusal("pixels.size") : null);
  const { viewing, log, told, views } = scene({ refuses });
  viewing.show({ series: 0, position: 0 });
  await calm();
  viewing.show({ series: 0, position: 1 });
  viewing.tell(drag(1));
  await calm();
  viewing.tell(drag(1));
  await pass(1_000);
  assert.deepEqual(log.at(-1), ["refuse", "pixels.size"]);
  assert.equal(viewing.painted, null);
  assert.deepEqual(views, []);
  isBroken = false;
  const before = told.length;
  viewing.show({ series: 0, position: 1 });
  await calm();
  assert.deepEqual(told.slice(before), [["layout", "canvas"], ["show", 1]]);
});

test("a part that cannot be had refuses its image", async () => {
  const { viewing, log, told } = scene({ ensure: async () => { throw new Refusal("integrity.object"); } });
  viewing.show({ series: 0, position: 0 });
  await calm();
  assert.deepEqual(log.at(-1), ["refuse", "integrity.object"]);
  assert.deepEqual(told, []);
});

test("an answer to another question is refused, not shown", async () => {
  const { viewing, log, element } = scene();
  element.name = "2";
  viewing.show({ series: 0, position: 0 });
  await calm();
  assert.deepEqual(log.at(-1), ["refuse", "engine.answer"]);
});

test("after stopping nothing is painted, refused or recorded", async () => {
  const { viewing, log, views } = scene();
  viewing.show({ series: 0, position: 0 });
  viewing.stop();
  await pass(1_000);
  assert.deepEqual(log.filter(([name]) => name === "paint" || name === "refuse"), []);
  assert.deepEqual(views, []);
});

test("a long movement is recorded once a second", async () => {
  const { viewing, views } = scene();
  viewing.show({ series: 0, position: 0 });
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
