"""Where planes lie along their common normal, exactly: the decimals of the file as fractions.

Nothing is rounded before it is shown, so no two machines can order a stack differently. The
normal is the cross product of the row and column direction and is not normalised: comparisons
along it need no length, and lengths in mm are found with an integer square root.
Standard: PS3.3 C.7.6.2.1.1.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import starmap
from math import isqrt
from typing import TypeAlias

from diascope import exact
from diascope.errors import PresentationError

Vector: TypeAlias = tuple[Fraction, Fraction, Fraction]
Directions: TypeAlias = tuple[Vector, Vector]
PARALLEL_WITHIN = Fraction(3, 10_000)  # squared length between unit vectors: about one degree
UNIT_WITHIN = Fraction(1, 50)  # how far a squared length or a dot product may be off 1 or 0
SAME_WITHIN = Fraction(1, 100)  # mm: positions nearer than this are one position
ROOT_DIGITS = 9
AXES = ("sagittal", "coronal", "axial")  # planes by the axis of their normal: x, y, z
TOWARDS = (1, 1, -1)  # how stacks run along x, y, z: to the left, to the back, to the feet
TENTHS_OF_TURN = 450  # of a degree: tilts are looked for up to 45 degrees
PI = Fraction(3_141_592_653_589_793_238, 10**18)
TERMS = 12  # of the sine series: below 45 degrees the rest is under 1e-30


def numbers(texts: Sequence[str] | None, count: int) -> tuple[Fraction, ...] | None:
    """Return exactly `count` decimals, None where there are others or none.

    Standard: PS3.5 6.2, DS.
    """
    if texts is None or len(texts) != count:
        return None
    try:
        return tuple(map(exact.fraction, texts))
    except PresentationError:
        return None


def position(texts: Sequence[str] | None) -> Vector | None:
    """Return Image Position (Patient), None where there is none. Standard: PS3.3 C.7.6.2.1.1."""
    found = numbers(texts, 3)
    return (found[0], found[1], found[2]) if found else None


def orientation(texts: Sequence[str] | None) -> Directions | None:
    """Return row and column direction, None unless they are unit vectors at a right angle.

    Standard: PS3.3 C.7.6.2.1.1: direction cosines, orthogonal.
    """
    found = numbers(texts, 6)
    if found is None:
        return None
    row, column = (found[0], found[1], found[2]), (found[3], found[4], found[5])
    off = (product(row, row) - 1, product(column, column) - 1, product(row, column))
    return (row, column) if max(map(abs, off)) <= UNIT_WITHIN else None


def product(one: Vector, other: Vector) -> Fraction:
    """Return the scalar product.

    Standard: none; vectors in integers.
    """
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def cross(one: Vector, other: Vector) -> Vector:
    """Return the vector product.

    Standard: none; vectors in integers.
    """
    (a, b, c), (d, e, f) = one, other
    return b * f - c * e, c * d - a * f, a * e - b * d


def difference(one: Vector, other: Vector) -> Vector:
    """Return `one - other`.

    Standard: none; vectors in integers.
    """
    return one[0] - other[0], one[1] - other[1], one[2] - other[2]


def is_parallel(one: Directions, other: Directions) -> bool:
    """Tell whether rows and columns point the same way, to about one degree.

    Standard: PS3.3 C.7.6.2.1.1.
    """
    apart = starmap(difference, zip(one, other, strict=True))
    return all(product(each, each) <= PARALLEL_WITHIN for each in apart)


def normal(directions: Directions) -> Vector:
    """Return the normal along which a stack runs: to the feet, the back or the left.

    By its longest part; of equal parts the one along the body, then the one to the back, decides.
    Standard: PS3.3 C.7.6.2.1.1: x to the left, y to the back, z to the head.
    """
    found = cross(*directions)
    axis = longest(found)
    sign = TOWARDS[axis] if found[axis] > 0 else -TOWARDS[axis]
    return sign * found[0], sign * found[1], sign * found[2]


def longest(vector: Vector) -> int:
    """Return the axis of a vector's longest part; z before y before x.

    Standard: none; vectors in integers.
    """
    return max(range(3), key=lambda axis: (abs(vector[axis]), axis))


def plane_name(directions: Directions) -> str:
    """Name the plane: axial, coronal or sagittal, the nearest where it is oblique.

    Standard: PS3.3 C.7.6.2.1.1.
    """
    return AXES[longest(cross(*directions))]


def root(square: Fraction) -> Fraction:
    """Return the square root to nine digits, by integers alone.

    Standard: none; a square root in integers.
    """
    scaled = square.numerator * 10 ** (2 * ROOT_DIGITS) // square.denominator
    return Fraction(isqrt(scaled), 10**ROOT_DIGITS)


def angle_tenths(one: Vector, other: Vector) -> int:
    """Return the angle between two lines in tenths of a degree, at most 450.

    Found by comparing squared sines, which are exact; the series of the sine is cut where its
    rest cannot matter.

    Standard: none; an angle without a library's sine.
    """
    across = cross(one, other)
    squares = product(one, one) * product(other, other)
    if not squares:
        return 0
    wanted = product(across, across) / squares
    low, high = 0, TENTHS_OF_TURN
    while low < high:
        middle = (low + high + 1) // 2
        if sine(Fraction(2 * middle - 1, 20)) ** 2 <= wanted:
            low = middle
        else:
            high = middle - 1
    return low


def sine(degrees: Fraction) -> Fraction:
    """Return the sine of an angle of up to 45 degrees by its power series.

    Standard: none; an angle without a library's sine.
    """
    x = degrees * PI / 180
    term, total = x, x
    for n in range(1, TERMS):
        term = -term * x * x / ((2 * n) * (2 * n + 1))
        total += term
    return total


def mm_text(length: Fraction) -> str:
    """Write a length in mm with at most two decimals.

    Standard: none; how a length is written.
    """
    return exact.fixed_text(exact.round_half_up(length * 100), 2)
