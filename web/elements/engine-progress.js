// <engine-progress>: how far the start of the image engine has come, in bytes and steps, or why it
// did not start. `body[data-engine]` has the same in one word. With `data-brief` it says nothing once
// the engine is ready.

import { make } from "../dom.js";
import { sentence, t } from "../i18n.js";

const MEGABYTE = 1e6;
const DOWNLOAD_SHARE = 0.6; // of the bar; the steps after it take the rest
const STEPS = ["start", "unpack", "import", "check", "ready"];
const NOTHING_YET = { step: "begin", loaded: 0, total: 0 };

/** The page's engine has another state. */
class EngineState extends Event {
  /** @param {"booting" | "ready" | "failed"} state @param {{progress?: any, refusal?: any}} [detail] */
  constructor(state, { progress = null, refusal = null } = {}) {
    super("engine-state");
    Object.assign(this, { state, progress, refusal });
  }
}

let latest = new EngineState("booting");

/** @param {ConstructorParameters<typeof EngineState>} state */
export function tellEngineState(...state) {
  latest = new EngineState(...state);
  document.body.dataset.engine = latest.state;
  document.dispatchEvent(latest);
}

export class EngineProgress extends HTMLElement {
  #text = make("span", { class: "text" });
  #bar = make("progress", { max: "1", value: "0", "aria-label": t("engine.progress") });

  connectedCallback() {
    this.append(this.#text, this.#bar);
    this.#follow(latest);
    document.addEventListener("engine-state", this.#follow);
  }

  disconnectedCallback() {
    document.removeEventListener("engine-state", this.#follow);
  }

  #follow = ({ state, progress, refusal }) => {
    this.dataset.state = state;
    this.hidden = state === "ready" && "brief" in this.dataset;
    this.#bar.hidden = state !== "booting";
    if (state === "failed") {
      this.#text.textContent = `${sentence(refusal)} (${refusal.code})`;
    } else if (state === "ready") {
      this.#text.textContent = t("engine.ready");
    } else {
      this.#show(progress ?? NOTHING_YET);
    }
  };

  #show({ step, loaded, total }) {
    const received = { loaded: (loaded / MEGABYTE).toFixed(1), total: (total / MEGABYTE).toFixed(1) };
    this.#text.textContent = t(`engine.step.${step}`, received);
    const after = (STEPS.indexOf(step) + 1) / STEPS.length;
    this.#bar.value = DOWNLOAD_SHARE * (total ? loaded / total : 0) + (1 - DOWNLOAD_SHARE) * after;
  }
}
