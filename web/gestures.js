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
const LEAST_NOTCH_PX = 10; // less, after a pause, is a finger laid on a touchpad
const PAUSE_MS = 150; // between two rolls of a wheel; a touchpad sends every few ms
const PINCH_PX = 250.5; // device pixels of a drag that enlarge e times: 1 / ln 1.004, the engine's zoom step

/** @typedef {{x: number, y: number}} Point CSS pixels */

export class Gestures {
  #surface;
  #origin;
  /** @type {Map<number, Point>} */
  #pointers = new Map();
  #kind = "";
  #anchor = { x: 0, y: 0 };
  #rest = nothingLeft();
  #rolledAt = -Infinity;
  /** What one finger does. @type {"scroll" | "window"} */
  touchTool = "scroll";

  /**
   * @param {HTMLElement} surface where to listen @param {HTMLElement} origin whose corner is device pixel (0, 0)
   */
  constructor(surface, origin) {
    this.#surface = surface;
    this.#origin = origin;
    const listeners = {
      pointerdown: this.#down, pointermove: this.#move,
      pointerup: this.#up, pointercancel: this.#up, lostpointercapture: this.#up,
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
    this.#rest = nothingLeft();
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
    if (event.pointerType !== "touch" && event.buttons === 0) {
      this.#up(event); // the button went up where nobody told us
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
    if (this.#pointers.delete(event.pointerId)) {
      this.#kind = ""; // the finger that stays does not begin something else
    }
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
    const { deltaMode, deltaY } = event; // in this order: Firefox then counts a wheel's notches in lines
    const pixels = deltaY * [1, LINE_PX, PAGE_PX][deltaMode];
    if (event.ctrlKey) {
      this.#send("zoom", 0, pixels / 2, point(event));
    } else {
      this.#rollBy(pixels, this.#isNotch(pixels, deltaMode, event.timeStamp));
    }
  };

  /** A wheel moves by notches: large ones, those counted in lines, and small ones that come alone. */
  #isNotch(pixels, deltaMode, now) {
    const comesAlone = now - this.#rolledAt > PAUSE_MS;
    this.#rolledAt = now;
    return deltaMode !== 0 || Math.abs(pixels) >= NOTCH_PX / 2 || (comesAlone && Math.abs(pixels) >= LEAST_NOTCH_PX);
  }

  /** A notch is a step; the small movements of a touchpad add up to one. */
  #rollBy(pixels, isNotch) {
    const isSameWay = Math.sign(pixels) === Math.sign(this.#rest.wheel);
    this.#rest.wheel = isNotch ? 0 : pixels + (isSameWay ? this.#rest.wheel : 0);
    const notches = Math.round(pixels / NOTCH_PX) || Math.sign(pixels);
    const steps = isNotch ? notches : Math.trunc(this.#rest.wheel / (NOTCH_PX / 2));
    if (steps) {
      this.#rest.wheel -= isNotch ? 0 : steps * (NOTCH_PX / 2);
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

  /** Whole device pixels now, the rest with the next movement of that kind. */
  #send(kind, dx, dy, at) {
    const ratio = devicePixelRatio;
    const [wholeX, wholeY] = [this.#take(`${kind} x`, dx * ratio), this.#take(`${kind} y`, dy * ratio)];
    if (wholeX || wholeY) {
      const corner = this.#origin.getBoundingClientRect();
      const [x, y] = [Math.round((at.x - corner.left) * ratio), Math.round((at.y - corner.top) * ratio)];
      this.#surface.dispatchEvent(new ViewportMoved({ kind, dx: wholeX, dy: wholeY, x, y }));
    }
  }

  #take(axis, amount) {
    const sum = (this.#rest[axis] ?? 0) + amount;
    const whole = Math.trunc(sum);
    this.#rest[axis] = sum - whole;
    return whole;
  }
}

/** What was too small to be sent, by what it was for. @returns {Record<string, number>} */
const nothingLeft = () => ({ scroll: 0, wheel: 0 });

const point = (event) => ({ x: event.clientX, y: event.clientY });

const distance = (one, other) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
