import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { installWindow, settle } from "./browser_side.mjs";
import { IdleClock } from "../../../web/idle.js";

const MINUTE_MS = 60_000;
const IDLE_S = 900;
globalThis.document = { visibilityState: "visible" };

/** Node's own mock goes on calling an interval that ends itself. */
const intervals = new Set();
globalThis.setInterval = (work) => { intervals.add(work); return work; };
globalThis.clearInterval = (work) => intervals.delete(work);

/** A clock of a session, and a server that answers as its own clock says. */
function scene({ idle_s = IDLE_S, absolute_s = 43_200, expires_in_s = idle_s } = {}) {
  const window = installWindow();
  const started = Date.now();
  const server = { isUp: true, asked: [], wait: async (answer) => answer };
  const renew = async () => {
    server.asked.push(Date.now() - started);
    const left_s = absolute_s - Math.ceil((Date.now() - started) / 1_000);
    return server.wait(server.isUp ? { expires_in_s: Math.min(idle_s, left_s) } : null);
  };
  const clock = new IdleClock({ idle_s, expires_in_s }, renew);
  const told = { ends: [], warnings: [], inputs: 0 };
  clock.addEventListener("session-over", ({ isIdle }) => told.ends.push([(Date.now() - started) / 1_000, isIdle]));
  clock.addEventListener("idle-warning", ({ left_s, isIdle }) => told.warnings.push([left_s, isIdle]));
  clock.addEventListener("input-noted", () => { told.inputs += 1; });
  clock.start();
  return { clock, server, told, window };
}

/** Let seconds pass; `work` is done at each of them. */
async function pass(seconds, work = () => {}) {
  for (let second = 0; second < seconds; second += 1) {
    mock.timers.tick(1_000);
    intervals.forEach((tick) => tick());
    work(second);
    await settle();
  }
}

test.beforeEach(() => mock.timers.enable({ apis: ["Date"], now: 1_000_000 }));
test.afterEach(() => { mock.timers.reset(); intervals.clear(); });

test("input past the limit keeps the session", async () => {
  const { told, window } = scene();
  await pass(3 * IDLE_S, () => window.send("pointermove"));
  assert.deepEqual(told, { ends: [], warnings: [], inputs: 3 * IDLE_S });
});

test("without input the page warns for a minute and ends", async () => {
  const { told } = scene();
  await pass(IDLE_S - 61);
  assert.deepEqual(told.warnings, []);
  await pass(61);
  assert.deepEqual(told.warnings, Array.from({ length: 60 }, (_, passed) => [60 - passed, true]));
  assert.deepEqual(told.ends, [[IDLE_S, true]]);
});

test("it ends the idle time after the last input, not after the sign-in", async () => {
  const { told, window } = scene();
  await pass(600);
  window.send("keydown");
  await pass(IDLE_S - 1);
  assert.deepEqual(told.ends, []);
  await pass(1);
  assert.deepEqual(told.ends, [[600 + IDLE_S, true]]);
});

test("input in the last minute takes the warning back", async () => {
  const { told, window } = scene();
  await pass(IDLE_S - 20);
  window.send("pointerdown");
  await pass(10);
  assert.deepEqual(told.warnings.at(-1), [null, true]);
  assert.ok(told.warnings.every(([, isIdle]) => isIdle)); // not a word of another limit in between
  await pass(300);
  assert.deepEqual([told.ends, told.warnings.at(-1)], [[], [null, true]]);
});

test("the limit that no input moves still ends it, and the words are others", async () => {
  const { told, window } = scene({ absolute_s: 2_000 });
  await pass(2_000, () => window.send("pointermove"));
  assert.equal(told.ends.length, 1);
  const [[ended_s, isIdle]] = told.ends;
  assert.ok(ended_s > 1_990 && ended_s <= 2_000, `${ended_s}`);
  assert.equal(isIdle, false);
  assert.ok(told.warnings.every(([, isIdleWarning]) => !isIdleWarning));
});

test("a session that was prolonged less than hoped ends when the server says", async () => {
  const { told } = scene({ expires_in_s: IDLE_S - 45 });
  await pass(IDLE_S);
  assert.deepEqual(told.ends, [[IDLE_S - 45, true]]);
});

test("the server is told of input once a minute, and never without input", async () => {
  const { server, window } = scene();
  await pass(185, () => window.send("wheel"));
  assert.deepEqual(server.asked, [MINUTE_MS, 2 * MINUTE_MS, 3 * MINUTE_MS]);
  await pass(300);
  assert.deepEqual(server.asked.slice(3), [4 * MINUTE_MS]); // of what came after the third
});

test("a short idle time is renewed in time", async () => {
  const { told, server, window } = scene({ idle_s: 30 });
  await pass(90, (second) => second % 10 === 0 && window.send("wheel"));
  assert.deepEqual(told.ends, []);
  assert.ok(server.asked.length >= 8);
});

test("a server that does not answer is asked again, and the page ends when the server will have", async () => {
  const { told, server, window } = scene();
  server.isUp = false;
  await pass(300, () => window.send("keydown"));
  assert.equal(server.asked.length, 5);
  await pass(600, () => window.send("keydown"));
  assert.deepEqual(told.ends, [[IDLE_S, false]]);
});

test("a server that answers again in time keeps the session", async () => {
  const { told, server, window } = scene();
  server.isUp = false;
  await pass(IDLE_S - 30, () => window.send("keydown"));
  assert.deepEqual(told.warnings.at(-1), [30, false]);
  server.isUp = true;
  await pass(300, () => window.send("keydown"));
  assert.deepEqual([told.ends, told.warnings.at(-1)], [[], [null, true]]);
});

test("who moves in vain is told so: the server's limit is near as well", async () => {
  const { told, window } = scene({ absolute_s: IDLE_S + 10 });
  await pass(IDLE_S - 20);
  assert.deepEqual(told.warnings.at(-1), [20, true]);
  await pass(25, () => window.send("pointermove"));
  assert.deepEqual(told.warnings.at(-1), [5, false]);
  await pass(10);
  assert.equal(told.ends[0][1], false);
});

test("an answer that was overtaken says nothing new", async () => {
  const { server, told, window } = scene();
  const late = [];
  server.wait = (answer) => new Promise((resolve) => { late.push(() => resolve(answer)); });
  await pass(125, () => window.send("keydown"));
  late[1]();
  await settle();
  late[0]();
  await pass(120 + IDLE_S - 125 - 1);
  assert.deepEqual(told.ends, []);
  await pass(1);
  assert.deepEqual(told.ends, [[120 + IDLE_S, true]]);
});

test("input in another tab counts, and is not told on", async () => {
  const { clock, told } = scene();
  await pass(3 * IDLE_S, (second) => second % 100 === 0 && clock.noteElsewhere());
  assert.deepEqual(told, { ends: [], warnings: [], inputs: 0 });
});

test("other tabs hear of input at most once a second", async () => {
  const { told, window } = scene();
  await pass(10, () => Array.from({ length: 50 }, () => window.send("pointermove")));
  assert.equal(told.inputs, 10);
});

test("a gap of more than a minute is sleep, and ends", async () => {
  const { told, window } = scene();
  await pass(10, () => window.send("pointermove"));
  mock.timers.setTime(Date.now() + 61_000);
  await pass(1);
  assert.deepEqual(told.ends.map(([, isIdle]) => isIdle), [true]);
});

test("after the end nothing is heard and nothing is asked", async () => {
  const { clock, server, told, window } = scene();
  clock.stop();
  await pass(2 * IDLE_S, () => window.send("pointermove"));
  assert.deepEqual([told, server.asked], [{ ends: [], warnings: [], inputs: 0 }, []]);
});
