// <series-strip>: one item a series with its picture, description, count and how much of it is here.
// Dispatches `series-chosen`.

import { make } from "../dom.js";
import { t } from "../i18n.js";

const THUMBNAIL_PX = 88;

/** Another series shall be shown. */
export class SeriesChosen extends Event {
  /** @param {number} series */
  constructor(series) {
    super("series-chosen", { bubbles: true });
    this.series = series;
  }
}

export class SeriesStrip extends HTMLElement {
  /** @type {Map<number, HTMLElement>} */
  #items = new Map();

  /**
   * @param {{index: number, modality: string, number: string, description: string, count: number,
   *   viewable: boolean}[]} series
   */
  show(series) {
    this.#items = new Map(series.map((one) => [one.index, this.#item(one)]));
    this.replaceChildren(...this.#items.values());
  }

  /** @param {number} series */
  set current(series) {
    for (const [index, item] of this.#items) {
      item.setAttribute("aria-pressed", String(index === series));
    }
  }

  /** @param {number} series @param {number} loaded @param {number} count */
  progress(series, loaded, count) {
    const bar = this.#items.get(series)?.querySelector("progress");
    if (bar) {
      bar.value = loaded / count;
      bar.hidden = loaded >= count;
    }
  }

  /**
   * A canvas for a series' picture.
   * @param {number} series @returns {{canvas: OffscreenCanvas, width: number, height: number}}
   */
  pictureCanvas(series) {
    const canvas = make("canvas", { "aria-hidden": "true" });
    this.#items.get(series).querySelector(".picture").replaceChildren(canvas);
    const side = Math.round(THUMBNAIL_PX * devicePixelRatio);
    Object.assign(canvas.style, { width: `${side / devicePixelRatio}px`, height: `${side / devicePixelRatio}px` });
    return { canvas: canvas.transferControlToOffscreen(), width: side, height: side };
  }

  /** No picture can be had. @param {number} series */
  dropPicture(series) {
    this.#items.get(series)?.querySelector(".picture").replaceChildren();
  }

  #item({ index, modality, number, description, count, viewable }) {
    const title = description || t(number ? "series.untitled" : "series.unnumbered", { number });
    const facts = [modality, viewable ? count : t("series.not_viewable")].filter(Boolean).join(" · ");
    const words = make("span", { class: "words" },
      make("span", { class: "description" }, title),
      make("span", { class: "facts" }, facts));
    const bar = make("progress", { max: "1", value: "0", "aria-label": t("series.progress"), hidden: !viewable });
    const picture = make("span", { class: "picture", "data-modality": modality });
    const attributes = { type: "button", "data-series": String(index), disabled: !viewable, "aria-pressed": "false", title };
    const item = make("button", attributes, picture, words, bar);
    item.addEventListener("click", () => item.dispatchEvent(new SeriesChosen(index)));
    return item;
  }
}
