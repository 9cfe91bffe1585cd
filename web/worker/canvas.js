// The canvases that the page gave to this worker, by name. Pixels go on them as the engine computed
// them, one to one; the digest is that of the bytes that were put.

/** @typedef {{width: number, height: number, data: Uint8ClampedArray}} Pixels */

export class Canvases {
  /** @type {Map<string, OffscreenCanvasRenderingContext2D>} */
  #pens = new Map();

  /**
   * The context is asked for once: Firefox refuses a second time while another canvas is in use.
   * @param {string} name @param {OffscreenCanvas} canvas replaces one of that name
   */
  adopt(name, canvas) {
    this.#pens.set(name, canvas.getContext("2d"));
  }

  /**
   * Put pixels on a canvas. `data` may be a view of wasm memory: no Python may run between making it
   * and here, since growing memory detaches it, and WebKit then silently keeps the old picture.
   * @param {string} name @param {Pixels} pixels
   */
  put(name, { width, height, data }) {
    if (data.length !== width * height * 4) {
      throw new RangeError("pixels do not fit their size");
    }
    const pen = this.#pens.get(name);
    if (pen === undefined) {
      throw new RangeError("no such canvas");
    }
    const { canvas } = pen;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    pen.putImageData(new ImageData(data, width, height), 0, 0);
  }
}

/** @param {Uint8ClampedArray} data @returns {Promise<string>} hex SHA-256; the bytes are copied at once */
export async function pixelDigest(data) {
  const digest = await crypto.subtle.digest("SHA-256", data);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
