// Makes document nodes. Text is always text: nothing here, or anywhere in the page, parses markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag @param {Record<string, string | boolean>} [attributes] `true` sets an empty one, `false` none
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children);
  return node;
}

/** Line drawings on a 20 x 20 grid. */
const ICONS = {
  back: ["M12.5 4.5 7 10l5.5 5.5"],
  fit: ["M3.5 7V3.5H7", "M13 3.5h3.5V7", "M16.5 13v3.5H13", "M7 16.5H3.5V13"],
  "one-to-one": ["M5.5 7.5 7.5 6v8", "M10 8.3v.1", "M10 12v.1", "M12.5 7.5l2-1.5v8"],
  "zoom-in": ["M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Z", "m13 13 4 4", "M6.5 9h5", "M9 6.5v5"],
  "zoom-out": ["M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Z", "m13 13 4 4", "M6.5 9h5"],
  invert: ["M10 3.5a6.5 6.5 0 1 0 0 13Z", "M10 3.5a6.5 6.5 0 0 1 0 13"],
  "rotate-left": ["M8.5 9h8v7.5h-8Z", "M12.5 5H9.5a5 5 0 0 0-5 5v3", "m2 10.5 2.5 2.5L7 10.5"],
  "rotate-right": ["M3.5 9h8v7.5h-8Z", "M7.5 5h3a5 5 0 0 1 5 5v3", "m13 10.5 2.5 2.5 2.5-2.5"],
  "flip-horizontal": ["M10 3v2", "M10 7v2", "M10 11v2", "M10 15v2", "M7 5.5v9H2.5Z", "M13 5.5v9h4.5Z"],
  "flip-vertical": ["M3 10h2", "M7 10h2", "M11 10h2", "M15 10h2", "M5.5 7h9V2.5Z", "M5.5 13h9v4.5Z"],
  overlays: ["M3.5 3.5h13v13h-13Z", "M6.5 13.5 10 6l3.5 7.5", "M7.8 10.8h4.4"],
  reset: ["M4.5 9a5.75 5.75 0 1 1 1.2 4.6", "M4 4.5V9h4.5"],
  previous: ["m5 12.5 5-5 5 5"],
  next: ["m5 7.5 5 5 5-5"],
  help: ["M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z", "M8 8a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4", "M10 13.6v.1"],
  "sign-out": ["M8 3.5H4.5v13H8", "M12.5 6.5 16 10l-3.5 3.5", "M16 10H8"],
  search: ["M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Z", "m13 13 4 4"],
  window: ["M10 14a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z", "M10 2.5v1", "M10 16.5v1", "M2.5 10h1", "M16.5 10h1", "m4.7 4.7.7.7",
    "m14.6 14.6.7.7", "m4.7 15.3.7-.7", "m14.6 5.4.7-.7"],
  scroll: ["M4.5 5h11v3h-11Z", "M4.5 12h11v3h-11Z"],
  notice: ["M10 3.5 17 16H3Z", "M10 8v4", "M10 14v.1"],
  close: ["m5.5 5.5 9 9", "m14.5 5.5-9 9"],
};

/** @param {keyof typeof ICONS} name @returns {SVGSVGElement} decoration; the control has the words */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "icon");
  for (const line of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    drawing.append(path);
  }
  return drawing;
}
