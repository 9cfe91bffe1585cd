"""Colour samples to 8-bit RGB, in integers; each result is the nearest, halves upward.

Coefficients are the decimal ones of the standard's YBR definition, inverted exactly, so a table
over Cb and Cr gives the same bytes everywhere. Standard: PS3.3 C.7.6.3.1.2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from diascope import modality_lut
from diascope.display import FULL_SCALE
from diascope.errors import PhotometricError
from diascope.values import ColorValues, Instance, LookupTable, StoredValues

CENTER = 128  # the value of Cb and Cr that means "no colour"


def apply(values: StoredValues, photometric: str, image: Instance) -> ColorValues:
    """Convert colour samples, (rows, columns, 3) or palette indices (rows, columns), to RGB.

    `photometric` is that of the decoded samples: a codec may have changed it already.

    Raises:
        PhotometricError: `model`, no rule for this photometric interpretation; `retired`, the
            standard has none any more; `samples`, the array does not fit it; `palette`, there
            is none.

    Standard: PS3.3 C.7.6.3.1.2.
    """
    if photometric == "PALETTE COLOR":
        return palette(values, image.palette)
    if photometric in RETIRED:
        raise PhotometricError("retired", photometric)
    if photometric not in MODELS:
        raise PhotometricError("model")
    if values.is_signed or values.array.ndim != 3 or values.array.shape[2] != 3:
        raise PhotometricError("samples")
    return ColorValues(MODELS[photometric](values))


def scaled(values: NDArray[np.generic], bits: int) -> NDArray[np.uint8]:
    """Scale unsigned numbers of `bits` to 8, rounding to nearest. Standard: PS3.3 C.7.6.3.1.2."""
    full = 2**bits - 1
    wide = np.clip(values.astype(np.int64), 0, full)
    nearest: NDArray[np.int64] = (2 * FULL_SCALE * wide + full) // (2 * full)
    return nearest.astype(np.uint8)


def rgb(values: StoredValues) -> NDArray[np.uint8]:
    """Return RGB in 8 bits. Standard: PS3.3 C.7.6.3.1.2, RGB."""
    if values.bits == 8:
        return values.array.astype(np.uint8, copy=False)
    return scaled(values.array, values.bits)


def ybr_full(values: StoredValues) -> NDArray[np.uint8]:
    """Convert YBR_FULL, chroma already at full resolution, to RGB.

    Standard: PS3.3 C.7.6.3.1.2, YBR_FULL: Y = .299 R + .587 G + .114 B and so on, inverted.
    """
    if values.bits != 8:
        return solved(values, FULL)
    samples = values.array.astype(np.uint8, copy=False)
    luma, blue, red = (samples[..., sample] for sample in range(3))
    wide = luma.astype(np.int16)
    green = GREEN_SHIFT[blue.astype(np.uint16) << 8 | red]
    shifted = (wide + RED_SHIFT[red], wide + green, wide + BLUE_SHIFT[blue])
    clipped: NDArray[np.int16] = np.clip(np.stack(shifted, axis=-1), 0, FULL_SCALE)
    return clipped.astype(np.uint8)


def ybr_partial(values: StoredValues) -> NDArray[np.uint8]:
    """Convert YBR_PARTIAL, chroma already at full resolution, to RGB; black is Y 16.

    Raises:
        PhotometricError: `samples`, the standard defines it for 8 bits alone.

    Standard: PS3.3 C.7.6.3.1.2, YBR_PARTIAL_422 and YBR_PARTIAL_420, inverted.
    """
    if values.bits != 8:
        raise PhotometricError("samples")
    return solved(values, PARTIAL)


def solved(values: StoredValues, model: "Model") -> NDArray[np.uint8]:
    """Solve a model's definition for RGB, exactly, and round each sample to 8 bits once.

    Standard: PS3.3 C.7.6.3.1.2.
    """
    full, middle = 2**values.bits - 1, 1 << (values.bits - 1)
    centered = values.array.astype(np.int64)
    centered -= np.array([model.black, middle, middle], dtype=np.int64)
    divisor = model.denominator * full
    planes = []
    for row in model.rows:
        total = sum(factor * centered[..., n] for n, factor in enumerate(row))
        nearest = (2 * FULL_SCALE * np.asarray(total) + divisor) // (2 * divisor)
        planes.append(np.clip(nearest, 0, FULL_SCALE))
    return np.stack(planes, axis=-1).astype(np.uint8)


def palette(
    values: StoredValues, tables: tuple[LookupTable, LookupTable, LookupTable] | None
) -> ColorValues:
    """Look up palette indices; entries of more than 8 bits are scaled by the same rounding.

    Standard: PS3.3 C.7.6.3.1.5 and C.7.6.3.1.6, Palette Color Lookup Tables.
    """
    if tables is None or values.array.ndim != 2:
        raise PhotometricError("palette")
    planes = [scaled(modality_lut.look_up(values.array, table), table.bits) for table in tables]
    return ColorValues(np.stack(planes, axis=-1))


def _nearest(numerators: NDArray[np.int64], denominator: int) -> NDArray[np.int16]:
    return ((2 * numerators + denominator) // (2 * denominator)).astype(np.int16)


_CHROMA = np.arange(256, dtype=np.int64) - CENTER
RED_SHIFT = _nearest(1402 * _CHROMA, 1000)  # 2 (1 - .299)
BLUE_SHIFT = _nearest(1772 * _CHROMA, 1000)  # 2 (1 - .114)
# G = (Y - .299 R - .114 B) / .587; indexed by Cb * 256 + Cr
GREEN_SHIFT = _nearest(
    -(114 * 1772 * _CHROMA[:, None] + 299 * 1402 * _CHROMA[None, :]).reshape(-1), 587_000
)


@dataclass(frozen=True, slots=True)
class Model:
    """R, G and B as `rows` of integers times (Y - black, Cb - middle, Cr - middle) / denominator.

    The middle is 128 of 8 bits.
    """

    black: int
    rows: tuple[tuple[int, int, int], ...]
    denominator: int


def _inverted(black: int, definition: tuple[tuple[int, int, int], ...], scale: int) -> Model:
    """Invert a definition of Y, Cb and Cr, rows of integers over `scale`, without rounding.

    Standard: PS3.3 C.7.6.3.1.2.
    """
    (a, b, c), (d, e, f), (g, h, i) = definition
    rows = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    determinant = a * rows[0][0] + b * rows[1][0] + c * rows[2][0]
    common = gcd(determinant, *(scale * each for row in rows for each in row))
    part = tuple(
        (scale * x // common, scale * y // common, scale * z // common) for x, y, z in rows
    )
    return Model(black, part, determinant // common)


# Cb = (B - Y) / 1.772 + 128, Cr = (R - Y) / 1.402 + 128: solved by hand, over 1000 * 587
FULL = Model(
    0,
    ((587_000, 0, 1402 * 587), (587_000, -114 * 1772, -299 * 1402), (587_000, 1772 * 587, 0)),
    587_000,
)
PARTIAL = _inverted(16, ((2568, 5041, 979), (-1482, -2910, 4392), (4392, -3678, -714)), 10_000)

MODELS: dict[str, Callable[[StoredValues], NDArray[np.uint8]]] = {
    "RGB": rgb,
    "YBR_FULL": ybr_full,
    "YBR_FULL_422": ybr_full,
    "YBR_PARTIAL": ybr_partial,  # once chroma is at full resolution
    "YBR_PARTIAL_422": ybr_partial,
    "YBR_PARTIAL_420": ybr_partial,
}
RETIRED = frozenset({"HSV", "ARGB", "CMYK"})  # PS3.3 C.7.6.3.1.2
