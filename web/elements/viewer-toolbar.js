// <viewer-toolbar>: what a reader can do with the image. Every button says what it does and works by
// keyboard; presets come from the engine with each image.

import { ActionChosen, actionButton } from "../controls.js";
import { icon, make } from "../dom.js";
import { t } from "../i18n.js";

const GROUPS = {
  paging: ["previous", "next"], zoom: ["zoom-out", "zoom-in", "fit", "one-to-one"],
  turns: ["rotate-left", "rotate-right", "flip-horizontal", "flip-vertical"], look: ["invert", "overlays", "reset"],
};

export class ViewerToolbar extends HTMLElement {
  #presets = make("div", { class: "presets", role: "group", "aria-label": t("toolbar.presets") });
  #touch = make("button", { type: "button", class: "touch-tool", "aria-pressed": "false" });
  #states = make("select", { class: "states", "aria-label": t("toolbar.state"), title: t("toolbar.state"), hidden: true });
  #shown = "";
  #stated = "";

  connectedCallback() {
    if (this.firstChild) {
      return;
    }
    this.setAttribute("role", "toolbar");
    this.setAttribute("aria-label", t("toolbar.name"));
    const groups = Object.entries(GROUPS).map(([group, names]) => make("div", { class: `group ${group}` }, ...names.map((name) => actionButton(name))));
    this.append(actionButton("back"), ...groups, this.#touch, this.#states, this.#presets,
      make("div", { class: "end" }, actionButton("help"), actionButton("sign-out")));
    this.#touch.addEventListener("click", () => this.#toggleTouch());
    this.#states.addEventListener("change", () => this.dispatchEvent(new ActionChosen("presentation-state", this.#states.value)));
    this.#nameTouch("scroll");
  }

  /** Follow the image. @param {any} state */
  show({ presets, window, invert, mode, overlays, has_overlays, presentation_state, presentation_states }) {
    this.#press("invert", invert);
    this.#press("fit", mode === "fit");
    this.#press("one-to-one", mode === "one_to_one");
    this.#press("overlays", overlays);
    this.querySelector('[data-action="overlays"]').hidden = !has_overlays;
    this.#offerStates(presentation_states ?? [], presentation_state ?? "");
    this.#offer(presets);
    const chosen = presets.indexOf(chosenPreset(presets, window));
    [...this.#presets.children].forEach((button, index) => button.setAttribute("aria-pressed", String(index === chosen)));
  }

  #press(action, isOn) {
    this.querySelector(`[data-action="${action}"]`).setAttribute("aria-pressed", String(isOn));
  }

  /** The presentation states of this image; none is applied that nobody chose. */
  #offerStates(states, chosen) {
    const shown = JSON.stringify(states);
    if (shown !== this.#stated) {
      this.#stated = shown;
      const none = make("option", { value: "" }, t("toolbar.state.none", { count: states.length }));
      this.#states.replaceChildren(none, ...states.map(({ id, label }) => make("option", { value: id }, label)));
      this.#states.hidden = states.length === 0;
    }
    this.#states.value = chosen;
  }

  /** New buttons only when the presets are others: a button must not vanish under a finger. */
  #offer(presets) {
    const shown = JSON.stringify(presets);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#presets.replaceChildren(...presets.map((preset, index) => this.#preset(preset, index)));
    }
  }

  #preset({ id, label, center, width }, index) {
    const key = index < 9 ? ` (${index + 1})` : "";
    const button = make("button", {
      type: "button", "data-preset": id, "aria-pressed": "false",
      title: `${label}${width && `: ${center} / ${width}`}${key}`,
    }, label);
    button.addEventListener("click", () => button.dispatchEvent(new ActionChosen("preset", id)));
    return button;
  }

  #toggleTouch() {
    const tool = this.#touch.dataset.tool === "scroll" ? "window" : "scroll";
    this.#nameTouch(tool);
    this.dispatchEvent(new ActionChosen("touch-tool", tool));
  }

  #nameTouch(tool) {
    this.#touch.dataset.tool = tool;
    this.#touch.setAttribute("aria-pressed", String(tool === "window"));
    this.#touch.setAttribute("aria-label", t(`toolbar.touch.${tool}`)); // narrow screens show the icon alone
    this.#touch.replaceChildren(icon(tool), make("span", {}, t(`toolbar.touch.${tool}`)));
  }
}

/** The preset that the present window is, by its name or by its numbers. */
function chosenPreset(presets, { center, width, explanation }) {
  const hasNumbers = (preset) => preset.center === center && preset.width === width;
  return presets.find((preset) => preset.label === explanation && (preset.width === "" || hasNumbers(preset)))
    ?? presets.find((preset) => width !== "" && hasNumbers(preset));
}
