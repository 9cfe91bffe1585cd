// Opens sealed parts: Tink AES256_GCM_HKDF_1MB streams (wire.md, section 2) with WebCrypto alone,
// so that the data key is never in reach of script.

import { canonical } from "./canonical.js";
import { concatenate, utf8 } from "./encoding.js";
import { Refusal } from "./refusal.js";

const SEGMENT_BYTES = 1 << 20;
const HEADER_BYTES = 40; // 1 length byte, 32 salt, 7 nonce prefix
const TAG_BYTES = 16;

/**
 * @param {{installation: string, tenant: string, study: string, dek_id: string}} owner
 * @param {{series: string, sop: string, kind: string, index: number}} part
 * @returns {Uint8Array} what the sealed bytes are bound to
 */
export function associatedData({ installation, tenant, study, dek_id }, { series, sop, kind, index }) {
  const fields = ["diascope-part-v1", installation, tenant, study, series, sop, kind, String(index), dek_id];
  return utf8(canonical(fields));
}

/**
 * @param {CryptoKey} dek HKDF key, usage deriveKey
 * @param {Uint8Array} sealed @param {Uint8Array} associated
 * @returns {Promise<Uint8Array>} the plaintext, or the refusal `integrity.seal`
 */
export async function openPart(dek, sealed, associated) {
  if (sealed.length < HEADER_BYTES + TAG_BYTES || sealed[0] !== HEADER_BYTES) {
    throw new Refusal("integrity.seal");
  }
  const key = await streamKey(dek, sealed.subarray(1, 33), associated);
  const opened = segments(sealed).map((segment) => openSegment(key, sealed.subarray(33, HEADER_BYTES), segment));
  return concatenate(...(await Promise.all(opened)));
}

/** The key of one stream. */
function streamKey(dek, salt, info) {
  const derivation = { name: "HKDF", hash: "SHA-256", salt, info };
  return crypto.subtle.deriveKey(derivation, dek, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
}

/** Cut the stream; the first segment is shorter by the header. */
function segments(sealed) {
  const cuts = [];
  for (let start = HEADER_BYTES, index = 0; ; index += 1) {
    const end = Math.min(sealed.length, (index + 1) * SEGMENT_BYTES);
    cuts.push({ bytes: sealed.subarray(start, end), index, last: end === sealed.length });
    if (end === sealed.length) {
      return cuts;
    }
    start = end;
  }
}

async function openSegment(key, prefix, { bytes, index, last }) {
  const iv = new Uint8Array(12);
  iv.set(prefix);
  new DataView(iv.buffer).setUint32(7, index);
  iv[11] = last ? 1 : 0;
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes));
  } catch {
    throw new Refusal("integrity.seal");
  }
}
