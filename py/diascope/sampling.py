"""A view of an image: stored values (or RGB) at each device pixel, in fixed point.

Positions are exact fractions cut to 16.16, weights have 8 bits; `mixing` sums them. Nearest where
every pixel has a whole number of device pixels, bilinear otherwise; below half size, whole boxes
are averaged first ("area"). Windowing comes afterwards, so that a window never changes which
values a reader sees mixed. A turned view is sampled unturned and the samples are turned, so that
turning never changes a value. Standard: PS3.4 N.2.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diascope import viewport
from diascope.display import OPAQUE_BLACK, Pixels
from diascope.mixing import Averager, Axis, Grid, Mask, Samples, box_means, mix, pick
from diascope.viewport import E6, Plane, View


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """The part of a view that lies in the image, and the device pixel of its corner.

    `hidden` tells which pixels of it are padding, None when none are.
    """

    array: Samples
    top: int
    left: int
    hidden: Mask | None = None


def interpolation(view: View, image: Plane) -> str:
    """Name what `sample` does: "nearest", "bilinear" or "area".

    Standard: PS3.4 N.2 leaves the way of scaling open; a record names it.
    """
    scales = _scales(view, image)
    if any(_box(scale) > 1 for scale in scales):
        return "area"
    return "nearest" if all(scale.denominator == 1 for scale in scales) else "bilinear"


def sample(
    values: Samples,
    view: View,
    image: Plane,
    averaged: Averager | None = None,
    hidden: Mask | None = None,
) -> Sampled:
    """Sample (rows, columns[, 3]) over a view: integers keep their dtype, floats become double.

    `averaged` may cache box means; it is called with (grid, row box, column box). `hidden` tells
    which pixels are padding: they are shown where they lie and mixed with nothing.

    Standard: PS3.4 N.2; PS3.3 C.7.5.1.1.2; C.10.6, rotation and then horizontal flip.
    """
    grid = Grid(values, hidden)
    return turned(_unturned(grid, viewport.unturned(view), image, averaged), view)


def _unturned(grid: Grid, view: View, image: Plane, averaged: Averager | None) -> Sampled:
    across, down = _scales(view, image)
    is_nearest = interpolation(view, image) == "nearest"
    columns = axis(image.columns, view.width, view.center_column_e6, across, is_nearest)
    rows = axis(image.rows, view.height, view.center_row_e6, down, is_nearest)
    if rows.box > 1 or columns.box > 1:
        grid = (averaged or box_means)(grid, rows.box, columns.box)
    made = (pick if is_nearest else mix)(grid, rows, columns)
    return Sampled(made.values, rows.start, columns.start, made.hidden)


def turned(sampled: Sampled, view: View) -> Sampled:
    """Turn the samples of the unturned view as the view says: rotated clockwise, then mirrored.

    Standard: PS3.3 C.10.6, Image Rotation, Image Horizontal Flip.
    """
    top, left, (rows, columns) = sampled.top, sampled.left, sampled.array.shape[:2]
    width, height = view.sides
    for _ in range(view.rotation // 90):  # a quarter clockwise: the left edge becomes the top
        top, left = left, height - top - rows
        rows, columns, width, height = columns, rows, height, width
    if view.flip:
        left = view.width - left - columns
    hidden = None if sampled.hidden is None else _turned(sampled.hidden, view)
    return Sampled(_turned(sampled.array, view), top, left, hidden)


def _turned(array: NDArray[Any], view: View) -> NDArray[Any]:
    quarters = np.rot90(array, -view.rotation // 90)
    return np.ascontiguousarray(quarters[:, ::-1] if view.flip else quarters)


def place(pixels: Pixels, sampled: Sampled, view: View) -> Pixels:
    """Set the sampled part into a view that is opaque black elsewhere, whatever the window.

    Padding is black too. Standard: PS3.3 C.7.5.1.1.2.
    """
    if sampled.hidden is not None:
        pixels = np.where(sampled.hidden, np.uint32(OPAQUE_BLACK), pixels)
    whole = np.full((view.height, view.width), OPAQUE_BLACK, dtype="<u4")
    rows, columns = pixels.shape
    whole[sampled.top : sampled.top + rows, sampled.left : sampled.left + columns] = pixels
    return whole


@lru_cache(maxsize=64)
def axis(extent: int, size: int, center_e6: int, scale: Fraction, is_nearest: bool) -> Axis:
    """Lay `size` device pixels over `extent` image pixels, `scale` device pixels each.

    Standard: PS3.4 N.2 leaves the way of scaling open.
    """
    # u(j) = center + (2j + 1 - size) / (2 scale), as (first + step * j) / unit
    unit = 2 * E6 * scale.numerator
    step = 2 * E6 * scale.denominator
    first = 2 * center_e6 * scale.numerator + (1 - size) * E6 * scale.denominator
    start = min(max(-(first // step), 0), size)
    end = min(max(-((first - extent * unit) // step), 0), size)
    box = 1 if is_nearest else _box(scale)
    last = -(-extent // box) - 1
    shift = 0 if is_nearest else 1 << 15  # bilinear mixes around pixel middles
    at = [((first + step * j << 16) // (unit * box)) - shift for j in range(start, end)]
    fixed = np.array(at, dtype=np.int64)
    lower = np.clip(fixed >> 16, 0, last).astype(np.intp)
    upper = np.clip((fixed >> 16) + 1, 0, last).astype(np.intp)
    return Axis(start, box, lower, upper, fixed >> 8 & 0xFF)


def _scales(view: View, image: Plane) -> tuple[Fraction, Fraction]:
    """Return device pixels an image pixel, (across, down)."""
    zoom = Fraction(view.zoom_e6, E6)
    return zoom * image.column_stretch, zoom * image.row_stretch


def _box(scale: Fraction) -> int:
    """Return how many whole image pixels one device pixel covers, at least 1."""
    return max(1, scale.denominator // scale.numerator)
