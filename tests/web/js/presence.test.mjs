import assert from "node:assert/strict";
import { test } from "node:test";

import { installChannels, installDatabase, installNavigator, installWindow } from "./browser_side.mjs";
import { beaconInbox, canonical, siteKey, thumbprint } from "./server_side.mjs";
import { Presence } from "../../../web/presence.js";
import { ApiRefusal, Refusal } from "../../../web/refusal.js";
import { read, readAll, remove, write } from "../../../web/storage.js";
import { Trust } from "../../../web/trust.js";

const DOMAIN = "diascope-receipt-v1";
const VIEW = { user: "anna", roles: [], idle_s: 900, absolute_s: 43_200, expires_in_s: 900, label: "" };
const key = siteKey("receipt");
const trust = new Trust({ v: 1, installation: "i", tenant: "t", label: "", keys: [key.listed], beacon_inbox: beaconInbox().jwk });
globalThis.document = { visibilityState: "visible" };

function receiptFor({ enrolment }) {
  const { chain, session_sign, page_kex } = enrolment;
  const names = { session_sign: thumbprint(session_sign), page_kex: thumbprint(page_kex) };
  const receipt = { v: 1, chain, ...names, issued_ms: 1, checkpoint: { size: 1, root: "r" } };
  return { receipt, signature: key.sign(DOMAIN, canonical(receipt)).toString("base64url") };
}

/** One server with one session, as its routes answer; `silent` ones never do. */
class Server {
  isSignedIn = false;
  asked = [];
  silent = new Set();
  delay_ms = 0;
  refused = new Map();

  async answer(route, body, { signal } = {}) {
    this.asked.push(route);
    if (this.silent.has(route)) {
      await new Promise((_, fail) => { signal?.addEventListener("abort", () => fail(signal.reason)); });
    }
    if (this.delay_ms) {
      await new Promise((resolve) => { setTimeout(resolve, this.delay_ms); });
    }
    if (this.refused.has(route)) {
      throw this.refused.get(route);
    }
    const answers = {
      "POST /api/session": () => { this.isSignedIn = true; return VIEW; },
      "GET /api/session": () => VIEW,
      "DELETE /api/session": () => { this.isSignedIn = false; return {}; },
      "POST /api/nonce": () => ({ nonce: "n", server_ms: 1 }),
      "POST /api/chains": () => receiptFor(body),
      "POST /api/beacons": () => this.take(body),
    };
    return answers[route]();
  }

  take({ beacons }) {
    const accepted = beacons.map(({ signed }) => JSON.parse(signed));
    this.asked.push(...accepted.map(({ type }) => type));
    return { accepted, refused: [], checkpoint: null };
  }

  /** How often it was asked. */
  count(route) {
    return this.asked.filter((one) => one === route).length;
  }
}

class Tab {
  constructor(server) {
    this.api = new EventTarget();
    this.api.json = (method, path, body, headers, manner) => server.answer(`${method} ${path}`, body, manner);
    this.api.nonce = () => this.api.json("POST", "/api/nonce");
    this.entries = [];
    const navigation = { left: () => null, begin: () => this.entries.push("begin"), end: () => this.entries.push("end") };
    this.presence = new Presence(this.api, navigation);
    this.left = [];
    this.presence.addEventListener("left", (event) => this.left.push(event));
  }

  get reasons() { return this.left.map(({ reason }) => reason); }

  async signIn() {
    await this.presence.signIn(trust, {});
    return this.presence.present;
  }
}

let browser;
globalThis.setInterval = () => 0; // nobody's time passes here
const keyTag = async () => (await read("keys", "session-sign"))?.tag;
const turn = () => new Promise(setImmediate);

test.beforeEach(() => {
  installDatabase();
  installNavigator();
  browser = { posted: installChannels(), ...installWindow() };
});

test("who signs in is present, under the name of the key", async () => {
  const tab = new Tab(new Server());
  const { tag, session } = await tab.signIn();
  assert.deepEqual([tag, session.user, tab.entries], [await keyTag(), "anna", ["begin"]]);
});

test("a log-out clears first, then signs, forgets the key and tells the server, in this order", async () => {
  const server = new Server();
  const tab = new Tab(server);
  await tab.signIn();
  tab.presence.addEventListener("left", () => server.asked.push("cleared"));
  tab.presence.signOut("logoff");
  assert.deepEqual([tab.reasons, tab.presence.present, tab.entries], [["logoff"], null, ["begin", "end"]]);
  await tab.left[0].isOver;
  const order = server.asked.slice(server.asked.indexOf("cleared"));
  assert.deepEqual(order, ["cleared", "POST /api/beacons", "session_end", "DELETE /api/session"]);
  assert.deepEqual([server.isSignedIn, await keyTag()], [false, undefined]);
});

test("on a dead link the key is gone at once and the log-out is over in time", async () => {
  const server = new Server();
  const tab = new Tab(server);
  await tab.signIn();
  ["POST /api/beacons", "DELETE /api/session"].forEach((route) => server.silent.add(route));
  const began = performance.now();
  tab.presence.signOut("logoff");
  while ((await keyTag()) || (await readAll("outbox")).length === 0) {
    await turn();
  }
  assert.ok(performance.now() - began < 500);
  assert.deepEqual((await readAll("outbox")).map(({ seq }) => seq), [0]); // the signed end waits, sealed
  await Promise.race([tab.left[0].isOver, new Promise((_, fail) => setTimeout(fail, 4_500))]);
});

test("the last beacons arrive before their session ends, when the link is alive", async () => {
  const server = new Server();
  const tab = new Tab(server);
  await tab.signIn();
  server.delay_ms = 100;
  tab.presence.signOut("logoff");
  await tab.left[0].isOver;
  assert.ok(server.asked.indexOf("session_end") < server.asked.indexOf("DELETE /api/session"));
});

test("a second log-out changes nothing", async () => {
  const server = new Server();
  const tab = new Tab(server);
  await tab.signIn();
  tab.presence.signOut("idle");
  tab.presence.signOut("logoff");
  await tab.left[0].isOver;
  assert.deepEqual([tab.reasons, server.count("DELETE /api/session")], [["idle"], 1]);
});

test("a page without a key ends the session that the cookie may stand for", async () => {
  const server = new Server();
  server.isSignedIn = true;
  assert.equal(await new Tab(server).presence.resume(trust), false);
  await turn();
  assert.equal(server.isSignedIn, false);
});

test("it tries again when the network is back", async () => {
  const server = new Server();
  server.isSignedIn = true;
  server.refused.set("DELETE /api/session", new Refusal("network.unreachable"));
  await new Tab(server).presence.resume(trust);
  await turn();
  server.refused.clear();
  browser.send("online");
  await turn();
  assert.equal(server.isSignedIn, false);
});

test("a second tab goes on with the same session, which the network's return does not end", async () => {
  const server = new Server();
  const { tag } = await new Tab(server).signIn();
  const other = new Tab(server);
  assert.equal(await other.presence.resume(trust), true);
  browser.send("online");
  await turn();
  assert.deepEqual([other.presence.present.tag, server.isSignedIn], [tag, true]);
});

test("an expired session loses its key here", async () => {
  const tab = new Tab(new Server());
  await tab.signIn();
  tab.api.dispatchEvent(new Event("signed-out"));
  await tab.left[0].isOver;
  assert.deepEqual([tab.reasons, await keyTag()], [["expired"], undefined]);
});

test("another tab's sign-in ends what is here, and its key and session stay", async () => {
  const server = new Server();
  const [before, now] = [new Tab(server), new Tab(server)];
  await before.signIn();
  const { tag } = await now.signIn();
  await before.left[0].isOver;
  assert.deepEqual([before.reasons, await keyTag(), server.isSignedIn, now.reasons], [["elsewhere"], tag, true, []]);
});

test("so they do when this session expires before that is heard", async () => {
  const server = new Server();
  const tab = new Tab(server);
  await tab.signIn();
  await write("keys", "session-sign", { tag: "another" });
  tab.api.dispatchEvent(new Event("signed-out"));
  await tab.left[0].isOver;
  assert.deepEqual([tab.reasons, await keyTag(), server.isSignedIn], [["expired"], "another", true]);
});

test("a log-out in one tab is one in all of them, and the server is told once", async () => {
  const server = new Server();
  const [one, other] = [new Tab(server), new Tab(server)];
  await one.signIn();
  await other.presence.resume(trust);
  one.presence.signOut("logoff");
  await one.left[0].isOver;
  await other.left[0].isOver;
  assert.deepEqual([other.reasons, server.count("DELETE /api/session")], [["elsewhere"], 1]);
});

/** Sign out in `one` while `other`, which found the key, is on its way in; whether `other` gets there. */
async function raced(server, one, other, { atStep }) {
  const json = other.api.json;
  other.api.json = async (...asked) => {
    const answer = await json(...asked);
    if (`${asked[0]} ${asked[1]}` === atStep) {
      one.presence.signOut("logoff");
      await one.left[0].isOver;
    }
    return answer;
  };
  return other.presence.resume(trust);
}

test("a tab that opens while another signs out does not enter", async () => {
  for (const atStep of ["GET /api/session", "POST /api/nonce", "POST /api/chains"]) {
    const server = new Server();
    const [one, other] = [new Tab(server), new Tab(server)];
    await one.signIn();
    assert.equal(await raced(server, one, other, { atStep }), false, atStep);
    assert.deepEqual([other.presence.present, other.entries, server.isSignedIn], [null, [], false], atStep);
  }
});

test("nor does one that heard of the end before the key was gone", async () => {
  const server = new Server();
  const [one, other] = [new Tab(server), new Tab(server)];
  const { tag } = await one.signIn();
  new BroadcastChannel("diascope-session").postMessage({ type: "session-ended", session: tag });
  assert.equal(await other.presence.resume(trust), false);
});

test("one that opened after the end was told, and found the key, leaves once the key is gone", async () => {
  const server = new Server();
  const one = new Tab(server);
  await one.signIn();
  let release;
  navigator.locks.request("diascope-signing-key", () => new Promise((resolve) => { release = resolve; }));
  one.presence.signOut("logoff");
  await turn();
  const late = new Tab(server); // it never heard of the end
  assert.equal(await late.presence.resume(trust), true);
  release();
  await one.left[0].isOver;
  assert.deepEqual([late.presence.present, late.reasons], [null, ["elsewhere"]]);
});

test("a tab that closes right after a log-out has logged out: the key waits for no beacon", async () => {
  const tab = new Tab(new Server());
  const { beacons } = await tab.signIn();
  beacons.add = () => new Promise(() => {}); // the last beacon is never signed
  tab.presence.signOut("logoff");
  for (let turns = 0; turns < 20 && (await keyTag()); turns += 1) {
    await turn();
  }
  assert.equal(await keyTag(), undefined);
});

test("a tab whose key goes while it is on its way in does not enter", async () => {
  const server = new Server();
  await new Tab(server).signIn();
  const late = new Tab(server);
  const { json } = late.api;
  late.api.json = (method, path, ...rest) => json(method, path, ...rest).finally(() => remove("keys", "session-sign"));
  assert.equal(await late.presence.resume(trust), false);
});

test("a sign-in that another tab ends before it is entered says so", async () => {
  const tab = new Tab(new Server());
  const json = tab.api.json;
  tab.api.json = (method, path, ...rest) => {
    if (path === "/api/chains") {
      new BroadcastChannel("diascope-session").postMessage({ type: "session-ended", session: browser.posted[0].session });
    }
    return json(method, path, ...rest);
  };
  await assert.rejects(tab.signIn(), { code: "session.ended" });
  assert.deepEqual([tab.presence.present, await keyTag()], [null, undefined]);
});

test("input in one tab counts in the others of the same session only", async () => {
  const server = new Server();
  const [one, other] = [new Tab(server), new Tab(server)];
  const { clock, tag } = await one.signIn();
  await other.presence.resume(trust);
  let noted = 0;
  other.presence.present.clock.noteElsewhere = () => { noted += 1; };
  clock.dispatchEvent(new Event("input-noted"));
  assert.equal(noted, 1);
  assert.deepEqual(browser.posted.at(-1), { type: "activity", session: tag });
  new BroadcastChannel("diascope-session").postMessage({ type: "activity", session: "another" });
  new BroadcastChannel("diascope-session").postMessage("what an older page says");
  assert.deepEqual([noted, other.reasons], [1, []]);
});

test("idleness ends the session by a log-out, the server's own limit without one", async () => {
  for (const [isIdle, reason] of [[true, "idle"], [false, "expired"]]) {
    const tab = new Tab(new Server());
    const { clock } = await tab.signIn();
    clock.dispatchEvent(Object.assign(new Event("session-over"), { isIdle }));
    await tab.left[0].isOver;
    assert.deepEqual([tab.reasons, await keyTag()], [[reason], undefined]);
  }
});

test("who is let in by the server but cannot be enrolled is not signed in at all", async () => {
  const server = new Server();
  const tab = new Tab(server);
  server.refused.set("POST /api/chains", new ApiRefusal(503, "store.fault", ""));
  await assert.rejects(tab.signIn(), { code: "store.fault" });
  assert.deepEqual([server.isSignedIn, await keyTag(), tab.presence.present], [false, undefined, null]);
});
