"""The tile-parts of a JPEG 2000 codestream: all tiles are there, whole, and nothing follows.

A codec fills a tile that is not there, and one that is cut short, and says nothing. Standard:
ISO/IEC 15444-1 A.4.
"""

from collections.abc import Iterator
from struct import unpack_from
from typing import NamedTuple

from diascope.decode import codec, jpeg2000_header
from diascope.decode.jpeg2000_header import SOD, SOT, Jpeg2000Header
from diascope.errors import PixelDataError

_SEGMENT = 12  # bytes of a SOT segment


class TilePart(NamedTuple):
    """Where a tile-part stands, SOT to the end of its data, and what its header holds.

    `body` is where the header ends: at SOD. `said` is the tile's number of parts, 0 if not said.
    """

    start: int
    body: int
    stop: int
    tile: int
    number: int
    said: int
    header: tuple[tuple[int, bytes], ...]


def read(data: bytes, header: Jpeg2000Header) -> list[TilePart]:
    """Read the tile-parts, which the end marker and at most padding follow.

    Raises:
        PixelDataError: `truncated`, a part, a tile or the end is missing; `codestream`, a header
            is not one, or more follows than padding.

    Standard: ISO/IEC 15444-1 A.4.2, A.4.4.
    """
    found = list(_parts(data, header.parts))
    stop = found[-1].stop if found else header.parts
    if not data.startswith(codec.END, stop):
        raise PixelDataError("truncated", "the tile-parts do not end where the codestream does")
    codec.check_rest(data, stop + len(codec.END))
    _check_tiles(found, header.tiles)
    return found


def _parts(data: bytes, at: int) -> Iterator[TilePart]:
    while at + _SEGMENT <= len(data) and data.startswith(SOT.to_bytes(2, "big"), at):
        tile, length, number, said = unpack_from(">HIBB", data, at + 4)
        header = tuple(jpeg2000_header.segments(data, at + _SEGMENT))
        inside = at + _SEGMENT + sum(4 + len(body) for _, body in header)
        stop = at + length if length else data.find(codec.END, inside)
        if not (
            data.startswith(SOD.to_bytes(2, "big"), inside) and inside + 2 <= stop <= len(data)
        ):
            raise PixelDataError("truncated", "a tile-part is cut short")
        yield TilePart(at, inside, stop, tile, number, said, header)
        if not length:
            return
        at = stop


def _check_tiles(parts: list[TilePart], tiles: int) -> None:
    """Require every tile, and of each its parts in order and as many as it says.

    Standard: ISO/IEC 15444-1 A.4.2, Isot, TPsot and TNsot.
    """
    if not parts:
        raise PixelDataError("codestream", "no tile-part")
    seen = [0] * tiles
    said = [0] * tiles
    for part in parts:
        if part.tile >= tiles or part.number != seen[part.tile]:
            raise PixelDataError("truncated", "a tile-part is missing, or there twice")
        seen[part.tile] += 1
        said[part.tile] = max(said[part.tile], part.said)
    if any(count < max(1, least) for count, least in zip(seen, said, strict=True)):
        raise PixelDataError("truncated", "a tile, or a part of one, is missing")


def with_codings(header: Jpeg2000Header, parts: list[TilePart]) -> Jpeg2000Header:
    """Add what the tile-parts say of their own coding.

    Raises:
        PixelDataError: `codestream`.

    Standard: ISO/IEC 15444-1 A.6.1, A.6.2: COD and COC in the header of a tile's first part.
    """
    own = (
        jpeg2000_header.codings(part.header, header.components) for part in parts if part.header
    )
    return header._replace(codings=header.codings.union(*own))
