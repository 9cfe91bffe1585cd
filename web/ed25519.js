// Verifies Ed25519 signatures (RFC 8032, 5.1.7) over messages that a browser's own WebCrypto cannot
// take: WebKitGTK ends the page's process above 64 KiB, and the manifest of a long series is longer.
// Public data only, so nothing here has to run in constant time. There is no signing.

import { concatenate } from "./encoding.js";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const NEUTRAL = [0n, 1n, 1n, 0n];
const BASE = /** @type {Point} */ (decodePoint(new Uint8Array(32).fill(0x66).fill(0x58, 0, 1)));

/** @typedef {bigint[]} Point extended coordinates X, Y, Z, T */

/**
 * @param {Uint8Array} publicKey @param {Uint8Array} message @param {Uint8Array} signature
 * @returns {Promise<boolean>}
 */
export async function isEd25519Signature(publicKey, message, signature) {
  const key = publicKey.length === 32 ? decodePoint(publicKey) : null;
  const response = littleEndian(signature.subarray(32));
  if (key === null || signature.length !== 64 || response >= ORDER) {
    return false;
  }
  const hashed = await crypto.subtle.digest("SHA-512", concatenate(signature.subarray(0, 32), publicKey, message));
  const challenge = littleEndian(new Uint8Array(hashed)) % ORDER;
  const expected = encodePoint(add(multiply(BASE, response), multiply(negate(key), challenge)));
  return expected.every((byte, index) => byte === signature[index]);
}

function modulo(number) {
  const rest = number % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  for (let square = base, left = exponent; left > 0n; left >>= 1n, square = modulo(square * square)) {
    if (left & 1n) {
      result = modulo(result * square);
    }
  }
  return result;
}

function inverse(number) {
  return power(modulo(number), P - 2n);
}

function littleEndian(bytes) {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** RFC 8032 5.1.3. @param {Uint8Array} bytes @returns {Point | null} null for what is no point */
function decodePoint(bytes) {
  const isOdd = BigInt(bytes[31] >> 7);
  const y = littleEndian(bytes) & (2n ** 255n - 1n);
  const x = y < P ? root(modulo(y * y - 1n), modulo(D * y * y + 1n)) : null;
  if (x === null || (x === 0n && isOdd)) {
    return null;
  }
  const signed = (x & 1n) === isOdd ? x : P - x;
  return [signed, y, 1n, modulo(signed * y)];
}

/** A square root of `numerator / denominator`, or null. */
function root(numerator, denominator) {
  const square = modulo(numerator * inverse(denominator));
  const candidate = power(square, (P + 3n) / 8n);
  const found = [candidate, modulo(candidate * ROOT_OF_MINUS_ONE)].find((one) => modulo(one * one) === square);
  return found ?? null;
}

/** RFC 8032 5.1.2. */
function encodePoint([X, Y, Z]) {
  const unit = inverse(Z);
  const [x, y] = [modulo(X * unit), modulo(Y * unit)];
  const number = y | ((x & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, (_, index) => Number((number >> BigInt(8 * index)) & 255n));
}

const negate = ([X, Y, Z, T]) => [modulo(-X), Y, Z, modulo(-T)];

/** RFC 8032 5.1.4; it is complete, so it doubles too. */
function add([X1, Y1, Z1, T1], [X2, Y2, Z2, T2]) {
  const [A, B] = [modulo((Y1 - X1) * (Y2 - X2)), modulo((Y1 + X1) * (Y2 + X2))];
  const [C, E] = [modulo(2n * D * T1 * T2), B - A];
  const [F, G, H] = [2n * Z1 * Z2 - C, 2n * Z1 * Z2 + C, B + A];
  return [modulo(E * F), modulo(G * H), modulo(F * G), modulo(E * H)];
}

function multiply(point, times) {
  let result = NEUTRAL;
  for (let doubled = point, left = times; left > 0n; left >>= 1n, doubled = add(doubled, doubled)) {
    if (left & 1n) {
      result = add(result, doubled);
    }
  }
  return result;
}
