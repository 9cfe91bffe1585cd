import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";

import { associatedData, openPart } from "../../../web/parts.js";
import { importDek, sealPart } from "./server_side.mjs";

const FIRST = (1 << 20) - 56;
const NEXT = (1 << 20) - 16;
const DEK = randomBytes(32);
const key = await importDek(DEK);
const OWNER = { installation: "site", tenant: "default", study: "1.2", dek_id: "k" };
const PART = { series: "1.2.3", sop: "1.2.3.4", kind: "frame", index: 7 };
const bound = associatedData(OWNER, PART);
const isRefused = (promise) => assert.rejects(promise, { code: "integrity.seal" });

for (const size of [0, 1, 4096, FIRST - 1, FIRST, FIRST + 1, FIRST + NEXT, FIRST + NEXT + 1, 3 << 20]) {
  test(`a part of ${size} bytes opens to what was sealed`, async () => {
    const plain = randomBytes(size);
    assert.deepEqual(Buffer.from(await openPart(key, sealPart(DEK, plain, bound), bound)), plain);
  });
}

test("the binding is the array of wire.md, all strings", () => {
  assert.equal(Buffer.from(bound).toString(), '["diascope-part-v1","site","default","1.2","1.2.3","1.2.3.4","frame","7","k"]');
});

test("a changed bit anywhere is refused", async () => {
  const sealed = sealPart(DEK, randomBytes(300), bound);
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] ^= 1 << (at % 8);
    await isRefused(openPart(key, changed, bound));
  }
});

test("a stream cut at a segment, or shorter than any, is refused", async () => {
  const sealed = sealPart(DEK, randomBytes(FIRST + NEXT), bound);
  for (const size of [0, 39, 40, 55, 1 << 20, sealed.length - 1]) {
    await isRefused(openPart(key, sealed.subarray(0, size), bound));
  }
});

test("segments in another order are refused", async () => {
  const sealed = sealPart(DEK, randomBytes(FIRST + 2 * NEXT), bound);
  const [head, one, two] = [sealed.subarray(0, 1 << 20), sealed.subarray(1 << 20, 2 << 20), sealed.subarray(2 << 20)];
  await isRefused(openPart(key, Buffer.concat([head, two, one]), bound));
});

for (const field of Object.keys(PART)) {
  test(`a part of another ${field} is refused`, async () => {
    const other = associatedData(OWNER, { ...PART, [field]: field === "index" ? 8 : "other" });
    await isRefused(openPart(key, sealPart(DEK, randomBytes(9), bound), other));
  });
}
