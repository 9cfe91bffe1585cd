// Draws what a presentation state says beside its pixels: lines, shapes and text, at the integers that the
// engine computed (wire.md, section 9). Nothing is placed here, and text is only ever text.

const SVG = "http://www.w3.org/2000/svg";
const UNIT = 64; // coordinates a device pixel
const LINE_PX = 1.5; // page pixels, as are the next two
const HALO_PX = 3.5;
const DOT_PX = 3;
const ANCHORS = { left: "start", center: "middle", right: "end" };

/**
 * @param {any[]} graphics in the order of drawing @param {number} width @param {number} height device pixels
 * @returns {SVGSVGElement}
 */
export function drawing(graphics, width, height) {
  const sheet = node("svg", {
    class: "graphics", viewBox: `0 0 ${width * UNIT} ${height * UNIT}`,
    width: width / devicePixelRatio, height: height / devicePixelRatio,
  });
  sheet.append(...graphics.flatMap((one) => (one.kind === "text" ? lines(one) : shape(one))));
  return sheet;
}

function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([attribute, value]) => made.setAttribute(attribute, String(value)));
  return made;
}

const grey = (level) => `rgb(${level},${level},${level})`;
const behind = (level) => grey(level < 128 ? 255 : 0);

/** A shape over a wider one of the opposite grey, so that it is seen on any image. */
function shape({ kind, points, filled, grey: level }) {
  if (kind === "point") {
    return [dot(points, HALO_PX, behind(level)), dot(points, DOT_PX, grey(level))];
  }
  const [name, geometry] = SHAPES[kind](points);
  const line = (color, width, fill) => node(name, {
    ...geometry, fill, stroke: color, "stroke-width": width, "stroke-linejoin": "round", "vector-effect": "non-scaling-stroke",
  });
  return [line(behind(level), HALO_PX, "none"), line(grey(level), LINE_PX, filled ? grey(level) : "none")];
}

const dot = ([x, y], size, fill) => node("circle", { cx: x, cy: y, r: size * UNIT * devicePixelRatio, fill });

const SHAPES = {
  polyline: (points) => ["polyline", { points: points.join(" ") }],
  curve: ([x, y, ...rest]) => ["path", { d: `M${x} ${y}C${rest.join(" ")}` }],
  /** A circle of radius 1, carried to the middle and the two half axes. */
  ellipse: ([x, y, ux, uy, vx, vy]) => ["circle", { r: 1, transform: `matrix(${ux} ${uy} ${vx} ${vy} ${x} ${y})` }],
};

function lines({ lines: placed, align, rotation, size, grey: level }) {
  return placed.map(({ x, y, text }) => {
    const line = node("text", {
      x, y, "font-size": size, "text-anchor": ANCHORS[align], fill: grey(level), stroke: behind(level),
      "stroke-width": size / 6, transform: `rotate(${rotation} ${x} ${y})`,
    });
    line.textContent = text;
    return line;
  });
}
