import assert from "node:assert/strict";
import { test } from "node:test";

import { deviceBox } from "../../../web/device-box.js";

const rect = (left, top, width, height) => ({ left, top, right: left + width, bottom: top + height });

test("on whole device pixels the box is the element", () => {
  assert.deepEqual(deviceBox(rect(176, 48, 1104, 722), 1), { left: 0, top: 0, width: 1104, height: 722 });
});

for (const ratio of [1, 1.1, 1.25, 1.5, 1.75, 2, 2.625, 3]) {
  test(`at ${ratio} device pixels a CSS pixel the box is whole, inside, and as large as can be`, () => {
    for (const [x, y] of [[176, 48], [176.4, 48.2], [13.37, 0.1]]) {
      const element = rect(x, y, 801.3, 600.7);
      const { left, top, width, height } = deviceBox(element, ratio);
      for (const edge of [(x + left) * ratio, (y + top) * ratio, width, height]) {
        assert.ok(Math.abs(edge - Math.round(edge)) < 1e-6, String(edge));
      }
      assert.ok(left > -0.002 && top > -0.002 && left + width / ratio < 801.303 && top + height / ratio < 600.703);
      assert.ok(width > 801.3 * ratio - 2 && height > 600.7 * ratio - 2);
    }
  });
}

test("an element without a size has an empty box", () => {
  const { width, height } = deviceBox(rect(0, 0, 0, 0), 1.5);
  assert.deepEqual([width, height], [0, 0]);
});
