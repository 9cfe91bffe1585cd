// What one viewport still has to be told: the latest of its kind wins, movements add up.

const RELATIVE = new Set(["rotate", "flip"]);
/** Chosen from what one image offers; the next may not have it, or mean another by the same name. */
const OF_ONE_IMAGE = new Set(["preset", "presentation_state"]);

/** @typedef {{command: "gesture" | "set", body: any}} Command */

export class Commands {
  /** @type {Command[]} */
  #queue = [];

  /** @param {Command} command */
  push(command) {
    const last = this.#queue.at(-1);
    if (isGesture(last, "zoom") && isGesture(command, "pan")) {
      this.#queue.pop();
      this.push(command);
      this.#queue.push(movedAlong(last, command.body));
      return;
    }
    const merged = last && merge(last, command);
    if (merged) {
      this.#queue[this.#queue.length - 1] = merged;
    } else {
      this.#queue.push(command);
    }
  }

  /** @returns {Command | undefined} */
  take() {
    return this.#queue.shift();
  }

  clear() {
    this.#queue = [];
  }

  /**
   * Another image is shown: what was meant for the one before is for nobody.
   * @param {import("./painter.js").Place | null} before @param {import("./painter.js").Place} place
   */
  follow(before, place) {
    if (before?.stack !== place.stack) {
      this.clear();
    } else if (before.position !== place.position) {
      this.#queue = this.#queue.filter(({ body }) => !(body.change && OF_ONE_IMAGE.has(kindOf(body))));
    }
  }

  get isEmpty() {
    return this.#queue.length === 0;
  }
}

const isGesture = (command, kind) => command?.command === "gesture" && command.body.kind === kind;

/**
 * A zoom and the pan after it are that pan and a zoom about a place that went along. So pans stand
 * before zooms, and a pinch, which sends both at every move, never queues more than one of each.
 */
function movedAlong(zoom, { dx, dy }) {
  return { ...zoom, body: { ...zoom.body, x: zoom.body.x + dx, y: zoom.body.y + dy } };
}

const kindOf = ({ change }) => Object.keys(change)[0];

/** @returns {Command | null} one command in place of two, when that is the same */
function merge(last, next) {
  if (last.command !== next.command) {
    return null;
  }
  return last.command === "gesture" ? mergeGestures(last.body, next.body) : mergeChanges(last.body, next.body);
}

function mergeGestures(last, next) {
  if (last.kind !== next.kind) {
    return null;
  }
  return { command: "gesture", body: { ...next, dx: last.dx + next.dx, dy: last.dy + next.dy } };
}

/** The later of two values is what counts; turns go on from each other, so both do. */
function mergeChanges(last, next) {
  const [kind, nextKind] = [last, next].map(kindOf);
  return kind === nextKind && !RELATIVE.has(kind) ? { command: "set", body: next } : null;
}
