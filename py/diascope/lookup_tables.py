"""Bytes of a LUT Descriptor and LUT Data to a `LookupTable`.

Standard: PS3.3 C.11.1.1.1 (Modality), C.11.2.1.1 (VOI), C.7.6.3.1.5 and .6 (palettes).
"""

import numpy as np
from numpy.typing import NDArray

from diascope.errors import MalformedImage
from diascope.limits import MAX_TABLE_ENTRIES
from diascope.values import LookupTable


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
    order = "<" if is_little else ">"
    if len(descriptor) != 6:
        raise MalformedImage("table", "the LUT descriptor has not three values")
    count, first, bits = (int(number) for number in np.frombuffer(descriptor, order + "u2"))
    count = count or MAX_TABLE_ENTRIES  # PS3.3 C.11.1.1.1: 2^16 is written as 0
    if not 8 <= bits <= 16:
        raise MalformedImage("table", f"entries of {bits} bits")
    if is_signed and first >= 1 << 15:
        first -= 1 << 16
    entries = _entries(data, count, bits, order).astype(np.int64)
    entries.setflags(write=False)
    return LookupTable(first, bits, entries, explanation)


def _entries(data: bytes, count: int, bits: int, order: str) -> NDArray[np.generic]:
    """Read entries of 16 bits, or of 8 packed two to a word, the first in the low byte."""
    if len(data) == 2 * count:
        return np.frombuffer(data, order + "u2")
    if bits == 8 and len(data) == count + count % 2:
        words = np.frombuffer(data, order + "u2").astype("<u2")
        return words.view(np.uint8)[:count]
    raise MalformedImage("table", f"{len(data)} bytes for {count} entries")
