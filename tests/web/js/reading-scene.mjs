// A reading of one study with an engine, a host and a server that a test holds in its hand.

import { randomBytes } from "node:crypto";
import { mock, test } from "node:test";

import { publicJwk } from "../../../web/ecdsa.js";
import { Reading } from "../../../web/reading.js";
import { Refusal } from "../../../web/refusal.js";
import { generateExchangeKey } from "../../../web/release.js";
import { Trust } from "../../../web/trust.js";
import { canonical, commitment, sealPart, sha256, siteKey, thumbprint, wrapKey } from "./server_side.mjs";
import { LOOK } from "./viewing-scene.mjs";

const DEK = randomBytes(32);
const signer = siteKey("manifest");
const trust = new Trust({ v: 1, installation: "site", tenant: "default", label: "", keys: [signer.listed], beacon_inbox: {} });
export const COUNT = 20;

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

/** An engine that holds all parts; `hangs` names what it never answers, until it is `lost`. */
function fakeEngine(told, hangs, lost) {
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
    limitForOpening: (frames) => 1_000 + frames,
    async call(command, body, { limit_ms } = {}) {
      told.push([command, body?.stack ?? null, body?.position ?? null, limit_ms]);
      await null;
      if (hangs(command, body)) {
        await new Promise((_, reject) => { lost.addEventListener("lost", ({ code }) => reject(new Refusal(code)), { once: true }); });
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

/**
 * A study that is open; `answer` alters what the server releases, `hangs` what the engine leaves unanswered,
 * `first` is the engine that there is at the beginning.
 */
export async function scene({ place = null, answer = (given) => given, hangs = () => false, refused = null, first = null } = {}) {
  first?.catch(() => {}); // it may fail before anybody waits for it
  const exchange = await generateExchangeKey();
  const kex = await publicJwk(exchange.publicKey);
  const told = [];
  const records = [];
  const banner = { lines: {}, tell: (subject, text) => { banner.lines[subject] = text; } };
  const beacons = Object.assign(new EventTarget(), {
    refused, add: async (type, body) => { records.push([type, body]); }, prepareFarewell: async () => {},
  });
  const lost = new EventTarget();
  const engine = async () => fakeEngine(told, hangs, lost);
  const host = new FakeHost(first ?? engine());
  const api = { nonce: async () => ({ nonce: "n" }), json: async () => answer(release(kex, "n")) };
  const chain = { name: "c", exchange, proof: async () => "", signerThumbprint: async () => "s" };
  const viewer = fakeViewer();
  const reading = new Reading({ api, chain, trust, beacons, host, banner }, "h", viewer, place);
  const places = [];
  reading.addEventListener("place-changed", (event) => places.push(event.place));
  await Promise.race([reading.open(), host.asked]);
  await calm();
  /** The engine is lost, and the host has another, or will have. */
  const lose = async (code, next = engine()) => {
    host.next = next;
    host.dispatchEvent(Object.assign(new Event("engine-replaced"), { code }));
    lost.dispatchEvent(Object.assign(new Event("lost"), { code }));
    await calm();
  };
  const send = async (type, fields) => {
    viewer.dispatchEvent(Object.assign(new Event(type), fields));
    await calm();
  };
  return { reading, viewer, viewport: viewer.viewport, places, records, banner, beacons, told, host, engine, lose, send };
}

class FakeHost extends EventTarget {
  bundleDigest = "b";
  /** How often a start that failed was to begin again. */
  revivals = 0;
  #tellAsked = () => {};
  /** Somebody waits for the engine. */
  asked = new Promise((resolve) => { this.#tellAsked = resolve; });

  constructor(first) {
    super();
    this.next = first;
  }

  get ready() {
    this.#tellAsked();
    this.next.catch(() => {});
    return this.next;
  }

  revive() {
    this.revivals += 1;
  }
}

export const calm = async () => {
  for (let turn = 0; turn < 200; turn += 1) {
    await null;
  }
};

export const pass = async (ms) => {
  mock.timers.tick(ms);
  await calm();
};

/** Have the timers of a file's tests stand still until `pass`. */
export function holdTime() {
  test.beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  test.afterEach(() => mock.timers.reset());
}
