import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { serve } from "../../../web/worker/serve.js";

globalThis.ImageData = class {
  constructor(data, width, height) {
    Object.assign(this, { data: data.slice(), width, height });
  }
};

class FakeCanvas {
  width = 300;
  height = 150;
  put = [];

  getContext() {
    return { canvas: this, putImageData: (image) => this.put.push(image) };
  }
}

/** A worker whose Python answers with `answers[command]`: a reply and, if it paints, pixels. */
function scene(answers, boot = null) {
  const called = [];
  const handle = (command, body, payload) => {
    called.push({ command, body: JSON.parse(body), payload });
    const { reply, pixels } = answers[command]();
    const painted = pixels && { getBuffer: () => ({ data: pixels, release() {} }), destroy() {} };
    return { get: (index) => [JSON.stringify(reply), painted][index], destroy() {} };
  };
  const pyodide = { pyimport: (name) => ({ "diascope.bridge": { handle } })[name] };
  const posted = [];
  const port = { postMessage: (message) => posted.push(message), onmessage: null };
  serve(port, boot ?? (async ({ onProgress }) => { onProgress({ step: "ready" }); return pyodide; }));
  const send = async (message) => {
    port.onmessage({ data: message });
    for (let wait = 0; wait < 10_000 && !posted.some((one) => one.id === message.id); wait += 1) {
      await new Promise((resolve) => { setTimeout(resolve, 1); });
    }
    return posted.find((one) => one.id === message.id).reply;
  };
  return { send, posted, called };
}

const PIXELS = new Uint8ClampedArray(4 * 3 * 2).fill(7);
const painted = (extra = {}) => () => ({ reply: { width: 3, height: 2, ...extra }, pixels: PIXELS });

test("starting reports progress and then answers", async () => {
  const { send, posted } = scene({});
  assert.deepEqual(await send({ id: 1, command: "boot", body: {} }), {});
  assert.deepEqual(posted[0], { progress: { step: "ready" } });
});

test("a start that is refused keeps its code", async () => {
  const { send } = scene({}, async () => { throw Object.assign(new Error("No."), { code: "runtime.digest" }); });
  assert.deepEqual(await send({ id: 1, command: "boot", body: {} }), { error: { code: "runtime.digest", message: "No." } });
});

test("pixels go on the canvas at their own size and do not leave the worker", async () => {
  const { send, posted, called } = scene({ layout: () => ({ reply: {} }), show: painted() });
  const canvas = new FakeCanvas();
  await send({ id: 1, command: "boot", body: {} });
  await send({ id: 2, command: "layout", body: { viewport: "1" }, canvas });
  assert.deepEqual(await send({ id: 3, command: "show", body: { viewport: "1", position: 4 } }), { width: 3, height: 2 });
  assert.deepEqual([canvas.width, canvas.height], [3, 2]);
  assert.deepEqual([...canvas.put[0].data], [...PIXELS]);
  assert.deepEqual(called.at(-1).body, { viewport: "1", position: 4 });
  assert.ok(posted.every((message) => Object.keys(message).every((name) => ["id", "reply", "progress"].includes(name))));
});

test("a settled view gets the digest of exactly the bytes that were put", async () => {
  const { send } = scene({ layout: () => ({ reply: {} }), settle: painted({ view: { exact: true } }) });
  await send({ id: 1, command: "boot", body: {} });
  await send({ id: 2, command: "layout", body: { viewport: "1" }, canvas: new FakeCanvas() });
  const { view } = await send({ id: 3, command: "settle", body: { viewport: "1" } });
  assert.deepEqual(view, { exact: true, pixel_sha256: createHash("sha256").update(PIXELS).digest("hex") });
});

test("pixels that do not fit their size, as of memory that has moved, are refused", async () => {
  const { send } = scene({ layout: () => ({ reply: {} }), show: () => ({ reply: { width: 3, height: 3 }, pixels: PIXELS }) });
  const canvas = new FakeCanvas();
  await send({ id: 1, command: "boot", body: {} });
  await send({ id: 2, command: "layout", body: { viewport: "1" }, canvas });
  assert.equal((await send({ id: 3, command: "show", body: { viewport: "1" } })).error.code, "engine.shell");
  assert.deepEqual(canvas.put, []);
});

test("a fault of Python passes nothing of its text", async () => {
  const { send } = scene({ show: () => { throw new Error("DOE^JANE"); } });
  await send({ id: 1, command: "boot", body: {} });
  const { error } = await send({ id: 2, command: "show", body: { viewport: "1" } });
  assert.equal(error.code, "engine.shell");
  assert.ok(!JSON.stringify(error).includes("DOE"));
});

test("after a trap that Pyodide cannot outlive the engine is reported dead, whatever the trap was called", async () => {
  const trap = Object.assign(new WebAssembly.RuntimeError("unreachable: DOE^JANE"), { pyodide_fatal_error: true, code: "x.y" });
  const { send } = scene({ show: () => { throw trap; } });
  await send({ id: 1, command: "boot", body: {} });
  const { error } = await send({ id: 2, command: "show", body: { viewport: "1" } });
  assert.equal(error.code, "engine.died");
  assert.ok(!JSON.stringify(error).includes("DOE"));
});
