// Keeps one engine: starts it with the page, replaces it when it is lost, and ends it to erase what
// it holds.

import { bootEngine } from "./engine-boot.js";
import { tellEngineState } from "./elements/engine-progress.js";
import { asRefusal } from "./refusal.js";

export class EngineHost extends EventTarget {
  #api;
  #round = 0;
  /** @type {Promise<import("./engine.js").Engine>} */
  #engine = Promise.reject(new Error("not started"));
  /** The digest of the code that paints, for the record. */
  bundleDigest = "";

  /** @param {import("./api.js").Api} api */
  constructor(api) {
    super();
    this.#api = api;
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

  async #boot(round) {
    tellEngineState("booting");
    try {
      const bundle = await this.#api.json("GET", "/bundle.json");
      this.bundleDigest = bundle.digest;
      const engine = await bootEngine(bundle, (progress) => this.#tell(round, "booting", { progress }));
      engine.addEventListener("engine-lost", ({ code }) => this.#lost(round, code));
      this.#tell(round, "ready");
      return engine;
    } catch (error) {
      const refusal = asRefusal(error);
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
