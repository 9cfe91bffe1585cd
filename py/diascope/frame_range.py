"""The range of a frame's values: of all that its bits allow, and of those that it has.

Padding counts for neither. Bounds are exact fractions of the modality's unit. Standard: PS3.5
8.1.1; PS3.3 C.7.5.1.1.2 and C.11.1.
"""

from fractions import Fraction

import numpy as np

from diascope import exact, modality_lut, padding
from diascope.errors import UnsupportedImage
from diascope.values import Instance, ModalityValues, StoredValues

TABLE_BITS = 16  # a table of all stored values has at most 65,536 entries


def has_table(frame: StoredValues) -> bool:
    """Tell whether every stored value of the frame's kind can stand in a table.

    Standard: PS3.3 C.7.6.3, Bits Stored.
    """
    return frame.array.dtype.kind != "f" and frame.bits <= TABLE_BITS


def stored_range(bits: int, *, is_signed: bool) -> tuple[int, int]:
    """Return the least and greatest value of `bits`. Standard: PS3.5 8.1.1.

    Raises:
        UnsupportedImage: `bits`, more than 16 have no table.
    """
    if not 1 <= bits <= TABLE_BITS:
        raise UnsupportedImage("bits", f"no table of {bits} bits")
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if is_signed else (0, 2**bits - 1)


def every_stored_value(like: StoredValues) -> StoredValues:
    """Return all stored values of the frame's kind, ascending, shape (2^bits,).

    Raises:
        UnsupportedImage: `bits`, see `stored_range`.

    Standard: PS3.5 8.1.1.
    """
    low, high = stored_range(like.bits, is_signed=like.is_signed)
    return StoredValues(np.arange(low, high + 1), like.bits, like.is_signed)


def percentiles(image: Instance, frame: StoredValues, cut: int) -> tuple[Fraction, Fraction]:
    """Return the modality values with `cut` per cent of the frame's pixels below and above.

    A frame of nothing but padding has the range of its bits, or 0 where that is not known.

    Standard: PS3.3 C.11.1.1; C.7.5.1.1.2: padding is not part of the dynamic range.
    """
    return (_counted if has_table(frame) else _ranked)(image, frame, cut)


def of_bits(image: Instance, frame: StoredValues) -> tuple[Fraction, Fraction]:
    """Return the least and greatest modality value that the stored bits can give.

    Raises:
        UnsupportedImage: `bits`, see `stored_range`.

    Standard: PS3.3 C.11.1.1.
    """
    return _bounds(modality_lut.apply(every_stored_value(frame), image))


def _bounds(reached: ModalityValues) -> tuple[Fraction, Fraction]:
    low, high = exact.bounds(reached.numerators)
    return Fraction(low, reached.denominator), Fraction(high, reached.denominator)


def _counted(image: Instance, frame: StoredValues, cut: int) -> tuple[Fraction, Fraction]:
    """Count each possible stored value: no sorting of pixels."""
    every = every_stored_value(frame)
    reached = modality_lut.apply(every, image)
    order = np.argsort(reached.numerators, kind="stable")
    low = int(every.array[0])
    real = frame.array if frame.covered is None else frame.array[tuple(map(slice, frame.covered))]
    counts = np.bincount(real.astype(np.intp).reshape(-1) - low, minlength=len(order))
    hidden = padding.hidden(every, image)
    if hidden is not None:
        counts[hidden] = 0
    total = int(counts.sum())
    if total == 0:
        return _bounds(reached)
    below, rank = np.cumsum(counts[order]), total * cut // 100
    places = np.searchsorted(below, [rank, total - 1 - rank], side="right")
    first, last = (int(reached.numerators[order[place]]) for place in places)
    return Fraction(first, reached.denominator), Fraction(last, reached.denominator)


def _ranked(image: Instance, frame: StoredValues, cut: int) -> tuple[Fraction, Fraction]:
    """Rank the pixels themselves; only the two that matter are rescaled."""
    hidden = padding.hidden(frame, image)
    real = frame.array.reshape(-1) if hidden is None else frame.array[~hidden]
    if not real.size:
        return Fraction(0), Fraction(0)
    slope, intercept = Fraction(1), Fraction(0)
    if image.modality_lut is None:
        slope, intercept = modality_lut.coefficients(image)
    else:
        real = modality_lut.apply(
            StoredValues(real, frame.bits, frame.is_signed), image
        ).numerators
    rank = real.size * cut // 100
    ends = rank, real.size - 1 - rank
    ranked = np.partition(real, ends)
    low, high = sorted(slope * Fraction(ranked[end].item()) + intercept for end in ends)
    return low, high
