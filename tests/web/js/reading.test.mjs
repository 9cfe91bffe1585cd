import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../../web/refusal.js";
import { holdTime, pass, scene } from "./reading-scene.mjs";

holdTime();

test("the place is told when a view has settled, not at every image", async () => {
  const { places, send, viewport } = await scene();
  assert.deepEqual(places, []);
  await pass(250);
  for (let notch = 0; notch < 10; notch += 1) {
    await send("viewport-scrolled", { steps: 1 });
  }
  assert.equal(viewport.log.filter(([name]) => name === "paint").length, 12); // each, and one settled
  assert.deepEqual(places, [{ stack: 0, position: 0 }]);
  await pass(250);
  assert.deepEqual(places.at(-1), { stack: 0, position: 10 });
  assert.equal(places.length, 2);
});

test("a place that is known is not told again", async () => {
  const { places, send } = await scene({ place: { stack: 1, position: 7 } });
  await pass(250);
  await send("action-chosen", { action: "invert" });
  await pass(250);
  assert.deepEqual(places, []);
  await send("viewport-scrolled", { steps: -2 });
  await pass(250);
  assert.deepEqual(places, [{ stack: 1, position: 5 }]);
});

const countOf = (told, command, stack) => told.filter(([name, of]) => name === command && of === stack).length;

test("a picture that ends the engine is not tried again, and the image on screen is not blamed", async () => {
  const hangs = (command, body) => command === "thumbnail" && body.stack === 0;
  const { told, viewport, lose, records } = await scene({ hangs });
  assert.equal(countOf(told, "thumbnail", 0), 0); // not before a view has settled
  await pass(250);
  assert.equal(countOf(told, "thumbnail", 0), 1);
  await lose("engine.watchdog");
  assert.deepEqual(viewport.log.at(-1), ["paint", 0, 0]);
  await pass(250);
  assert.deepEqual([countOf(told, "thumbnail", 0), countOf(told, "thumbnail", 1)], [1, 1]);
  await lose("engine.died"); // now for another reason: the image is tried once more
  assert.deepEqual(viewport.log.at(-1), ["paint", 0, 0]);
  await pass(250);
  assert.equal(countOf(told, "thumbnail", 0), 1);
  assert.deepEqual(records.filter(([type]) => type === "worker_replaced").length, 2);
});

test("what ends the engine twice stays refused until the reader goes elsewhere", async () => {
  const { viewport, lose, send } = await scene();
  await lose("engine.died");
  assert.deepEqual(viewport.log.at(-1), ["paint", 0, 0]);
  await lose("engine.died");
  assert.deepEqual(viewport.log.at(-1), ["refuse", "engine.died"]);
  await send("viewport-scrolled", { steps: 1 });
  assert.deepEqual(viewport.log.at(-1), ["paint", 0, 1]);
});

test("a record that the server refused is told at once, and to whoever reads next", async () => {
  const { banner, beacons, reading } = await scene();
  assert.deepEqual(banner.lines, {});
  beacons.refused = { code: "audit.shape", at: 0 };
  beacons.dispatchEvent(new Event("record-refused"));
  assert.ok(banner.lines["record-refused"]);
  reading.close();
  const next = await scene({ refused: beacons.refused });
  assert.ok(next.banner.lines["record-refused"]);
});

for (const [name, answer, code] of [
  ["ctx", (given) => ({ ...given, ctx: given.ctx.slice(1) }), "release.context"],
  ["epk", (given) => ({ ...given, epk: { ...given.epk, x: "AA" } }), "release.wrapped"],
  ["wrapped", (given) => ({ ...given, wrapped: "*" }), "release.wrapped"],
  ["JSON", () => JSON.parse("{"), "release.context"],
]) {
  test(`a release whose ${name} was changed is refused, told and recorded`, async () => {
    const { viewport, records, banner } = await scene({ answer });
    assert.deepEqual(viewport.log.at(-1), ["refuse", code]);
    assert.deepEqual(records, [["alert", { code, study: "h", object: "", sop: "", frame: 0 }]]);
    assert.ok(banner.lines.integrity);
  });
}

test("a server that cannot be reached is no alarm", async () => {
  const { viewport, records } = await scene({ answer: () => { throw new Refusal("network.unreachable"); } });
  assert.deepEqual([viewport.log.at(-1), records], [["refuse", "network.unreachable"], []]);
});
