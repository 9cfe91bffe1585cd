// The server's half of docs/wire.md on node:crypto: seals parts, signs, releases keys.

import {
  createCipheriv, createDecipheriv, createHash, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync,
  randomBytes, sign, verify,
} from "node:crypto";

const FIRST_BYTES = (1 << 20) - 56;
const NEXT_BYTES = (1 << 20) - 16;

export const sha256 = (...pieces) => pieces.reduce((hash, piece) => hash.update(piece), createHash("sha256")).digest("hex");

const derive = (secret, salt, info) => Buffer.from(hkdfSync("sha256", secret, salt, info, 32));

/** Canonical JSON of what the tests use: no numbers but integers, keys in ASCII. */
export function canonical(value) {
  if (value === null || typeof value !== "object") {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonical)}]`;
  }
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)}}`;
}

function cut(plain) {
  const segments = [plain.subarray(0, FIRST_BYTES)];
  for (let start = FIRST_BYTES; start < plain.length; start += NEXT_BYTES) {
    segments.push(plain.subarray(start, start + NEXT_BYTES));
  }
  return segments;
}

export function sealPart(dek, plain, associated) {
  const [salt, prefix] = [randomBytes(32), randomBytes(7)];
  const key = derive(dek, salt, associated);
  const segments = cut(plain);
  const sealed = segments.map((segment, index) => {
    const iv = Buffer.concat([prefix, Buffer.from([0, 0, 0, index, index === segments.length - 1 ? 1 : 0])]);
    const cipher = createCipheriv("aes-256-gcm", key, iv);
    return Buffer.concat([cipher.update(segment), cipher.final(), cipher.getAuthTag()]);
  });
  return Buffer.concat([Buffer.from([40]), salt, prefix, ...sealed]);
}

export const importDek = (dek) => crypto.subtle.importKey("raw", dek, "HKDF", false, ["deriveKey"]);

/** An Ed25519 key as the trust file lists it. */
export function siteKey(purpose) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const listed = { purpose, kid: purpose, public: publicKey.export({ format: "jwk" }).x, from_ms: 0 };
  return { listed, sign: (domain, text) => sign(null, Buffer.from(`${domain}\n${text}`), privateKey) };
}

const ecdhPair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

export function publicJwk(key) {
  const { crv, kty, x, y } = key.export({ format: "jwk" });
  return { crv, kty, x, y };
}

export const thumbprint = (jwk) => Buffer.from(sha256(canonical(jwk)), "hex").toString("base64url");

export const commitment = (dek) => derive(dek, "", "diascope-commit-v1").toString("hex");

/** Wrap `dek` to the page's key, bound to `context`. */
export function wrapKey(dek, pageKex, context) {
  const ephemeral = ecdhPair();
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: createPublicKey({ key: pageKex, format: "jwk" }) });
  const ctx = canonical(context);
  const cipher = createCipheriv("aes-256-gcm", derive(shared, Buffer.from(sha256(ctx), "hex"), "diascope-key-release-v1"), Buffer.alloc(12));
  cipher.setAAD(Buffer.from(ctx));
  const wrapped = Buffer.concat([cipher.update(dek), cipher.final(), cipher.getAuthTag()]);
  return { epk: publicJwk(ephemeral.publicKey), ctx, wrapped: wrapped.toString("base64url") };
}

/** The inbox for beacons that waited, and how it reads them. */
export function beaconInbox() {
  const inbox = ecdhPair();
  const open = ({ epk, ct }) => {
    const shared = diffieHellman({ privateKey: inbox.privateKey, publicKey: createPublicKey({ key: epk, format: "jwk" }) });
    const key = derive(shared, Buffer.alloc(32), `diascope-outbox-v1${canonical(epk)}`);
    const sealed = Buffer.from(ct, "base64url");
    const cipher = createDecipheriv("aes-256-gcm", key, Buffer.alloc(12));
    cipher.setAuthTag(sealed.subarray(-16));
    return JSON.parse(Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]));
  };
  return { jwk: publicJwk(inbox.publicKey), open };
}

export function isSignedBy(jwk, domain, text, signature) {
  const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  return verify("sha256", Buffer.from(`${domain}\n${text}`), key, Buffer.from(signature, "base64url"));
}
