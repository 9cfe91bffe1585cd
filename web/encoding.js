// Bytes as text and back: UTF-8, hex, base64url without padding. Decoders accept one form only.

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {string} text @returns {Uint8Array} */
export const utf8 = (text) => encoder.encode(text);

/** @param {BufferSource} bytes @returns {string} throws on bytes that are not UTF-8 */
export const fromUtf8 = (bytes) => strictDecoder.decode(bytes);

/** @param {ArrayBuffer | Uint8Array} bytes @returns {string} lower case */
export function hex(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {ArrayBuffer | Uint8Array} bytes @returns {string} */
export function base64url(bytes) {
  let text = "";
  for (const byte of new Uint8Array(bytes)) {
    text += String.fromCharCode(byte);
  }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text @returns {Uint8Array} throws unless `text` is the one encoding of its bytes */
export function fromBase64url(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  if (base64url(bytes) !== text) {
    throw new TypeError("not base64url");
  }
  return bytes;
}

/** @param {...Uint8Array} pieces @returns {Uint8Array} */
export function concatenate(...pieces) {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

/** @param {BufferSource} bytes @returns {Promise<string>} hex SHA-256 */
export async function sha256(bytes) {
  return hex(await crypto.subtle.digest("SHA-256", bytes));
}
