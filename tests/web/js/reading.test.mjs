import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mock, test } from "node:test";

import { publicJwk } from "../../../web/ecdsa.js";
import { Reading } from "../../../web/reading.js";
import { Refusal } from "../../../web/refusal.js";
import { generateExchangeKey } from "../../../web/release.js";
import { Trust } from "../../../web/trust.js";
import { canonical, commitment, sealPart, sha256, siteKey, thumbprint, wrapKey } from "./server_side.mjs";

const DEK = randomBytes(32);
const signer = siteKey("manifest");
const trust = new Trust({ v: 1, installation: "site", tenant: "default", label: "", keys: [signer.listed], beacon_inbox: {} });
const COUNT = 20;

/** Two series of single-frame instances, each one part. */
const MANIFEST = {
  v: 1, installation: "site", tenant: "default", study: "1.2", handle: "h", version: 1, dek_id: "k",
  dek_commit: commitment(DEK), attributes: {},
  series: [0, 1].map((series) => ({
    series: `1.${series}`,
    instances: Array.from({ length: COUNT }, (_, at) => ({
      sop: `1.${series}.${at}`, frames: 1, whole: "deflated", rows: 8, columns: 8,
      parts: [{ kind: "whole", index: 0, sha256: `d${series}.${at}`, object: "o", sealed_size: 1 }],
    })),
  })),
};
const TEXT = canonical(MANIFEST);

function release(pageKex, nonce) {
  const bound = canonical(["diascope-part-v1", "site", "default", "1.2", "", "", "manifest", "1", "k"]);
  const statement = canonical({ v: 1, sha256: sha256(TEXT) });
  const sealed = sealPart(DEK, Buffer.concat([signer.sign("diascope-manifest-v1", statement), Buffer.from(TEXT)]), bound);
  const context = {
    v: 1, tenant: "default", study: "h", dek_id: "k", manifest: sha256(TEXT), session_sign: "s", page_kex: thumbprint(pageKex),
    nonce, ledger_index: 1,
  };
  const object = { object: sha256(sealed), study: "1.2", version: 1, sealed: sealed.toString("base64url") };
  return { v: 1, ...wrapKey(DEK, pageKex, context), manifest: object };
}

const LOOK = {
  presentation: {
    voi: { function: "LINEAR", center: "40", width: "400", explanation: "" }, invert: false,
    zoom_e6: 1_000_000, center_column_e6: 0, center_row_e6: 0, mode: "fit", interpolation: "nearest",
    rotation: 90, flip: true, state: "", overlays: false, graphics_sha256: "",
  },
  viewport: { id: "1", width: 8, height: 6, device_pixel_ratio_e6: 1_000_000, scale_verified: true },
  layout_id: "1x1", exact: true, pixel_sha256: "0".repeat(64),
};

/** An engine that holds all parts; `hangs` names what it never answers. */
function fakeEngine(told, hangs) {
  let shown = null;
  const answer = (command, body) => {
    if (command === "open-study") {
      return { stacks: [0, 1].map((index) => ({
        index, series: index, count: COUNT, viewable: true, findings: [], images: Array.from({ length: COUNT }, (_, at) => [at, 1]),
      })) };
    }
    if (command === "needs") {
      return { parts: [] };
    }
    shown = command === "show" ? { stack: body.stack, position: body.position } : shown;
    const { stack, position } = shown ?? {};
    const state = { stack, position, count: COUNT, sop: `1.${stack}.${position}`, frame: 1 };
    const painted = { viewport: "1", generation: body.generation, width: 8, height: 6, state };
    const view = {
      study: "h", manifest: sha256(TEXT), bundle: "b", series: `1.${stack}`, sop: state.sop, frame: 1,
      parts: [`d${stack}.${position}`], ...LOOK, generation: body.generation,
    };
    return command === "settle" ? { ...painted, view } : painted;
  };
  return {
    limitFor: () => 5_000,
    async call(command, body) {
      told.push([command, body?.stack ?? null, body?.position ?? null]);
      await null;
      if (hangs(command, body)) {
        await new Promise(() => {});
      }
      return answer(command, body);
    },
  };
}

function fakeViewer() {
  const viewport = Object.assign(new EventTarget(), {
    name: "1", gestures: {}, log: [], canvas: false, work() {}, rest() {},
    hasSize: () => true, layout: () => ({ width: 8, height: 6, device_pixel_ratio_e6: 1_000_000, scale_verified: true }),
    freshCanvas: () => { const fresh = !viewport.canvas; viewport.canvas = true; return fresh ? "canvas" : undefined; },
    paint: ({ state }) => viewport.log.push(["paint", state.stack, state.position]),
    refuse: ({ code }) => { viewport.canvas = false; viewport.log.push(["refuse", code]); },
    clear: () => { viewport.canvas = false; }, wait: (text) => viewport.log.push(["wait", text]),
    describe() {}, load() {}, loaded() {}, unsettle() {}, settle() {},
  });
  const pictureCanvas = () => ({ canvas: "c", width: 88, height: 88 });
  const strip = { show() {}, progress() {}, current: -1, dropPicture() {}, pictureCanvas };
  return Object.assign(new EventTarget(), { viewport, strip, slider: { show() {} }, show() {} });
}

/** A study that is open; `answer` alters what the server releases, `hangs` what the engine leaves unanswered. */
async function scene({ place = null, answer = (given) => given, hangs = () => false, refused = null } = {}) {
  const exchange = await generateExchangeKey();
  const kex = await publicJwk(exchange.publicKey);
  const told = [];
  const records = [];
  const banner = { lines: {}, tell: (subject, text) => { banner.lines[subject] = text; } };
  const beacons = Object.assign(new EventTarget(), {
    refused, add: async (type, body) => { records.push([type, body]); }, prepareFarewell: async () => {},
  });
  const host = Object.assign(new EventTarget(), { bundleDigest: "b", ready: Promise.resolve(fakeEngine(told, hangs)) });
  const api = { nonce: async () => ({ nonce: "n" }), json: async () => answer(release(kex, "n")) };
  const chain = { name: "c", exchange, proof: async () => "", signerThumbprint: async () => "s" };
  const viewer = fakeViewer();
  const reading = new Reading({ api, chain, trust, beacons, host, banner }, "h", viewer, place);
  const places = [];
  reading.addEventListener("place-changed", (event) => places.push(event.place));
  await reading.open();
  await calm();
  /** The engine is lost, and the host has another. */
  const lose = async (code) => {
    host.ready = Promise.resolve(fakeEngine(told, hangs));
    host.dispatchEvent(Object.assign(new Event("engine-replaced"), { code }));
    await calm();
  };
  const send = async (type, fields) => {
    viewer.dispatchEvent(Object.assign(new Event(type), fields));
    await calm();
  };
  return { reading, viewer, viewport: viewer.viewport, places, records, banner, beacons, told, lose, send };
}

const calm = async () => {
  for (let turn = 0; turn < 200; turn += 1) {
    await null;
  }
};

const pass = async (ms) => {
  mock.timers.tick(ms);
  await calm();
};

test.beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
test.afterEach(() => mock.timers.reset());

test("the place is told when a view has settled, not at every image", async () => {
  const { places, send, viewport } = await scene();
  assert.deepEqual(places, []);
  await pass(250);
  for (let notch = 0; notch < 10; notch += 1) {
    await send("viewport-scrolled", { steps: 1 });
  }
  assert.equal(viewport.log.filter(([name]) => name === "paint").length, 12); // each, and one settled
  assert.deepEqual(places, [{ stack: 0, position: 0 }]);
  await pass(250);
  assert.deepEqual(places.at(-1), { stack: 0, position: 10 });
  assert.equal(places.length, 2);
});

test("a place that is known is not told again", async () => {
  const { places, send } = await scene({ place: { stack: 1, position: 7 } });
  await pass(250);
  await send("action-chosen", { action: "invert" });
  await pass(250);
  assert.deepEqual(places, []);
  await send("viewport-scrolled", { steps: -2 });
  await pass(250);
  assert.deepEqual(places, [{ stack: 1, position: 5 }]);
});

const countOf = (told, command, stack) => told.filter(([name, of]) => name === command && of === stack).length;

test("a picture that ends the engine is not tried again, and the image on screen is not blamed", async () => {
  const hangs = (command, body) => command === "thumbnail" && body.stack === 0;
  const { told, viewport, lose, records } = await scene({ hangs });
  assert.equal(countOf(told, "thumbnail", 0), 0); // not before a view has settled
  await pass(250);
  assert.equal(countOf(told, "thumbnail", 0), 1);
  await lose("engine.watchdog");
  assert.deepEqual(viewport.log.at(-1), ["paint", 0, 0]);
  await pass(250);
  assert.deepEqual([countOf(told, "thumbnail", 0), countOf(told, "thumbnail", 1)], [1, 1]);
  await lose("engine.died"); // now for another reason: the image is tried once more
  assert.deepEqual(viewport.log.at(-1), ["paint", 0, 0]);
  await pass(250);
  assert.equal(countOf(told, "thumbnail", 0), 1);
  assert.deepEqual(records.filter(([type]) => type === "worker_replaced").length, 2);
});

test("what ends the engine twice stays refused until the reader goes elsewhere", async () => {
  const { viewport, lose, send } = await scene();
  await lose("engine.died");
  assert.deepEqual(viewport.log.at(-1), ["paint", 0, 0]);
  await lose("engine.died");
  assert.deepEqual(viewport.log.at(-1), ["refuse", "engine.died"]);
  await send("viewport-scrolled", { steps: 1 });
  assert.deepEqual(viewport.log.at(-1), ["paint", 0, 1]);
});

test("a record that the server refused is told at once, and to whoever reads next", async () => {
  const { banner, beacons, reading } = await scene();
  assert.deepEqual(banner.lines, {});
  beacons.refused = { code: "audit.shape", at: 0 };
  beacons.dispatchEvent(new Event("record-refused"));
  assert.ok(banner.lines["record-refused"]);
  reading.close();
  const next = await scene({ refused: beacons.refused });
  assert.ok(next.banner.lines["record-refused"]);
});

for (const [name, answer, code] of [
  ["ctx", (given) => ({ ...given, ctx: given.ctx.slice(1) }), "release.context"],
  ["epk", (given) => ({ ...given, epk: { ...given.epk, x: "AA" } }), "release.wrapped"],
  ["wrapped", (given) => ({ ...given, wrapped: "*" }), "release.wrapped"],
  ["JSON", () => JSON.parse("{"), "release.context"],
]) {
  test(`a release whose ${name} was changed is refused, told and recorded`, async () => {
    const { viewport, records, banner } = await scene({ answer });
    assert.deepEqual(viewport.log.at(-1), ["refuse", code]);
    assert.deepEqual(records, [["alert", { code, study: "h", object: "", sop: "", frame: 0 }]]);
    assert.ok(banner.lines.integrity);
  });
}

test("a server that cannot be reached is no alarm", async () => {
  const { viewport, records } = await scene({ answer: () => { throw new Refusal("network.unreachable"); } });
  assert.deepEqual([viewport.log.at(-1), records], [["refuse", "network.unreachable"], []]);
});
