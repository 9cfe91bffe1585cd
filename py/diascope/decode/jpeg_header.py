"""The marker segments of JPEG and JPEG-LS, read without a codec.

A codec allocates what a frame header asks for, so the header is held against the description
first; `jpeg_scans` holds the rest against the header. Standard: ISO/IEC 10918-1 B.1 and B.2
(JPEG), ISO/IEC 14495-1 C.1 and C.2 (JPEG-LS).
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from diascope.decode import stored
from diascope.errors import PixelDataError
from diascope.limits import DEFAULT_LIMITS
from diascope.values import PixelDescription

SOI, SOS, EOI = 0xD8, 0xDA, 0xD9
SOF_LS = 0xF7
RESTARTS = range(0xD0, 0xD8)  # RST0 to RST7
_SCAN = b"\xff\xda"  # SOS
_FILLED = re.compile(rb"\xff+")
_MARKER = re.compile(rb"\xff[^\0]", re.DOTALL)  # in coded data a byte of ones has a zero after it,
_MARKER_LS = re.compile(rb"\xff[\x80-\xff]")  # in those of JPEG-LS a zero bit
_APP0, _APP14 = 0xE0, 0xEE
_FRAME_HEADERS = frozenset({*range(0xC0, 0xD0), SOF_LS}) - {0xC4, 0xC8, 0xCC}  # DHT, JPG, DAC
_STANDALONE = frozenset({0x01, EOI, *RESTARTS})  # TEM: no length follows


class JpegHeader(NamedTuple):
    """A frame header and the two application markers that state a colour model.

    `components` are (identifier, sampling factors). `adobe` is the transform of an Adobe marker,
    -1 without one. `near` is the largest NEAR of JPEG-LS, how far a sample may be off.
    """

    process: int
    precision: int
    rows: int
    columns: int
    components: tuple[tuple[int, int], ...]
    is_jfif: bool
    adobe: int
    near: int = 0


class Segment(NamedTuple):
    """A marker, from its fill bytes `at` on, and its body from `start` to `stop`."""

    marker: int
    at: int
    start: int
    stop: int


def read(data: bytes) -> JpegHeader:
    """Read the marker segments up to the first scan.

    Raises:
        PixelDataError: `codestream`, there is no complete frame header before a scan.
        LimitExceeded: `scans`.

    Standard: ISO/IEC 10918-1 B.2.2.
    """
    DEFAULT_LIMITS.check("scans", data.count(_SCAN))
    frame, is_jfif, adobe, near = None, False, -1, 0
    for marker, at, start, stop in segments(data):
        body = data[start:stop]
        if marker in _FRAME_HEADERS:
            frame = _frame(marker, body)
        elif marker == _APP0 and body.startswith(b"JFIF\0"):
            is_jfif = True
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 11:
            adobe = body[-1] if len(body) < 12 else body[11]
        elif marker == SOS:
            near = _near(data, at) if frame is not None and frame.process == SOF_LS else 0
            break
    if frame is None:
        raise PixelDataError("codestream", "no frame header")
    return frame._replace(is_jfif=is_jfif, adobe=adobe, near=near)


def check(header: JpegHeader, pixels: PixelDescription) -> PixelDescription:
    """Hold a frame header against the description; return it with the size that is coded.

    Raises:
        PixelDataError: `dimensions`, `components` or `precision`.

    Standard: PS3.5 8.2.1 and 8.2.3.
    """
    coded = stored.as_coded(header.rows, header.columns, pixels)
    if len(header.components) != pixels.samples_per_pixel:
        raise PixelDataError("components", f"the codestream has {len(header.components)}")
    if not 2 <= header.precision <= pixels.bits_allocated:
        raise PixelDataError("precision", f"the codestream has {header.precision} bits")
    return coded


def segments(data: bytes) -> Iterator[Segment]:
    """Yield the marker segments after SOI up to EOI or the end of the data, without coded data.

    libjpeg passes over bytes that belong to nothing, up to the next marker. What it makes of such
    a codestream cannot be foretold from its segments, and no known writer makes one: refused.

    Raises:
        PixelDataError: `codestream`.

    Standard: ISO/IEC 10918-1 B.1.1 and B.2.1, 14495-1 C.2.1.
    """
    if data[:2] != b"\xff\xd8":
        raise PixelDataError("codestream", "no start of image")
    at, coded, is_in_scan = 2, _MARKER, False
    while at < len(data) and (segment := _segment(data, at)):
        marker = segment.marker
        if marker in RESTARTS and not is_in_scan:
            raise PixelDataError("codestream", "a restart outside a scan")
        yield segment
        if marker == EOI:
            return
        if marker in _FRAME_HEADERS:
            coded = _MARKER_LS if marker == SOF_LS else _MARKER
        at, is_in_scan = segment.stop, marker == SOS or marker in RESTARTS
        if is_in_scan:
            found = coded.search(data, at)
            at = found.start() if found else len(data)


def coded_ends(data: bytes) -> Iterator[int]:
    """Yield where coded data end: at each marker that follows a scan or a restart interval.

    Standard: ISO/IEC 10918-1 B.1.1.2, B.1.1.5 and B.2.1.
    """
    for before, after in pairwise(segments(data)):
        if before.marker == SOS or before.marker in RESTARTS:
            yield after.at


def _near(data: bytes, at: int) -> int:
    """Return the largest NEAR of the scans from `at`; it stands after the list of components.

    A scan cannot seem to begin in coded data: there a bit 0 follows each byte of ones.

    Standard: ISO/IEC 14495-1 C.2.3 and A.1.
    """
    found = [0]
    while at >= 0:
        place = at + 5 + 2 * data[at + 4] if at + 4 < len(data) else len(data)
        found += data[place : place + 1]
        at = data.find(_SCAN, at + 2)
    return max(found)


def _segment(data: bytes, at: int) -> Segment | None:
    """Return the segment at a place, or None where the data end before a marker does."""
    filled = _FILLED.match(data, at)
    if filled is None:
        raise PixelDataError("codestream", "a byte that belongs to no segment")
    start = filled.end() + 1
    if start > len(data):
        return None
    marker = data[start - 1]
    if marker in {0, SOI}:
        raise PixelDataError("codestream", f"{marker:02X} is no segment")
    if marker in _STANDALONE:
        return Segment(marker, at, start, start)
    stop = start + int.from_bytes(data[start : start + 2], "big")
    if stop > len(data) or stop < start + 2:
        raise PixelDataError("codestream", "a marker segment is cut short")
    return Segment(marker, at, start + 2, stop)


def _frame(marker: int, body: bytes) -> JpegHeader:
    if len(body) < 6 or len(body) < 6 + 3 * body[5]:
        raise PixelDataError("codestream", "the frame header is cut short")
    components = tuple((body[6 + 3 * n], body[7 + 3 * n]) for n in range(body[5]))
    rows, columns = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    return JpegHeader(marker, body[0], rows, columns, components, is_jfif=False, adobe=-1)
