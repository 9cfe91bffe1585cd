"""What stands before the data set: preamble, file meta information, and the deflated form.

Standard: PS3.10 7.1, PS3.5 A.5.
"""

import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from diascope.elements import ElementWalk
from diascope.encoding import EXPLICIT_LITTLE
from diascope.errors import Part10Error
from diascope.limits import Limits

TRANSFER_SYNTAX = 0x00020010
_START = 132
_GROUP_LENGTH = 0x00020000
_STEP = 1 << 20


def read_meta(data: bytes, limits: Limits) -> tuple[Mapping[int, bytes], int]:
    """Return the values of group 0002 and the offset where the data set begins.

    Raises:
        Part10Error: `no_preamble`, `meta_length` or `truncated`, or what an element breaks.
        LimitExceeded: `meta_bytes`.

    Standard: PS3.10 7.1, table 7.1-1.
    """
    if data[128:_START] != b"DICM":
        raise Part10Error("no_preamble", "no DICM after 128 bytes")
    walk = ElementWalk(data, limits)
    first = walk.next_element(_START, EXPLICIT_LITTLE)
    if first.tag != _GROUP_LENGTH or first.vr != "UL" or first.length != 4:
        raise Part10Error("meta_length", "the file meta information has no group length")
    length = int.from_bytes(data[first.start : first.stop], "little")
    limits.check("meta_bytes", length)
    return _read_group(data, walk, first.stop, first.stop + length), first.stop + length


def _read_group(data: bytes, walk: ElementWalk, at: int, end: int) -> Mapping[int, bytes]:
    if end > len(data):
        raise Part10Error("truncated", "the file ends in its meta information")
    values: dict[int, bytes] = {}
    while at < end:
        element = walk.next_element(at, EXPLICIT_LITTLE)
        if element.tag >> 16 != 2 or element.tag in values:
            raise Part10Error("meta_length", f"tag {element.tag:08X} in the meta information")
        values[element.tag] = data[element.start : element.stop]
        at = element.stop
    if at != end:
        raise Part10Error("meta_length", "the group length does not fit the elements")
    return values


def inflate(data: bytes, start: int, limits: Limits) -> tuple[bytes, int]:
    """Return the file with the data set from `start` on inflated.

    It is inflated twice: counted first, so that a bomb costs no memory, then kept in one piece.
    A small data set may have any ratio: those of blank images are a thousand times smaller.
    Also returns how many bytes stand after the deflated stream.

    Raises:
        Part10Error: `deflate` or `truncated`.
        LimitExceeded: `inflated_bytes` or `inflate_ratio`.

    Standard: PS3.5 A.5.
    """
    size, rest = 0, memoryview(data)[start:]
    for chunk, _ in _inflated(rest):
        size += len(chunk)
        limits.check("inflated_bytes", size)
        if size > limits.unrated_bytes:
            limits.check("inflate_ratio", size // len(rest))
    whole, unused = BytesIO(), 0
    whole.seek(start + size - 1)  # one allocation, of the whole
    whole.write(b"\0")
    whole.seek(0)
    whole.write(memoryview(data)[:start])
    for chunk, left in _inflated(rest):
        whole.write(chunk)
        unused = left
    return whole.getvalue(), unused


def _inflated(data: memoryview) -> Iterator[tuple[bytes, int]]:
    """Inflate in steps; each comes with the number of bytes left over after the stream."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = data
    while not inflater.eof:
        try:
            chunk = inflater.decompress(rest, _STEP)
        except zlib.error:
            raise Part10Error("deflate", "the deflated data set is damaged") from None
        rest = inflater.unconsumed_tail
        if not chunk and not inflater.eof:
            raise Part10Error("truncated", "the deflated data set ends too early")
        yield chunk, len(inflater.unused_data)
