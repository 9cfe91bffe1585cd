// Watches for the absence of a person, here and in the other tabs of the session. The server enforces
// the limits; this clock only makes the page clear itself in time, and tells the server of work that
// needs no request, such as reading.

const TICK_MS = 1_000;
const WARNING_S = 60;
const SLEEP_MS = 60_000; // protocol.md, section 8: a gap this long is sleep, and locks
const RENEW_MS = 60_000;
const RENEWALS = 5; // in one idle time, at least, while somebody is here
const RENEW_WARNED_MS = 5_000; // who is warned and moves shall see the warning go
const TELL_MS = 1_000;
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/** The session ends soon. `left_s` is null while nobody needs to be warned. */
export class IdleWarning extends Event {
  /** @param {number | null} left_s @param {boolean} isIdle whether input would prolong it */
  constructor(left_s, isIdle) {
    super("idle-warning");
    this.left_s = left_s;
    this.isIdle = isIdle;
  }
}

/** Its time is up: by idleness, or by the limit of the server that no input moves. */
export class SessionOver extends Event {
  /** @param {boolean} isIdle */
  constructor(isIdle) {
    super("session-over");
    this.isIdle = isIdle;
  }
}

/** Dispatches `input-noted`, at most once a second, for the other tabs to hear. */
export class IdleClock extends EventTarget {
  #idle_ms;
  #expires;
  #renew;
  #lastInput = Date.now();
  #lastTick = Date.now();
  #wasVisible = true;
  /** Until when the server has heard of input, and when it was last asked. */
  #heardAt = Date.now();
  #askedAt = Date.now();
  #toldAt = 0;
  #timer = 0;
  #warned = "";
  /** Whether the person was told to move, and the server has not answered to that yet. */
  #isAwaited = false;

  /**
   * @param {import("./session.js").SessionView} session
   * @param {() => Promise<import("./session.js").SessionView | null>} renew tells the server that somebody
   * is here and gives its answer, null when there was none
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

  /** Somebody uses the session in another tab; that counts here, and is not told on. */
  noteElsewhere() {
    this.#lastInput = Date.now();
  }

  #noteInput = () => {
    this.#lastInput = Date.now();
    if (this.#lastInput - this.#toldAt >= TELL_MS) {
      this.#toldAt = this.#lastInput;
      this.dispatchEvent(new Event("input-noted"));
    }
  };

  #tick(now) {
    const isVisible = document.visibilityState === "visible"; // hidden pages tick once a minute
    const hasSlept = now - this.#lastTick > SLEEP_MS && isVisible && this.#wasVisible;
    this.#lastTick = now;
    this.#wasVisible = isVisible;
    const [idle_ms, server_ms] = [this.#lastInput + this.#idle_ms - now, this.#expires - now];
    const isIdle = hasSlept || idle_ms <= server_ms + this.#idle_ms / RENEWALS; // the server hears of input that much later
    if (hasSlept || Math.min(idle_ms, server_ms) <= 0) {
      this.stop();
      this.dispatchEvent(new SessionOver(isIdle));
    } else {
      this.#warn(Math.min(idle_ms, server_ms), isIdle);
      this.#renewWhenDue(now);
    }
  }

  #warn(left_ms, isIdleNow) {
    const left_s = left_ms <= Math.min(WARNING_S * 1_000, this.#idle_ms / 2) ? Math.ceil(left_ms / 1_000) : null;
    const isIdle = isIdleNow || (this.#isAwaited && this.#lastInput > this.#heardAt);
    this.#isAwaited = left_s !== null && isIdle;
    const warned = left_s === null ? "" : `${left_s} ${isIdle}`;
    if (warned !== this.#warned) {
      this.#warned = warned;
      this.dispatchEvent(new IdleWarning(left_s, isIdle));
    }
  }

  /** Tell the server of input it has not heard of; its answer says how long the session lasts now. */
  async #renewWhenDue(now) {
    const wait_ms = this.#warned ? RENEW_WARNED_MS : Math.min(RENEW_MS, this.#idle_ms / RENEWALS);
    if (this.#lastInput <= this.#heardAt || now - this.#askedAt < wait_ms) {
      return;
    }
    this.#askedAt = now;
    const session = await this.#renew();
    if (session && now > this.#heardAt) { // an answer that was overtaken says nothing new
      this.#heardAt = now;
      this.#isAwaited = false;
      this.#expires = now + session.expires_in_s * 1_000;
    }
  }
}
