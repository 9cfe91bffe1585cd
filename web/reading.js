// One person reads one study: opens it, connects the viewer to the engine, keeps the record of what
// was shown and of what was refused, and carries on when the engine has to be replaced.

import { Loader } from "./loader.js";
import { Losses } from "./losses.js";
import { isSamePlace } from "./painter.js";
import { Refusal, asRefusal, isUntrusted } from "./refusal.js";
import { openStudy } from "./study.js";
import { Thumbnails } from "./thumbnails.js";
import { Viewing } from "./viewing.js";
import { ViewerControls } from "./viewer-controls.js";
import { t, timeOfDay } from "./i18n.js";

const CANCELLED = "engine.cancelled";

/**
 * @typedef {{api: import("./api.js").Api, chain: import("./chain.js").Chain, trust: import("./trust.js").Trust,
 *   beacons: import("./beacons.js").Beacons, host: import("./engine-host.js").EngineHost,
 *   banner: import("./elements/status-banner.js").StatusBanner}} Site
 * @typedef {import("./painter.js").Place} Place
 */

export class Reading extends EventTarget {
  #site;
  #handle;
  #viewer;
  #study = null;
  #viewing = null;
  #loader = null;
  #thumbnails = null;
  /** The place that was last told. */
  #told;
  #losses = new Losses();
  #isReplaced = false;
  /** No engine could be given the study; the next wish of the reader's is another try. */
  #isGivenUp = false;
  #isClosed = false;
  /** @type {WeakSet<object>} refusals that are on record */
  #recorded = new WeakSet();
  /** @type {Set<string>} objects whose refusal is on record */
  #alerted = new Set();

  /**
   * @param {Site} site @param {string} handle @param {import("./elements/study-viewer.js").StudyViewer} viewer
   * @param {Place | null} place where it was left
   */
  constructor(site, handle, viewer, place) {
    super();
    this.#site = site;
    this.#handle = handle;
    this.#viewer = viewer;
    this.#told = JSON.stringify(place);
    this.controls = new ViewerControls(viewer, place);
    this.controls.addEventListener("wish-kept", () => this.#tryAgain());
    site.host.addEventListener("engine-replaced", this.#replaced);
    site.beacons.addEventListener("record-refused", this.#recordRefused);
    this.#recordRefused();
  }

  async open() {
    this.#viewer.viewport.wait(t("viewport.opening"));
    try {
      this.#study = await openStudy(this.#site, this.#handle);
      await this.#attach();
    } catch (error) {
      this.#refuseAll(asRefusal(error));
    }
  }

  /** Stop everything at once; the engine forgets the study. */
  close() {
    this.#isClosed = true;
    this.#site.host.removeEventListener("engine-replaced", this.#replaced);
    this.#site.beacons.removeEventListener("record-refused", this.#recordRefused);
    this.#detach();
    this.#viewer.viewport.clear();
    this.#site.host.ready.then((engine) => engine.call("close-study")).catch(() => {});
  }

  /**
   * Give the study to an engine that is ready, and show where the reader wants to be.
   * @param {Place | null} [refused] that image is not shown again
   */
  async #attach(refused = null) {
    const { host } = this.#site;
    if (!this.#isReplaced) { // else the reason stands there until there is a picture
      this.#viewer.viewport.wait(t("viewport.engine"));
    }
    const engine = await host.ready;
    if (this.#isClosed) {
      return;
    }
    const opening = { bundle: host.bundleDigest, manifest_sha256: this.#study.manifestDigest };
    const limit_ms = engine.limitForOpening(this.#study.frames);
    const payload = this.#study.manifestBytes.slice().buffer;
    const { stacks, states = [] } = await engine.call("open-study", opening, { payload, limit_ms });
    if (!this.#isClosed) {
      this.#study.arrange(stacks);
      await this.#begin(engine, stacks, states, refused);
    }
  }

  async #begin(engine, stacks, states, refused) {
    const { host } = this.#site;
    const { viewport, strip } = this.#viewer;
    strip.show(stacks);
    viewport.describe(stacks);
    this.#loader = new Loader(this.#study, engine, stacks.map((one) => one.count));
    const parts = { engine, loader: this.#loader, study: this.#study, bundle: host.bundleDigest, element: viewport };
    this.#viewing = new Viewing(parts);
    const pictured = stacks.filter(({ index, viewable }) => viewable && !this.#losses.pictures.has(index));
    this.#thumbnails = new Thumbnails({ ...parts, viewing: this.#viewing }, strip, pictured);
    this.#listen();
    const loader = this.#loader;
    await (states.length ? loader.bring(states) : null); // small, and an image says which states are for it
    if (this.#loader !== loader || this.#isClosed) {
      return;
    }
    this.controls.connect(this.#viewing, stacks);
    this.#losses.opened();
    if (!refused || !isSamePlace(refused, this.controls.place)) {
      this.#goTo(this.#start(stacks));
    }
  }

  /** Where the reader wants to be, or else the first image; a study that grew has other stacks than it had. */
  #start(stacks) {
    const { place } = this.controls;
    const first = stacks.find((one) => one.viewable);
    return stacks[place?.stack]?.viewable ? place : first && { stack: first.index, position: 0 };
  }

  #goTo(start) {
    if (start) {
      this.controls.go(start);
    } else {
      this.#viewer.viewport.refuse(new Refusal("study.no_images"));
    }
  }

  #listen() {
    const { strip } = this.#viewer;
    this.#loader.addEventListener("stack-progress", ({ stack, loaded, count }) => strip.progress(stack, loaded, count));
    this.#loader.addEventListener("part-refused", (event) => this.#partRefused(event));
    this.#viewing.addEventListener("view-painted", ({ painted }) => this.controls.painted(painted.state));
    this.#viewing.addEventListener("view-settled", ({ view }) => this.#settled(view));
    this.#viewing.addEventListener("view-refused", (event) => this.#viewRefused(event));
  }

  #detach() {
    this.#viewing?.stop();
    this.#loader?.leave();
    this.#viewing = null;
    this.#loader = null; // tells a #begin that is under way that its engine is gone
    this.controls.disconnect();
  }

  #settled(view) {
    this.#record(view);
    const { stack, position } = this.#viewing?.painted?.state ?? {};
    const place = { stack, position };
    const isNews = stack !== undefined && JSON.stringify(place) !== this.#told;
    if (isNews) {
      this.#told = JSON.stringify(place);
      this.dispatchEvent(Object.assign(new Event("place-changed"), { place }));
    }
  }

  async #record(view) {
    const { beacons } = this.#site;
    await beacons.add("view", view);
    await beacons.prepareFarewell();
  }

  /** The server took a record and did not accept it: whoever reads must know, now and until they leave. */
  #recordRefused = () => {
    const { banner, beacons: { refused } } = this.#site;
    if (refused) {
      banner.tell("record-refused", t("banner.record_refused", { time: timeOfDay(refused.at), code: refused.code }), "alarm");
    }
  };

  #partRefused({ refusal, part }) {
    this.#recorded.add(refusal);
    if (isUntrusted(refusal.code) && !this.#alerted.has(part.object)) {
      this.#alerted.add(part.object);
      const frame = part.kind === "frame" ? part.index + 1 : 0;
      this.#alert(refusal.code, part.object, part.sop, frame);
    }
  }

  #viewRefused({ refusal, place }) {
    this.controls.refused();
    if (this.#recorded.has(refusal)) {
      return;
    }
    const { sop, frame } = place ? this.#study.slot(place.stack, place.position) : { sop: "", frame: 0 };
    if (isUntrusted(refusal.code)) {
      this.#alert(refusal.code, "", sop, frame);
    } else if (refusal.code.startsWith("engine.") && !isLoss(refusal.code)) {
      this.#site.beacons.add("engine_fault", { code: refusal.code, study: this.#handle, sop, frame });
    }
  }

  #alert(code, object, sop, frame) {
    this.#site.beacons.add("alert", { code, study: this.#handle, object, sop, frame });
    this.#site.banner.tell("integrity", t("banner.integrity"), "alarm");
  }

  /** The study as a whole cannot be shown. */
  #refuseAll(refusal) {
    if (this.#isClosed || isLoss(refusal.code)) {
      return;
    }
    this.#viewer.viewport.refuse(refusal);
    if (isUntrusted(refusal.code)) {
      this.#alert(refusal.code, "", "", 0);
    } else {
      this.#isGivenUp = this.#study !== null;
    }
  }

  /** Give the study to an engine once more, and start one if there is none. */
  #tryAgain() {
    if (this.#isGivenUp) {
      this.#isGivenUp = false;
      this.#isReplaced = false;
      this.#site.host.revive();
      this.#attach().catch((error) => this.#refuseAll(asRefusal(error)));
    }
  }

  /**
   * The engine is another one: say so, and show the same image once more. What ends the engine
   * twice stays refused until the reader goes elsewhere or asks again.
   */
  #replaced = async ({ code }) => {
    const { place } = this.controls;
    const isAgain = this.#study !== null && this.#blame();
    this.#isGivenUp = isAgain && !this.controls.isConnected;
    this.#isReplaced = true;
    this.#detach();
    this.#viewer.viewport.refuse(new Refusal(code));
    this.#site.beacons.add("worker_replaced", { reason: code });
    this.#site.banner.tell("engine", t("banner.replaced", { time: timeOfDay(Date.now()) }));
    if (this.#study && !this.#isGivenUp) {
      const refused = isAgain || code === CANCELLED ? place : null;
      await this.#attach(refused).catch((error) => this.#refuseAll(asRefusal(error)));
    }
  };

  /** @returns {boolean} whether what ended the engine has ended one before */
  #blame() {
    const isReading = this.controls.isConnected;
    return isReading ? this.#losses.whileReading(this.controls.place, this.#thumbnails.inFlight) : this.#losses.whileOpening();
  }
}

/** Codes of an engine that was ready and is gone: its successor is on its way, and #replaced sees to it. */
const isLoss = (code) => ["engine.watchdog", "engine.died", "engine.ended", CANCELLED].includes(code);
