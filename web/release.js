// Key release (wire.md, section 5): from the answer of `open` to a verified manifest and a data key
// that script can use and cannot read.

import { canonical } from "./canonical.js";
import { fromBase64url, fromUtf8, hex, sha256, utf8 } from "./encoding.js";
import { associatedData, openPart } from "./parts.js";
import { Refusal } from "./refusal.js";
import { orRefuse } from "./trust.js";

const EXCHANGE = { name: "ECDH", namedCurve: "P-256" };
const SIGNATURE_BYTES = 64;
const FORMS = [1, 2]; // of the manifest; studies stored before are in form 1

/** A key pair whose private half script cannot read. @returns {Promise<CryptoKeyPair>} */
export const generateExchangeKey = () => crypto.subtle.generateKey(EXCHANGE, false, ["deriveKey"]);

/** Somebody else's public half. @param {JsonWebKey} jwk @returns {Promise<CryptoKey>} */
export const importExchangeKey = (jwk) => crypto.subtle.importKey("jwk", jwk, EXCHANGE, false, []);

/**
 * @typedef {{v: number, epk: JsonWebKey, ctx: string, wrapped: string,
 *   manifest: {object: string, study: string, version: number, sealed: string}}} Release
 * @typedef {{handle: string, nonce: string, sessionSign: string, pageKex: string}} Expected
 * @typedef {{manifest: object, bytes: Uint8Array, digest: string, dek: CryptoKey}} OpenedStudy
 */

/**
 * @param {Release} release @param {CryptoKey} privateKex @param {Expected} expected
 * @param {import("./trust.js").Trust} trust
 * @returns {Promise<OpenedStudy>}
 */
export async function openRelease(release, privateKex, expected, trust) {
  const context = await orRefuse("release.context", () => readContext(release, expected, trust));
  const dek = await orRefuse("release.wrapped", () => unwrapDataKey(release, privateKex));
  const plain = await orRefuse("manifest.object", () => openManifest(release.manifest, context, dek, trust));
  const bytes = plain.slice(SIGNATURE_BYTES);
  const digest = await sha256(bytes);
  const statement = utf8(canonical({ v: 1, sha256: digest }));
  await trust.verify("manifest", "diascope-manifest-v1", statement, plain.subarray(0, SIGNATURE_BYTES));
  return orRefuse("manifest.unexpected", async () => {
    const opened = { bytes, digest, manifest: JSON.parse(fromUtf8(bytes)), dek };
    await checkManifest(opened, release, context, trust);
    return opened;
  });
}

/** Every field of the context must be one the page already knew. */
function readContext(release, expected, trust) {
  const context = JSON.parse(release.ctx);
  const known = {
    v: 1, tenant: trust.tenant, study: expected.handle, nonce: expected.nonce,
    session_sign: expected.sessionSign, page_kex: expected.pageKex,
  };
  const differs = Object.entries(known).some(([name, value]) => context[name] !== value);
  if (release.v !== 1 || differs || canonical(context) !== release.ctx || !Number.isSafeInteger(context.ledger_index)) {
    throw new Refusal("release.context");
  }
  return context;
}

/** Z -> KEK -> DEK; no key is ever extractable. */
async function unwrapDataKey({ epk, ctx, wrapped }, privateKex) {
  const bound = utf8(ctx);
  const ephemeral = await importExchangeKey(epk);
  const shared = await crypto.subtle.deriveKey(
    { name: "ECDH", public: ephemeral }, privateKex, { name: "HKDF" }, false, ["deriveKey"],
  );
  const salt = await crypto.subtle.digest("SHA-256", bound);
  const derivation = { name: "HKDF", hash: "SHA-256", salt, info: utf8("diascope-key-release-v1") };
  const kek = await crypto.subtle.deriveKey(derivation, shared, { name: "AES-GCM", length: 256 }, false, ["unwrapKey"]);
  const cipher = { name: "AES-GCM", iv: new Uint8Array(12), additionalData: bound };
  return crypto.subtle.unwrapKey("raw", fromBase64url(wrapped), kek, cipher, "HKDF", false, ["deriveKey"]);
}

async function openManifest({ object, study, version, sealed }, { dek_id }, dek, trust) {
  const bytes = fromBase64url(sealed);
  if ((await sha256(bytes)) !== object) {
    throw new Refusal("manifest.object");
  }
  const owner = { installation: trust.installation, tenant: trust.tenant, study, dek_id };
  return openPart(dek, bytes, associatedData(owner, { series: "", sop: "", kind: "manifest", index: version }));
}

/** The signed manifest must be the one released, for this study, under this key. */
async function checkManifest({ manifest, digest, dek }, release, context, trust) {
  const known = {
    installation: trust.installation, tenant: trust.tenant, handle: context.study, dek_id: context.dek_id,
    study: release.manifest.study, version: release.manifest.version, dek_commit: await commitment(dek),
  };
  const differs = Object.entries(known).some(([name, value]) => manifest[name] !== value);
  if (differs || !FORMS.includes(manifest.v) || digest !== context.manifest) {
    throw new Refusal("manifest.unexpected");
  }
}

/** GCM does not commit to its key; this public value does. Only it is derived as extractable. */
async function commitment(dek) {
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8("diascope-commit-v1") };
  const value = await crypto.subtle.deriveKey(derivation, dek, { name: "AES-GCM", length: 256 }, true, ["encrypt"]);
  return hex(await crypto.subtle.exportKey("raw", value));
}
