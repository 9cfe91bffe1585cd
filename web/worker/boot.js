// Starts Python in the worker from bytes that were checked first. Nothing is asked of any address
// that the bundle does not name; afterwards the worker has no way to ask for anything.

import { stripAfterBoot, stripBeforeBoot } from "./harden.js";
import { ENVIRONMENT, NO_PACKAGES, install } from "./install.js";
import { RuntimeFault, address, fetchVerified, verifyBundle } from "./verify.js";

const SILENCE_LIMIT_MS = 60_000; // a blocked loadPyodide never answers

/** @typedef {import("./verify.js").Bundle} Bundle */
/**
 * @typedef {{step: "download"|"start"|"unpack"|"import"|"check"|"ready", loaded: number, total: number,
 *   self_test_ms?: number}} Progress the time of the self-test comes with "ready"
 */

/**
 * Boot the bundle and return the Pyodide instance, with `diascope.bridge` imported and its self-test passed.
 *
 * Rejects with a RuntimeFault: `runtime.fetch`, `runtime.digest`, `runtime.boot`, `runtime.timeout`
 * (no progress for a minute), `runtime.selftest`.
 * @param {{bundle: Bundle, origin: string, onProgress?: (progress: Progress) => void, limitMs?: number}} options
 */
export function boot({ bundle, origin, onProgress = () => {}, limitMs = SILENCE_LIMIT_MS }) {
  return new Promise((resolve, reject) => {
    let timer;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(new RuntimeFault("runtime.timeout")), limitMs);
    };
    const report = (progress) => { watch(); onProgress(progress); };
    watch();
    run(bundle, origin, report)
      .then(resolve, (error) => reject(error instanceof RuntimeFault ? error : new RuntimeFault("runtime.boot", error)))
      .finally(() => clearTimeout(timer));
  });
}

async function run(bundle, origin, onProgress) {
  stripBeforeBoot();
  await verifyBundle(bundle);
  const total = bundle.files.reduce((sum, file) => sum + file.size, 0);
  const report = (step, loaded = total, more = {}) => onProgress({ step, loaded, total, ...more });

  const bytes = await download(bundle, origin, (loaded) => report("download", loaded));
  report("start");
  const pyodide = await start(bundle, origin, bytes);
  report("unpack");
  install(pyodide, bundle.files.filter(({ role }) => role !== "pyodide").map(({ name }) => bytes.get(name)));
  stripAfterBoot();
  report("import");
  const bridge = pyodide.pyimport("diascope.bridge");
  report("check");
  const began = performance.now();
  selfTest(bridge);
  report("ready", total, { self_test_ms: performance.now() - began });
  return pyodide;
}

async function download({ files }, origin, onLoaded) {
  let loaded = 0;
  const fetched = files.map(async (file) => {
    const bytes = await fetchVerified(origin, file, (count) => onLoaded(loaded += count));
    return /** @type {const} */ ([file.name, bytes]);
  });
  return new Map(await Promise.all(fetched));
}

async function start({ files }, origin, bytes) {
  const at = (name) => address(origin, files.find((file) => file.name === name));
  const { loadPyodide } = await import(at("pyodide.mjs"));
  // With this loaded, Pyodide tries neither importScripts nor an address of its own.
  await import(at("pyodide.asm.js"));
  const indexURL = `${origin}/rt/`;
  return withFetch(answerFrom(indexURL, bytes), () => loadPyodide({
    indexURL,
    packageBaseUrl: indexURL,
    lockFileContents: NO_PACKAGES,
    env: { ...ENVIRONMENT },
    jsglobals: Object.assign(Object.create(null), { Object }),
    stdout: () => {},  // what Python prints about a file stays out of the console
    stderr: () => {},
  }));
}

const TYPES = { "pyodide.asm.wasm": "application/wasm", "python_stdlib.zip": "application/zip" };

function answerFrom(indexURL, bytes) {
  return async (url) => {
    const name = String(url).slice(indexURL.length);
    if (!String(url).startsWith(indexURL) || !(name in TYPES)) throw new TypeError("not in the bundle");
    return new Response(bytes.get(name), { headers: { "Content-Type": TYPES[name] } });
  };
}

async function withFetch(answer, work) {
  const real = self.fetch;
  self.fetch = answer;
  try {
    return await work();
  } finally {
    self.fetch = real;
  }
}

function selfTest(bridge) {
  const answer = bridge.handle("self-test", "{}", new Uint8Array(0));
  const reply = JSON.parse(answer.get(0));
  answer.destroy();
  if (reply.passed !== true) throw new RuntimeFault("runtime.selftest", JSON.stringify(reply));
}
