// Pictures for the series strip, one after the other, painted by the engine and never recorded.

import { limitFor } from "./engine.js";

/**
 * @param {{engine: import("./engine.js").Engine, loader: import("./loader.js").Loader, study: import("./study.js").Study}} reading
 * @param {import("./elements/series-strip.js").SeriesStrip} strip
 * @param {{index: number, count: number, viewable: boolean}[]} series
 */
export async function paintThumbnails({ engine, loader, study }, strip, series) {
  const limit_ms = limitFor(study.megapixels);
  for (const { index, count } of series.filter((one) => one.viewable)) {
    try {
      await loader.ensure(index, Math.floor(count / 2), false);
      const { canvas, width, height } = strip.pictureCanvas(index);
      await engine.call("thumbnail", { canvas: `thumbnail-${index}`, series: index, width, height }, { canvas, limit_ms });
    } catch {
      strip.dropPicture(index); // why is told when the series is opened
    }
  }
}
