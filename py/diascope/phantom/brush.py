"""Soft-edged ellipses and noise in whole numbers, so that a phantom is the same everywhere.

Lengths are eighths of a millimetre; a pixel of 0.75 mm is 6 of them. x grows to the image's right
(the patient's left), y downward (posterior), both from the middle of the image.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import isqrt

import numpy as np
from numpy.typing import NDArray

SIZE = 512
MM = 8
PIXEL = 6
EDGE = 5  # half the width of a border: the scanner's own blur
_ONE = 1 << 12
_NOISE_MEAN, _NOISE_SIGMA = 4 * 4 * 255 // 2, 296  # of 16 bytes: four hashes of four

Slice = NDArray[np.int32]
Point = tuple[int, int]


def ellipse(image: Slice, center: Point, radii: Point, hu: int, square: bool = False) -> None:
    """Blend an ellipse (or, `square`, a rounder rectangle) of one value into the image."""
    if min(radii) <= EDGE:
        return
    rows, columns = (_reach(center[i], radii[i]) for i in (1, 0))
    across = _share(columns, center[0], radii[0])
    down = _share(rows, center[1], radii[1])
    if square:
        across, down = ((part + (part * part >> 12)) >> 1 for part in (across, down))
    depth = (_ONE - down[:, None] - across[None, :]) * min(radii)
    alpha = np.clip(128 + (depth >> 6) // (EDGE * (3 if square else 2) // 2), 0, 256)
    area = image[rows.start : rows.stop, columns.start : columns.stop]
    area += ((hu - area) * alpha) >> 8


def chain(image: Slice, points: Sequence[Point], radius: int, hu: int) -> None:
    """Blend round dots along straight lines from point to point: a curved plate or tube."""
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = max(1, isqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) // max(radius // 2, 4))
        for i in range(steps + 1):
            at = (x0 + (x1 - x0) * i // steps, y0 + (y1 - y0) * i // steps)
            ellipse(image, at, (radius, radius), hu)


def cut(radius: int, height: int, away: int) -> int:
    """Return the radius of an ellipsoid's slice `away` from its middle, 0 outside it."""
    rest = height * height - away * away
    return radius * isqrt(rest) // height if rest > 0 else 0


def along(z: int, points: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Interpolate rows (z, value, ...) at z, flat beyond the ends."""
    before = max((p for p in points if p[0] <= z), default=points[0])
    after = min((p for p in points if p[0] >= z), default=points[-1])
    span = after[0] - before[0]
    if span == 0:
        return before[1:]
    share = z - before[0]
    pairs = zip(before[1:], after[1:], strict=True)
    return tuple(low + (high - low) * share // span for low, high in pairs)


def axis(places: range) -> NDArray[np.int32]:
    """Return the coordinate of each pixel's middle."""
    return ((2 * np.arange(places.start, places.stop, dtype=np.int32)) - (SIZE - 1)) * (PIXEL // 2)


def scrambled(keys: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Hash 32-bit numbers: multiply and shift, modulo 2^32."""
    once: NDArray[np.uint32] = np.bitwise_xor(keys, keys >> 15) * np.uint32(0x2C1B3C6D)
    twice: NDArray[np.uint32] = np.bitwise_xor(once, once >> 12) * np.uint32(0x297A2D39)
    last: NDArray[np.uint32] = np.bitwise_xor(twice, twice >> 15)
    return last


def noise(seed: int, sigma: int) -> Slice:
    """Return noise of about `sigma`, near to normal and a little blurred, as CT noise is."""
    count = np.arange((SIZE + 1) ** 2, dtype=np.uint32).reshape(SIZE + 1, SIZE + 1)
    keys = scrambled(count * np.uint32(0x9E3779B1) + np.uint32(seed & 0xFFFFFFFF))
    octets = keys.view(np.uint8).reshape(*keys.shape, 4).astype(np.int32)
    dots = octets[..., 0] + octets[..., 1] + octets[..., 2] + octets[..., 3]
    blurred: Slice = dots[1:, 1:] + dots[:-1, 1:] + dots[1:, :-1] + dots[:-1, :-1]
    scaled: Slice = (blurred - _NOISE_MEAN) * sigma // _NOISE_SIGMA
    return scaled


def _reach(center: int, radius: int) -> range:
    """Return the pixels that an extent touches, its blurred border included."""
    low, high = center - radius - 2 * EDGE, center + radius + 2 * EDGE
    first, last = (edge // PIXEL + SIZE // 2 for edge in (low, high))
    return range(min(max(first, 0), SIZE), min(max(last + 1, 0), SIZE))


def _share(places: range, center: int, radius: int) -> NDArray[np.int32]:
    """Return (distance / radius)^2 in 1/4096."""
    away = (axis(places) - center).astype(np.int64)
    return ((away * away << 12) // (radius * radius)).astype(np.int32)
