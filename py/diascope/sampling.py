"""A view of an image: stored values (or RGB) at each device pixel, in fixed point.

Positions are exact fractions cut to 16.16; weights have 8 bits; one rounding, floor(x + 1/2), at
the end of the sum. Nearest where every pixel has a whole number of device pixels, bilinear
otherwise; below half size, whole boxes are averaged first ("area"). Windowing comes afterwards,
so that a window never changes which values a reader sees mixed. A turned view is sampled unturned
and the samples are turned, so that turning never changes a value. Standard: PS3.4 N.2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from diascope import viewport
from diascope.display import OPAQUE_BLACK, Pixels
from diascope.viewport import E6, Plane, View

Samples = NDArray[np.generic]


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One direction of a view: device pixels `start` .. `start + len(lower)` lie in the image.

    `lower` and `upper` are the two pixels (or boxes of `box` pixels) to mix, `weights` the share
    of the upper one in 1/256.
    """

    start: int
    box: int
    lower: NDArray[np.intp]
    upper: NDArray[np.intp]
    weights: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """The part of a view that lies in the image, and the device pixel of its corner."""

    array: Samples
    top: int
    left: int


def interpolation(view: View, image: Plane) -> str:
    """Name what `sample` does: "nearest", "bilinear" or "area"."""
    scales = _scales(view, image)
    if any(_box(scale) > 1 for scale in scales):
        return "area"
    return "nearest" if all(scale.denominator == 1 for scale in scales) else "bilinear"


def sample(
    values: Samples, view: View, image: Plane, averaged: "Averager | None" = None
) -> Sampled:
    """Sample (rows, columns[, 3]) integers over a view; the dtype is kept where it can be.

    `averaged` may cache box means; it is called with (values, row box, column box).

    Standard: PS3.3 C.10.6, rotation and then horizontal flip.
    """
    return turned(_unturned(values, viewport.unturned(view), image, averaged), view)


def _unturned(values: Samples, view: View, image: Plane, averaged: "Averager | None") -> Sampled:
    across, down = _scales(view, image)
    is_nearest = interpolation(view, image) == "nearest"
    columns = axis(image.columns, view.width, view.center_column_e6, across, is_nearest)
    rows = axis(image.rows, view.height, view.center_row_e6, down, is_nearest)
    if rows.box > 1 or columns.box > 1:
        values = (averaged or box_means)(values, rows.box, columns.box)
    mixed = _pick(values, rows, columns) if is_nearest else _mix(values, rows, columns)
    return Sampled(mixed, rows.start, columns.start)


def turned(sampled: Sampled, view: View) -> Sampled:
    """Turn the samples of the unturned view as the view says: rotated clockwise, then mirrored.

    Standard: PS3.3 C.10.6, Image Rotation, Image Horizontal Flip.
    """
    array, top, left = sampled.array, sampled.top, sampled.left
    width, height = view.sides
    for _ in range(view.rotation // 90):  # a quarter clockwise: the left edge becomes the top
        top, left = left, height - top - array.shape[0]
        array, width, height = np.rot90(array, -1), height, width
    if view.flip:
        array, left = array[:, ::-1], view.width - left - array.shape[1]
    return Sampled(np.ascontiguousarray(array), top, left)


def place(pixels: Pixels, sampled: Sampled, view: View) -> Pixels:
    """Set the sampled part into a view that is opaque black elsewhere, whatever the window."""
    whole = np.full((view.height, view.width), OPAQUE_BLACK, dtype="<u4")
    rows, columns = pixels.shape
    whole[sampled.top : sampled.top + rows, sampled.left : sampled.left + columns] = pixels
    return whole


@lru_cache(maxsize=64)
def axis(extent: int, size: int, center_e6: int, scale: Fraction, is_nearest: bool) -> Axis:
    """Lay `size` device pixels over `extent` image pixels, `scale` device pixels each."""
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


def box_means(values: Samples, row_box: int, column_box: int) -> Samples:
    """Average boxes of row_box x column_box pixels, cut off at the far edges, to the nearest."""
    rows, columns = (
        np.arange(0, values.shape[0], row_box),
        np.arange(0, values.shape[1], column_box),
    )
    summed = np.add.reduceat(values, columns, axis=1, dtype=np.int64)
    total: NDArray[np.int64] = np.add.reduceat(summed, rows, axis=0)
    counts = np.outer(
        np.diff(rows, append=values.shape[0]), np.diff(columns, append=values.shape[1])
    ).astype(np.int64)
    divisor = counts if values.ndim == 2 else counts[..., None]
    return ((2 * total + divisor) // (2 * divisor)).astype(values.dtype)


def _scales(view: View, image: Plane) -> tuple[Fraction, Fraction]:
    """Return device pixels an image pixel, (across, down)."""
    zoom = Fraction(view.zoom_e6, E6)
    return zoom * image.column_stretch, zoom * image.row_stretch


def _box(scale: Fraction) -> int:
    """Return how many whole image pixels one device pixel covers, at least 1."""
    return max(1, scale.denominator // scale.numerator)


def _pick(values: Samples, rows: Axis, columns: Axis) -> Samples:
    picked: Samples = values[rows.lower][:, columns.lower]
    return picked


def _mix(values: Samples, rows: Axis, columns: Axis) -> Samples:
    """Mix four neighbours by 8-bit weights: exact in 32 bits for 16-bit values, round once."""
    wide = _wide_type(values.dtype)
    tail = (1,) * (values.ndim - 2)
    across = columns.weights.astype(wide).reshape(1, -1, *tail)
    down = rows.weights.astype(wide).reshape(-1, 1, *tail)
    used, lower = np.unique(np.concatenate([rows.lower, rows.upper]), return_inverse=True)
    source = values[used].astype(wide)
    left, right = source[:, columns.lower], source[:, columns.upper]
    right -= left
    right *= across
    left <<= 8
    left += right
    upper_rows = left[lower[len(rows.lower) :]]
    lower_rows = left[lower[: len(rows.lower)]]
    upper_rows *= down
    lower_rows *= 256 - down
    upper_rows += lower_rows
    upper_rows += 1 << 15
    upper_rows >>= 16
    mixed: Samples = upper_rows.astype(values.dtype)
    return mixed


def _wide_type(kind: np.dtype[np.generic]) -> type[np.signedinteger | np.unsignedinteger]:
    """Return the type that holds value * 65536 + 32768 exactly."""
    if kind.itemsize > 2:
        return np.int64
    return np.uint32 if kind.kind == "u" else np.int32


Averager = Callable[[Samples, int, int], Samples]
