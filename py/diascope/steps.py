"""Greys without a table: the stored values at which each begins.

For values of more than 16 bits and floating-point ones. The grey path is a staircase over the
stored value, so a few exact thresholds decide every pixel by comparison alone: no arithmetic is
done on a sample, and none can round. Equal to `pipeline.grey_stages` (a property test says so).
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from diascope import display, fused
from diascope.display import Pixels
from diascope.fused import Crossing
from diascope.mixing import Samples
from diascope.values import Window

FARTHEST = 2**62  # beyond every integer sample, and within int64


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """`pixels[n]` is of samples that have reached n of the ascending `starts`.

    With `is_falling` the starts are those of the negated samples.
    """

    starts: NDArray[np.int64] | NDArray[np.float64]
    pixels: Pixels
    is_falling: bool = False

    def of(self, samples: Samples) -> Pixels:
        """Return the pixels of finite samples, in their shape. Standard: PS3.4 N.2.1."""
        wide = samples.astype(self.starts.dtype)
        reached = -wide if self.is_falling else wide
        return self.pixels[np.searchsorted(self.starts, reached, side="right")]


def of_window(
    window: Window, slope: Fraction, intercept: Fraction, *, is_inverse: bool, is_float: bool
) -> Steps | None:
    """Return the 256 greys of a window behind a rescale; None where the stages must decide.

    Standard: PS3.4 N.2 for PS3.3 C.11.1.1.2, C.11.2.1.2 and C.11.6 in one.
    """
    crossing = fused.CROSSINGS[window.function](window)
    pixels = display.GREYS[::-1] if is_inverse else display.GREYS
    return behind(crossing, pixels, slope, intercept, is_open=is_inverse, is_float=is_float)


def of_entries(
    first_mapped: int, pixels: Pixels, slope: Fraction, intercept: Fraction, *, is_float: bool
) -> Steps | None:
    """Return the pixels of a lookup table's entries, which stands behind a rescale.

    A value between two integers takes the entry of the nearest, halves upward.

    Standard: PS3.3 C.11.1.1.1 and C.11.2.1.1, LUT Descriptor.
    """
    edges = tuple(range(1, len(pixels)))
    crossing = Crossing(Fraction(2 * first_mapped - 1, 2), Fraction(1), edges, 0, is_open=False)
    return behind(crossing, pixels, slope, intercept, is_open=False, is_float=is_float)


def of_presentation_lut(
    window: Window, pixels: Pixels, slope: Fraction, intercept: Fraction, *, is_float: bool
) -> Steps | None:
    """Return the pixels of a Presentation LUT's entries, which stands behind a linear window.

    The window's output, 0 to 1, takes the nearest of the entries, halves upward.

    Standard: PS3.3 C.11.6.1.1, Presentation LUT Sequence.
    """
    low, width = fused.RAMPS[window.function](window)
    last = max(len(pixels) - 1, 1)
    places = tuple(range(1, 2 * len(pixels) - 2, 2))
    crossing = Crossing(low, width / (2 * last), places, 0, is_open=width == 0)
    return behind(crossing, pixels, slope, intercept, is_open=False, is_float=is_float)


def behind(
    crossing: Crossing,
    pixels: Pixels,
    slope: Fraction,
    intercept: Fraction,
    *,
    is_open: bool,
    is_float: bool,
) -> Steps | None:
    """Return the steps of a crossing in modality values as steps of the stored value.

    `None` when the slope is 0, or a SIGMOID level is not decided by thirty digits.

    Standard: PS3.3 C.11.1.1.2.
    """
    if slope == 0:
        return None
    if is_float:
        found = fused.starts(
            crossing, abs(slope), intercept, is_open=is_open, first=fused.first_float
        )
        return None if found is None else Steps(np.array(found), pixels, slope < 0)
    whole = fused.starts(crossing, abs(slope), intercept, is_open=is_open)
    if whole is None:
        return None
    inside = [min(max(start, -FARTHEST), FARTHEST) for start in whole]
    return Steps(np.array(inside, dtype=np.int64), pixels, slope < 0)
