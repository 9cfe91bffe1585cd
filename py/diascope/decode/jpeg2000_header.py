"""The main header of a JPEG 2000 codestream, read without a codec.

A codec allocates what SIZ asks for: 1,400 bytes made one take 1.4 GB. Standard: ISO/IEC 15444-1
Annex A; Annex I for the JP2 boxes that some files wrongly have around the codestream.
"""

from collections.abc import Iterator
from struct import unpack_from
from typing import NamedTuple

from diascope.decode import codec, stored
from diascope.decode.boxes import boxes
from diascope.errors import PixelDataError, TransferSyntaxError
from diascope.limits import DEFAULT_LIMITS
from diascope.values import PixelDescription

JP2_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
_SOC_SIZ = b"\xff\x4f\xff\x51"
_SIZ, _COD, _SOT = 0xFF51, 0xFF52, 0xFF90


class Jpeg2000Header(NamedTuple):
    """What SIZ and COD say; all components have one precision and sign."""

    rows: int
    columns: int
    components: int
    precision: int
    is_signed: bool
    tiles: int
    layers: int
    has_color_transform: bool
    is_reversible: bool


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
    found = dict(_segments(data))
    siz, cod = found.get(_SIZ, b""), found.get(_COD, b"")
    if len(siz) < 36 or len(cod) < 10:
        raise PixelDataError("codestream", "SIZ or COD is missing")
    x, y, x0, y0, width, height, tile_x, tile_y, count = unpack_from(">8IH", siz, 2)
    if not (x > x0 and y > y0 and len(siz) == 36 + 3 * count and count):
        raise PixelDataError("codestream", "SIZ contradicts itself")
    if not (tile_x <= x0 < tile_x + width and tile_y <= y0 < tile_y + height):
        raise PixelDataError("codestream", "the first tile is not at the image's corner")  # B.3
    kinds = {siz[36 + 3 * n : 39 + 3 * n] for n in range(count)}
    if len(kinds) > 1 or next(iter(kinds))[1:] != b"\1\1":
        raise TransferSyntaxError("components", "they differ, or are not of full size")
    depth = siz[36]
    return Jpeg2000Header(
        rows=y - y0,
        columns=x - x0,
        components=count,
        precision=(depth & 0x7F) + 1,
        is_signed=depth > 0x7F,
        tiles=-(-(x - tile_x) // width) * -(-(y - tile_y) // height),
        layers=int.from_bytes(cod[2:4], "big"),
        has_color_transform=cod[4] == 1,
        is_reversible=cod[9] == 1,
    )


def check(header: Jpeg2000Header, pixels: PixelDescription) -> PixelDescription:
    """Hold the main header against the description; return it with the size that is coded.

    Sign and depth may differ.

    Raises:
        PixelDataError: `dimensions`, `components` or `precision`.
        LimitExceeded: `tiles` or `layers`.

    Standard: PS3.5 8.2.4.
    """
    coded = stored.as_coded(header.rows, header.columns, pixels)
    if header.components != pixels.samples_per_pixel:
        raise PixelDataError("components", f"the codestream has {header.components}")
    if header.precision > pixels.bits_allocated:
        raise PixelDataError("precision", f"the codestream has {header.precision} bits")
    DEFAULT_LIMITS.check("tiles", header.tiles)
    DEFAULT_LIMITS.check("layers", header.layers)
    return coded


def check_parts(data: bytes) -> None:
    """Hold the lengths of the tile-parts against the codestream, which ends where the last does.

    OpenJPH fills what is missing between a tile-part cut short and the end marker.

    Raises:
        PixelDataError: `truncated`.

    Standard: ISO/IEC 15444-1 A.4.2, Psot: 0 is a last one that goes on to the end marker.
    """
    at = 2
    for _, body in _segments(data):
        at += 4 + len(body)
    while data[at : at + 2] == _SOT.to_bytes(2, "big"):
        length = int.from_bytes(data[at + 6 : at + 10], "big")
        if length == 0:
            return
        at += max(length, 12)
    if data[at : at + 2] != codec.END:
        raise PixelDataError("truncated", "the tile-parts do not end where the codestream does")


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, body) of the main header, up to the first tile."""
    at = 2
    while at + 4 <= len(data):
        marker, length = unpack_from(">HH", data, at)
        stop = at + 2 + length
        if marker == _SOT:
            return
        if marker < 0xFF00 or length < 2 or stop > len(data):
            raise PixelDataError("codestream", "a marker segment is cut short")
        yield marker, data[at + 4 : stop]
        at = stop
