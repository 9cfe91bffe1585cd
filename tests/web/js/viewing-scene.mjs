// A viewport with an engine and a loader that a test holds in its hand, and time that it lets pass.

import { mock, test } from "node:test";

import { Viewing } from "../../../web/viewing.js";

export const COUNT = 50;
/** What a view record says of how an image is shown. */
export const LOOK = {
  presentation: {
    voi: { function: "LINEAR", center: "40", width: "400", explanation: "" }, invert: false,
    zoom_e6: 1_000_000, center_column_e6: 0, center_row_e6: 0, mode: "fit", interpolation: "nearest",
    rotation: 90, flip: true, state: "", overlays: false, graphics_sha256: "",
  },
  viewport: { id: "1", width: 8, height: 6, device_pixel_ratio_e6: 1_000_000, scale_verified: true },
  layout_id: "1x1", exact: true, pixel_sha256: "0".repeat(64),
};
export const slot = (stack, position) => ({ series: `1.${stack}`, sop: `1.${stack}.${position}`, frame: 1, digests: ["d"], count: COUNT, megapixels: 1 });

/** A viewport, an engine that answers when the test lets it, and a loader that has everything. */
export function scene({ refuses = () => null, ensure = async () => {}, answered = async () => {}, isHere = () => false } = {}) {
  const log = [];
  const told = [];
  const note = (name) => (...given) => log.push([name, ...given]);
  let hasCanvas = false;
  const element = {
    name: "1", hasSize: () => true, layout: () => ({ width: 8, height: 6, scale_verified: true }),
    freshCanvas: () => { const fresh = hasCanvas ? undefined : "canvas"; hasCanvas = true; return fresh; },
    paint: ({ state, generation }) => log.push(["paint", state.position, generation]),
    refuse: ({ code }) => { hasCanvas = false; log.push(["refuse", code]); },
    settle: note("settle"), work: note("work"), rest() {}, load: ({ position }) => log.push(["load", position]), loaded() {}, unsettle: note("unsettle"),
  };
  let shown = { stack: 0, position: 0 };
  const answer = (command, body) => {
    shown = command === "show" ? { stack: body.stack, position: body.position } : shown;
    const { sop, frame, series } = slot(shown.stack, shown.position);
    const painted = { viewport: "1", generation: body.generation, width: 8, height: 6, state: { ...shown, sop, frame, count: COUNT } };
    const view = { study: "h", manifest: "m", bundle: "b", series, sop, frame, parts: ["d"], ...LOOK, generation: body.generation };
    return command === "settle" ? { ...painted, view } : painted;
  };
  const engine = {
    limitFor: () => 5_000,
    cancel: note("cancel"),
    async call(command, body, { canvas } = {}) {
      told.push(canvas ? [command, canvas] : [command, body.position ?? body.dx ?? null]);
      await new Promise((resolve) => { setImmediate(resolve); });
      await answered(command, body);
      const refusal = refuses(command, body);
      if (refusal) {
        throw refusal;
      }
      return command === "layout" ? {} : answer(command, body);
    },
  };
  const study = { handle: "h", manifestDigest: "m", slot };
  const viewing = new Viewing({ engine, study, bundle: "b", element, loader: { ensure, isHere, prefetch() {} } });
  const views = [];
  viewing.addEventListener("view-settled", ({ view }) => views.push(view.generation));
  return { viewing, log, told, views, element };
}

export const calm = async () => {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => { setImmediate(resolve); });
  }
};

export const pass = async (ms) => {
  mock.timers.tick(ms);
  await calm();
};

export const drag = (dx) => ({ command: "gesture", body: { kind: "pan", dx, dy: 0, x: 0, y: 0 } });

/** Loads that never come, except of the positions named; each is called off by its signal. */
export function hanging(...held) {
  const asked = [];
  const ensure = (stack, position, { signal }) => {
    asked.push({ position, signal });
    return held.includes(position) ? Promise.resolve() : new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  };
  return { asked, ensure };
}

/** Have the timers of a file's tests stand still until `pass`. */
export function holdTime() {
  test.beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  test.afterEach(() => mock.timers.reset());
}
