// Keeps one engine: starts it with the page, replaces it when it is lost, and ends it to erase what
// it holds.

import { bootEngine } from "./engine-boot.js";
import { tellEngineState } from "./elements/engine-progress.js";
import { asRefusal } from "./refusal.js";

const FINAL = ["runtime.digest", "runtime.selftest"]; // the same files would fail the same way

export class EngineHost extends EventTarget {
  #api;
  #start;
  #round = 0;
  /** @type {Promise<import("./engine.js").Engine>} */
  #engine = Promise.reject(new Error("not started"));
  /** The list of the first engine that started: later ones need no other. @type {import("./engine-boot.js").Bundle | null} */
  #bundle = null;
  /** Why there is no engine. @type {import("./refusal.js").Refusal | null} */
  #failure = null;
  /** The digest of the code that paints, for the record. */
  bundleDigest = "";

  /** @param {import("./api.js").Api} api @param {typeof bootEngine} [start] */
  constructor(api, start = bootEngine) {
    super();
    this.#api = api;
    this.#start = start;
    this.#engine.catch(() => {});
  }

  /** @returns {Promise<import("./engine.js").Engine>} the engine, once it is ready */
  get ready() {
    return this.#engine;
  }

  /** End the engine there is, and begin another. */
  restart() {
    this.#round += 1;
    const before = this.#engine;
    before.then((engine) => engine.terminate(), () => {});
    this.#engine = this.#boot(this.#round);
    this.#engine.catch(() => {}); // whoever needs the engine hears of it; the page shows it anyway
  }

  /** Begin again after a start that failed: a network may be back. What is final stays refused. */
  revive() {
    if (this.#failure && !FINAL.includes(this.#failure.code)) {
      this.restart();
    }
  }

  async #boot(round) {
    tellEngineState("booting");
    this.#failure = null;
    try {
      const bundle = this.#bundle ?? (await this.#api.json("GET", "/bundle.json"));
      this.bundleDigest = bundle.digest;
      const engine = await this.#start(bundle, (progress) => this.#tell(round, "booting", { progress }));
      this.#bundle = bundle;
      engine.addEventListener("engine-lost", ({ code }) => this.#lost(round, code));
      this.#tell(round, "ready");
      return engine;
    } catch (error) {
      const refusal = asRefusal(error);
      this.#failure = round === this.#round ? refusal : this.#failure;
      this.#tell(round, "failed", { refusal });
      throw refusal;
    }
  }

  #tell(round, ...state) {
    if (round === this.#round) {
      tellEngineState(...state);
    }
  }

  /** Its successor starts before anybody asks. */
  #lost(round, code) {
    if (round === this.#round) {
      this.restart();
      const lost = new Event("engine-replaced");
      this.dispatchEvent(Object.assign(lost, { code }));
    }
  }
}
