import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { settle } from "./browser_side.mjs";
import { Refusal } from "../../../web/refusal.js";

globalThis.HTMLElement = class {};
globalThis.document = Object.assign(new EventTarget(), { body: { dataset: {} } });
globalThis.location = { origin: "https://site" };
const { EngineHost } = await import("../../../web/engine-host.js");
const { bootEngine } = await import("../../../web/engine-boot.js");

const BUNDLE = { digest: "d" };
const state = () => document.body.dataset.engine;

class FakeEngine extends EventTarget {
  isEnded = false;

  terminate() { this.isEnded = true; }

  lose() { this.dispatchEvent(Object.assign(new Event("engine-lost"), { code: "engine.died" })); }
}

/** A host whose starts end as `outcomes` say, in order: a code is a refusal, "" an engine. */
function scene(...outcomes) {
  const server = { isUp: true, lists: 0 };
  const json = async () => {
    server.lists += 1;
    if (!server.isUp) {
      throw new Refusal("network.unreachable");
    }
    return BUNDLE;
  };
  const engines = [];
  const start = async () => {
    const code = outcomes.shift();
    if (code) {
      throw new Refusal(code);
    }
    engines.push(new FakeEngine());
    return engines.at(-1);
  };
  return { host: new EngineHost({ json }, start), engines, server };
}

test("an engine that starts is ready, and its code is named", async () => {
  const { host, engines } = scene("");
  host.restart();
  assert.equal(state(), "booting");
  assert.equal(await host.ready, engines[0]);
  assert.deepEqual([state(), host.bundleDigest], ["ready", "d"]);
});

test("a start that failed is tried again", async () => {
  const { host, engines } = scene("runtime.fetch", "");
  host.restart();
  await assert.rejects(host.ready, { code: "runtime.fetch" });
  assert.equal(state(), "failed");
  host.revive();
  assert.equal(state(), "booting");
  assert.equal(await host.ready, engines[0]);
});

for (const code of ["runtime.digest", "runtime.selftest"]) {
  test(`${code} is final: the same files would fail the same way`, async () => {
    const { host, engines } = scene(code, "");
    host.restart();
    await assert.rejects(host.ready, { code });
    host.revive();
    await assert.rejects(host.ready, { code });
    assert.deepEqual([state(), engines], ["failed", []]);
  });
}

/** A worker that ends, or never speaks, when it is spoken to. */
function worker(ends) {
  const made = Object.assign(new EventTarget(), { postMessage: () => ends && queueMicrotask(() => made.dispatchEvent(new Event("error"))), terminate() {} });
  return made;
}

for (const [name, ends, code] of [["that dies", true, "runtime.boot"], ["that never answers", false, "runtime.timeout"]]) {
  test(`a worker ${name} while it starts has no successor: the engine could not start`, async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    let spawned = 0;
    const spawn = () => { spawned += 1; return worker(ends); };
    const host = new EngineHost({ json: async () => BUNDLE }, (bundle, tell) => bootEngine(bundle, tell, spawn));
    const replaced = [];
    host.addEventListener("engine-replaced", ({ code: why }) => replaced.push(why));
    host.restart();
    const refused = assert.rejects(host.ready, { code });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await settle();
      mock.timers.tick(60_000);
    }
    await refused;
    mock.timers.reset();
    assert.deepEqual([replaced, spawned, state()], [[], 2, "failed"]);
  });
}

test("what starts, or runs, is left alone", async () => {
  const { host, engines } = scene("", "");
  host.restart();
  host.revive();
  const engine = await host.ready;
  host.revive();
  assert.equal(await host.ready, engine);
  assert.deepEqual([engines.length, engine.isEnded], [1, false]);
});

test("the list of files is asked for until an engine has started from it", async () => {
  const { host, server } = scene("runtime.fetch", "", "");
  server.isUp = false;
  host.restart();
  await assert.rejects(host.ready, { code: "network.unreachable" });
  server.isUp = true;
  host.revive();
  await assert.rejects(host.ready, { code: "runtime.fetch" });
  host.revive();
  await host.ready;
  assert.equal(server.lists, 3);
  server.isUp = false;
  host.restart();
  await host.ready;
  assert.deepEqual([state(), server.lists], ["ready", 3]);
});

test("an engine that is lost has a successor before anybody asks", async () => {
  const { host, engines } = scene("", "");
  const codes = [];
  host.addEventListener("engine-replaced", ({ code }) => codes.push(code));
  host.restart();
  (await host.ready).lose();
  assert.equal(await host.ready, engines[1]);
  assert.deepEqual([codes, state()], [["engine.died"], "ready"]);
});

test("an engine that was ended on purpose has its successor already", async () => {
  const { host, engines } = scene("", "");
  host.restart();
  const before = await host.ready;
  host.restart();
  await host.ready;
  before.lose();
  await settle();
  assert.deepEqual([engines.length, before.isEnded], [2, true]);
});

test("a failure that was overtaken says nothing", async () => {
  const { host } = scene("runtime.fetch", "");
  host.restart();
  host.restart();
  await host.ready;
  assert.equal(state(), "ready");
});
