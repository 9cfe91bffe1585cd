import assert from "node:assert/strict";
import { test } from "node:test";

import { Api } from "../../../web/api.js";
import { isCalledOff } from "../../../web/refusal.js";

/** A server that answers every request so. */
function answering(answer) {
  const asked = [];
  globalThis.fetch = async (path, options) => { asked.push([path, options]); return answer(options); };
  return { api: new Api(), asked };
}

/** A body whose connection is lost after its first byte. */
const lost = (error = new TypeError("network error")) => new ReadableStream({
  start(controller) { controller.enqueue(new Uint8Array([123])); },
  pull(controller) { controller.error(error); },
});

const refusing = (status, code) => () => Response.json({ error: { code, message: "No." } }, { status });

test("an answer is parsed, and the request is canonical JSON of this origin's", async () => {
  const { api, asked } = answering(() => Response.json({ fine: true }));
  assert.deepEqual(await api.json("POST", "/api/x", { b: 1, a: 2 }, { "Diascope-Proof": "p" }), { fine: true });
  const [[path, { body, headers, redirect }]] = asked;
  assert.deepEqual([path, body, redirect], ["/api/x", '{"a":2,"b":1}', "error"]);
  assert.deepEqual(headers, { "Content-Type": "application/json", "Diascope-Proof": "p" });
});

test("204 is an answer without content", async () => {
  const { api } = answering(() => new Response(null, { status: 204 }));
  assert.deepEqual(await api.json("DELETE", "/api/session"), {});
});

test("bytes come as they are", async () => {
  const { api } = answering(() => new Response(new Uint8Array([1, 2, 3])));
  assert.deepEqual(await api.bytes("/api/part", {}), new Uint8Array([1, 2, 3]));
});

test("a server out of reach is named so", async () => {
  const { api } = answering(() => { throw new TypeError("failed"); });
  await assert.rejects(api.json("GET", "/api/session"), { code: "network.unreachable" });
});

for (const [name, ask] of [["json", (api) => api.json("GET", "/api/x")], ["bytes", (api) => api.bytes("/api/x", {})]]) {
  test(`a connection lost in mid-answer is no fault of the page: ${name}`, async () => {
    const { api } = answering(() => new Response(lost()));
    await assert.rejects(ask(api), { code: "network.unreachable" });
  });

  test(`what was called off in mid-answer stays called off: ${name}`, async () => {
    const { api } = answering(() => new Response(lost(new DOMException("", "AbortError"))));
    await assert.rejects(ask(api), isCalledOff);
  });
}

test("an answer that is no JSON is no network fault", async () => {
  const { api } = answering(() => new Response("<html>"));
  await assert.rejects(api.json("GET", "/api/x"), { name: "SyntaxError" });
});

test("a limit in time reads as a server out of reach", async () => {
  const { api } = answering(({ signal }) => new Promise((_, fail) => { signal.onabort = () => fail(signal.reason); }));
  const stay = setTimeout(() => {}, 5_000); // the limit's own timer keeps no process alive
  const asked = api.json("DELETE", "/api/session", undefined, {}, { signal: AbortSignal.timeout(5) });
  await assert.rejects(asked, { code: "network.unreachable" });
  clearTimeout(stay);
});

const ENDS = [[401, "session.missing", true], [401, "session.refused", false], [403, "access.role", false]];
for (const [status, code, isSignedOut] of ENDS) {
  test(`${status} ${code} ${isSignedOut ? "ends" : "leaves"} the session of the page`, async () => {
    const { api } = answering(refusing(status, code));
    let isTold = false;
    api.addEventListener("signed-out", () => { isTold = true; });
    await assert.rejects(api.json("GET", "/api/x"), { code, status, sentence: "No." });
    assert.equal(isTold, isSignedOut);
  });
}

test("a refusal without words is named by its status", async () => {
  const { api } = answering(() => new Response(lost(), { status: 502 }));
  await assert.rejects(api.json("GET", "/api/x"), { code: "http.502" });
});
