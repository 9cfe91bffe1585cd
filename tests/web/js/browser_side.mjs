// The browser's half of what the page's modules need under Node: a window that hears events, a
// database, locks, channels between tabs, and a history. Each test starts with its own.

/** A window: `addEventListener` and its kin, and `send` for the test. */
export function installWindow() {
  const window = new EventTarget();
  globalThis.addEventListener = window.addEventListener.bind(window);
  globalThis.removeEventListener = window.removeEventListener.bind(window);
  return { send: (type, detail = {}) => window.dispatchEvent(Object.assign(new Event(type), detail)) };
}

/** IndexedDB as far as storage.js uses it; returns the stores. */
export function installDatabase() {
  const stores = new Map();
  const soon = (work) => queueMicrotask(work);
  const objectStore = (records) => ({
    get: (key) => ({ result: records.get(String(key)) }),
    getAll: () => ({ result: [...records.values()] }),
    put: (value, key) => { records.set(String(key), value); return {}; },
    delete: (key) => { records.delete(String(key)); return {}; },
  });
  const database = {
    createObjectStore: (name) => stores.set(name, new Map()),
    transaction: (name) => {
      const transaction = { objectStore: () => objectStore(stores.get(name)) };
      soon(() => transaction.oncomplete());
      return transaction;
    },
    close: () => {},
  };
  const open = () => {
    const request = { result: database };
    soon(() => {
      if (stores.size === 0) {
        request.onupgradeneeded();
      }
      request.onsuccess();
    });
    return request;
  };
  globalThis.indexedDB = { open };
  return stores;
}

/** Web Locks: shared ones together, others alone, in the order asked. */
export class Locks {
  #held = [];
  #waiting = [];

  request(name, ...given) {
    const work = given.pop();
    const { mode = "exclusive", signal } = given[0] ?? {};
    return new Promise((resolve, reject) => {
      const asked = { name, mode, start: () => this.#run(asked, work).then(resolve, reject) };
      this.#waiting.push(asked);
      signal?.addEventListener("abort", () => {
        if (this.#waiting.includes(asked)) {
          this.#waiting = this.#waiting.filter((one) => one !== asked);
          reject(signal.reason);
        }
      });
      this.#serve();
    });
  }

  async query() {
    return { held: this.#held.map(({ name }) => ({ name })) };
  }

  async #run(asked, work) {
    try {
      return await work(asked);
    } finally {
      this.#held = this.#held.filter((one) => one !== asked);
      this.#serve();
    }
  }

  #serve() {
    const blocked = new Set();
    for (const asked of [...this.#waiting]) {
      const isFree = this.#held.every((one) => one.name !== asked.name || (one.mode === "shared" && asked.mode === "shared"));
      if (isFree && !blocked.has(asked.name)) {
        this.#waiting = this.#waiting.filter((one) => one !== asked);
        this.#held.push(asked);
        queueMicrotask(asked.start);
      } else {
        blocked.add(asked.name);
      }
    }
  }
}

/** A navigator with locks of its own. */
export function installNavigator() {
  const navigator = { locks: new Locks(), sendBeacon: () => true };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  return navigator;
}

/** Channels by name; what is posted is copied and reaches all others; returns what was posted. */
export function installChannels() {
  const posted = [];
  const channels = [];
  globalThis.BroadcastChannel = class extends EventTarget {
    constructor(name) {
      super();
      this.name = name;
      channels.push(this);
    }

    postMessage(message) {
      posted.push(message);
      for (const channel of channels.filter((one) => one !== this && one.name === this.name)) {
        channel.dispatchEvent(Object.assign(new Event("message"), { data: structuredClone(message) }));
      }
    }
  };
  return posted;
}

/** A history of states; `fails` is what the browser does to a change: nothing, throw, or drop it. */
export function installHistory() {
  const entries = [null];
  let at = 0;
  const history = {
    entries,
    fails: "",
    get state() { return entries[at]; },
    pushState(state) { history.change(() => entries.splice(at += 1, Infinity, structuredClone(state))); },
    replaceState(state) { history.change(() => { entries[at] = structuredClone(state); }); },
    change(work) {
      if (history.fails === "throw") {
        throw new DOMException("too many calls", "SecurityError");
      }
      if (history.fails !== "drop") {
        work();
      }
    },
    back() { at -= 1; return entries[at]; },
  };
  globalThis.history = history;
  return history;
}

/** Let promises that are ready go on. */
export async function settle() {
  for (let turn = 0; turn < 100; turn += 1) {
    await null;
  }
}
