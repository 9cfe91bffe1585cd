// ECDSA P-256 and JWK thumbprints (RFC 7638) as wire.md, section 1, has them.

import { canonical } from "./canonical.js";
import { base64url, utf8 } from "./encoding.js";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/** The session's signing key; its private half never leaves the browser. @returns {Promise<CryptoKeyPair>} */
export const generateSigningKey = () => crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);

/** The bytes a signature covers. @param {string} domain @param {string} text canonical JSON */
export const signedBytes = (domain, text) => utf8(`${domain}\n${text}`);

/**
 * @param {CryptoKey} key @param {string} domain @param {string} text canonical JSON
 * @returns {Promise<Uint8Array>} 64 bytes r‖s
 */
export async function sign(key, domain, text) {
  return new Uint8Array(await crypto.subtle.sign(SIGNATURE, key, signedBytes(domain, text)));
}

/** @param {CryptoKey} key @returns {Promise<{crv: string, kty: string, x: string, y: string}>} */
export async function publicJwk(key) {
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", key);
  return { crv, kty, x, y };
}

/** @param {{crv: string, kty: string, x: string, y: string}} jwk @returns {Promise<string>} */
export async function thumbprint(jwk) {
  const { crv, kty, x, y } = jwk;
  return base64url(await crypto.subtle.digest("SHA-256", utf8(canonical({ crv, kty, x, y }))));
}
