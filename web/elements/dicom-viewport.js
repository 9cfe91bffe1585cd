// <dicom-viewport>: the place of one image. It owns the canvas element, the labels and the visible
// states; it computes no pixel. Labels change only together with the picture, and no picture outlives
// a refusal.

import { DeviceSizeObserver, deviceBox } from "../device-box.js";
import { make } from "../dom.js";
import { drawing } from "../drawing.js";
import { Gestures } from "../gestures.js";
import { sentence, t } from "../i18n.js";
import { purposeLabel } from "../purpose.js";
import { isUntrusted } from "../refusal.js";
import { findingText, findingsAt, labelOf, orderOf } from "../stack-words.js";

const CORNERS = ["top_left", "top_right", "bottom_left", "bottom_right"];
const SIDES = ["left", "right", "top", "bottom"];
const E6 = 1_000_000;
const FINDINGS_SHOWN = 3;

export class DicomViewport extends HTMLElement {
  #image = make("div", { class: "image" });
  #stage = make("div", { class: "stage" }, this.#image);
  #corners = new Map(CORNERS.map((corner) => [corner, make("div", { class: `corner ${corner.replace("_", "-")}` })]));
  #letters = new Map(SIDES.map((side) => [side, make("span", { class: `letter ${side}` })]));
  #message = make("div", { class: "message", role: "alert" });
  #loading = make("div", { class: "loading" });
  #working = make("decode-progress");
  #integrity = make("span", { class: "integrity" });
  #fidelity = make("span", { class: "fidelity" });
  #announcement = make("span", { class: "visually-hidden", "aria-live": "polite" });
  #findings = make("ul", { class: "findings" });
  #canvas = null;
  /** What stands over the canvas. @type {SVGSVGElement | null} */
  #drawing = null;
  /** @type {import("../stack-words.js").Stack[]} */
  #stacks = [];
  #observed = null;
  #base = "empty";
  #isLoading = false;
  #observer = new DeviceSizeObserver((size) => this.#resized(size));
  #laidOut = "";
  #scale = new AbortController();
  /** @type {Gestures} */
  gestures;

  connectedCallback() {
    if (this.firstChild) {
      return;
    }
    this.#stage.append(...this.#corners.values(), ...this.#letters.values(), this.#findings, this.#loading, this.#message, this.#working);
    this.append(this.#stage, make("footer", {}, this.#integrity, purposeLabel(), this.#fidelity), this.#announcement);
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", t("viewport.name"));
    this.gestures = new Gestures(this.#stage, this.#image);
    this.clear();
    this.#observer.observe(this.#stage);
    this.#watchScale();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    this.#scale.abort();
  }

  /** Pinching the page, or moving it to another screen, changes what a device pixel is and no size. */
  #watchScale() {
    this.#scale.abort();
    this.#scale = new AbortController();
    const { signal } = this.#scale;
    globalThis.visualViewport?.addEventListener("resize", () => this.#rescaled(), { signal });
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
      this.#watchScale(); // a query knows one resolution
      this.#rescaled();
    }, { signal });
  }

  #rescaled() {
    if (JSON.stringify(this.layout()) !== this.#laidOut) {
      this.#tellSize();
    }
  }

  /** What the study's stacks are, and what is wrong with them. @param {import("../stack-words.js").Stack[]} stacks */
  describe(stacks) {
    this.#stacks = stacks;
  }

  /** The viewport's name in commands and records. */
  get name() {
    return this.dataset.viewport;
  }

  hasSize() {
    const { width, height } = this.layout();
    return width > 0 && height > 0;
  }

  /** What the engine has to know of this place. */
  layout() {
    const { width, height } = deviceBox(this.#stage.getBoundingClientRect(), devicePixelRatio);
    const isNear = (one, other) => Math.abs(one - other) <= 1;
    const isKnown = this.#observed !== null && isNear(this.#observed.width, width) && isNear(this.#observed.height, height);
    const isPinched = (globalThis.visualViewport?.scale ?? 1) !== 1;
    const device_pixel_ratio_e6 = Math.round(devicePixelRatio * E6);
    return { width, height, device_pixel_ratio_e6, scale_verified: isKnown && !isPinched };
  }

  /** @returns {OffscreenCanvas | undefined} a canvas for the engine, when the viewport has none */
  freshCanvas() {
    if (this.#canvas) {
      return undefined;
    }
    this.#canvas = make("canvas", { "aria-hidden": "true" });
    this.#canvas.hidden = true; // until something is painted
    this.#image.replaceChildren(this.#canvas);
    return this.#canvas.transferControlToOffscreen();
  }

  /** An image is on its way. @param {import("../painter.js").Place} place */
  load(place) {
    if (this.#base === "refused") {
      this.clear(); // the reason was another image's
    }
    this.#isLoading = true;
    this.#loading.textContent = t("viewport.loading", { position: place.position + 1 });
    this.#tellState();
  }

  loaded() {
    this.#isLoading = false;
    this.#tellState();
  }

  /** The engine has been at work for a second. @param {() => void} cancel */
  work(cancel) {
    this.#working.work(cancel);
  }

  rest() {
    this.#working.rest();
  }

  /** Say what the viewer is doing before there is an image. @param {string} text */
  wait(text) {
    this.load({ stack: 0, position: 0 });
    this.#loading.textContent = text;
  }

  /** The canvas has new pixels: now, and only now, the labels follow. */
  paint(painted, isScaleVerified) {
    const { state, corners, orientation, generation, width, height } = painted;
    this.#place(width, height);
    this.#draw(painted.graphics ?? [], width, height);
    this.#message.textContent = "";
    const lines = (corner) => corners[corner].map((line) => make("div", {}, line));
    CORNERS.forEach((corner) => this.#corners.get(corner).replaceChildren(...lines(corner)));
    SIDES.forEach((side) => { this.#letters.get(side).textContent = orientation[side]; });
    this.#tellStack(state);
    const { position, count, sop, frame } = state;
    Object.assign(this.dataset, { generation, position, count, sop, frame, integrity: "verified" });
    this.toggleAttribute("data-mirrored", state.flip === true);
    this.#integrity.textContent = t("viewport.verified");
    this.#fidelity.textContent = fidelity(state, isScaleVerified);
    this.#become("painted");
  }

  /** Graphics lie over the pixels that they belong to, and go with them. */
  #draw(graphics, width, height) {
    this.#drawing?.remove();
    this.#drawing = graphics.length ? drawing(graphics, width, height) : null;
    this.#image.append(...(this.#drawing ? [this.#drawing] : []));
  }

  /** Name the stack and its order above the image, and what is wrong with it below. */
  #tellStack({ stack, position }) {
    const shown = this.#stacks[stack];
    const lines = shown ? [labelOf(shown), shown.count > 1 ? orderOf(shown) : ""].filter(Boolean) : [];
    this.#corners.get("top_right").append(...lines.map((line) => make("div", { class: "stack" }, line)));
    const told = shown ? findingsAt(shown, position) : [];
    const items = told.slice(0, FINDINGS_SHOWN).map((one) =>
      make("li", { class: one.images.includes(position + 1) ? "here" : "" }, findingText(one)));
    const rest = told.length - items.length;
    this.#findings.replaceChildren(...items, ...(rest ? [make("li", {}, t("stack.more", { count: rest }))] : []));
  }

  /** @param {string} digest of the pixels on the canvas */
  settle(digest) {
    this.dataset.pixelSha256 = digest;
    const { position, count } = this.dataset;
    const here = [...this.#findings.querySelectorAll(".here")].map((one) => one.textContent);
    this.#announcement.textContent = [t("viewport.announce", { position: Number(position) + 1, count }), ...here].join(" ");
    this.#become("settled");
  }

  /** What follows may change the picture. */
  unsettle() {
    if (this.#base === "settled") {
      this.#become("painted");
    }
  }

  /** Take the picture away and say why. @param {import("../refusal.js").Refusal} refusal */
  refuse(refusal) {
    this.clear();
    this.#message.replaceChildren(make("p", {}, sentence(refusal)), make("code", {}, refusal.code));
    this.dataset.code = refusal.code;
    this.dataset.integrity = "refused";
    this.#integrity.textContent = t(isUntrusted(refusal.code) ? "viewport.untrusted" : "viewport.refused");
    this.#become("refused");
  }

  /** No picture, no labels. */
  clear() {
    this.#canvas?.remove(); // an ended worker's pixels would stay on screen
    this.#canvas = null;
    this.#drawing = null;
    this.#image.replaceChildren();
    [...this.#corners.values(), ...this.#letters.values(), this.#findings, this.#message].forEach((node) => node.replaceChildren());
    for (const name of ["generation", "position", "count", "sop", "frame"]) {
      delete this.dataset[name];
    }
    this.dataset.integrity = "";
    this.removeAttribute("data-mirrored");
    this.#integrity.textContent = "";
    this.#fidelity.textContent = "";
    this.#isLoading = false;
    this.#become("empty");
  }

  #become(base) {
    this.#base = base;
    if (base !== "settled") {
      delete this.dataset.pixelSha256;
    }
    if (base !== "refused") {
      delete this.dataset.code;
    }
    this.#tellState();
  }

  #tellState() {
    this.dataset.state = this.#isLoading ? "loading" : this.#base;
  }

  /** As many CSS pixels as give one device pixel for each of the canvas, on whole device pixels. */
  #place(width, height) {
    const { left, top } = deviceBox(this.#stage.getBoundingClientRect(), devicePixelRatio);
    const [canvas, image] = [this.#canvas, this.#image];
    Object.assign(image.style, { left: `${left}px`, top: `${top}px` });
    Object.assign(canvas.style, { width: `${width / devicePixelRatio}px`, height: `${height / devicePixelRatio}px` });
    canvas.hidden = false;
  }

  #resized(size) {
    this.#observed = size;
    this.#tellSize();
  }

  #tellSize() {
    this.#laidOut = JSON.stringify(this.layout());
    this.dispatchEvent(new Event("viewport-resized"));
  }
}

/** How true to the stored image the picture is; zoom and interpolation stand in the corner. */
function fidelity({ exact, lossy }, isScaleVerified) {
  const words = [t(exact ? "viewport.exact" : "viewport.preview"), lossy && t("viewport.lossy")];
  return [...words, isScaleVerified ? "" : t("viewport.scale_unverified")].filter(Boolean).join(" · ");
}
