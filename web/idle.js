// Watches for the absence of a person. The server enforces the limit; this clock only makes the page
// clear itself in time, and tells the server of work that needs no request, such as reading.

const TICK_MS = 1_000;
const WARNING_S = 60;
const SLEEP_MS = 60_000; // protocol.md, section 8: a gap this long is sleep, and locks
const RENEW_MS = 60_000;
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/** `left_s` is null while nobody needs to be warned. */
export class IdleWarning extends Event {
  /** @param {number | null} left_s */
  constructor(left_s) {
    super("idle-warning");
    this.left_s = left_s;
  }
}

export class IdleClock extends EventTarget {
  #idle_ms;
  #expires;
  #renew;
  #lastInput = Date.now();
  #lastTick = Date.now();
  #wasVisible = true;
  #lastRenewal = Date.now();
  #timer = 0;
  #warned = null;

  /**
   * @param {import("./session.js").SessionView} session
   * @param {() => void} renew tells the server that somebody is here
   */
  constructor({ idle_s, expires_in_s }, renew) {
    super();
    this.#idle_ms = idle_s * 1_000;
    this.#expires = Date.now() + expires_in_s * 1_000;
    this.#renew = renew;
  }

  start() {
    this.#timer = setInterval(() => this.#tick(Date.now()), TICK_MS);
    for (const sign of SIGNS_OF_LIFE) {
      addEventListener(sign, this.#noteInput, { capture: true, passive: true });
    }
  }

  stop() {
    clearInterval(this.#timer);
    for (const sign of SIGNS_OF_LIFE) {
      removeEventListener(sign, this.#noteInput, { capture: true });
    }
  }

  #noteInput = () => {
    this.#lastInput = Date.now();
    if (this.#lastInput - this.#lastRenewal > RENEW_MS) {
      this.#lastRenewal = this.#lastInput;
      this.#renew();
    }
  };

  #tick(now) {
    const isVisible = document.visibilityState === "visible"; // hidden pages tick once a minute
    const hasSlept = now - this.#lastTick > SLEEP_MS && isVisible && this.#wasVisible;
    this.#lastTick = now;
    this.#wasVisible = isVisible;
    const left_ms = Math.min(this.#lastInput + this.#idle_ms, this.#expires) - now;
    if (hasSlept || left_ms <= 0) {
      this.stop();
      this.dispatchEvent(new Event("idle-end"));
    } else {
      this.#warn(left_ms);
    }
  }

  #warn(left_ms) {
    const left_s = left_ms <= Math.min(WARNING_S * 1_000, this.#idle_ms / 2) ? Math.ceil(left_ms / 1_000) : null;
    if (left_s !== this.#warned) {
      this.#warned = left_s;
      this.dispatchEvent(new IdleWarning(left_s));
    }
  }
}
