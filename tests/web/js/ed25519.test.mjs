import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { test } from "node:test";

import { isEd25519Signature } from "../../../web/ed25519.js";
import { Trust } from "../../../web/trust.js";
import { siteKey } from "./server_side.mjs";

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const bytes = (text) => Uint8Array.from(Buffer.from(text, "hex"));

/** RFC 8032 7.1, tests 1 to 3: public key, message, signature. */
const VECTORS = [
  ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"],
  ["3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"],
  ["fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"],
];

test("the vectors of RFC 8032 verify", async () => {
  for (const [key, message, signature] of VECTORS) {
    assert.equal(await isEd25519Signature(bytes(key), bytes(message), bytes(signature)), true);
  }
});

function signed(message) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { key: Buffer.from(publicKey.export({ format: "jwk" }).x, "base64url"), message, signature: sign(null, message, privateKey) };
}

test("what Node signs verifies, at any length", async () => {
  for (const size of [0, 1, 63, 64, 1_000, 70_000, 300_000]) {
    const { key, message, signature } = signed(randomBytes(size));
    assert.equal(await isEd25519Signature(key, message, signature), true, String(size));
  }
});

test("a changed bit of key, message or signature does not verify", async () => {
  const { key, message, signature } = signed(randomBytes(40));
  const flip = (from, bit) => { const to = Buffer.from(from); to[bit >> 3] ^= 1 << (bit & 7); return to; };
  for (let bit = 0; bit < 512; bit += 11) {
    assert.equal(await isEd25519Signature(flip(key, bit % 256), message, signature), false);
    assert.equal(await isEd25519Signature(key, flip(message, bit % 320), signature), false);
    assert.equal(await isEd25519Signature(key, message, flip(signature, bit)), false);
  }
});

test("the second form of a signature, S + order, does not verify", async () => {
  const { key, message, signature } = signed(randomBytes(8));
  const response = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString("hex")}`) + ORDER;
  const second = Buffer.from(response.toString(16).padStart(64, "0"), "hex").reverse();
  assert.equal(await isEd25519Signature(key, message, Buffer.concat([signature.subarray(0, 32), second])), false);
});

for (const [name, key] of [["not on the curve", Buffer.alloc(32, 2)], ["not reduced", Buffer.concat([Buffer.alloc(31, 255), Buffer.from([127])])], ["too short", Buffer.alloc(31)]]) {
  test(`a key that is ${name} verifies nothing`, async () => {
    assert.equal(await isEd25519Signature(key, Buffer.alloc(1), Buffer.alloc(64)), false);
  });
}

test("a signature of another length does not verify", async () => {
  const { key, message, signature } = signed(randomBytes(8));
  for (const other of [signature.subarray(0, 63), Buffer.concat([signature, Buffer.alloc(1)]), Buffer.alloc(0)]) {
    assert.equal(await isEd25519Signature(key, message, other), false);
  }
});

test("the trust file verifies short and long messages alike, and refuses both alike", async () => {
  const site = siteKey("manifest");
  const trust = new Trust({ v: 1, installation: "s", tenant: "t", label: "", keys: [site.listed], beacon_inbox: {} });
  for (const text of ["short", "long".repeat(30_000)]) {
    await trust.verify("manifest", "d", Buffer.from(text), site.sign("d", text));
    await assert.rejects(trust.verify("manifest", "e", Buffer.from(text), site.sign("d", text)), { code: "signature.manifest" });
  }
});
