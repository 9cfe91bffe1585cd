"""Bytes of a LUT Descriptor and LUT Data to a `LookupTable`.

Standard: PS3.3 C.11.1.1.1 (Modality), C.11.2.1.1 (VOI), C.7.6.3.1.5 and .6 (palettes).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from diascope.errors import MalformedImage
from diascope.limits import MAX_TABLE_ENTRIES
from diascope.values import LookupTable


class Shape(NamedTuple):
    """What a LUT Descriptor says. Standard: PS3.3 C.11.1.1.1."""

    entries: int
    first_mapped: int
    bits: int


def table(
    descriptor: bytes,
    data: bytes,
    *,
    is_signed: bool,
    is_little: bool = True,
    explanation: str = "",
) -> LookupTable:
    """Make a table; `is_signed` is how the first value mapped is written.

    Raises:
        MalformedImage: `table`, descriptor and data do not fit each other.

    Standard: PS3.3 C.11.1.1.1, LUT Descriptor.
    """
    shape = described(descriptor, is_signed=is_signed, is_little=is_little)
    order = "<" if is_little else ">"
    entries = _entries(data, shape.entries, shape.bits, order).astype(np.int64)
    entries.setflags(write=False)
    return LookupTable(shape.first_mapped, shape.bits, entries, explanation)


def described(descriptor: bytes, *, is_signed: bool, is_little: bool = True) -> Shape:
    """Read a descriptor: how many entries, from which value on, of how many bits.

    Raises:
        MalformedImage: `table`.

    Standard: PS3.3 C.11.1.1.1 and C.7.6.3.1.5.
    """
    if len(descriptor) != 6:
        raise MalformedImage("table", "the LUT descriptor has not three values")
    order = "<" if is_little else ">"
    count, first, bits = (int(number) for number in np.frombuffer(descriptor, order + "u2"))
    if not 8 <= bits <= 16:
        raise MalformedImage("table", f"entries of {bits} bits")
    if is_signed and first >= 1 << 15:
        first -= 1 << 16
    # PS3.3 C.11.1.1.1: 2^16 is written as 0
    return Shape(count or MAX_TABLE_ENTRIES, first, bits)


def _entries(data: bytes, count: int, bits: int, order: str) -> NDArray[np.generic]:
    """Read entries of 16 bits, or of 8 packed two to a word, the first in the low byte."""
    if len(data) == 2 * count:
        return np.frombuffer(data, order + "u2")
    if bits == 8 and len(data) == count + count % 2:
        words = np.frombuffer(data, order + "u2").astype("<u2")
        return words.view(np.uint8)[:count]
    raise MalformedImage("table", f"{len(data)} bytes for {count} entries")
