import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../../web/refusal.js";
import { calm, holdTime, pass, scene } from "./reading-scene.mjs";

holdTime();

const scroll = (steps) => ["viewport-scrolled", { steps }];
const reset = ["action-chosen", { action: "reset" }];
const openings = ({ told }) => told.filter(([command]) => command === "open-study").length;
const last = ({ viewport }) => viewport.log.at(-1);

/** An engine that somebody waits for, and what ends the waiting. */
function awaited() {
  let settle = {};
  const next = new Promise((resolve, reject) => { settle = { resolve, reject }; });
  return { next, ...settle };
}

test("a study may take as long to open as its frames are many", async () => {
  const { told } = await scene();
  assert.deepEqual(told[0], ["open-study", null, null, 1_040]);
});

test("a study that ends the engine twice while it is opened is refused, until the reader asks again", async () => {
  let isSlow = true;
  const made = await scene({ hangs: (command) => command === "open-study" && isSlow });
  await made.lose("engine.watchdog");
  assert.equal(openings(made), 2);
  for (let loss = 0; loss < 5; loss += 1) {
    await made.lose("engine.watchdog");
  }
  assert.deepEqual([openings(made), last(made)], [2, ["refuse", "engine.watchdog"]]);
  await made.send(...reset);
  await made.lose("engine.watchdog");
  assert.deepEqual([openings(made), last(made)], [3, ["refuse", "engine.watchdog"]]);
  isSlow = false;
  await made.send(...reset);
  assert.deepEqual([openings(made), last(made)], [4, ["paint", 0, 0]]);
});

test("one loss while a study is opened is forgotten once it is open", async () => {
  let slow = 1;
  const made = await scene({ hangs: (command) => command === "open-study" && (slow -= 1) >= 0 });
  await made.lose("engine.died");
  assert.deepEqual(last(made), ["paint", 0, 0]);
  slow = 1;
  await made.lose("engine.died");
  await made.lose("engine.died");
  assert.deepEqual([openings(made), last(made)], [4, ["paint", 0, 0]]);
});

test("an engine that cannot start is a reason, and the next wish starts it again", async () => {
  const made = await scene({ first: Promise.reject(new Refusal("runtime.boot")) });
  assert.deepEqual(last(made), ["refuse", "runtime.boot"]);
  made.host.next = made.engine();
  await made.send(...reset);
  assert.deepEqual([made.host.revivals, last(made)], [1, ["paint", 0, 0]]);
});

test("so is a successor that cannot start", async () => {
  const made = await scene({ place: { stack: 1, position: 3 } });
  await made.lose("engine.died", Promise.reject(new Refusal("runtime.timeout")));
  assert.deepEqual(last(made), ["refuse", "runtime.timeout"]);
  made.host.next = made.engine();
  await made.send(...scroll(1));
  assert.deepEqual(last(made), ["paint", 1, 4]);
});

test("a study that is not the hospital's is not asked for again", async () => {
  const made = await scene({ answer: (given) => ({ ...given, ctx: given.ctx.slice(1) }) });
  await made.send(...reset);
  assert.deepEqual([made.host.revivals, last(made)], [0, ["refuse", "release.context"]]);
});

test("a reader who goes on while the engine restarts is shown where they went", async () => {
  const made = await scene({ place: { stack: 0, position: 3 } });
  await pass(250);
  const { next, resolve } = awaited();
  await made.lose("engine.watchdog", next);
  await made.send(...scroll(5));
  resolve(await made.engine());
  await calm();
  assert.deepEqual(last(made), ["paint", 0, 8]);
});

test("what is refused after two losses is not in the way of another image wished meanwhile", async () => {
  const made = await scene();
  await made.lose("engine.died");
  const { next, resolve } = awaited();
  await made.lose("engine.died", next);
  await made.send("stack-chosen", { stack: 1 });
  assert.deepEqual(last(made), ["refuse", "engine.died"]);
  resolve(await made.engine());
  await calm();
  assert.deepEqual(last(made), ["paint", 1, 0]);
});

test("what is wished before the first engine is ready is shown first", async () => {
  const { next, resolve } = awaited();
  const made = await scene({ place: { stack: 1, position: 3 }, first: next });
  await made.send("action-chosen", { action: "last" });
  resolve(await made.engine());
  await calm();
  const painted = made.viewport.log.filter(([name]) => name === "paint");
  assert.deepEqual(painted, [["paint", 1, 19]]);
});
