"""The boxes of an ISO base media file, as JP2 and JPEG XL put them around a codestream.

DICOM wants the bare codestream; boxes are tolerated, and each format says which it looks into.
Standard: ISO/IEC 14496-12 4.2, 15444-1 I.4, 18181-2 9.
"""

from collections.abc import Iterator
from struct import unpack_from
from typing import NamedTuple


class Box(NamedTuple):
    """The type of a box and where its contents lie."""

    kind: bytes
    start: int
    stop: int


def boxes(data: bytes, signature: bytes) -> Iterator[Box]:
    """Yield the boxes of `data`, none when it does not begin with `signature`, itself a box.

    One that does not lie in the data ends the list.

    Standard: ISO/IEC 15444-1 I.4.
    """
    at = 0 if data.startswith(signature) else len(data)
    while at + 8 <= len(data):
        length, kind = unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1:
            length, start = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        stop = len(data) if length == 0 else at + length
        if not start <= stop <= len(data):
            return
        yield Box(kind, start, stop)
        at = stop
