// Opens hostile files one after another as the viewer does, with the viewer's own engine handle and
// its time limits, and keeps what became of each. Before each a canary is decoded.

import { bootEngine } from "./engine-boot.js";

const CANVAS = { viewport: "one", width: 64, height: 48, device_pixel_ratio_e6: 1_000_000, scale_verified: true };
const LOST = ["engine.watchdog", "engine.died", "engine.ended", "engine.shell"];

const done = [];
let failure = "";
let engine = null;
let heap = 0;

async function start(bundle) {
  const began = performance.now();
  engine = await bootEngine(bundle, () => {});
  await engine.call("layout", CANVAS, { canvas: new OffscreenCanvas(CANVAS.width, CANVAS.height) });
  return performance.now() - began;
}

async function call(command, body = {}, extras = {}) {
  const reply = await engine.call(command, body, extras);
  heap = Math.max(heap, reply.heap);
  return reply;
}

const fetched = async (path) => (await fetch(path)).arrayBuffer();

/** The page's own commands, for a study of one image. */
async function picture(n, { manifest_sha256, parts, megapixels }, bytes) {
  const payload = await fetched(`/manifests/${n}`);
  await call("open-study", { manifest_sha256, bundle: "b".repeat(64) }, { payload });
  let at = 0;
  for (const [series, instance, part, size] of parts) {
    await call("put-part", { series, instance, part }, { payload: bytes.slice(at, at += size) });
  }
  const extras = { limit_ms: engine.limitFor(megapixels) };
  await call("show", { viewport: "one", stack: 0, position: 0, generation: 1 }, extras);
  const { view } = await call("settle", { viewport: "one", generation: 2 }, extras);
  return view.pixel_sha256;
}

async function opened(n, item, canaries) {
  const bytes = await fetched(`/files/${n}`);
  await call("digest", {}, { payload: canaries[n % canaries.length].slice(0) });
  const began = performance.now();
  const found = { n, code: "", digest: "", stored: "", pixels: "" };
  try {
    const told = await call("digest", {}, { payload: bytes.slice(0), limit_ms: engine.limitFor(item.megapixels) });
    Object.assign(found, { digest: told.refused ?? "", stored: told.stored_sha256 ?? "" });
    if (item.manifest_sha256) {
      found.pixels = await picture(n, item, bytes);
    }
  } catch ({ code, message }) {
    found.code = code ?? `page: ${message}`;
  }
  return { ...found, seconds: (performance.now() - began) / 1000, heap };
}

async function all(bundle, items, canaryCount) {
  const canaries = await Promise.all([...Array(canaryCount).keys()].map((n) => fetched(`/canaries/${n}`)));
  await start(bundle);
  for (const item of items) {
    const found = await opened(item.n, item, canaries);
    if (LOST.includes(found.code) || found.code.startsWith("page")) {
      engine.terminate();
      heap = 0;
      found.respawn_ms = await start(bundle);
    }
    done.push(found);
  }
  engine.terminate();
}

globalThis.begin = (bundle, items, canaryCount) => {
  all(bundle, items, canaryCount).catch((error) => { failure = `${error.name} ${error.code} ${error.message}`; });
};
globalThis.taken = (from) => ({ failure, replies: done.slice(from) });
document.body.dataset.page = "ready";
