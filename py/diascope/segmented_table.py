"""Segmented palettes: runs of entries, straight lines and repetitions, expanded within bounds.

Every segment adds at least one entry and a table has at most 65,536, so that no file can ask for
more work than that. Standard: PS3.3 C.7.9.2, Segmented Palette Color Lookup Table Data.
"""

import numpy as np

from diascope import lookup_tables
from diascope.errors import MalformedImage
from diascope.values import LookupTable

DISCRETE, LINEAR, INDIRECT = 0, 1, 2  # PS3.3 table C.7-24


def table(
    descriptor: bytes, data: bytes, *, is_signed: bool, is_little: bool = True
) -> LookupTable:
    """Expand the segments to the table that the descriptor announces.

    Raises:
        MalformedImage: `table`, the segments do not fit each other or their descriptor.

    Standard: PS3.3 C.7.9.2; C.7.6.3.1.5, Palette Color Lookup Table Descriptor.
    """
    shape = lookup_tables.described(descriptor, is_signed=is_signed, is_little=is_little)
    numbers = np.frombuffer(data[: len(data) // 2 * 2], "<u2" if is_little else ">u2")
    if shape.bits == 8:  # two to a word, the first in the low byte
        numbers = numbers.astype("<u2").view(np.uint8)
    made = _Expansion(numbers.tolist(), shape.entries, 8 if shape.bits == 8 else 16)
    made.run()
    entries = np.array(made.entries, dtype=np.int64)
    entries.setflags(write=False)
    return LookupTable(shape.first_mapped, shape.bits, entries)


class _Expansion:
    """One pass over the segments; `unit` is the bits of a number in them."""

    def __init__(self, numbers: list[int], count: int, unit: int) -> None:
        self._numbers = numbers
        self._count = count
        self._unit = unit
        self.entries: list[int] = []

    def run(self) -> None:
        """Expand segment after segment until the table is full."""
        at = 0
        while len(self.entries) < self._count:
            at = self._segment(at, is_copy=False)
        if any(self._numbers[at : at + 2]) or len(self._numbers) - at > 1:
            raise MalformedImage("table", "segments beyond the end of the table")

    def _segment(self, at: int, *, is_copy: bool) -> int:
        """Expand the segment at a number's index; return the index after it."""
        opcode, length = self._taken(at, 2)
        if length == 0:
            raise MalformedImage("table", "a segment without entries")
        if opcode == DISCRETE:
            self._add(self._taken(at + 2, length))
            return at + 2 + length
        if opcode == LINEAR:
            self._add(self._line(length, *self._taken(at + 2, 1)))
            return at + 3
        if opcode != INDIRECT or is_copy:
            raise MalformedImage("table", f"segment type {opcode}")
        return self._repeat(at + 2, length)

    def _repeat(self, at: int, segments: int) -> int:
        """Expand `segments` earlier ones again, from the byte offset that stands here.

        The offset has 32 bits, the lower 16 first. Standard: PS3.3 C.7.9.2.3.
        """
        size = 32 // self._unit
        parts = self._taken(at, size)
        offset = sum(part << n * self._unit for n, part in enumerate(parts))
        first, rest = divmod(offset, self._unit // 8)
        if rest or first >= at:
            raise MalformedImage("table", "a segment that repeats none before it")
        for _ in range(segments):
            first = self._segment(first, is_copy=True)
        return at + size

    def _line(self, length: int, last: int) -> list[int]:
        """Return the points after the last entry up to `last`, to the nearest, halves upward.

        Standard: PS3.3 C.7.9.2.2.
        """
        if not self.entries:
            raise MalformedImage("table", "a line without a beginning")
        start = self.entries[-1]
        return [
            (2 * (start * (length - n) + last * n) + length) // (2 * length)
            for n in range(1, length + 1)
        ]

    def _add(self, values: list[int]) -> None:
        self.entries += values
        if len(self.entries) > self._count:
            raise MalformedImage("table", f"more than {self._count} entries")

    def _taken(self, at: int, count: int) -> list[int]:
        found = self._numbers[at : at + count]
        if len(found) < count:
            raise MalformedImage("table", "the segments are cut short")
        return found
