import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Refusal } from "../../../web/refusal.js";
import { Viewing } from "../../../web/viewing.js";

const COUNT = 50;
const LOOK = {
  presentation: {
    voi: { function: "LINEAR", center: "40", width: "400", explanation: "" }, invert: false,
    zoom_e6: 1_000_000, center_column_e6: 0, center_row_e6: 0, mode: "fit", interpolation: "nearest",
    rotation: 90, flip: true, state: "", overlays: false, graphics_sha256: "",
  },
  viewport: { id: "1", width: 8, height: 6, device_pixel_ratio_e6: 1_000_000, scale_verified: true },
  layout_id: "1x1", exact: true, pixel_sha256: "0".repeat(64),
};
const slot = (stack, position) => ({ series: `1.${stack}`, sop: `1.${stack}.${position}`, frame: 1, digests: ["d"], count: COUNT, megapixels: 1 });

/** A viewport, an engine that answers when the test lets it, and a loader that has everything. */
function scene({ refuses = () => null, ensure = async () => {}, answered = async () => {}, isHere = () => false } = {}) {
  const log = [];
  const told = [];
  const note = (name) => (...given) => log.push([name, ...given]);
  let hasCanvas = false;
  const element = {
    name: "1", hasSize: () => true, layout: () => ({ width: 8, height: 6, scale_verified: true }),
    freshCanvas: () => { const fresh = hasCanvas ? undefined : "canvas"; hasCanvas = true; return fresh; },
    paint: ({ state, generation }) => log.push(["paint", state.position, generation]),
    refuse: ({ code }) => { hasCanvas = false; log.push(["refuse", code]); },
    settle: note("settle"), work: note("work"), rest() {}, load: ({ position }) => log.push(["load", position]), loaded() {}, unsettle: note("unsettle"),
  };
  let shown = { stack: 0, position: 0 };
  const answer = (command, body) => {
    shown = command === "show" ? { stack: body.stack, position: body.position } : shown;
    const { sop, frame, series } = slot(shown.stack, shown.position);
    const painted = { viewport: "1", generation: body.generation, width: 8, height: 6, state: { ...shown, sop, frame, count: COUNT } };
    const view = { study: "h", manifest: "m", bundle: "b", series, sop, frame, parts: ["d"], ...LOOK, generation: body.generation };
    return command === "settle" ? { ...painted, view } : painted;
  };
  const engine = {
    limitFor: () => 5_000,
    cancel: note("cancel"),
    async call(command, body, { canvas } = {}) {
      told.push(canvas ? [command, canvas] : [command, body.position ?? body.dx ?? null]);
      await new Promise((resolve) => { setImmediate(resolve); });
      await answered(command, body);
      const refusal = refuses(command, body);
      if (refusal) {
        throw refusal;
      }
      return command === "layout" ? {} : answer(command, body);
    },
  };
  const study = { handle: "h", manifestDigest: "m", slot };
  const viewing = new Viewing({ engine, study, bundle: "b", element, loader: { ensure, isHere, prefetch() {} } });
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

/** Loads that never come, except of the positions named; each is called off by its signal. */
function hanging(...held) {
  const asked = [];
  const ensure = (stack, position, { signal }) => {
    asked.push({ position, signal });
    return held.includes(position) ? Promise.resolve() : new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  };
  return { asked, ensure };
}

test("a load that hangs gives way to a newer wish in a second, to an image that is here at once", async () => {
  const { asked, ensure } = hanging(0, 7);
  const { viewing, log } = scene({ ensure, isHere: ({ position }) => position === 7 });
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.show({ stack: 0, position: 5 });
  viewing.show({ stack: 0, position: 6 });
  await calm();
  assert.deepEqual(asked.map(({ position }) => position), [0, 5]);
  await pass(1_000);
  assert.deepEqual(asked.map(({ position }) => position), [0, 5, 6]);
  viewing.show({ stack: 0, position: 7 });
  await pass(0);
  const ended = asked.map(({ position, signal }) => [position, signal.aborted]);
  assert.deepEqual(ended.slice(1), [[5, true], [6, true], [7, false]]);
  const painted = new Set(log.filter(([name]) => name === "paint").map(([, position]) => position));
  assert.deepEqual([...painted], [0, 7]);
  assert.deepEqual(log.filter(([name]) => name === "refuse"), []);
});

test("a long scroll over images that are still to come shows those that come on its way", async () => {
  const ensure = (_stack, _position, { signal }) => new Promise((resolve, reject) => {
    setTimeout(resolve, 300);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  const { viewing, log } = scene({ ensure });
  for (let position = 0; position < 30; position += 1) {
    viewing.show({ stack: 0, position });
    await pass(100);
  }
  const shown = log.filter(([name]) => name === "paint").length;
  assert.ok(shown >= 8, `${shown} of 30`);
});

test("what stands there settles also while the next image is long in coming, once", async () => {
  const { ensure } = hanging(0);
  const { viewing, views } = scene({ ensure });
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.show({ stack: 0, position: 1 });
  await pass(10_000);
  viewing.show({ stack: 0, position: 2 });
  await pass(10_000);
  assert.deepEqual(views, [2]);
});

for (const [ms, isSeen] of [[999, false], [1_000, true]]) {
  test(`an engine at work for ${ms} ms is ${isSeen ? "" : "not yet "}seen, and can be ended`, async () => {
    const { viewing, log } = scene({ answered: (command) => (command === "show" ? new Promise(() => {}) : null) });
    viewing.show({ series: 0, position: 0 });
    await calm();
    await pass(ms);
    const work = log.find(([name]) => name === "work");
    assert.equal(Boolean(work), isSeen);
    work?.[1]();
    assert.equal(log.some(([name]) => name === "cancel"), isSeen);
  });
}

test("stopping calls the load off", async () => {
  const { asked, ensure } = hanging();
  const { viewing, log } = scene({ ensure });
  viewing.show({ stack: 0, position: 0 });
  viewing.stop();
  await calm();
  assert.ok(asked[0].signal.aborted);
  assert.deepEqual(log.filter(([name]) => name === "refuse"), []);
});

for (const [name, input] of [["settle", null], ["gesture", drag(1)], ["show", null], ["layout", null]]) {
  test(`a part refused while a ${name} is under way stays the reason, whatever that brings`, async () => {
    let open = () => {};
    const isOpen = new Promise((resolve) => { open = resolve; });
    let isHeld = false;
    const answered = (command) => (isHeld && command === name ? isOpen : null);
    const ensure = async (_, position) => { if (position === 9) { throw new Refusal("integrity.object"); } };
    const { viewing, log, views, element } = scene({ ensure, answered });
    viewing.show({ stack: 0, position: 0 });
    await calm();
    isHeld = true;
    if (name === "layout" || name === "show") {
      element.layout = () => ({ width: 8, height: 7, scale_verified: true });
      viewing.resize();
    } else if (input) {
      viewing.tell(input);
    }
    await pass(name === "settle" ? 250 : 0);
    viewing.show({ stack: 0, position: 9 });
    await calm();
    assert.deepEqual(log.at(-1), ["refuse", "integrity.object"]);
    open();
    await pass(1_000);
    assert.deepEqual(log.at(-1), ["refuse", "integrity.object"]);
    assert.deepEqual(views, []);
    assert.equal(viewing.painted, null);
  });
}

test("a refusal that comes after the picture went does not replace the reason", async () => {
  let open = () => {};
  const isOpen = new Promise((resolve) => { open = resolve; });
  const answered = (command) => (command === "gesture" ? isOpen : null);
  const refuses = (command) => (command === "gesture" ? new Refusal("command.nothing_shown") : null);
  const ensure = async (_, position) => { if (position === 9) { throw new Refusal("integrity.object"); } };
  const { viewing, log } = scene({ ensure, answered, refuses });
  viewing.show({ stack: 0, position: 0 });
  await calm();
  viewing.tell(drag(1));
  viewing.show({ stack: 0, position: 9 });
  await calm();
  open();
  await calm();
  assert.deepEqual(log.filter(([name]) => name === "refuse"), [["refuse", "integrity.object"]]);
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
  viewing.tell(preset);
  viewing.tell(drag(2));
  await calm();
  assert.deepEqual(told.filter(([command]) => command !== "show").slice(1), [["gesture", 1], ["set", null], ["gesture", 2]]);
});

test("it is idle when what stands there is on record and nothing else is wanted", async () => {
  const { ensure } = hanging(0);
  const { viewing } = scene({ ensure });
  const seen = [viewing.isIdle];
  viewing.show({ stack: 0, position: 0 });
  await calm();
  seen.push(viewing.isIdle);
  viewing.addEventListener("view-settled", () => seen.push(viewing.isIdle), { once: true });
  await pass(250);
  viewing.show({ stack: 0, position: 1 });
  seen.push(viewing.isIdle);
  viewing.stop();
  assert.deepEqual(seen, [false, false, true, false]);
});
