"""The fields of JPEG XL headers: bits from the lowest up, in a few forms of varying length.

Standard: ISO/IEC 18181-1 Annex B.
"""

from diascope.errors import PixelDataError

_WINDOW = 8  # bytes that hold any field but a name, which is stepped over


class Bits:
    """Reads fields one after the other from the start of a codestream."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> int:
        """Return the next `count` bits, at most 56, as a number.

        Raises:
            PixelDataError: `codestream`, there are not as many.

        Standard: ISO/IEC 18181-1 B.2.1, u(n).
        """
        first = self._at // 8
        window = int.from_bytes(self._data[first : first + _WINDOW], "little")
        found = window >> self._at % 8 & ((1 << count) - 1)
        self.skip(count)
        return found

    def skip(self, count: int) -> None:
        """Step over `count` bits.

        Raises:
            PixelDataError: `codestream`, there are not as many.

        Standard: ISO/IEC 18181-1 B.2.1, u(n).
        """
        self._at += count
        if self._at > 8 * len(self._data):
            raise PixelDataError("codestream", "a header is cut short")

    def rest(self) -> bytes:
        """Return the bytes that nothing has been read of.

        Standard: ISO/IEC 18181-1 B.2.7.
        """
        return self._data[-(-self._at // 8) :]

    def flag(self) -> bool:
        """Return the next bit. Standard: ISO/IEC 18181-1 B.2.5, Bool()."""
        return self.take(1) == 1

    def choose(self, *ways: tuple[int, int]) -> int:
        """Return a number coded in one of four ways, each (bits, what is added to them).

        Standard: ISO/IEC 18181-1 B.2.2, U32(); an Enum() is one too.
        """
        count, offset = ways[self.take(2)]
        return self.take(count) + offset

    def long(self) -> int:
        """Return a number of up to 64 bits. Standard: ISO/IEC 18181-1 B.2.3, U64()."""
        way = self.take(2)
        if way < 3:
            count, offset = ((0, 0), (4, 1), (8, 17))[way]
            return self.take(count) + offset
        found, shift = self.take(12), 12
        while self.flag():
            if shift == 60:
                return found | self.take(4) << shift
            found |= self.take(8) << shift
            shift += 8
        return found

    def align(self) -> None:
        """Step to the next byte. Standard: ISO/IEC 18181-1 B.2.7, ZeroPadToByte()."""
        self.skip(-self._at % 8)
