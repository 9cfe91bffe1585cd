import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { publicJwk } from "../../../web/ecdsa.js";
import { Refusal } from "../../../web/refusal.js";
import { generateExchangeKey, openRelease } from "../../../web/release.js";
import { openStudy } from "../../../web/study.js";
import { Trust } from "../../../web/trust.js";
import { canonical, commitment, sealPart, sha256, siteKey, thumbprint, wrapKey } from "./server_side.mjs";

const DEK = randomBytes(32);
const signer = siteKey("manifest");
const trust = new Trust({ v: 1, installation: "site", tenant: "default", label: "", keys: [siteKey("manifest").listed, signer.listed], beacon_inbox: {} });
const exchange = await generateExchangeKey();
const pageKex = await publicJwk(exchange.publicKey);
const expected = { handle: "handle", nonce: "nonce", sessionSign: "signer", pageKex: thumbprint(pageKex) };
const MANIFEST = {
  v: 1, installation: "site", tenant: "default", study: "1.2", handle: "handle", version: 3, dek_id: "k",
  dek_commit: commitment(DEK), attributes: { patient_name: "Ø^ß" }, series: [],
};

/** An answer of `open`; the arguments change what an honest server would say. */
function release({ context = {}, manifest = {}, sign = signer.sign, dek = DEK, answer = {} } = {}) {
  const text = canonical({ ...MANIFEST, ...manifest });
  const bound = canonical(["diascope-part-v1", "site", "default", "1.2", "", "", "manifest", "3", "k"]);
  const sealed = sealPart(DEK, Buffer.concat([sign("diascope-manifest-v1", canonical({ v: 1, sha256: sha256(text) })), Buffer.from(text)]), bound);
  const known = {
    v: 1, tenant: "default", study: "handle", dek_id: "k", manifest: sha256(text), session_sign: "signer",
    page_kex: expected.pageKex, nonce: "nonce", ledger_index: 812,
  };
  const object = { object: sha256(sealed), study: "1.2", version: 3, sealed: sealed.toString("base64url") };
  return { v: 1, ...wrapKey(dek, pageKex, { ...known, ...context }), manifest: object, ...answer };
}

const open = (answer) => openRelease(answer, exchange.privateKey, expected, trust);

test("an honest release opens to the manifest, its digest and a key that script cannot read", async () => {
  const { manifest, bytes, digest, dek } = await open(release());
  assert.deepEqual(manifest, MANIFEST);
  assert.equal(Buffer.from(bytes).toString(), canonical(MANIFEST));
  assert.equal(digest, sha256(canonical(MANIFEST)));
  assert.equal(dek.extractable, false);
  assert.deepEqual([...dek.usages], ["deriveKey"]);
  assert.equal(exchange.privateKey.extractable, false);
});

for (const field of ["tenant", "study", "session_sign", "page_kex", "nonce", "v"]) {
  test(`a context with another ${field} is refused`, () => assert.rejects(open(release({ context: { [field]: "other" } })), { code: "release.context" }));
}

test("a context without a ledger entry is refused", () => assert.rejects(open(release({ context: { ledger_index: null } })), { code: "release.context" }));

test("a context written in another form is refused", () => {
  const honest = release();
  return assert.rejects(open({ ...honest, ctx: ` ${honest.ctx}` }), { code: "release.context" });
});

test("a wrapped key that was changed is refused", () => {
  const honest = release();
  const wrapped = `${honest.wrapped[0] === "A" ? "B" : "A"}${honest.wrapped.slice(1)}`;
  return assert.rejects(open({ ...honest, wrapped }), { code: "release.wrapped" });
});

test("another key than the manifest was sealed with is refused", () => assert.rejects(open(release({ dek: randomBytes(32) })), { code: "integrity.seal" }));

test("a manifest that the site did not sign is refused", () => assert.rejects(open(release({ sign: siteKey("manifest").sign })), { code: "signature.manifest" }));

test("a signature for another purpose is refused", () => {
  const sign = (domain, text) => signer.sign("diascope-receipt-v1", text);
  return assert.rejects(open(release({ sign })), { code: "signature.manifest" });
});

for (const [field, value] of [["handle", "x"], ["study", "9"], ["version", 2], ["dek_id", "x"], ["dek_commit", "00"], ["installation", "x"], ["v", 3], ["v", "1"]]) {
  test(`a signed manifest with another ${field} is refused`, () => assert.rejects(open(release({ manifest: { [field]: value } })), { code: "manifest.unexpected" }));
}

test("a manifest of form 2 opens too", async () => assert.equal((await open(release({ manifest: { v: 2 } }))).manifest.v, 2));

test("an older manifest than the one released is refused", () => assert.rejects(open(release({ context: { manifest: sha256("older") } })), { code: "manifest.unexpected" }));

test("a manifest object of another name is refused", () => {
  const honest = release();
  return assert.rejects(open({ ...honest, manifest: { ...honest.manifest, object: sha256("x") } }), { code: "manifest.object" });
});

/** Flip one bit of an ASCII text, as a fault on the way would. */
const flipped = (text, at, bit) => {
  const bytes = Buffer.from(text);
  bytes[at] ^= 1 << bit;
  return bytes.toString();
};

for (const [name, read, write, codes] of [
  ["ctx", (it) => it.ctx, (it, ctx) => ({ ...it, ctx }), /^release\./],
  ["wrapped", (it) => it.wrapped, (it, wrapped) => ({ ...it, wrapped }), /^release\./],
  ["epk.x", (it) => it.epk.x, (it, x) => ({ ...it, epk: { ...it.epk, x } }), /^release\./],
  ["epk.crv", (it) => it.epk.crv, (it, crv) => ({ ...it, epk: { ...it.epk, crv } }), /^release\./],
  ["manifest.study", (it) => it.manifest.study, (it, study) => ({ ...it, manifest: { ...it.manifest, study } }), /^integrity\./],
]) {
  test(`a changed bit anywhere in ${name} is a refusal that alerts`, async () => {
    const honest = release();
    const text = read(honest);
    for (let at = 0; at < text.length; at += 1) {
      if (name === "epk.x" && at === text.length - 1) {
        continue; // a JWK's reader may ignore the two bits of it that say nothing
      }
      const changed = write(honest, flipped(text, at, at % 7));
      await assert.rejects(open(changed), ({ code }) => codes.test(code), `byte ${at}`);
    }
  });
}

test("a changed character in the sealed manifest is a refusal that alerts", async () => {
  const honest = release();
  for (const sealed of ["", "*", `${honest.manifest.sealed}A`, flipped(honest.manifest.sealed, 9, 6)]) {
    await assert.rejects(open({ ...honest, manifest: { ...honest.manifest, sealed } }), { code: "manifest.object" });
  }
});

for (const [name, code] of [
  ["ctx", "release.context"], ["epk", "release.wrapped"], ["wrapped", "release.wrapped"], ["manifest", "manifest.object"],
]) {
  test(`a release without ${name} is refused as ${code}`, () => {
    return assert.rejects(open({ ...release(), [name]: undefined }), { code });
  });
}

test("a signed manifest that is no JSON is refused", () => {
  const bytes = Buffer.from("{not JSON");
  const bound = canonical(["diascope-part-v1", "site", "default", "1.2", "", "", "manifest", "3", "k"]);
  const signed = signer.sign("diascope-manifest-v1", canonical({ v: 1, sha256: sha256(bytes) }));
  const sealed = sealPart(DEK, Buffer.concat([signed, bytes]), bound);
  const object = { object: sha256(sealed), study: "1.2", version: 3, sealed: sealed.toString("base64url") };
  return assert.rejects(open({ ...release(), manifest: object }), { code: "manifest.unexpected" });
});

test("a key in the site's list that is none is named as that", () => {
  const listed = [{ ...signer.listed, public: "AAAA" }];
  const broken = new Trust({ v: 1, installation: "site", tenant: "default", label: "", keys: listed, beacon_inbox: {} });
  return assert.rejects(openRelease(release(), exchange.privateKey, expected, broken), { code: "signature.trust" });
});

/** What `openStudy` needs of a site whose server answers the release with `answer`. */
const site = (answer) => ({
  api: { nonce: async () => ({ nonce: "nonce" }), json: answer }, trust,
  chain: { name: "c", exchange, proof: async () => "", signerThumbprint: async () => "signer" },
});

test("an answer that is no JSON alerts, a connection that was lost does not", async () => {
  const broken = async () => JSON.parse('{"v": 1');
  await assert.rejects(openStudy(site(broken), "handle"), { code: "release.context" });
  const lost = async () => { throw new Refusal("network.unreachable"); };
  await assert.rejects(openStudy(site(lost), "handle"), { code: "network.unreachable" });
  const cut = async () => { throw new TypeError("network error"); };
  await assert.rejects(openStudy(site(cut), "handle"), { name: "TypeError" });
});
