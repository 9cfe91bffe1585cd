// Gives files to the product's own engine worker, one after another, and keeps what it says of each.

const LIMIT_MS = 60_000; // the longest a command may take, web/engine.js
const address = "/worker/worker.js";
const policy = globalThis.trustedTypes?.createPolicy("diascope-worker", { createScriptURL: (path) => path });

class Worked {
  #worker = new Worker(policy?.createScriptURL(address) ?? address, { type: "module" });

  /** The worker's reply; null when there is none in time. */
  ask(message, given = []) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), LIMIT_MS);
      this.#worker.onmessage = ({ data: { reply } }) => {
        if (reply) { // what is none tells how far the start has come
          clearTimeout(timer);
          resolve(reply);
        }
      };
      this.#worker.onerror = () => resolve(null);
      this.#worker.postMessage(message, given);
    });
  }

  end() {
    this.#worker.terminate();
  }
}

async function start(bundle) {
  const worker = new Worked();
  const reply = await worker.ask({ id: 0, command: "boot", body: { bundle, origin: location.origin } });
  if (!reply || reply.error) throw new Error(`no start: ${JSON.stringify(reply)}`);
  return worker;
}

async function digests(bundle, count) {
  let worker = await start(bundle);
  for (let n = 0; n < count; n += 1) {
    const payload = await (await fetch(`/files/${n}`)).arrayBuffer();
    const reply = await worker.ask({ id: n + 1, command: "digest", body: {}, payload }, [payload]);
    done.push(reply?.error ? { refused: reply.error.code } : reply ?? { refused: "limit.time" });
    if (!reply || reply.error) { // what lost its Python must not be used again
      worker.end();
      worker = await start(bundle);
    }
  }
  worker.end();
}

const done = [];
let failure = "";
globalThis.begin = (bundle, count) => {
  digests(bundle, count).catch((error) => { failure = String(error); });
};
globalThis.taken = (from) => ({ failure, replies: done.slice(from) });
document.body.dataset.page = "ready";
