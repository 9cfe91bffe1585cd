import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Beacons } from "../../../web/beacons.js";

globalThis.addEventListener ??= () => {};
globalThis.removeEventListener ??= () => {};

/** A chain of plain texts, an outbox in memory, and a server that the test commands. */
function scene({ inherited = [], size = 10 } = {}) {
  let seq = 0;
  const beacon = (type) => ({ chain: "c", seq, signed: JSON.stringify({ type, seq, fill: "x".repeat(size) }), signature: "s" });
  const chain = {
    name: "c", checkpoint: null,
    append: async (type) => { const made = beacon(type); seq += 1; return made; },
    farewell: async () => beacon("leave"),
  };
  const kept = new Map();
  const forgotten = [];
  const outbox = {
    claim: () => () => {}, abandoned: async () => inherited,
    keep: async (one) => { kept.set(one.seq, JSON.parse(one.signed).type); },
    forget: async (chain, at) => { forgotten.push([chain, at]); kept.delete(at); },
  };
  const server = { isUp: true, batches: [], answer: (batch) => ({ accepted: batch.beacons.map((one) => ({ chain: "c", seq: JSON.parse(one.signed).seq })), refused: [] }) };
  const json = async (method, path, body) => {
    if (!server.isUp) {
      throw new Error("down");
    }
    server.batches.push(body);
    return { checkpoint: { size: server.batches.length, root: "r" }, ...server.answer(body) };
  };
  const beacons = new Beacons({ json }, chain, outbox);
  const refused = [];
  beacons.addEventListener("record-refused", ({ code }) => refused.push(code));
  return { beacons, chain, kept, forgotten, refused, server };
}

const settle = async () => {
  for (let turn = 0; turn < 50; turn += 1) {
    await null;
  }
};

const STEP_MS = 100; // a retry is set only after the failure before it

const later = async (ms) => {
  for (let passed = 0; passed < Math.max(ms, 1); passed += STEP_MS) {
    mock.timers.tick(Math.min(STEP_MS, ms));
    await settle();
  }
};

test.beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_000_000 }));
test.afterEach(() => mock.timers.reset());

test("a beacon is kept, sent and forgotten on acknowledgement, and the checkpoint is remembered", async () => {
  const { beacons, chain, kept, server } = scene();
  await beacons.add("view", {});
  await settle();
  assert.equal(server.batches.length, 1);
  assert.equal(kept.size, 0);
  assert.deepEqual(chain.checkpoint, { size: 1, root: "r" });
});

test("beacons wait for a server that is away, and then arrive in order", async () => {
  const { beacons, kept, server } = scene();
  server.isUp = false;
  for (const type of ["view", "alert", "view"]) {
    await beacons.add(type, {});
  }
  await later(60_000);
  assert.equal(kept.size, 3);
  server.isUp = true;
  await later(15_000);
  assert.deepEqual(server.batches.map((batch) => batch.beacons.map((one) => JSON.parse(one.signed).seq)), [[0, 1, 2]]);
  assert.equal(kept.size, 0);
});

test("after 15 s without acknowledgement the page is told since when, and when it is over", async () => {
  const { beacons, server } = scene();
  const told = [];
  beacons.addEventListener("record-state", ({ since }) => told.push(since));
  beacons.start();
  server.isUp = false;
  await beacons.add("view", {});
  await later(14_000);
  assert.deepEqual(told, []);
  await later(2_000);
  assert.deepEqual(told, [1_000_000]);
  server.isUp = true;
  await later(15_000);
  assert.deepEqual(told, [1_000_000, null]);
  beacons.stop();
});

test("a refused beacon is not sent again", async () => {
  const { beacons, kept, server } = scene();
  server.answer = () => ({ accepted: [], refused: [{ chain: "c", seq: 0, code: "beacon.replay" }] });
  await beacons.add("view", {});
  await later(60_000);
  assert.equal(server.batches.length, 1);
  assert.equal(kept.size, 0);
});

test("a server that answers without a word is not asked in a loop", async () => {
  const { beacons, server } = scene();
  server.answer = () => ({ accepted: [], refused: [] });
  await beacons.add("view", {});
  await later(400);
  assert.equal(server.batches.length, 1);
});

test("no batch is larger than sendBeacon takes", async () => {
  const { beacons, server } = scene({ size: 20_000 });
  server.isUp = false;
  for (let count = 0; count < 7; count += 1) {
    await beacons.add("view", {});
  }
  server.isUp = true;
  await later(16_000);
  assert.equal(server.batches.flatMap((batch) => batch.beacons).length, 7);
  assert.ok(server.batches.every((batch) => JSON.stringify(batch).length <= 60_000));
});

test("what an earlier document left is sent once, sealed", async () => {
  const sealed = { epk: {}, ct: "x" };
  const { beacons, server } = scene({ inherited: [{ chain: "old", seq: 4, sealed }] });
  await beacons.start();
  await later(60_000);
  assert.deepEqual(server.batches, [{ beacons: [], sealed: [sealed] }]);
  beacons.stop();
});

test("on leaving, what waits and the farewell go out together; after another beacon, another farewell", async () => {
  const { beacons, kept, server } = scene();
  const sent = [];
  Object.defineProperty(globalThis, "navigator", { value: { sendBeacon: (path, text) => sent.push(JSON.parse(text)) }, configurable: true });
  server.isUp = false;
  await beacons.add("view", {});
  await beacons.prepareFarewell();
  assert.deepEqual([...kept], [[0, "view"], [1, "leave"]]);
  beacons.depart();
  await beacons.add("view", {});
  assert.deepEqual([...kept], [[0, "view"], [1, "view"]]);
  beacons.depart();
  const types = sent.map((batch) => batch.beacons.map((one) => JSON.parse(one.signed).type));
  assert.deepEqual(types, [["view", "leave"], ["view", "view"]]);
});

test("signing out waits for the server, but not for ever", async () => {
  const { beacons, server } = scene();
  server.isUp = false;
  await beacons.add("session_end", {});
  let isDone = false;
  beacons.drain(3_000).then(() => { isDone = true; });
  await later(3_000);
  assert.ok(isDone);
});

for (const code of ["audit.shape", "beacon.unknown_chain", "beacon.too_late"]) {
  test(`a beacon that is refused as ${code} is told, with the moment, and what is accepted is not`, async () => {
    const { beacons, refused, server } = scene();
    await beacons.add("view", {});
    await settle();
    assert.deepEqual([refused, beacons.refused], [[], null]);
    server.answer = () => ({ accepted: [], refused: [{ chain: "c", seq: 1, code }] });
    await beacons.add("view", {});
    await settle();
    assert.deepEqual([refused, beacons.refused], [[code], { code, at: 1_000_000 }]);
  });
}

test("a sealed entry that the server cannot open is deleted by its place, and the others are kept", async () => {
  const inherited = [1, 2, 3].map((seq) => ({ chain: "old", seq, sealed: { epk: {}, ct: `x${seq}` } }));
  const { beacons, forgotten, refused, server } = scene({ inherited });
  server.answer = () => ({ accepted: [{ chain: "old", seq: 1 }], refused: [{ chain: "", seq: 1, code: "beacon.sealed" }] });
  await beacons.start();
  await later(60_000);
  assert.deepEqual(forgotten, [["old", 1], ["old", 2]]);
  assert.deepEqual(refused, ["beacon.sealed"]);
  assert.equal(server.batches.length, 1);
  beacons.stop();
});

test("the place is that in the batch, of which there may be several", async () => {
  const inherited = [1, 2, 3, 4].map((seq) => ({ chain: "old", seq, sealed: { epk: {}, ct: "x".repeat(25_000) + seq } }));
  const { beacons, forgotten, server } = scene({ inherited });
  const refused = (_, seq) => ({ chain: "", seq, code: "beacon.sealed" });
  server.answer = ({ sealed }) => ({ accepted: [], refused: sealed.map(refused) });
  await beacons.start();
  await later(60_000);
  assert.deepEqual(server.batches.map(({ sealed }) => sealed.length), [2, 2]);
  assert.deepEqual(forgotten.map(([, seq]) => seq), [1, 2, 3, 4]);
  beacons.stop();
});

test("after stopping nothing is sent: not what waits, not what is added, not on leaving", async () => {
  const { beacons, kept, server } = scene();
  const sent = [];
  Object.defineProperty(globalThis, "navigator", { value: { sendBeacon: (...given) => sent.push(given) }, configurable: true });
  server.isUp = false;
  await beacons.add("view", {});
  await settle();
  beacons.stop();
  server.isUp = true;
  await beacons.add("alert", {});
  beacons.depart();
  await beacons.drain(1_000);
  await later(60_000);
  assert.deepEqual([server.batches, sent], [[], []]);
  assert.deepEqual([...kept.values()], ["view", "alert"]); // for the next document
});

test("stopping while a batch is under way, or before the outbox was read, sends no other", async () => {
  const { beacons, server } = scene({ size: 20_000, inherited: [{ chain: "old", seq: 0, sealed: {} }] });
  server.isUp = false;
  for (let count = 0; count < 4; count += 1) {
    await beacons.add("view", {});
  }
  server.isUp = true;
  const drained = beacons.drain(3_000);
  beacons.start();
  beacons.stop();
  await later(60_000);
  await drained;
  assert.ok(server.batches.length <= 1, `${server.batches.length} batches`);
});
