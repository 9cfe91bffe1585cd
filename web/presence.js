// Who is signed in at this page: lets a person in, watches that they are there, in any tab, and ends
// it all. What is on the screen is not known here; whoever shows something listens for `left`.

import { Beacons } from "./beacons.js";
import { enrol } from "./chain.js";
import { IdleClock } from "./idle.js";
import { Outbox } from "./outbox.js";
import { Refusal } from "./refusal.js";
import { currentSession, endSession, forgetSigningKey, isStillSignedIn, signIn } from "./session.js";

const DRAIN_MS = 3_000;
const GRACE_MS = 1_000; // for the last beacons to arrive before the server ends their session

/**
 * @typedef {{session: import("./session.js").SessionView, tag: string, chain: import("./chain.js").Chain,
 *   beacons: Beacons, clock: IdleClock}} Present
 */

/** Somebody is signed in and this document is enrolled. */
export class Entered extends Event {
  /** @param {Present} present */
  constructor(present) {
    super("entered");
    this.present = present;
  }
}

/** Nobody is signed in any more, from this moment on. */
export class Left extends Event {
  /**
   * @param {"logoff" | "idle" | "expired" | "elsewhere"} reason
   * @param {Promise<void>} isOver resolves when the server knows, or could not be told in time
   */
  constructor(reason, isOver) {
    super("left");
    this.reason = reason;
    this.isOver = isOver;
  }
}

export class Presence extends EventTarget {
  #api;
  #navigation;
  #tabs = new BroadcastChannel("diascope-session");
  /** @type {Present | null} */
  #present = null;
  /** @type {Set<string>} tags of sign-ins whose end was heard, perhaps before they were entered here */
  #ended = new Set();

  /** @param {import("./api.js").Api} api @param {import("./navigation.js").Navigation} navigation */
  constructor(api, navigation) {
    super();
    this.#api = api;
    this.#navigation = navigation;
    api.addEventListener("signed-out", () => this.#end("expired"));
    this.#tabs.addEventListener("message", ({ data }) => this.#hear(data));
    addEventListener("online", () => this.#endLeftover());
  }

  /** @returns {Present | null} */
  get present() {
    return this.#present;
  }

  /**
   * Go on with the session of another tab, or of this page before a reload.
   * @param {import("./trust.js").Trust} trust @returns {Promise<boolean>} whether there is one
   */
  async resume(trust) {
    const current = await currentSession(this.#api);
    if (current) {
      return this.#enter(trust, current);
    }
    this.#endLeftover();
    return false;
  }

  /**
   * @param {import("./trust.js").Trust} trust
   * @param {{user: string, password: string, totp: string}} credentials
   * @throws {Refusal} nobody is signed in; `session.ended` when another tab was quicker to sign out
   */
  async signIn(trust, credentials) {
    const begun = await signIn(this.#api, credentials);
    this.#tell("session-began", begun.signing.tag);
    try {
      if (!(await this.#enter(trust, begun))) {
        throw new Refusal("session.ended");
      }
    } catch (error) {
      await this.#forget(begun.signing.tag); // the server let them in and this page cannot: then nobody is in
      throw error;
    }
  }

  /** @param {"logoff" | "idle"} reason */
  signOut(reason) {
    if (this.#present) {
      const { beacons, tag } = this.#present;
      this.#leave(reason, () => this.#signOff(beacons, tag, reason));
    }
  }

  /**
   * @param {import("./trust.js").Trust} trust @param {import("./session.js").SignedIn} current
   * @returns {Promise<boolean>} false when another tab signed out while this one was on its way in
   */
  async #enter(trust, { session, signing }) {
    const predecessor = this.#navigation.left(signing.tag)?.chain ?? null;
    const chain = await enrol({ api: this.#api, trust, signing, predecessor });
    if (!(await isStillSignedIn(signing.tag)) || this.#ended.has(signing.tag)) {
      return false;
    }
    const beacons = new Beacons(this.#api, chain, new Outbox(trust.beaconInbox));
    const clock = new IdleClock(session, () => this.#api.json("GET", "/api/session").catch(() => null));
    clock.addEventListener("input-noted", () => this.#tell("activity", signing.tag));
    clock.addEventListener("session-over", ({ isIdle }) => (isIdle ? this.signOut("idle") : this.#end("expired")));
    this.#present = { session, tag: signing.tag, chain, beacons, clock };
    this.#navigation.begin(signing.tag, chain.name);
    beacons.start();
    clock.start();
    this.dispatchEvent(new Entered(this.#present));
    return true;
  }

  /** @param {"session-began" | "session-ended" | "activity"} type @param {string} session its tag */
  #tell(type, session) {
    this.#tabs.postMessage({ type, session });
  }

  /** Another tab of this browser tells something. */
  #hear({ type, session }) {
    const isOurs = session === this.#present?.tag;
    if (type === "session-ended") {
      this.#ended.add(session);
    }
    if (type === "activity" && isOurs) {
      this.#present.clock.noteElsewhere();
    } else if (type === (isOurs ? "session-ended" : "session-began")) {
      this.#end("elsewhere");
    }
  }

  /** The session is over already, or belongs to another tab's doings. */
  #end(reason) {
    if (this.#present) {
      const { beacons, tag } = this.#present;
      const isHere = reason === "expired"; // otherwise the other tab tells the server
      this.#leave(reason, () => this.#forget(tag, drain(beacons), isHere));
    }
  }

  /** Whoever shows something clears it, before anything else is done. */
  #leave(reason, finish) {
    this.#present.clock.stop();
    this.#present = null;
    this.dispatchEvent(new Left(reason, Promise.resolve().then(finish)));
    this.#navigation.end();
  }

  /**
   * Forget the key at once, since this tab may close now, and sign the last beacon with what is in
   * memory; then tell the server, which may be out of reach.
   */
  async #signOff(beacons, tag, reason) {
    this.#tell("session-ended", tag);
    const isForgotten = forgetSigningKey(tag).catch(() => {});
    const isSigned = beacons.add("session_end", { reason }).catch(() => {});
    await isForgotten;
    this.#tell("session-ended", tag); // again, for a tab that has opened since and still found the key
    await isSigned;
    await this.#endOnServer(tag, drain(beacons));
  }

  /** Forget a sign-in: in this browser at once, on the server when its last beacons had their time. */
  async #forget(tag, isDrained = Promise.resolve(), isHere = true) {
    await forgetSigningKey(tag).catch(() => {});
    if (isHere) {
      await this.#endOnServer(tag, isDrained);
    }
  }

  async #endOnServer(tag, isDrained) {
    await Promise.race([isDrained, pause(GRACE_MS)]);
    await endSession(this.#api, tag);
  }

  /** Without a key nobody is signed in here: a session that the server may still keep ends. */
  #endLeftover() {
    if (!this.#present) {
      endSession(this.#api);
    }
  }
}

/** What is not acknowledged in time stays sealed for the next document. */
const drain = (beacons) => beacons.drain(DRAIN_MS).finally(() => beacons.stop());

const pause = (limit_ms) => new Promise((resolve) => { setTimeout(resolve, limit_ms); });
