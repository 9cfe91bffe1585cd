import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Engine, decodeLimit, deviceFactor, openingLimit } from "../../../web/engine.js";

class FakeWorker extends EventTarget {
  sent = [];
  isEnded = false;

  postMessage(message, given) {
    this.sent.push({ ...message, given });
  }

  terminate() {
    this.isEnded = true;
  }

  answer(id, reply) {
    this.dispatchEvent(new MessageEvent("message", { data: { id, reply } }));
  }
}

function scene() {
  const worker = new FakeWorker();
  const engine = new Engine(worker);
  const lost = [];
  engine.addEventListener("engine-lost", ({ code }) => lost.push(code));
  return { worker, engine, lost };
}

test.beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
test.afterEach(() => mock.timers.reset());

test("each answer goes to its own question", async () => {
  const { worker, engine } = scene();
  const [one, two] = [engine.call("show"), engine.call("needs")];
  worker.answer(worker.sent[0].id, { a: 1 });
  worker.answer(worker.sent[1].id, { b: 2 });
  assert.deepEqual([await one, await two], [{ a: 1 }, { b: 2 }]);
});

test("bytes are given away, not copied", () => {
  const { worker, engine } = scene();
  const payload = new ArrayBuffer(8);
  engine.call("put-part", {}, { payload });
  assert.deepEqual(worker.sent[0].given, [payload]);
});

test("a refusal of the engine keeps its code and sentence", async () => {
  const { worker, engine } = scene();
  const call = engine.call("show");
  worker.answer(1, { error: { code: "pixels.size", message: "No." } });
  await assert.rejects(call, { code: "pixels.size", sentence: "No." });
});

test("a worker that does not answer in time is ended, and everybody who waits is told", async () => {
  const { worker, engine, lost } = scene();
  const calls = [engine.call("show", {}, { limit_ms: 20_000 }), engine.call("needs")].map((call) => assert.rejects(call, { code: "engine.watchdog" }));
  mock.timers.tick(19_999);
  assert.equal(worker.isEnded, false);
  mock.timers.tick(1);
  await Promise.all(calls);
  assert.ok(worker.isEnded);
  assert.deepEqual(lost, ["engine.watchdog"]);
  await assert.rejects(engine.call("show"), { code: "engine.watchdog" });
});

test("time counts for the command at work, not for those behind it", () => {
  const { worker, engine, lost } = scene();
  [1, 2, 3].forEach(() => engine.call("show").catch(() => {}));
  for (const id of [1, 2, 3]) {
    mock.timers.tick(9_000);
    worker.answer(id, {});
  }
  mock.timers.tick(60_000);
  assert.deepEqual(lost, []);
});

test("progress while starting is a sign of life", () => {
  const { worker, engine, lost } = scene();
  const seen = [];
  engine.addEventListener("boot-progress", ({ progress }) => seen.push(progress.step));
  engine.call("boot", {}, { limit_ms: 60_000 }).catch(() => {});
  mock.timers.tick(50_000);
  worker.dispatchEvent(new MessageEvent("message", { data: { progress: { step: "start" } } }));
  mock.timers.tick(50_000);
  assert.deepEqual([seen, lost], [["start"], []]);
});

test("a worker that dies is lost at once", async () => {
  const { worker, engine, lost } = scene();
  const call = assert.rejects(engine.call("show"), { code: "engine.died" });
  worker.dispatchEvent(new Event("error"));
  await call;
  assert.deepEqual(lost, ["engine.died"]);
});

test("an engine that was ended on purpose is not lost", async () => {
  const { engine, lost } = scene();
  const call = assert.rejects(engine.call("show"), { code: "engine.ended" });
  engine.terminate();
  await call;
  assert.deepEqual(lost, []);
});

// protocol.md, section 1: max(5 s, 1 s x megapixels x device factor), at most 60 s
for (const [megapixels, factor, limit_ms] of [[0.25, 1, 5_000], [5, 1, 5_000], [13.6, 1, 13_600], [13.6, 2.5, 34_000], [0.25, 30, 7_500], [200, 1, 60_000]]) {
  test(`an image of ${megapixels} megapixels may take ${limit_ms} ms on a device of factor ${factor}`, () => assert.equal(decodeLimit(megapixels, factor), limit_ms));
}

for (const [frames, factor, limit_ms] of [[1, 1, 10_000], [3_000, 1, 15_000], [10_000, 1, 50_000], [3_000, 3, 45_000], [100_000, 1, 60_000]]) {
  test(`a study of ${frames} frames may take ${limit_ms} ms to open on a device of factor ${factor}`, () => assert.equal(openingLimit(frames, factor), limit_ms));
}

test("a device is as much slower as its self-test took longer, and never faster than the reference", () => {
  assert.deepEqual([0, 20, 150, 300, 1_500].map(deviceFactor), [1, 1, 1, 2, 10]);
});

test("what the worker says of its self-test decides how long it may decode", () => {
  const { worker, engine } = scene();
  assert.equal(engine.limitFor(10), 10_000);
  worker.dispatchEvent(new MessageEvent("message", { data: { progress: { step: "ready", loaded: 1, total: 1, self_test_ms: 600 } } }));
  assert.equal(engine.limitFor(10), 40_000);
  assert.equal(engine.limitForOpening(3_000), 60_000);
});

test("a reader who does not want to wait ends the worker", async () => {
  const { worker, engine, lost } = scene();
  const call = assert.rejects(engine.call("show"), { code: "engine.cancelled" });
  engine.cancel();
  await call;
  assert.ok(worker.isEnded);
  assert.deepEqual(lost, ["engine.cancelled"]);
});

test("a worker whose Python died is lost, although it answers", async () => {
  const { worker, engine, lost } = scene();
  const calls = [engine.call("show"), engine.call("needs")].map((call) => assert.rejects(call, { code: "engine.died" }));
  worker.answer(1, { error: { code: "engine.died", message: "" } });
  await Promise.all(calls);
  assert.ok(worker.isEnded);
  assert.deepEqual(lost, ["engine.died"]);
  await assert.rejects(engine.call("show"), { code: "engine.died" });
});
