"""Stored values to values with a physical meaning: rescale or Modality LUT Sequence.

Knows nothing of windows. Standard: PS3.3 C.11.1.
"""

from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from diascope import exact
from diascope.values import Instance, Integers, LookupTable, ModalityValues, StoredValues


def apply(values: StoredValues, image: Instance) -> ModalityValues:
    """Apply the image's Modality LUT Sequence, else its rescale, else nothing.

    Shape is kept; the unit is that of Rescale Type, which the engine does not read. A
    floating-point value takes the entry of the nearest integer, halves upward.

    Raises:
        PresentationError: `decimal`, slope or intercept is not a number.

    Standard: PS3.3 C.11.1.1.
    """
    if image.modality_lut is not None:
        nearest = exact.nearest(*exact.rational(values.array))
        return ModalityValues(look_up(nearest, image.modality_lut), 1)
    return rescale(values, *coefficients(image))


def coefficients(image: Instance) -> tuple[Fraction, Fraction]:
    """Return (slope, intercept), 1 and 0 where the file has none. Standard: PS3.3 C.11.1.1.2."""
    return exact.fraction(image.rescale_slope or "1"), exact.fraction(
        image.rescale_intercept or "0"
    )


def apart(image: Instance) -> Fraction:
    """Return how far apart two neighbouring stored values become; 1 behind a Modality LUT.

    Floating-point values have no such distance: 0.

    Standard: PS3.3 C.11.1.1.2.
    """
    if image.pixels is not None and image.pixels.kind != "integer":
        return Fraction(0)
    slope, _ = coefficients(image)
    return abs(slope) if slope and image.modality_lut is None else Fraction(1)


def rescale(values: StoredValues, slope: Fraction, intercept: Fraction) -> ModalityValues:
    """Compute `slope * stored + intercept` as exact fractions.

    Standard: PS3.3 C.11.1.1.2, Rescale Slope and Rescale Intercept.
    """
    numerators, scale = exact.rational(values.array)
    denominator = lcm(slope.denominator * scale, intercept.denominator)
    factor = slope.numerator * (denominator // (slope.denominator * scale))
    offset = intercept.numerator * (denominator // intercept.denominator)
    return ModalityValues(exact.affine(numerators, factor, offset), denominator)


def look_up(values: NDArray[np.generic], table: LookupTable) -> Integers:
    """Return the entries for integer `values`; values beyond the table take its ends.

    Standard: PS3.3 C.11.1.1.1, LUT Descriptor.
    """
    index = exact.affine(values, 1, -table.first_mapped)
    inside = exact.clipped(index, 0, len(table.entries) - 1).astype(np.intp)
    return table.entries[inside]
