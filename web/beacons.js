// Sends the chain's beacons, in order, until the server acknowledges them. What is not acknowledged
// waits sealed in the outbox, survives the document and is sent by the next one.

import { utf8 } from "./encoding.js";

const MAX_BATCH_BYTES = 60_000; // wire.md, section 7; below what sendBeacon takes in every browser
const BEHIND_MS = 15_000; // protocol.md, section 8: the banner's clock
const UNOPENED = "beacon.sealed"; // wire.md, section 7
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** How far the record is behind: `since` is null when everything older than 15 s is acknowledged. */
export class RecordState extends Event {
  /** @param {number | null} since wall-clock ms of the oldest beacon that waits */
  constructor(since) {
    super("record-state");
    this.since = since;
  }
}

/** The server would not have a beacon: what it says is not on record, and is not sent again. */
export class RecordRefused extends Event {
  /** @param {string} code */
  constructor(code) {
    super("record-refused");
    this.code = code;
  }
}

export class Beacons extends EventTarget {
  #api;
  #chain;
  #outbox;
  #release;
  /** @type {(import("./chain.js").Beacon & {since: number})[]} */
  #waiting = [];
  /** @type {{chain: string, seq: number, sealed: object}[]} */
  #inherited = [];
  #farewell = null;
  #turn = Promise.resolve();
  #sending = null;
  #failures = 0;
  #retry = 0;
  #clock = 0;
  #since = null;
  #isStopped = false;
  /** What the server refused last, and when. @type {{code: string, at: number} | null} */
  refused = null;

  /**
   * @param {import("./api.js").Api} api @param {import("./chain.js").Chain} chain
   * @param {import("./outbox.js").Outbox} outbox
   */
  constructor(api, chain, outbox) {
    super();
    this.#api = api;
    this.#chain = chain;
    this.#outbox = outbox;
    this.#release = outbox.claim(chain.name);
  }

  /** Take over what earlier documents left, and begin to keep time. */
  async start() {
    this.#clock = setInterval(() => this.#tellState(), 1_000);
    addEventListener("online", this.#now);
    this.#inherited = await this.#outbox.abandoned();
    this.#send();
  }

  /** End with the session; what still waits is left for the next document. */
  stop() {
    this.#isStopped = true;
    clearInterval(this.#clock);
    clearTimeout(this.#retry);
    removeEventListener("online", this.#now);
    this.#farewell = null;
    this.#release();
  }

  /** @param {string} type @param {object} body */
  async add(type, body) {
    await this.#inTurn(async () => {
      const beacon = await this.#chain.append(type, body);
      this.#waiting.push({ ...beacon, since: Date.now() });
      this.#farewell = null; // it held this place in the chain
      await this.#keep(beacon);
    });
    this.#send();
  }

  /** Sign the farewell in advance: nothing can be signed while a page unloads. */
  prepareFarewell() {
    return this.#inTurn(async () => {
      this.#farewell = await this.#chain.farewell("pagehide");
      await this.#keep(this.#farewell);
    });
  }

  /** The document goes: hand everything to the browser, which sends it when we are gone. */
  depart() {
    const beacons = [...this.#waiting, ...(this.#farewell ? [this.#farewell] : [])];
    if (beacons.length && !this.#isStopped) {
      navigator.sendBeacon("/api/beacons", JSON.stringify(batch(beacons, [])));
    }
  }

  /** Try to have everything acknowledged within `limit_ms`. @param {number} limit_ms */
  async drain(limit_ms) {
    const limit = new Promise((resolve) => { setTimeout(resolve, limit_ms); });
    const done = (async () => {
      while (this.#waiting.length && (await this.#send())) {
        // one batch a round
      }
    })();
    await Promise.race([done, limit]);
  }

  #now = () => { this.#send(); };

  /** Beacons are kept in the order of the chain, so that none replaces its successor. */
  #inTurn(work) {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  /** A full or forbidden disk must not stop the sending: the beacon still waits in memory. */
  #keep(beacon) {
    return this.#outbox.keep(beacon).catch(() => {});
  }

  /** @returns {Promise<boolean>} whether a batch was answered; one at a time */
  #send() {
    this.#sending ??= this.#sendBatch().finally(() => { this.#sending = null; });
    return this.#sending;
  }

  async #sendBatch() {
    const body = batch(this.#waiting, this.#inherited);
    if (this.#isStopped || (!body.beacons.length && !body.sealed.length)) {
      return false;
    }
    try {
      const before = this.#waiting.length;
      await this.#settle(await this.#api.json("POST", "/api/beacons", body), body.sealed);
      // each inherited one is sent once a document: the server may be unable to say whose it was
      this.#inherited = this.#inherited.filter(({ sealed }) => !body.sealed.includes(sealed));
      this.#schedule(body.beacons.length > 0 && this.#waiting.length >= before);
      return true;
    } catch {
      this.#schedule(true);
      return false;
    }
  }

  /** Forget what was answered: accepted, or refused, which is told. */
  async #settle({ accepted, refused, checkpoint }, sealed) {
    this.#chain.checkpoint = checkpoint ?? this.#chain.checkpoint;
    for (const answer of [...accepted, ...refused]) {
      await this.#forget(this.#placeOf(answer, sealed));
    }
    refused.forEach(({ code }) => this.#tellRefused(code));
    this.#tellState();
  }

  /** A sealed one that the server could not open has no chain there, and its place in the batch for a number. */
  #placeOf({ chain, seq, code }, sealed) {
    const unopened = code === UNOPENED && this.#inherited.find((one) => one.sealed === sealed[seq]);
    return unopened || { chain, seq };
  }

  async #forget({ chain, seq }) {
    const isAnother = (beacon) => beacon.chain !== chain || beacon.seq !== seq;
    this.#waiting = this.#waiting.filter(isAnother);
    this.#inherited = this.#inherited.filter(isAnother);
    if (this.#farewell === null || isAnother(this.#farewell)) {
      await this.#outbox.forget(chain, seq).catch(() => {});
    }
  }

  #tellRefused(code) {
    this.refused = { code, at: Date.now() };
    this.dispatchEvent(new RecordRefused(code));
  }

  /** Go on at once after progress, later and later without. */
  #schedule(hasFailed) {
    clearTimeout(this.#retry);
    this.#failures = hasFailed ? this.#failures + 1 : 0;
    if (!this.#isStopped && (this.#waiting.length || this.#inherited.length)) {
      const delay_ms = hasFailed ? RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] : 0;
      this.#retry = setTimeout(this.#now, delay_ms);
    }
  }

  #tellState() {
    const oldest = this.#waiting[0]?.since ?? Infinity;
    const since = Date.now() - oldest > BEHIND_MS ? oldest : null;
    if (since !== this.#since) {
      this.#since = since;
      this.dispatchEvent(new RecordState(since));
    }
  }
}

/** As many as fit, oldest first. */
function batch(waiting, inherited) {
  const body = { beacons: [], sealed: [] };
  let room = MAX_BATCH_BYTES - 64;
  for (const [list, items] of [[body.beacons, waiting.map(plain)], [body.sealed, inherited.map((one) => one.sealed)]]) {
    for (const item of items) {
      room -= utf8(JSON.stringify(item)).length + 1;
      if (room < 0) {
        return body;
      }
      list.push(item);
    }
  }
  return body;
}

const plain = ({ signed, signature }) => ({ signed, signature });
