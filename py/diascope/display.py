"""P-Values to the bytes of the canvas. The only rounding of the grey path is here.

Code values are written as they are: the display's own calibration (GSDF or sRGB) is not undone.
"""

import numpy as np
from numpy.typing import NDArray

from diascope import exact
from diascope.values import ColorValues, PValues, Rgba

FULL_SCALE = 255
OPAQUE_BLACK = 0xFF000000
Pixels = NDArray[np.uint32]  # R, G, B, A in memory order, one pixel a number, "<u4"


def to_bytes(values: PValues) -> NDArray[np.uint8]:
    """Round to 8 bits by floor(255 p + 1/2), in integers: halves go up.

    Standard: PS3.14 7, P-Values to digital driving levels (linear).
    """
    twice = exact.affine(values.numerators, 2 * FULL_SCALE, values.denominator)
    return exact.floor_divided(twice, 2 * values.denominator).astype(np.uint8)


def table() -> Pixels:
    """Return the 256 greys as RGBA pixels: equal R, G, B, alpha 255.

    Standard: PS3.14 7, each driving level as a grey.
    """
    greys = np.arange(FULL_SCALE + 1, dtype="<u4")
    pixels: Pixels = OPAQUE_BLACK + greys * np.uint32(0x010101)
    return pixels


GREYS = table()
GREYS.setflags(write=False)


def to_pixels(values: PValues) -> Pixels:
    """Return one RGBA pixel for each P-Value, in the same shape. Standard: PS3.4 N.2."""
    return GREYS[to_bytes(values)]


def color_pixels(values: ColorValues) -> Pixels:
    """Return (rows, columns) RGBA pixels of 8-bit RGB, unchanged, alpha 255.

    Standard: PS3.3 C.7.6.3.1.2, RGB.
    """
    red, green, blue = (values.array[..., sample].astype("<u4") for sample in range(3))
    pixels: Pixels = red | green << 8 | blue << 16 | np.uint32(OPAQUE_BLACK)
    return pixels


def to_rgba(pixels: Pixels) -> Rgba:
    """View pixels (height, width) as the canvas's bytes (height, width, 4).

    Standard: none; the layout of a canvas's pixels.
    """
    plain = np.ascontiguousarray(pixels, dtype="<u4")
    return Rgba(plain.view(np.uint8).reshape(*plain.shape, 4))
