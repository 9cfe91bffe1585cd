"""The main header of a JPEG 2000 codestream, read without a codec.

A codec allocates what SIZ asks for: 1,400 bytes made one take 1.4 GB. Standard: ISO/IEC 15444-1
Annex A; Annex I for the JP2 boxes that some files wrongly have around the codestream.
"""

from collections.abc import Iterator, Sequence
from struct import unpack_from
from typing import NamedTuple

from diascope.decode import jpeg2000_coding, stored
from diascope.decode.boxes import boxes
from diascope.decode.jpeg2000_coding import COC, COD, Coding, Grid
from diascope.errors import PixelDataError, TransferSyntaxError
from diascope.limits import DEFAULT_LIMITS
from diascope.values import PixelDescription

JP2_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
SOT, SOD = 0xFF90, 0xFF93
_SOC_SIZ = b"\xff\x4f\xff\x51"
_SIZ = 0xFF51
_OF_A_TILE = 2  # a tile costs a codec 7 KB, and 2 KB for each of its components


class Jpeg2000Header(NamedTuple):
    """What SIZ, COD and COC say; all components have one precision and sign.

    `codings` are those of the main header, and of the tile-parts once they are read.

    Standard: ISO/IEC 15444-1 A.5.1, A.6.1, A.6.2.
    """

    components: int
    precision: int
    is_signed: bool
    grid: Grid
    codings: frozenset[Coding]
    parts: int

    @property
    def rows(self) -> int:
        """Rows of the image area."""
        return self.grid.y - self.grid.y0

    @property
    def columns(self) -> int:
        """Columns of the image area."""
        return self.grid.x - self.grid.x0

    @property
    def tiles(self) -> int:
        """How many tiles there are."""
        return self.grid.across * self.grid.down

    @property
    def has_color_transform(self) -> bool:
        """Whether each tile has one."""
        return all(coding.has_color_transform for coding in self.codings)

    @property
    def is_reversible(self) -> bool:
        """Whether each component of each tile is."""
        return all(coding.is_reversible for coding in self.codings)


def codestream(data: bytes) -> bytes:
    """Return the codestream, taken out of JP2 boxes where there are any.

    DICOM puts the bare codestream into a frame; boxes are tolerated and nothing in them is used.

    Raises:
        PixelDataError: `codestream`.

    Standard: PS3.5 A.4.4; ISO/IEC 15444-1 I.4.
    """
    if data.startswith(_SOC_SIZ):
        return data
    for kind, start, stop in boxes(data, JP2_SIGNATURE):
        if kind == b"jp2c" and data.startswith(_SOC_SIZ, start):
            return data[start:stop]
    raise PixelDataError("codestream", "no JPEG 2000 codestream")


def read(data: bytes) -> Jpeg2000Header:
    """Read the main header of a bare codestream.

    Raises:
        PixelDataError: `codestream`, SIZ or COD is missing, cut short or contradicts itself.
        TransferSyntaxError: `components`, they differ in size, precision or sign.

    Standard: ISO/IEC 15444-1 A.5.1 (SIZ) and A.6.1 (COD).
    """
    found, at = [], 2
    for marker, body in segments(data, at):
        found.append((marker, body))
        at += 4 + len(body)
    siz = b"".join(body for marker, body in found if marker == _SIZ)
    if len(siz) < 36 or COD not in dict(found):
        raise PixelDataError("codestream", "SIZ or COD is missing")
    grid, count = _grid(siz)
    kinds = {siz[36 + 3 * n : 39 + 3 * n] for n in range(count)}
    if len(kinds) > 1 or next(iter(kinds))[1:] != b"\1\1":
        raise TransferSyntaxError("components", "they differ, or are not of full size")
    return Jpeg2000Header(
        components=count,
        precision=(siz[36] & 0x7F) + 1,
        is_signed=siz[36] > 0x7F,
        grid=grid,
        codings=codings(found, count),
        parts=at,
    )


def _grid(siz: bytes) -> tuple[Grid, int]:
    x, y, x0, y0, width, height, tile_x, tile_y, count = unpack_from(">8IH", siz, 2)
    if not (x > x0 and y > y0 and len(siz) == 36 + 3 * count and count):
        raise PixelDataError("codestream", "SIZ contradicts itself")
    if not (tile_x <= x0 < tile_x + width and tile_y <= y0 < tile_y + height):
        raise PixelDataError("codestream", "the first tile is not at the image's corner")  # B.3
    return Grid(x, y, x0, y0, width, height, tile_x, tile_y), count


def codings(found: Sequence[tuple[int, bytes]], components: int) -> frozenset[Coding]:
    """Return what the COD and COC segments of one header say.

    Raises:
        PixelDataError: `codestream`.

    Standard: ISO/IEC 15444-1 A.6.1, A.6.2.
    """
    general = [jpeg2000_coding.of_cod(body) for marker, body in found if marker == COD]
    own = [jpeg2000_coding.of_coc(body, components) for marker, body in found if marker == COC]
    return frozenset([*general, *own])


def check(header: Jpeg2000Header, pixels: PixelDescription) -> PixelDescription:
    """Hold the headers against the description; return it with the size that is coded.

    Sign and depth may differ.

    Raises:
        PixelDataError: `dimensions`, `components` or `precision`.
        LimitExceeded: `tiles`, `layers` or `precincts`.

    Standard: PS3.5 8.2.4.
    """
    coded = stored.as_coded(header.rows, header.columns, pixels)
    if header.components != pixels.samples_per_pixel:
        raise PixelDataError("components", f"the codestream has {header.components}")
    if header.precision > pixels.bits_allocated:
        raise PixelDataError("precision", f"the codestream has {header.precision} bits")
    DEFAULT_LIMITS.check("tiles", header.tiles * (header.components + _OF_A_TILE))
    check_codings(header)
    return coded


def check_codings(header: Jpeg2000Header) -> None:
    """Refuse what would cost a codec far more than the samples are worth.

    Raises:
        LimitExceeded: `layers` or `precincts`.

    Standard: ISO/IEC 15444-1 A.6.1, B.6, B.7.
    """
    DEFAULT_LIMITS.check("layers", max(coding.layers for coding in header.codings))
    jpeg2000_coding.check(header.codings, header.grid, header.components)


def segments(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, body) of a main or tile-part header, up to SOT or SOD.

    Raises:
        PixelDataError: `codestream`, a segment is cut short.

    Standard: ISO/IEC 15444-1 A.1.
    """
    while at + 4 <= len(data):
        marker, length = unpack_from(">HH", data, at)
        stop = at + 2 + length
        if marker in {SOT, SOD}:
            return
        if marker < 0xFF00 or length < 2 or stop > len(data):
            raise PixelDataError("codestream", "a marker segment is cut short")
        yield marker, data[at + 4 : stop]
        at = stop
