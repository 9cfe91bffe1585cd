"""Exact arithmetic for the grey path: decimal strings as fractions, integers that cannot wrap.

Nothing here is rounded. Arrays are int64 while every result provably fits, and Python's own
integers (object arrays) beyond that, so a slope of fifteen digits is slow and never wrong.
"""

import re
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from diascope.errors import PresentationError
from diascope.values import Integers

INT64_MAX = 2**63 - 1
# PS3.5 6.2: a DS has at most 16 bytes; more digits come from our own exact windows only.
MAX_DECIMAL_CHARACTERS = 64
MAX_EXPONENT = 40  # 10**(10**9) would be an attack, and no modality has such units
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,4}))?")


def fraction(text: str) -> Fraction:
    """Read a decimal string (DS) without rounding.

    Raises:
        PresentationError: `decimal`, the text is not a decimal number of sensible size.

    Standard: PS3.5 6.2, VR DS.
    """
    stripped = text.strip(" \0")
    match = _DECIMAL.fullmatch(stripped) if len(stripped) <= MAX_DECIMAL_CHARACTERS else None
    if match is None or not stripped.isascii() or abs(int(match[1] or 0)) > MAX_EXPONENT:
        raise PresentationError("decimal", "a value is not a decimal number")
    return Fraction(stripped)


def decimal_text(value: Fraction) -> str:
    """Write a fraction as a plain decimal string, the inverse of `fraction`.

    Raises:
        PresentationError: `decimal`, the fraction has no finite decimal form.

    Standard: PS3.5 6.2, VR DS.
    """
    for digits in range(MAX_EXPONENT + 1):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            return fixed_text(scaled.numerator, digits)
    raise PresentationError("decimal", "a value has no finite decimal form")


def fixed_text(scaled: int, digits: int) -> str:
    """Write `scaled / 10**digits` with no trailing zeros: (-1205, 1) is "-120.5".

    Standard: none; how a number is written.
    """
    whole, part = divmod(abs(scaled), 10**digits)
    text = f"{whole}.{part:0{digits}d}".rstrip("0").rstrip(".") if digits else str(whole)
    return f"-{text}" if scaled < 0 and text != "0" else text


def round_half_up(value: Fraction) -> int:
    """Round to the nearest integer, halves upward: floor(value + 1/2).

    Standard: none; the one rounding rule, ADR 0006.
    """
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def bounds(values: NDArray[np.generic]) -> tuple[int, int]:
    """Return the smallest and largest value as Python integers, (0, 0) of an empty array.

    Standard: none; exact arithmetic, ADR 0006.
    """
    return (int(values.min()), int(values.max())) if values.size else (0, 0)


def rational(values: NDArray[np.generic]) -> tuple[Integers, int]:
    """Return finite numbers as exact numerators over one denominator: (numerators, denominator).

    Integers have the denominator 1; a binary floating-point number is an integer times a power
    of two.

    Standard: none; exact arithmetic, ADR 0006.
    """
    if values.dtype.kind != "f":
        return values, 1  # type: ignore[return-value]
    mantissas, exponents = np.frexp(values.astype(np.float64))
    whole = (mantissas * 2.0**53).astype(np.int64).astype(np.object_)
    least = min(int(exponents.min(initial=0)) - 53, 0)
    shifts = (exponents.astype(np.int64) - 53 - least).astype(np.object_)
    return narrow(whole << shifts), 1 << -least


def affine(values: NDArray[np.generic], factor: int, offset: int) -> Integers:
    """Compute `values * factor + offset` exactly; the shape is kept.

    Standard: none; exact arithmetic, ADR 0006.
    """
    fits = values.dtype != np.object_ and all(
        abs(bound * factor) + abs(offset) <= INT64_MAX and abs(factor) <= INT64_MAX
        for bound in bounds(values)
    )
    wide: Integers = values.astype(np.int64 if fits else np.object_, copy=False)
    return wide * factor + offset


def nearest(numerators: Integers, denominator: int) -> Integers:
    """Return the nearest integers to `numerators / denominator`, halves upward.

    Standard: none; the one rounding rule, ADR 0006.
    """
    if denominator == 1:
        return numerators
    return floor_divided(affine(numerators, 2, denominator), 2 * denominator)


def floor_divided(values: Integers, divisor: int) -> Integers:
    """Return floor(values / divisor), also where the divisor exceeds int64.

    Standard: none; exact arithmetic, ADR 0006.
    """
    wide = values.astype(np.object_) if divisor > INT64_MAX else values
    return wide // divisor


def clipped(values: Integers, low: int, high: int) -> Integers:
    """Clip to [low, high], also where the limits or the values exceed int64.

    Standard: none; exact arithmetic, ADR 0006.
    """
    if max(abs(low), abs(high)) > INT64_MAX and values.dtype != np.object_:
        values = values.astype(np.object_)
    return np.minimum(np.maximum(values, low), high)


def narrow(values: Integers) -> Integers:
    """Return int64 where all values fit, else the values as they are.

    Standard: none; exact arithmetic, ADR 0006.
    """
    low, high = bounds(values)
    return values.astype(np.int64) if low >= -INT64_MAX and high <= INT64_MAX else values


def first_reaching(values: Integers, starts: Sequence[int]) -> Integers:
    """Count for each value how many of the ascending `starts` are <= the value, in int64.

    Standard: none; exact arithmetic, ADR 0006.
    """
    low, high = bounds(values)
    inside = [min(max(start, low), high + 1) for start in starts]
    limits = np.array(inside, dtype=values.dtype if high < INT64_MAX else np.object_)
    return np.searchsorted(limits, values, side="right").astype(np.int64)
