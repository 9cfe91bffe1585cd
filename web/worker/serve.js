// Answers the page's commands, one after the other. The only file that knows what Pyodide hands out.
//   in:   {id, command, body, payload?: ArrayBuffer, canvas?: OffscreenCanvas}
//   out:  {id, reply}, and {progress} while it starts
// Pixels stay here: they go from the engine's memory to a canvas, and only their digest leaves.

import { Canvases, pixelDigest } from "./canvas.js";

const FAULT = "The image engine failed on this. Nothing is shown.";

/**
 * @param {{postMessage: Function, onmessage: Function | null}} port
 * @param {(options: object) => Promise<any>} boot resolves to the Pyodide instance
 */
export function serve(port, boot) {
  const shell = new Shell(boot, (progress) => port.postMessage({ progress }));
  let turn = Promise.resolve();
  port.onmessage = ({ data }) => {
    turn = turn.then(async () => {
      const reply = await shell.answer(data).catch(refusal);
      port.postMessage({ id: data.id, reply });
    });
  };
}

/**
 * Codes and sentences of our own errors pass; of any other, only that there was one. After a trap of
 * wasm Pyodide marks what it throws: that interpreter must not be used again.
 */
function refusal({ code, message, pyodide_fatal_error }) {
  if (pyodide_fatal_error) {
    return { error: { code: "engine.died", message: FAULT } };
  }
  const isOurs = typeof code === "string";
  return { error: isOurs ? { code, message } : { code: "engine.shell", message: FAULT } };
}

class Shell {
  #boot;
  #onProgress;
  #handle = null;
  #canvases = new Canvases();

  constructor(boot, onProgress) {
    this.#boot = boot;
    this.#onProgress = onProgress;
  }

  async answer({ command, body, payload, canvas }) {
    if (command === "boot") {
      return this.#start(body);
    }
    if (canvas) {
      this.#canvases.adopt(body.canvas ?? body.viewport, canvas);
    }
    return this.#run(command, body, payload);
  }

  async #start({ bundle, origin }) {
    const pyodide = await this.#boot({ bundle, origin, onProgress: this.#onProgress });
    this.#handle = pyodide.pyimport("diascope.bridge").handle;
    return {};
  }

  /** One call into Python; its pixels are on the canvas before anything else may run. */
  async #run(command, body, payload) {
    const answer = this.#handle(command, JSON.stringify(body), new Uint8Array(payload ?? 0));
    const reply = JSON.parse(answer.get(0));
    const pixels = answer.get(1);
    answer.destroy();
    if (pixels) {
      const digest = this.#paint(body.canvas ?? body.viewport, reply, pixels);
      if (reply.view) {
        reply.view.pixel_sha256 = await digest();
      }
    }
    return reply;
  }

  /** @returns {() => Promise<string>} the digest of what was put, to be asked for at once if at all */
  #paint(name, { width, height, view }, pixels) {
    const buffer = pixels.getBuffer("u8clamped"); // the last touch of Python before the put
    try {
      this.#canvases.put(name, { width, height, data: buffer.data });
      const digest = view ? pixelDigest(buffer.data) : null;
      return () => digest;
    } finally {
      buffer.release();
      pixels.destroy();
    }
  }
}
