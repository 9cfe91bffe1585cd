// The page as a whole: which of the three pages stands, and what is cleared when the session ends.
// Addresses and titles never change.

import { Api } from "./api.js";
import { make } from "./dom.js";
import { EngineHost } from "./engine-host.js";
import { t, timeOfDay } from "./i18n.js";
import { Navigation } from "./navigation.js";
import { Presence } from "./presence.js";
import { Reading } from "./reading.js";
import { asRefusal } from "./refusal.js";
import { Trust } from "./trust.js";

export class App {
  #api = new Api();
  #host = new EngineHost(this.#api);
  #navigation = new Navigation();
  #presence = new Presence(this.#api, this.#navigation);
  #banner = make("status-banner");
  #help = make("help-dialog");
  #page = make("div", { class: "page" });
  /** @type {Trust | null} */
  #trust = null;
  /** @type {Reading | null} */
  #reading = null;

  async start() {
    document.body.append(this.#banner, this.#page, this.#help);
    this.#listen();
    this.#host.restart();
    try {
      if (!(await this.#presence.resume(await this.#learnTrust()))) {
        this.#showSignIn();
      }
    } catch (error) {
      this.#showSignIn(asRefusal(error));
    }
  }

  async #learnTrust() {
    this.#trust ??= new Trust(await this.#api.json("GET", "/trust.json"));
    return this.#trust;
  }

  #listen() {
    this.#presence.addEventListener("entered", ({ present }) => this.#enter(present));
    this.#presence.addEventListener("left", (event) => this.#clear(event));
    this.#navigation.addEventListener("returned", ({ where }) => this.#route(where));
    addEventListener("pagehide", (event) => this.#hide(event));
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    document.addEventListener("action-chosen", ({ action }) => this.#act(action));
    document.addEventListener("keydown", (event) => {
      if (event.key === "?" && !event.target.closest?.("input")) {
        this.#help.open();
      }
    });
  }

  #act(action) {
    const acts = {
      help: () => this.#help.open(), "sign-out": () => this.#presence.signOut("logoff"), back: () => this.#leaveStudy(),
    };
    acts[action]?.();
  }

  /** @param {"sign-in" | "studies" | "viewer"} name @param {HTMLElement} element */
  #show(name, element) {
    document.body.dataset.page = name;
    this.#page.replaceChildren(element);
  }

  /** @param {import("./refusal.js").Refusal | null} [refusal] @param {string} [notice] */
  #showSignIn(refusal = null, notice = "") {
    const element = make("sign-in");
    this.#show("sign-in", element);
    element.site = this.#trust?.label ?? "";
    element.notice = notice;
    if (refusal) {
      element.refuse(refusal);
    }
    element.addEventListener("credentials", ({ given }) => this.#signIn(element, given));
    element.focusFirst();
    return element;
  }

  async #signIn(element, given) {
    try {
      await this.#presence.signIn(await this.#learnTrust(), given);
    } catch (error) {
      element.refuse(asRefusal(error));
    }
  }

  /** Show where this session was left, which after a sign-in is the list. */
  #enter({ tag, clock, beacons }) {
    beacons.addEventListener("record-state", ({ since }) => this.#tellRecord(since));
    clock.addEventListener("idle-warning", ({ left_s, isIdle }) => {
      const words = isIdle ? "banner.idle" : "banner.limit";
      this.#banner.tell("idle", left_s === null ? "" : t(words, { seconds: left_s }));
    });
    this.#host.revive();
    this.#route(this.#navigation.left(tag));
  }

  #tellRecord(since) {
    this.#banner.tell("record", since === null ? "" : t("banner.record", { time: timeOfDay(since) }), "alarm");
  }

  /** Begin a step in the history and show what it is about, whatever became of the step. */
  #go(where) {
    this.#navigation.step(where);
    this.#route(where);
  }

  /** @param {import("./navigation.js").Where | null} where */
  #route(where) {
    this.#leaveReading();
    if (where?.page === "viewer" && typeof where.study === "string") {
      this.#showViewer(where.study, where.place ?? null);
    } else {
      this.#showStudies();
    }
  }

  #showStudies() {
    this.#navigation.stay({ page: "studies" });
    const element = make("study-list");
    this.#show("studies", element);
    element.addEventListener("study-chosen", ({ handle }) => this.#go({ page: "viewer", study: handle }));
    element.open(this.#api, this.#presence.present.session);
  }

  #showViewer(study, place) {
    const stay = (at) => this.#navigation.stay({ page: "viewer", study, place: at });
    stay(place);
    this.#host.revive();
    const viewer = make("study-viewer");
    this.#show("viewer", viewer);
    const { chain, beacons } = this.#presence.present;
    const site = { api: this.#api, chain, trust: this.#trust, beacons, host: this.#host, banner: this.#banner };
    const reading = new Reading(site, study, viewer, place);
    this.#reading = reading;
    reading.addEventListener("place-changed", (event) => stay(event.place));
    reading.open();
  }

  /** Up to the list, by a new step in the history: Back then returns to the study. */
  #leaveStudy() {
    if (this.#reading) {
      this.#go({ page: "studies" });
    }
  }

  #leaveReading() {
    this.#reading?.close();
    this.#reading = null;
    this.#banner.tell("integrity", "");
    this.#banner.tell("engine", "");
  }

  /** Nothing of the session stays: no picture, no worker, no list. The screen comes first. */
  async #clear({ reason, isOver }) {
    this.#help.close();
    const element = this.#showSignIn(null, t(`notice.${reason}`));
    element.busy = true;
    this.#leaveReading();
    this.#host.restart();
    this.#banner.clear();
    await isOver;
    element.busy = false;
  }

  /** Hand over what must be sent; and keep no picture in a page the browser may freeze. */
  #hide({ persisted }) {
    this.#presence.present?.beacons.depart();
    if (persisted) {
      this.#page.replaceChildren();
      this.#host.ready.then((engine) => engine.terminate(), () => {});
    }
  }
}
