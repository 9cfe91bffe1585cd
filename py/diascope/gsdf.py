"""The Grayscale Standard Display Function: luminance of a JND index, and back.

For checking displays against what they should show; no pixel passes through here, since a canvas
is given P-Values and the display makes luminance of them. Floats are therefore allowed: the last
digits may differ between machines, the first ten do not. Standard: PS3.14 7 and Annex B.
"""

from math import log

from diascope.errors import DisplayError

LEAST_INDEX, GREATEST_INDEX = 1.0, 1023.0
_NUMERATOR = (-1.3011877, 8.0242636e-2, 1.3646699e-1, -2.5468404e-2, 1.3635334e-3)
_DENOMINATOR = (1.0, -2.5840191e-2, -1.0320229e-1, 2.8745620e-2, -3.1978977e-3, 1.2992634e-4)
_HALVINGS = 60  # of an interval of 1,022 JNDs: below the last bit of a double


def luminance(index: float) -> float:
    """Return the luminance in cd/m2 of a JND index, which need not be whole.

    Raises:
        DisplayError: `jnd`, outside 1 to 1023.

    Standard: PS3.14 7.1, the function of j.
    """
    if not LEAST_INDEX <= index <= GREATEST_INDEX:
        raise DisplayError("jnd", "a JND index lies between 1 and 1023")
    x = log(index)
    return float(10.0 ** (_polynomial(_NUMERATOR, x) / _polynomial(_DENOMINATOR, x)))


def jnd_index(cd_m2: float) -> float:
    """Return the JND index of a luminance in cd/m2, by halving: the exact inverse of `luminance`.

    The polynomial that the standard offers for this is off by 0.09 at the bright end.

    Raises:
        DisplayError: `jnd`, darker or brighter than the function reaches.

    Standard: PS3.14 7.1, Note 3.
    """
    low, high = LEAST_INDEX, GREATEST_INDEX
    if not luminance(low) <= cd_m2 <= luminance(high):
        raise DisplayError("jnd", "the function reaches from 0.05 to 3993 cd/m2")
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if luminance(middle) < cd_m2 else (low, middle)
    return high


def standard_luminance(p_value: float, least: float, greatest: float) -> float:
    """Return the luminance in cd/m2 that a display from `least` to `greatest` owes a P-Value.

    `p_value` is a share of the scale, 0 to 1; equal steps of it are equal steps of JND index.

    Raises:
        DisplayError: `jnd`, a luminance that the function does not reach.

    Standard: PS3.14 7.2.
    """
    darkest, brightest = jnd_index(least), jnd_index(greatest)
    return luminance(darkest + p_value * (brightest - darkest))


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    total = 0.0
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total
