"""The marker segments of JPEG and JPEG-LS before the first scan, read without a codec.

A codec allocates what a frame header asks for, so the header is held against the description
first. Standard: ISO/IEC 10918-1 B.1 and B.2 (JPEG), ISO/IEC 14495-1 C.1 and C.2 (JPEG-LS).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from diascope.decode import stored
from diascope.errors import PixelDataError
from diascope.limits import DEFAULT_LIMITS
from diascope.values import PixelDescription

SOI, SOS, EOI = 0xD8, 0xDA, 0xD9
SOF_LS = 0xF7
_SCAN = b"\xff\xda"  # SOS
_MARKER = re.compile(rb"\xff[^\0]", re.DOTALL)
_APP0, _APP14 = 0xE0, 0xEE
_NOT_FRAME_HEADERS = frozenset({0xC4, 0xC8, 0xCC})  # DHT, JPG, DAC
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # TEM, RSTm: no length follows


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


def read(data: bytes) -> JpegHeader:
    """Read the marker segments up to the first scan.

    Raises:
        PixelDataError: `codestream`, there is no complete frame header before a scan.
        LimitExceeded: `scans`.

    Standard: ISO/IEC 10918-1 B.2.2.
    """
    DEFAULT_LIMITS.check("scans", data.count(_SCAN))
    frame, is_jfif, adobe, near = None, False, -1, 0
    for marker, start, stop in _segments(data):
        body = data[start:stop] if marker != SOS else b""
        if marker == SOF_LS or (0xC0 <= marker <= 0xCF and marker not in _NOT_FRAME_HEADERS):
            frame = _frame(marker, body)
        elif marker == _APP0 and body.startswith(b"JFIF\0"):
            is_jfif = True
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 11:
            adobe = body[-1] if len(body) < 12 else body[11]
        elif marker == SOS and frame is not None and frame.process == SOF_LS:
            near = _near(data, start)
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


def coded_ends(data: bytes) -> Iterator[int]:
    """Yield where coded data end: at each marker that follows a scan or a restart interval.

    In coded data a zero follows each byte of ones, so that any other is a marker or fills up
    before one.

    Standard: ISO/IEC 10918-1 B.1.1.2, B.1.1.5 and B.2.1.
    """
    at = max(start for _, start, _ in _segments(data))
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] not in {b"", b"\xd9"}:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        is_bare = marker in _STANDALONE
        at += 2 if is_bare else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if is_bare or marker == SOS:
            found = _MARKER.search(data, at)
            at = found.start() if found else len(data)
            yield at


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


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, start, stop) of each body; the first scan is the last, from its marker on.

    Fill bytes 0xFF may precede a marker.
    """
    if data[:2] != b"\xff\xd8":
        raise PixelDataError("codestream", "no start of image")
    at = 2
    while at + 4 <= len(data):
        marker = data[at + 1]
        if data[at] != 0xFF or marker in {0, EOI}:
            return
        if marker == SOS:
            yield marker, at, len(data)
            return
        if marker == 0xFF or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        stop = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if stop > len(data) or stop < at + 4:
            raise PixelDataError("codestream", "a marker segment is cut short")
        yield marker, at + 4, stop
        at = stop


def _frame(marker: int, body: bytes) -> JpegHeader:
    if len(body) < 6 or len(body) < 6 + 3 * body[5]:
        raise PixelDataError("codestream", "the frame header is cut short")
    components = tuple((body[6 + 3 * n], body[7 + 3 * n]) for n in range(body[5]))
    rows, columns = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    return JpegHeader(marker, body[0], rows, columns, components, is_jfif=False, adobe=-1)
