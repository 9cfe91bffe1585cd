// The page as a whole: who is signed in, which of the three pages stands, and what happens when the
// session ends. Addresses and titles never change; where one is stands in the history's state, by
// random handle and position only.

import { Api } from "./api.js";
import { Beacons } from "./beacons.js";
import { enrol } from "./chain.js";
import { make } from "./dom.js";
import { EngineHost } from "./engine-host.js";
import { t, timeOfDay } from "./i18n.js";
import { IdleClock } from "./idle.js";
import { Outbox } from "./outbox.js";
import { Reading } from "./reading.js";
import { asRefusal } from "./refusal.js";
import { currentSession, forgetSigningKey, signIn, signingKey } from "./session.js";
import { Trust } from "./trust.js";

const DRAIN_MS = 3_000;

export class App {
  #api = new Api();
  #host = new EngineHost(this.#api);
  #banner = make("status-banner");
  #help = make("help-dialog");
  #page = make("div", { class: "page" });
  #tabs = new BroadcastChannel("diascope-session");
  /** @type {Trust | null} */
  #trust = null;
  /** What exists only while somebody is signed in. @type {{session: any, chain: any, beacons: Beacons, clock: IdleClock} | null} */
  #signedIn = null;
  /** @type {Reading | null} */
  #reading = null;

  async start() {
    document.body.append(this.#banner, this.#page, this.#help);
    this.#listen();
    this.#host.restart();
    try {
      await this.#learnTrust();
      const session = await currentSession(this.#api);
      await (session ? this.#enter(session) : this.#showSignIn());
    } catch (error) {
      this.#showSignIn(asRefusal(error));
    }
  }

  async #learnTrust() {
    this.#trust ??= new Trust(await this.#api.json("GET", "/trust.json"));
  }

  #listen() {
    this.#api.addEventListener("signed-out", () => this.#end("expired"));
    this.#tabs.addEventListener("message", () => this.#end("elsewhere"));
    addEventListener("popstate", ({ state }) => this.#signedIn && this.#route(state));
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
    const acts = { help: () => this.#help.open(), "sign-out": () => this.#signOut("logoff"), back: () => this.#leaveStudy() };
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
      await this.#learnTrust();
      const session = await signIn(this.#api, given);
      this.#tabs.postMessage("another session");
      history.replaceState({ page: "studies" }, "");
      await this.#enter(session);
    } catch (error) {
      element.refuse(asRefusal(error));
    }
  }

  /** Enrol this document, then show where its history says it was. */
  async #enter(session) {
    const signing = await signingKey();
    const predecessor = history.state?.chain ?? null;
    const chain = await enrol({ api: this.#api, trust: this.#trust, signing, predecessor });
    const beacons = new Beacons(this.#api, chain, new Outbox(this.#trust.beaconInbox));
    const clock = new IdleClock(session, () => this.#api.json("GET", "/api/session").catch(() => {}));
    this.#signedIn = { session, chain, beacons, clock };
    beacons.addEventListener("record-state", ({ since }) => this.#tellRecord(since));
    clock.addEventListener("idle-warning", ({ left_s }) => this.#banner.tell("idle", left_s === null ? "" : t("banner.idle", { seconds: left_s })));
    clock.addEventListener("idle-end", () => this.#signOut("idle"));
    beacons.start();
    clock.start();
    this.#route(history.state);
  }

  #tellRecord(since) {
    this.#banner.tell("record", since === null ? "" : t("banner.record", { time: timeOfDay(since) }), "alarm");
  }

  #route(state) {
    this.#leaveReading();
    if (state?.page === "viewer" && typeof state.study === "string") {
      this.#showViewer(state.study, state.place ?? null);
    } else {
      this.#showStudies();
    }
  }

  /** Remember where we are, for a reload: no name, no date, no UID. */
  #remember(state) {
    history.replaceState({ ...state, chain: this.#signedIn.chain.name }, "");
  }

  #showStudies() {
    this.#remember({ page: "studies" });
    const element = make("study-list");
    this.#show("studies", element);
    element.addEventListener("study-chosen", ({ handle }) => {
      history.pushState({ page: "viewer", study: handle }, "");
      this.#route(history.state);
    });
    element.open(this.#api, this.#signedIn.session);
  }

  #showViewer(study, place) {
    this.#remember({ page: "viewer", study, place });
    const viewer = make("study-viewer");
    this.#show("viewer", viewer);
    const { chain, beacons } = this.#signedIn;
    const site = { api: this.#api, chain, trust: this.#trust, beacons, host: this.#host, banner: this.#banner };
    const reading = new Reading(site, study, viewer, place);
    this.#reading = reading;
    reading.addEventListener("place-changed", (event) => this.#remember({ page: "viewer", study, place: event.place }));
    reading.open();
  }

  /** Up to the list, by a new step in the history: Back then returns to the study. */
  #leaveStudy() {
    if (this.#reading) {
      history.pushState({ page: "studies" }, "");
      this.#route(history.state);
    }
  }

  #leaveReading() {
    this.#reading?.close();
    this.#reading = null;
    this.#banner.tell("integrity", "");
    this.#banner.tell("engine", "");
  }

  /** The person or the clock ends the session: clear the screen first, then tell the server. */
  async #signOut(reason) {
    if (!this.#signedIn) {
      return;
    }
    const { beacons } = this.#signedIn;
    const page = this.#clear(reason);
    this.#tabs.postMessage("signed out");
    page.busy = true;
    await beacons.add("session_end", { reason });
    await beacons.drain(DRAIN_MS);
    await this.#api.json("DELETE", "/api/session").catch(() => {});
    await forgetSigningKey().catch(() => {});
    beacons.stop();
    page.busy = false;
  }

  /** The session is over already, or belongs to another tab's doings. */
  #end(reason) {
    if (this.#signedIn) {
      const { beacons } = this.#signedIn;
      this.#clear(reason);
      beacons.drain(DRAIN_MS).finally(() => beacons.stop());
    }
  }

  /** Nothing of the session stays: no picture, no worker, no list. */
  #clear(reason) {
    this.#signedIn.clock.stop();
    this.#leaveReading();
    this.#host.restart();
    this.#signedIn = null;
    this.#banner.clear();
    this.#help.close();
    history.replaceState({ page: "sign-in" }, "");
    return this.#showSignIn(null, t(`notice.${reason}`));
  }

  /** Hand over what must be sent; and keep no picture in a page the browser may freeze. */
  #hide({ persisted }) {
    this.#signedIn?.beacons.depart();
    if (persisted) {
      this.#page.replaceChildren();
      this.#host.ready.then((engine) => engine.terminate(), () => {});
    }
  }
}
