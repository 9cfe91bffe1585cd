// Turns mouse, pen, touch and wheel on one viewport into scroll steps and movements in device pixels.
//   mouse: left windows, middle or shift+left pans, right zooms, wheel scrolls, ctrl+wheel zooms
//   touch: one finger scrolls (or windows, by the tool), two fingers pan and pinch

/** The reader scrolls. */
export class ViewportScrolled extends Event {
  /** @param {number} steps */
  constructor(steps) {
    super("viewport-scrolled", { bubbles: true });
    this.steps = steps;
  }
}

/** The reader drags or pinches. */
export class ViewportMoved extends Event {
  /** @param {{kind: "window" | "pan" | "zoom", dx: number, dy: number, x: number, y: number}} movement device pixels */
  constructor(movement) {
    super("viewport-moved", { bubbles: true });
    this.movement = movement;
  }
}

const TOUCH_STEP_PX = 18; // CSS pixels of a finger for one image
const NOTCH_PX = 100; // what one notch of a wheel reports
const LINE_PX = 100 / 3;
const PAGE_PX = 800;
const PINCH_PX = 250.5; // device pixels of a drag that enlarge e times: 1 / ln 1.004, the engine's zoom step

/** @typedef {{x: number, y: number}} Point CSS pixels */

export class Gestures {
  #surface;
  #origin;
  /** @type {Map<number, Point>} */
  #pointers = new Map();
  #kind = "";
  #anchor = { x: 0, y: 0 };
  #rest = { scroll: 0, wheel: 0, dx: 0, dy: 0 };
  /** What one finger does. @type {"scroll" | "window"} */
  touchTool = "scroll";

  /**
   * @param {HTMLElement} surface where to listen @param {HTMLElement} origin whose corner is device pixel (0, 0)
   */
  constructor(surface, origin) {
    this.#surface = surface;
    this.#origin = origin;
    const listeners = {
      pointerdown: this.#down, pointermove: this.#move, pointerup: this.#up, pointercancel: this.#up,
      contextmenu: (event) => event.preventDefault(), auxclick: (event) => event.preventDefault(),
    };
    for (const [name, listener] of Object.entries(listeners)) {
      surface.addEventListener(name, listener);
    }
    surface.addEventListener("wheel", this.#wheel, { passive: false });
  }

  #down = (event) => {
    if (event.pointerType === "mouse" && event.button === 1) {
      event.preventDefault(); // no autoscroll
    }
    this.#surface.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, point(event));
    this.#kind = this.#pointers.size > 1 ? "pinch" : this.#kindOf(event);
    this.#anchor = point(event);
    this.#rest = { scroll: 0, wheel: 0, dx: 0, dy: 0 };
  };

  #kindOf({ pointerType, button, shiftKey }) {
    if (pointerType === "touch") {
      return this.touchTool;
    }
    return shiftKey ? "pan" : ["window", "pan", "zoom"][button] ?? "";
  }

  #move = (event) => {
    const before = this.#pointers.get(event.pointerId);
    if (!before) {
      return;
    }
    const now = point(event);
    if (this.#kind === "pinch") {
      this.#pinch(event.pointerId, before, now);
    } else if (this.#kind === "scroll") {
      this.#scrollBy((before.y - now.y) / TOUCH_STEP_PX);
    } else if (this.#kind) {
      this.#send(this.#kind, now.x - before.x, now.y - before.y, this.#anchor);
    }
    this.#pointers.set(event.pointerId, now);
  };

  #up = (event) => {
    this.#pointers.delete(event.pointerId);
    this.#kind = ""; // the finger that stays does not begin something else
  };

  /** Each finger moves the middle by half its way, and the distance by what it went apart. */
  #pinch(id, before, now) {
    const others = [...this.#pointers].filter(([other]) => other !== id);
    if (others.length !== 1) {
      return;
    }
    const [[, other]] = others;
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.#send("pan", (now.x - before.x) / 2, (now.y - before.y) / 2, middle);
    const growth = Math.log(distance(now, other) / distance(before, other));
    this.#send("zoom", 0, (-growth * PINCH_PX) / devicePixelRatio, middle);
  }

  #wheel = (event) => {
    event.preventDefault();
    const pixels = event.deltaY * [1, LINE_PX, PAGE_PX][event.deltaMode];
    if (event.ctrlKey) {
      this.#send("zoom", 0, pixels / 2, point(event));
    } else {
      this.#rollBy(pixels);
    }
  };

  /** A notch is a step; the small movements of a touchpad add up to one. */
  #rollBy(pixels) {
    this.#rest.wheel = Math.sign(pixels) === Math.sign(this.#rest.wheel) ? this.#rest.wheel + pixels : pixels;
    const steps = Math.abs(pixels) >= NOTCH_PX / 2 ? Math.round(pixels / NOTCH_PX) || Math.sign(pixels) : Math.trunc(this.#rest.wheel / (NOTCH_PX / 2));
    if (steps) {
      this.#rest.wheel = 0;
      this.#surface.dispatchEvent(new ViewportScrolled(steps));
    }
  }

  #scrollBy(steps) {
    this.#rest.scroll += steps;
    const whole = Math.trunc(this.#rest.scroll);
    if (whole) {
      this.#rest.scroll -= whole;
      this.#surface.dispatchEvent(new ViewportScrolled(whole));
    }
  }

  /** Whole device pixels now, the rest with the next movement. */
  #send(kind, dx, dy, at) {
    const ratio = devicePixelRatio;
    const [wholeX, wholeY] = [this.#take("dx", dx * ratio), this.#take("dy", dy * ratio)];
    if (wholeX || wholeY) {
      const corner = this.#origin.getBoundingClientRect();
      const [x, y] = [Math.round((at.x - corner.left) * ratio), Math.round((at.y - corner.top) * ratio)];
      this.#surface.dispatchEvent(new ViewportMoved({ kind, dx: wholeX, dy: wholeY, x, y }));
    }
  }

  #take(axis, amount) {
    this.#rest[axis] += amount;
    const whole = Math.trunc(this.#rest[axis]);
    this.#rest[axis] -= whole;
    return whole;
  }
}

const point = (event) => ({ x: event.clientX, y: event.clientY });

const distance = (one, other) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
