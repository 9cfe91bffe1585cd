// <series-strip>: one item a stack with its picture, name, count, how much of it is here and what is wrong
// with it; the stacks of a series stand together below its title. Dispatches `stack-chosen`.

import { icon, make } from "../dom.js";
import { t } from "../i18n.js";
import { findingText, labelOf, orderOf, seriesTitle } from "../stack-words.js";

const THUMBNAIL_PX = 88;

/** @typedef {import("../stack-words.js").Stack} Stack */

/** Another stack shall be shown. */
export class StackChosen extends Event {
  /** @param {number} stack */
  constructor(stack) {
    super("stack-chosen", { bubbles: true });
    this.stack = stack;
  }
}

export class SeriesStrip extends HTMLElement {
  /** @type {Map<number, HTMLElement>} */
  #items = new Map();

  /** @param {Stack[]} stacks in the order of their series */
  show(stacks) {
    this.#items = new Map(stacks.map((one) => [one.index, this.#item(one, isAlone(one, stacks))]));
    const series = [...new Set(stacks.map((one) => one.series))];
    this.replaceChildren(...series.map((number) => this.#group(stacks.filter((one) => one.series === number))));
  }

  /** @param {number} stack */
  set current(stack) {
    for (const [index, item] of this.#items) {
      item.setAttribute("aria-pressed", String(index === stack));
    }
  }

  /** @param {number} stack @param {number} loaded @param {number} count */
  progress(stack, loaded, count) {
    const bar = this.#items.get(stack)?.querySelector("progress");
    if (bar) {
      bar.value = loaded / count;
      bar.hidden = loaded >= count;
    }
  }

  /**
   * A canvas for a stack's picture.
   * @param {number} stack @returns {{canvas: OffscreenCanvas, width: number, height: number}}
   */
  pictureCanvas(stack) {
    const canvas = make("canvas", { "aria-hidden": "true" });
    this.#items.get(stack).querySelector(".picture").replaceChildren(canvas);
    const side = Math.round(THUMBNAIL_PX * devicePixelRatio);
    Object.assign(canvas.style, { width: `${side / devicePixelRatio}px`, height: `${side / devicePixelRatio}px` });
    return { canvas: canvas.transferControlToOffscreen(), width: side, height: side };
  }

  /** No picture can be had. @param {number} stack */
  dropPicture(stack) {
    this.#items.get(stack)?.querySelector(".picture").replaceChildren();
  }

  /** The stacks of one series; a title stands above them where they are several. */
  #group(stacks) {
    const items = stacks.map(({ index }) => this.#items.get(index));
    if (stacks.length === 1) {
      return items[0];
    }
    const title = seriesTitle(stacks[0]);
    return make("div", { role: "group", class: "stacks", "aria-label": title }, make("h3", { title }, title), ...items);
  }

  #item(stack, isOnly) {
    const { index, series, modality, count, viewable } = stack;
    const label = labelOf(stack);
    const title = isOnly || !label ? seriesTitle(stack) : label;
    const facts = [modality, viewable ? count : t("series.not_viewable")].filter(Boolean).join(" · ");
    const words = make("span", { class: "words" },
      make("span", { class: "description" }, title),
      make("span", { class: "facts" }, facts),
      ...notice(stack));
    const bar = make("progress", { max: "1", value: "0", "aria-label": t("series.progress"), hidden: !viewable });
    const picture = make("span", { class: "picture", "data-modality": modality });
    const item = make("button", {
      type: "button", "data-stack": String(index), "data-series": String(series), disabled: !viewable, "aria-pressed": "false",
      title: [title, ...(viewable ? [orderOf(stack)] : []), ...stack.findings.map(findingText)].join("\n"),
    }, picture, words, bar);
    item.addEventListener("click", () => item.dispatchEvent(new StackChosen(index)));
    return item;
  }
}

const isAlone = ({ series }, stacks) => stacks.filter((one) => one.series === series).length === 1;

/** The first finding in words, and how many more there are: all are told by the viewport and the tooltip. */
function notice({ findings }) {
  if (!findings.length) {
    return [];
  }
  const more = findings.length > 1 ? [` ${t("stack.more", { count: findings.length - 1 })}`] : [];
  return [make("span", { class: "finding" }, icon("notice"), make("span", {}, findingText(findings[0]), ...more))];
}
