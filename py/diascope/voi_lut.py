"""Modality values to the part of the scale that the reader wants to see: windows and VOI LUTs.

Every function returns fractions of full scale and rounds nothing; the one rounding of the whole
path is in `display`. Standard: PS3.3 C.11.2.
"""

from collections.abc import Callable
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from diascope import exact, modality_lut
from diascope.errors import PresentationError
from diascope.sigmoid_logarithms import LOGARITHMS, SCALE
from diascope.values import Integers, LookupTable, ModalityValues, VoiValues, Window

LEVELS = 255
HALF = Fraction(1, 2)


def apply(values: ModalityValues, voi: Window | LookupTable) -> VoiValues:
    """Apply one window with its VOI LUT Function, or one item of the VOI LUT Sequence.

    Raises:
        PresentationError: the function is unknown, or the window does not fit it.

    Standard: PS3.3 C.11.2.1.
    """
    if isinstance(voi, LookupTable):
        return look_up(values, voi)
    return function_of(voi)(values, voi)


def function_of(window: Window) -> Callable[[ModalityValues, Window], VoiValues]:
    """Return the function named by VOI LUT Function. Standard: PS3.3 C.11.2.1.3.

    Raises:
        PresentationError: `function`, no such VOI LUT Function.
    """
    try:
        return FUNCTIONS[window.function]
    except KeyError:
        raise PresentationError("function", "unknown VOI LUT Function") from None


def checked(window: Window) -> Window:
    """Return the window if its function allows it; see `function_of` and `numbers`.

    Standard: PS3.3 C.11.2.1.2.
    """
    function_of(window)(ModalityValues(np.zeros(1, dtype=np.int64), 1), window)
    return window


def linear(values: ModalityValues, window: Window) -> VoiValues:
    """Map (c - 0.5) -/+ (w - 1)/2 onto [0, 1], flat outside it.

    Shape is kept; the window is in the unit of the values, the output has no unit.

    Raises:
        PresentationError: `width`, the width is below 1.

    Standard: PS3.3 C.11.2.1.2.1, VOI LUT Function LINEAR.
    """
    return ramp(values, *linear_ramp(window))


def linear_exact(values: ModalityValues, window: Window) -> VoiValues:
    """Map c -/+ w/2 onto [0, 1], flat outside it.

    Raises:
        PresentationError: `width`, the width is not above 0.

    Standard: PS3.3 C.11.2.1.3.2, VOI LUT Function LINEAR_EXACT.
    """
    return ramp(values, *linear_exact_ramp(window))


def linear_ramp(window: Window) -> tuple[Fraction, Fraction]:
    """Return where LINEAR leaves 0 and how wide its ramp is. Standard: PS3.3 C.11.2.1.2.1."""
    center, width = numbers(window, least=Fraction(1))
    return center - HALF - (width - 1) / 2, width - 1


def linear_exact_ramp(window: Window) -> tuple[Fraction, Fraction]:
    """Return where LINEAR_EXACT leaves 0 and its ramp's width. Standard: PS3.3 C.11.2.1.3.2."""
    center, width = numbers(window)
    return center - width / 2, width


def ramp(values: ModalityValues, low: Fraction, width: Fraction) -> VoiValues:
    """Return clip((x - low) / width, 0, 1); a width of 0 is a step just above `low`.

    Standard: PS3.3 C.11.2.1.2.1: 0 for x <= low, 1 for x > low + width.
    """
    scale = lcm(values.denominator, low.denominator, width.denominator)
    above = exact.affine(values.numerators, scale // values.denominator, -int(low * scale))
    if width == 0:
        return VoiValues((above > 0).astype(np.int64), 1)
    return reduced(exact.clipped(above, 0, int(width * scale)), int(width * scale))


def reduced(numerators: Integers, denominator: int) -> VoiValues:
    """Divide out the common factor, so that later stages stay within int64 longer.

    Standard: none; exact arithmetic, ADR 0006.
    """
    common = gcd(denominator, int(np.gcd.reduce(numerators, axis=None)) if numerators.size else 1)
    return VoiValues(exact.narrow(numerators // common), denominator // common)


def sigmoid(values: ModalityValues, window: Window) -> VoiValues:
    """Map by 1 / (1 + exp(-4 (x - c) / w)), to the nearest of the 256 grey levels.

    The curve is never evaluated: p rises through (k - 1/2)/255 where x = c + w/4 times the
    logarithm of (2k-1)/(511-2k), and these 255 places are compared exactly. So p is k/255, and
    1/2 at the centre, where the rounding has a tie and an inversion must see it.

    Raises:
        PresentationError: `width`, the width is not above 0; `precision`, thirty digits do not
            decide the level of a value.

    Standard: PS3.3 C.11.2.1.3.1, VOI LUT Function SIGMOID.
    """
    center, width = numbers(window)
    at_least, at_most = (
        exact.first_reaching(values.numerators, crossings(center, width, values.denominator, off))
        for off in (1, -1)
    )
    if not np.array_equal(at_least, at_most):
        raise PresentationError("precision", "the window cannot be computed exactly")
    across = exact.affine(values.numerators, center.denominator, 0)
    at_center = across == center.numerator * values.denominator
    return VoiValues(np.where(at_center, LEVELS, 2 * at_least), 2 * LEVELS)


def crossings(center: Fraction, width: Fraction, denominator: int, off: int) -> list[int]:
    """Return for each level the least n for which n/denominator shows it.

    `off` is the error of the rounded logarithms to assume, in their last digit; ln 1 = 0 has none.

    Standard: PS3.3 C.11.2.1.3.1.
    """
    return [
        exact_ceil((center + width * (place + (off if place else 0)) / (4 * SCALE)) * denominator)
        for place in LOGARITHMS
    ]


def exact_ceil(value: Fraction) -> int:
    """Return the least integer not below `value`.

    Standard: none; exact arithmetic, ADR 0006.
    """
    return -(-value.numerator // value.denominator)


def look_up(values: ModalityValues, table: LookupTable) -> VoiValues:
    """Map through one item of the VOI LUT Sequence.

    Entries are fractions of 2^bits - 1. A modality value between two integers (a fractional
    slope) takes the entry of the nearest, halves upward.

    Standard: PS3.3 C.11.2.1.1, LUT Descriptor.
    """
    nearest = exact.nearest(values.numerators, values.denominator)
    entries = modality_lut.look_up(nearest, table)
    return VoiValues(exact.clipped(entries, 0, 2**table.bits - 1), 2**table.bits - 1)


def numbers(window: Window, least: Fraction | None = None) -> tuple[Fraction, Fraction]:
    """Read centre and width exactly; the width is at least `least`, or above 0.

    Raises:
        PresentationError: `width`, see above; `decimal`, not a number.

    Standard: PS3.3 C.11.2.1.2.
    """
    center, width = exact.fraction(window.center), exact.fraction(window.width)
    if width <= 0 or (least is not None and width < least):
        raise PresentationError("width", "the window width is too small for its function")
    return center, width


FUNCTIONS: dict[str, Callable[[ModalityValues, Window], VoiValues]] = {
    "LINEAR": linear,
    "LINEAR_EXACT": linear_exact,
    "SIGMOID": sigmoid,
    "NONE": linear,  # the window then spans the whole modality output, see `presets.identity`
}
