// Starts an engine worker. A start that fails or hangs is tried once more; after that the page says
// so and shows nothing. The worker checks the bundle and itself before it answers (worker/boot.js).

import { Engine } from "./engine.js";
import { Refusal } from "./refusal.js";

const SILENCE_LIMIT_MS = 60_000; // protocol.md, section 1: a blocked loadPyodide hangs, it never rejects
const WORKER_PATH = "/worker/worker.js";
const ATTEMPTS = 2;
const FINAL = ["runtime.digest", "runtime.selftest"]; // the same files would fail the same way
/** An engine that ends before it was ready has no successor on its way: it did not start. */
const UNSTARTED = new Map([["engine.died", "runtime.boot"], ["engine.watchdog", "runtime.timeout"]]);

/** @typedef {import("./worker/verify.js").Bundle} Bundle */
/** @typedef {import("./worker/boot.js").Progress} Progress */

/**
 * @param {Bundle} bundle @param {(progress: Progress) => void} onProgress
 * @param {() => Worker} [spawn]
 * @returns {Promise<Engine>} ready and self-tested
 */
export async function bootEngine(bundle, onProgress, spawn = spawnWorker) {
  for (let attempt = 1; ; attempt += 1) {
    const engine = new Engine(spawn());
    engine.addEventListener("boot-progress", (event) => onProgress(event.progress));
    try {
      await engine.call("boot", { bundle, origin: location.origin }, { limit_ms: SILENCE_LIMIT_MS });
      return engine;
    } catch (error) {
      engine.terminate();
      if (attempt === ATTEMPTS || FINAL.includes(error.code)) {
        throw UNSTARTED.has(error.code) ? new Refusal(UNSTARTED.get(error.code)) : error;
      }
    }
  }
}

let policy;

/** The one place that turns a text into a script address, and it knows one. */
function workerAddress() {
  const trustedTypes = globalThis.trustedTypes;
  policy ??= trustedTypes?.createPolicy("diascope-worker", { createScriptURL: onlyTheWorker });
  return policy?.createScriptURL(WORKER_PATH) ?? WORKER_PATH;
}

function onlyTheWorker(path) {
  if (path !== WORKER_PATH) {
    throw new TypeError("not a script of this page");
  }
  return path;
}

const spawnWorker = () => new Worker(workerAddress(), { type: "module", name: "diascope-engine" });
