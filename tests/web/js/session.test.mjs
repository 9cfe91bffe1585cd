import assert from "node:assert/strict";
import { test } from "node:test";

import { installDatabase, installNavigator, settle } from "./browser_side.mjs";
import { ApiRefusal, Refusal } from "../../../web/refusal.js";
import { currentSession, endSession, forgetSigningKey, signIn } from "../../../web/session.js";
import { read, write } from "../../../web/storage.js";

const VIEW = { user: "anna", idle_s: 900, expires_in_s: 900 };
const stored = () => read("keys", "session-sign");

/** An empty browser, and a server that answers each method as told. */
function scene(answers = {}) {
  installDatabase();
  const { locks } = installNavigator();
  const asked = [];
  const server = { GET: async () => VIEW, POST: async () => VIEW, DELETE: async () => ({}), ...answers };
  const json = (method, path, body, headers, manner) => { asked.push(`${method} ${path}`); return server[method](manner); };
  return { api: { json }, asked, locks };
}

const refuse = (status) => async () => { throw new ApiRefusal(status, "session.missing", ""); };
const never = ({ signal }) => new Promise((_, fail) => { signal?.addEventListener("abort", () => fail(signal.reason)); });

test("a sign-in makes a key that script cannot read, under a name of its own", async () => {
  const { api } = scene();
  const { session, signing } = await signIn(api, {});
  assert.deepEqual([session, signing.privateKey.extractable], [VIEW, false]);
  assert.match(signing.tag, /^[0-9a-f]{32}$/);
  assert.equal(await stored(), signing);
  assert.notEqual((await signIn(api, {})).signing.tag, signing.tag);
});

test("a refused sign-in touches no key", async () => {
  const { api } = scene({ POST: refuse(401) });
  await write("keys", "session-sign", { tag: "another tab's" });
  await assert.rejects(signIn(api, {}), { status: 401 });
  assert.deepEqual(await stored(), { tag: "another tab's" });
});

test("a reload is the same signer", async () => {
  const { api } = scene();
  const { signing } = await signIn(api, {});
  assert.deepEqual(await currentSession(api), { session: VIEW, signing });
});

test("without a key nobody is signed in, whatever the cookie says", async () => {
  const { api, asked } = scene();
  assert.equal(await currentSession(api), null);
  assert.deepEqual(asked, []);
});

for (const status of [401, 403]) {
  test(`a session that the server answers with ${status} is over, and its key is forgotten`, async () => {
    const { api } = scene({ GET: refuse(status) });
    await signIn(api, {});
    assert.equal(await currentSession(api), null);
    assert.equal(await stored(), undefined);
  });
}

test("a server out of reach is no answer: the key stays for the reload", async () => {
  const { api } = scene({ GET: async () => { throw new Refusal("network.unreachable"); } });
  await signIn(api, {});
  await assert.rejects(currentSession(api), { code: "network.unreachable" });
  assert.ok(await stored());
});

test("only the key of the sign-in that ended is forgotten", async () => {
  const { api } = scene();
  const { signing: before } = await signIn(api, {});
  const { signing: now } = await signIn(api, {});
  await forgetSigningKey(before.tag);
  assert.equal(await stored(), now);
  await forgetSigningKey(now.tag);
  assert.equal(await stored(), undefined);
});

test("a session without a key is ended on the server", async () => {
  const { api, asked } = scene();
  await endSession(api);
  assert.deepEqual(asked, ["DELETE /api/session"]);
});

test("a session whose key is there is not, except by its own sign-in", async () => {
  const { api, asked } = scene();
  const { signing } = await signIn(api, {});
  await endSession(api);
  await endSession(api, "another sign-in");
  assert.deepEqual(asked, ["POST /api/session"]);
  await endSession(api, signing.tag); // the key could not be forgotten
  assert.deepEqual(asked, ["POST /api/session", "DELETE /api/session"]);
});

test("the end gives up in time and refuses nothing", async () => {
  const { api, asked } = scene({ DELETE: never });
  const stay = setTimeout(() => {}, 5_000); // the limit's own timer keeps no process alive
  await endSession(api, "", 20);
  clearTimeout(stay);
  assert.deepEqual(asked, ["DELETE /api/session"]);
});

test("a store that cannot be read keeps nobody from leaving, and no page start ends others for it", async () => {
  const { api, asked } = scene();
  globalThis.indexedDB = { open: () => { throw new DOMException("", "SecurityError"); } };
  await endSession(api);
  assert.deepEqual(asked, []);
  await endSession(api, "own");
  assert.deepEqual(asked, ["DELETE /api/session"]);
});

test("no sign-in waits for another tab's", async () => {
  const { api, asked } = scene({ POST: () => new Promise(() => {}) });
  signIn(api, {});
  signIn(api, {});
  await settle();
  assert.equal(asked.length, 2);
});

test("an end that waits for a sign-in leaves the new session alone", async () => {
  let answer;
  const { api, asked } = scene({ POST: () => new Promise((resolve) => { answer = resolve; }) });
  const begun = signIn(api, {});
  await settle();
  const ended = endSession(api);
  await settle();
  answer(VIEW);
  await Promise.all([begun, ended]);
  assert.deepEqual(asked, ["POST /api/session"]);
});

test("a sign-in waits until the end of the session before is told", async () => {
  let told;
  const { api, asked } = scene({ DELETE: () => new Promise((resolve) => { told = resolve; }) });
  const ended = endSession(api);
  await settle();
  const begun = signIn(api, {});
  await settle();
  assert.deepEqual(asked, ["DELETE /api/session"]);
  told({});
  await Promise.all([ended, begun]);
  assert.deepEqual(asked, ["DELETE /api/session", "POST /api/session"]);
});
