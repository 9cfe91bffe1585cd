// Hands over bytes of the runtime only when they are the pinned ones. Nothing here knows Pyodide.

const SENTENCES = {
  "runtime.fetch": "The viewer could not be loaded from the server. Check the network, then reload the page.",
  "runtime.digest": "The viewer's own files are not the expected ones and were not started. Tell your administrator.",
  "runtime.boot": "The viewer could not start in this browser. Reload the page.",
  "runtime.timeout": "The viewer did not start in time. Reload the page.",
  "runtime.selftest": "The viewer failed its own check in this browser and shows nothing. Tell your administrator.",
};

/** Why the runtime did not start: a stable code and a sentence for the user; `cause` has the rest. */
export class RuntimeFault extends Error {
  /** @param {keyof typeof SENTENCES} code  @param {unknown} [cause] */
  constructor(code, cause) {
    super(SENTENCES[code], { cause });
    this.name = "RuntimeFault";
    this.code = code;
  }
}

/** @typedef {{name: string, role: string, sha256: string, size: number}} BundleFile */
/** @typedef {{v: number, digest: string, files: BundleFile[]}} Bundle */

/** The hex SHA-256 of bytes. */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Refuse a bundle whose digest is not that of the files it lists (docs/wire.md, 4).
 * @param {Bundle} bundle
 */
export async function verifyBundle(bundle) {
  const files = new Map(bundle.files.map(({ name, sha256 }) => [name, sha256]));
  // Canonical JSON by hand: an object would put a name made of digits first.
  const members = [...files.keys()].sort().map((name) => `${JSON.stringify(name)}:${JSON.stringify(files.get(name))}`);
  const canonical = `{"files":{${members.join(",")}},"tables":1,"v":1}`;
  const found = await sha256(new TextEncoder().encode(canonical));
  if (bundle.v !== 1 || files.size !== bundle.files.length || found !== bundle.digest) {
    throw new RuntimeFault("runtime.digest", `bundle ${found}`);
  }
}

/** The one address of a file: by digest and name. */
export const address = (origin, file) => `${origin}/rt/${file.sha256}/${file.name}`;

/**
 * Fetch one file of the bundle and return its bytes after their size and digest were checked.
 * @param {string} origin  @param {BundleFile} file
 * @param {(count: number) => void} onBytes  called with the number of bytes of each piece
 * @returns {Promise<Uint8Array>}
 */
export async function fetchVerified(origin, file, onBytes) {
  const bytes = await read(address(origin, file), file, onBytes);
  const found = await sha256(bytes);
  if (found !== file.sha256) throw new RuntimeFault("runtime.digest", `${file.name} ${found}`);
  return bytes;
}

async function read(url, file, onBytes) {
  let reader;
  try {
    const response = await fetch(url, { mode: "same-origin", redirect: "error" });
    if (!response.ok) throw new RuntimeFault("runtime.fetch", `${file.name} ${response.status}`);
    reader = response.body.getReader();
    return await fill(reader, file, onBytes);
  } catch (error) {
    reader?.cancel().catch(() => {});
    throw error instanceof RuntimeFault ? error : new RuntimeFault("runtime.fetch", error);
  }
}

async function fill(reader, file, onBytes) {
  const bytes = new Uint8Array(file.size);
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (at + value.length > file.size) throw new RuntimeFault("runtime.digest", `${file.name} is too long`);
    bytes.set(value, at);
    at += value.length;
    onBytes(value.length);
  }
  if (at !== file.size) throw new RuntimeFault("runtime.digest", `${file.name} is too short`);
  return bytes;
}
