import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../../web/refusal.js";
import { Thumbnails } from "../../../web/thumbnails.js";

const SERIES = [0, 1, 2, 3].map((index) => ({ index, count: 10 * (index + 1) }));

/** A viewport that the test makes idle or busy, and an engine that answers when told to. */
function scene({ refuses = () => null } = {}) {
  const log = [];
  const viewing = Object.assign(new EventTarget(), { isIdle: false });
  const asked = [];
  const engine = {
    limitFor: (megapixels) => 7_000 * megapixels,
    call: (command, body, { canvas, limit_ms }) => new Promise((resolve, reject) => {
      log.push([command, body.stack]);
      asked.push({ body, canvas, limit_ms, answer: () => (refuses(body.stack) ? reject(refuses(body.stack)) : resolve({})) });
    }),
  };
  const loads = [];
  const loader = {
    ensure: (stack, position, wish) => new Promise((resolve) => { loads.push({ stack, position, wish, arrive: resolve }); }),
  };
  const strip = {
    pictureCanvas: (stack) => ({ canvas: `canvas ${stack}`, width: 88, height: 88 }),
    dropPicture: (stack) => log.push(["dropped", stack]),
  };
  const thumbnails = new Thumbnails({ engine, loader, study: { slot: () => ({ megapixels: 1 }) }, viewing }, strip, SERIES);
  const settle = async () => {
    viewing.isIdle = true;
    viewing.dispatchEvent(new Event("view-settled"));
    await calm();
  };
  return { thumbnails, viewing, log, asked, loads, settle };
}

const calm = async () => {
  for (let turn = 0; turn < 20; turn += 1) {
    await null;
  }
};

test("nothing is loaded or painted before a view has settled", async () => {
  const { loads, settle } = scene();
  await calm();
  assert.equal(loads.length, 0);
  await settle();
  assert.deepEqual(loads.map(({ stack, position, wish }) => [stack, position, wish]), [[0, 5, { isUrgent: false }]]);
});

test("one is painted at a time, each of the middle of its stack", async () => {
  const { asked, loads, log, settle } = scene();
  await settle();
  for (let turn = 0; turn < SERIES.length; turn += 1) {
    assert.deepEqual([loads.length, asked.length], [turn + 1, turn]);
    loads.at(-1).arrive();
    await calm();
    await settle(); // another settled view begins no second round
    assert.deepEqual([loads.length, asked.length], [turn + 1, turn + 1]);
    asked.at(-1).answer();
    await calm();
  }
  assert.deepEqual(loads.map(({ position }) => position), [5, 10, 15, 20]);
  assert.deepEqual(log, [0, 1, 2, 3].map((stack) => ["thumbnail", stack]));
  assert.deepEqual(asked[0].body, { canvas: "thumbnail-0", stack: 0, width: 88, height: 88 });
});

test("a reader who goes on scrolling waits for none, and the round goes on after the next settled view", async () => {
  const { viewing, asked, loads, log, settle } = scene();
  await settle();
  viewing.isIdle = false;
  loads[0].arrive();
  await calm();
  assert.deepEqual(asked, []);
  await settle();
  loads[1].arrive();
  await calm();
  viewing.isIdle = false;
  asked[0].answer();
  await calm();
  assert.equal(loads.length, 2);
  assert.deepEqual(log, [["thumbnail", 0]]);
});

test("what is being painted is named, for as long as it is", async () => {
  const { thumbnails, asked, loads, settle } = scene({ refuses: (stack) => (stack === 0 ? new Refusal("pixels.size") : null) });
  const named = [thumbnails.inFlight];
  await settle();
  named.push(thumbnails.inFlight);
  for (const stack of [0, 1]) {
    loads[stack].arrive();
    await calm();
    named.push(thumbnails.inFlight);
    asked[stack].answer();
    await calm();
    named.push(thumbnails.inFlight);
  }
  assert.deepEqual(named, [null, null, 0, null, 1, null]);
});

test("a picture that cannot be had is dropped and the next one painted", async () => {
  const { asked, loads, log, settle } = scene({ refuses: (stack) => (stack === 0 ? new Refusal("pixels.size") : null) });
  await settle();
  loads[0].arrive();
  await calm();
  asked[0].answer();
  await calm();
  assert.deepEqual(log, [["thumbnail", 0], ["dropped", 0]]);
  assert.equal(loads[1].stack, 1);
});
