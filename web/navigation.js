// Where the reader is, kept in the history's state for Back and for a reload: by random handle and
// position only. An entry belongs to the sign-in that made it; to anybody else it says nothing.
//
// Browsers limit how often the history may change: WebKit throws, Chromium ignores the call. So the
// page never waits for an entry, and never learns from one where it has just gone.

/**
 * @typedef {{page: string, study?: string, place?: import("./painter.js").Place | null}} Where
 */

/** Back or Forward was pressed. */
export class Returned extends Event {
  /** @param {Where | null} where null when the entry is not this session's */
  constructor(where) {
    super("returned");
    this.where = where;
  }
}

export class Navigation extends EventTarget {
  /** What every entry is marked with. @type {{session: string, chain: string} | null} */
  #mark = null;

  constructor() {
    super();
    addEventListener("popstate", ({ state }) => {
      if (this.#mark) {
        this.dispatchEvent(new Returned(own(state, this.#mark.session)));
      }
    });
  }

  /** @param {string} session @returns {Where & {chain?: string} | null} what a reload finds of the same session */
  left(session) {
    return own(history.state, session);
  }

  /** @param {string} session the sign-in's tag @param {string} chain this document's, for its successor */
  begin(session, chain) {
    this.#mark = { session, chain };
  }

  /** Nobody is signed in any more. */
  end() {
    this.#mark = null;
    attempt(() => history.replaceState({ page: "sign-in" }, ""));
  }

  /** Note where in this step the reader is. @param {Where} where */
  stay(where) {
    attempt(() => history.replaceState({ ...where, ...this.#mark }, ""));
  }

  /** Begin a new step, from which Back returns. @param {Where} where */
  step(where) {
    attempt(() => history.pushState({ ...where, ...this.#mark }, ""));
  }
}

const own = (state, session) => (state?.session === session ? state : null);

function attempt(change) {
  try {
    change();
  } catch {
    // too many changes: Back and a reload lead to an older place, and the page goes on
  }
}
