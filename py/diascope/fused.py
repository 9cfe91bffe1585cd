"""The whole grey path as one table: stored value to canvas pixel.

The fast form of `pipeline.grey_stages`, equal to it for every stored value (a property test says
so). For a window behind a rescale each grey level begins at an exact stored value, so 255 whole
numbers are computed instead of 65,536 fractions; everything else runs the stages themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import inf, lcm, nextafter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from diascope import display, voi_lut
from diascope.sigmoid_logarithms import LOGARITHMS, SCALE
from diascope.values import Window

Start = TypeVar("Start", int, float)
LEVELS = range(1, display.FULL_SCALE + 1)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Grey level k begins where the modality value is `base + step * places[k - 1]`.

    `margin` is how far a place may be off (SIGMOID's logarithms are rounded, 0 is exact);
    `is_open` means strictly above.
    """

    base: Fraction
    step: Fraction
    places: tuple[int, ...]
    margin: int
    is_open: bool


@lru_cache(maxsize=32)
def greys(
    slope: Fraction, intercept: Fraction, window: Window, span: tuple[int, int], invert: bool
) -> NDArray[np.uint8] | None:
    """Return the grey of each stored value in the closed `span`, read-only.

    `None` when the slope is 0, or when thirty digits do not decide a SIGMOID level: the caller
    then runs the stages.

    Standard: PS3.4 N.2 for PS3.3 C.11.1.1.2, C.11.2.1.2 and C.11.6 in one.
    """
    if slope == 0:
        return None
    first, last = span if slope > 0 else (-span[1], -span[0])  # a falling line, mirrored, rises
    edges = starts(CROSSINGS[window.function](window), abs(slope), intercept, is_open=invert)
    if edges is None:
        return None
    inside = [min(max(edge, first), last + 1) for edge in edges]
    lengths = [after - before for before, after in pairwise([first, *inside, last + 1])]
    rising = np.repeat(np.arange(display.FULL_SCALE + 1, dtype=np.uint8), lengths)
    table = rising if slope > 0 else rising[::-1]
    greys = display.FULL_SCALE - table if invert else table
    greys.setflags(write=False)
    return greys


def first_integer(numerator: int, denominator: int, is_open: bool) -> int:
    """Return the least integer that is at (or, if open, above) a fraction.

    Standard: PS3.3 C.11.2.1.2, the stored value at which a grey begins.
    """
    return numerator // denominator + 1 if is_open else -(-numerator // denominator)


def first_float(numerator: int, denominator: int, is_open: bool) -> float:
    """Return the least double that is at (or, if open, above) a fraction; infinite if none is.

    Standard: PS3.3 C.11.2.1.2 for the values of C.7.6.24 and C.7.6.25.
    """
    try:
        nearest = numerator / denominator  # correctly rounded, however long the integers
    except OverflowError:
        return inf if numerator > 0 else -inf
    part, of = nearest.as_integer_ratio()
    is_below = part * denominator < numerator * of
    is_at = part * denominator == numerator * of
    return nextafter(nearest, inf) if is_below or (is_at and is_open) else nearest


def starts(
    crossing: Crossing,
    slope: Fraction,
    intercept: Fraction,
    *,
    is_open: bool,
    first: Callable[[int, int, bool], Start] = first_integer,
) -> list[Start] | None:
    """Return the stored values at which the grey rises by one, ascending: whole or double ones.

    An inverted scale rounds its halves the other way, so there each level begins strictly above
    its place (`is_open`). `None`: a rounded logarithm leaves the place in doubt.

    Standard: PS3.3 C.11.1.1.2 and C.11.2.1.2, solved for the stored value.
    """
    origin = (crossing.base - intercept) / slope
    step = crossing.step / slope
    scale = lcm(origin.denominator, step.denominator)
    start, stride = int(origin * scale), int(step * scale)
    strict = is_open or crossing.is_open

    def begin(place: int) -> Start:
        return first(start + stride * place, scale, strict)

    found = [begin(place) for place in crossing.places]
    if crossing.margin:
        around = [p + off if p else 0 for off in (-1, 1) for p in crossing.places]
        if [begin(place) for place in around] != found + found:
            return None
    return found


def _ramp(window: Window) -> Crossing:
    """Level k begins at low + width (2k-1)/510: there 255 p + 1/2 reaches k."""
    low, width = RAMPS[window.function](window)
    places = tuple(2 * k - 1 for k in LEVELS)
    return Crossing(low, width / (2 * display.FULL_SCALE), places, 0, is_open=width == 0)


def _sigmoid(window: Window) -> Crossing:
    center, width = voi_lut.numbers(window)
    return Crossing(center, width / (4 * SCALE), LOGARITHMS, 1, is_open=False)


RAMPS: dict[str, Callable[[Window], tuple[Fraction, Fraction]]] = {
    "LINEAR": voi_lut.linear_ramp,
    "LINEAR_EXACT": voi_lut.linear_exact_ramp,
    "NONE": voi_lut.linear_ramp,
}
CROSSINGS: dict[str, Callable[[Window], Crossing]] = {
    "LINEAR": _ramp,
    "LINEAR_EXACT": _ramp,
    "SIGMOID": _sigmoid,
    "NONE": _ramp,
}
