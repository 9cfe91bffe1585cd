"""Colour samples to 8-bit RGB, in integers; each result is the nearest, halves upward.

Coefficients are the decimal ones of the standard's YBR definition, inverted exactly, so a table
over Cb and Cr gives the same bytes everywhere. Standard: PS3.3 C.7.6.3.1.2.
"""

from collections.abc import Callable

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
        PhotometricError: `model`, no rule for this photometric interpretation; `samples`, the
            array does not fit it; `palette`, there is none.

    Standard: PS3.3 C.7.6.3.1.2.
    """
    if photometric == "PALETTE COLOR":
        return palette(values, image.palette)
    try:
        convert = MODELS[photometric]
    except KeyError:
        raise PhotometricError("model") from None
    if values.array.ndim != 3 or values.array.shape[2] != 3:
        raise PhotometricError("samples")
    return ColorValues(convert(to_8_bits(values)))


def to_8_bits(values: StoredValues) -> NDArray[np.uint8]:
    """Scale samples of `bits` to 8 by floor(255 v / (2^bits - 1) + 1/2).

    Raises:
        PhotometricError: `samples`, signed colour samples have no meaning.
    """
    if values.is_signed:
        raise PhotometricError("samples")
    if values.bits == 8:
        return values.array.astype(np.uint8, copy=False)
    return scaled(values.array, values.bits)


def scaled(values: NDArray[np.generic], bits: int) -> NDArray[np.uint8]:
    """Scale unsigned numbers of `bits` to 8, rounding to nearest. Standard: PS3.3 C.7.6.3.1.2."""
    full = 2**bits - 1
    wide = np.clip(values.astype(np.int64), 0, full)
    nearest: NDArray[np.int64] = (2 * FULL_SCALE * wide + full) // (2 * full)
    return nearest.astype(np.uint8)


def rgb(samples: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return RGB as it is. Standard: PS3.3 C.7.6.3.1.2, RGB."""
    return samples


def ybr_full(samples: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Convert YBR_FULL, chroma already at full resolution, to RGB.

    Standard: PS3.3 C.7.6.3.1.2, YBR_FULL: Y = .299 R + .587 G + .114 B and so on, inverted.
    """
    luma, blue, red = (samples[..., sample] for sample in range(3))
    wide = luma.astype(np.int16)
    green = GREEN_SHIFT[blue.astype(np.uint16) << 8 | red]
    shifted = (wide + RED_SHIFT[red], wide + green, wide + BLUE_SHIFT[blue])
    clipped: NDArray[np.int16] = np.clip(np.stack(shifted, axis=-1), 0, FULL_SCALE)
    return clipped.astype(np.uint8)


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

MODELS: dict[str, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    "RGB": rgb,
    "YBR_FULL": ybr_full,
    "YBR_FULL_422": ybr_full,
}
