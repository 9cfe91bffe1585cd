import assert from "node:assert/strict";
import { test } from "node:test";

import { enrol } from "../../../web/chain.js";
import { generateSigningKey } from "../../../web/ecdsa.js";
import { seal } from "../../../web/outbox.js";
import { Trust } from "../../../web/trust.js";
import { beaconInbox, canonical, isSignedBy, sha256, siteKey, thumbprint } from "./server_side.mjs";

const signer = siteKey("receipt");
const trust = new Trust({ v: 1, installation: "site", tenant: "default", label: "", keys: [signer.listed], beacon_inbox: {} });
const CHECKPOINT = { size: 5, root: "00" };

/** The server's side of enrolment; `change` alters the receipt before it is signed, `garble` the answer. */
function server({ change = {}, sign = signer.sign, garble = (answer) => answer } = {}) {
  const seen = {};
  const json = async (method, path, { enrolment, signature }) => {
    const { chain, session_sign, page_kex } = enrolment;
    const receipt = {
      v: 1, chain, session_sign: thumbprint(session_sign), page_kex: thumbprint(page_kex), issued_ms: 1, checkpoint: CHECKPOINT, ...change,
    };
    const signed = sign("diascope-receipt-v1", canonical(receipt));
    Object.assign(seen, { method, path, enrolment, signature, genesis: sha256(`diascope-receipt-v1\n${canonical(receipt)}`, signed) });
    return garble({ receipt, signature: signed.toString("base64url"), checkpoint: CHECKPOINT });
  };
  return { seen, api: { nonce: async () => ({ nonce: "n" }), json } };
}

async function enrolled(options, predecessor = null) {
  const { api, seen } = server(options);
  return { seen, chain: await enrol({ api, trust, signing: await generateSigningKey(), predecessor }) };
}

test("enrolment is signed by the session's key and names the predecessor", async () => {
  const { seen, chain } = await enrolled({}, "ab".repeat(16));
  assert.deepEqual([seen.method, seen.path], ["POST", "/api/chains"]);
  assert.ok(isSignedBy(seen.enrolment.session_sign, "diascope-enrol-v1", canonical(seen.enrolment), seen.signature));
  assert.deepEqual({ ...seen.enrolment, session_sign: 0, page_kex: 0 }, { v: 1, chain: chain.name, session_sign: 0, page_kex: 0, nonce: "n", predecessor: "ab".repeat(16) });
  assert.match(chain.name, /^[0-9a-f]{32}$/);
  assert.deepEqual(Object.keys(seen.enrolment.page_kex), ["crv", "kty", "x", "y"]);
});

test("no key of a document can be taken out of the browser", async () => {
  const { chain } = await enrolled();
  assert.equal(chain.exchange.privateKey.extractable, false);
  assert.equal((await generateSigningKey()).privateKey.extractable, false);
});

for (const [name, options] of [
  ["that the site did not sign", { sign: siteKey("receipt").sign }],
  ["for another chain", { change: { chain: "00".repeat(16) } }],
  ["for another signing key", { change: { session_sign: "x" } }],
  ["for another exchange key", { change: { page_kex: "x" } }],
  ["whose signature is not base64url", { garble: (answer) => ({ ...answer, signature: `*${answer.signature}` }) }],
  ["that is missing", { garble: ({ signature }) => ({ signature }) }],
  ["whose signature is missing", { garble: ({ receipt }) => ({ receipt }) }],
  ["that holds what is never signed", { garble: (answer) => ({ ...answer, receipt: { ...answer.receipt, issued_ms: 0.5 } }) }],
  ["in an answer that is no JSON", { garble: () => JSON.parse("{") }],
]) {
  test(`a receipt ${name} is refused`, () => assert.rejects(enrolled(options), { code: "signature.receipt" }));
}

test("beacons are numbered, linked to the receipt and to each other, and signed", async () => {
  const { seen, chain } = await enrolled();
  const sent = [await chain.append("view", { a: 1 }), await chain.append("alert", { b: 2 }), await chain.append("session_end", { reason: "idle" })];
  let prev = seen.genesis;
  sent.forEach((beacon, seq) => {
    const envelope = JSON.parse(beacon.signed);
    assert.equal(canonical(envelope), beacon.signed);
    assert.deepEqual([envelope.v, envelope.chain, envelope.seq, envelope.prev], [1, chain.name, seq, prev]);
    assert.deepEqual(envelope.checkpoint, CHECKPOINT);
    assert.ok(isSignedBy(seen.enrolment.session_sign, "diascope-beacon-v1", beacon.signed, beacon.signature));
    prev = sha256(`diascope-beacon-v1\n${beacon.signed}`, Buffer.from(beacon.signature, "base64url"));
  });
});

test("beacons made at once still stand in one line", async () => {
  const { chain } = await enrolled();
  const sent = await Promise.all(Array.from({ length: 20 }, (_, n) => chain.append("view", { n })));
  const envelopes = sent.map((beacon) => JSON.parse(beacon.signed));
  assert.deepEqual(envelopes.map((one) => one.seq), envelopes.map((_, index) => index));
  assert.equal(new Set(envelopes.map((one) => one.prev)).size, 20);
});

test("a farewell takes the next place and leaves it to whatever comes", async () => {
  const { chain } = await enrolled();
  await chain.append("view", {});
  const farewell = JSON.parse((await chain.farewell("pagehide")).signed);
  const next = JSON.parse((await chain.append("view", {})).signed);
  assert.deepEqual([farewell.type, farewell.seq, farewell.prev], ["leave", next.seq, next.prev]);
});

test("a proof covers method, path, body, nonce and chain", async () => {
  const { seen, chain } = await enrolled();
  const [nonce, name, signature] = (await chain.proof("POST", "/api/studies/h/open", "{}", "n-1")).split(".");
  const request = { method: "POST", path: "/api/studies/h/open", body_sha256: sha256("{}"), nonce: "n-1", chain: chain.name };
  assert.deepEqual([nonce, name], ["n-1", chain.name]);
  assert.ok(isSignedBy(seen.enrolment.session_sign, "diascope-request-v1", canonical(request), signature));
});

test("a sealed beacon opens with the server's inbox key and no other", async () => {
  const inbox = beaconInbox();
  const beacon = { chain: "c", seq: 0, signed: '{"a":"é"}', signature: "s" };
  const [one, two] = [await seal(beacon, inbox.jwk), await seal(beacon, inbox.jwk)];
  assert.deepEqual(inbox.open(one), { signed: beacon.signed, signature: "s" });
  assert.notDeepEqual(one.epk, two.epk);
  assert.throws(() => beaconInbox().open(one));
});
