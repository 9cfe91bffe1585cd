// Where an element's box lies in whole device pixels, so that a canvas in it is drawn one to one.

/**
 * @typedef {{left: number, top: number, width: number, height: number}} Box
 * `left` and `top` are CSS pixels from the element's corner, `width` and `height` device pixels
 */

/** @param {DOMRect} rect in CSS pixels @param {number} ratio device pixels a CSS pixel @returns {Box} the largest whole box inside */
export function deviceBox(rect, ratio) {
  const edge = 1e-3; // a CSS edge that is on a device pixel but for rounding
  const [left, top] = [Math.ceil(rect.left * ratio - edge), Math.ceil(rect.top * ratio - edge)];
  const right = Math.floor(rect.right * ratio + edge);
  const bottom = Math.floor(rect.bottom * ratio + edge);
  return {
    left: left / ratio - rect.left, top: top / ratio - rect.top,
    width: Math.max(0, right - left), height: Math.max(0, bottom - top),
  };
}

/** Calls back with the browser's own count of device pixels, or with null where it keeps that secret. */
export class DeviceSizeObserver {
  #observer;

  /** @param {(size: {width: number, height: number} | null) => void} onSize */
  constructor(onSize) {
    this.#observer = new ResizeObserver(([entry]) => {
      const [box] = entry.devicePixelContentBoxSize ?? [];
      onSize(box ? { width: box.inlineSize, height: box.blockSize } : null);
    });
  }

  /** @param {Element} element */
  observe(element) {
    try {
      this.#observer.observe(element, { box: "device-pixel-content-box" });
    } catch {
      this.#observer.observe(element); // WebKit does not know that box
    }
  }

  disconnect() {
    this.#observer.disconnect();
  }
}
