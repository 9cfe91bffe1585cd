"""Overlay planes, the groups 60xx of an image: one bit a point, at a place of their own.

An overlay that cannot be used is left out with a sentence in `notices`: the picture beneath stays
right. Standard: PS3.3 C.9.2, Overlay Plane Module; C.9.3, Multi-frame Overlay.
"""

from collections.abc import Iterator
from dataclasses import replace
from struct import unpack

import numpy as np
from numpy.typing import NDArray

from diascope import attributes, decode
from diascope.encoding import IMPLICIT_LITTLE
from diascope.errors import MalformedImage, PixelDataError
from diascope.part10 import NATIVE_ENCODINGS, Part10
from diascope.pixel_layout import unsigned
from diascope.texts import ascii_text, visible
from diascope.values import EncodedFrame, OverlayBits, OverlayPlane, PixelDescription

GROUPS = range(0x6000, 0x601F, 2)  # PS3.5 7.6: at most sixteen
# Native, RLE, Encapsulated Uncompressed and Deflated Image Frame: frames are the stored containers
ALL_BITS = frozenset(
    {*NATIVE_ENCODINGS, *(f"1.2.840.10008.1.2.{end}" for end in ("5", "1.98", "8.1"))}
)
OVERLAY_NOTICE = "An overlay in the file cannot be used and is left out."
EMBEDDED_NOTICE = "An overlay inside the compressed pixel data is lost and is left out."

_ROWS, _COLUMNS, _FRAMES, _ORIGIN, _FIRST_FRAME = 0x10, 0x11, 0x15, 0x50, 0x51
_ALLOCATED, _POSITION, _LABEL, _DATA = 0x100, 0x102, 0x1500, 0x3000
_OF_A_PLANE = (_ROWS, _COLUMNS, _DATA, _POSITION)


def read(
    outside: Part10, pixels: PixelDescription | None, notices: list[str]
) -> tuple[OverlayPlane, ...]:
    """Return the overlays of an image; what cannot be used is left out and said.

    Standard: PS3.3 C.9.2.
    """
    found = []
    for group in groups(outside):
        try:
            plane = plane_of(outside, group, pixels)
        except MalformedImage:
            notices.append(OVERLAY_NOTICE)
            continue
        if plane.data or keeps_unused_bits(pixels):
            found.append(plane)
        else:
            notices.append(EMBEDDED_NOTICE)
    return tuple(found)


def groups(outside: Part10) -> Iterator[int]:
    """Name the groups that describe an overlay, not those that only switch one on.

    Standard: PS3.5 7.6, Repeating Groups.
    """
    for group in GROUPS:
        if any(group << 16 | element in outside.elements for element in _OF_A_PLANE):
            yield group


def plane_of(outside: Part10, group: int, pixels: PixelDescription | None) -> OverlayPlane:
    """Read one overlay group.

    Raises:
        MalformedImage: `overlay`, its attributes and data do not fit each other.

    Standard: PS3.3 C.9.2, C.9.3.
    """
    base = group << 16
    numbers = (_number(outside, base | tag) for tag in (_ROWS, _COLUMNS, _POSITION, _FIRST_FRAME))
    rows, columns, position, first = numbers
    if not rows or not columns:
        raise MalformedImage("overlay", "an overlay without rows or columns")
    plane = OverlayPlane(
        group,
        rows,
        columns,
        _origin(outside, base),
        _packed(outside, base | _DATA),
        position or 0,
        _frames(outside, base),
        1 if first is None else first,
        visible(ascii_text(outside.value(base | _LABEL))),
    )
    return _checked(plane, pixels)


def _checked(plane: OverlayPlane, pixels: PixelDescription | None) -> OverlayPlane:
    """Refuse an overlay whose bits are not there."""
    needed = plane.rows * plane.columns * max(plane.frames, 1)
    if plane.data:
        if 8 * len(plane.data) < needed or plane.first_frame < 1:
            raise MalformedImage("overlay", f"{len(plane.data)} bytes for {needed} points")
        return replace(plane, position=0)
    if pixels is None or (plane.rows, plane.columns) != (pixels.rows, pixels.columns):
        raise MalformedImage("overlay", "an overlay without points")
    low = pixels.high_bit + 1 - pixels.bits_stored
    if not 0 <= plane.position < pixels.bits_allocated or low <= plane.position <= pixels.high_bit:
        raise MalformedImage("overlay", f"an overlay in bit {plane.position} of the pixels")
    return replace(plane, frames=0, first_frame=1, origin=(1, 1))


def keeps_unused_bits(pixels: PixelDescription | None) -> bool:
    """Whether bits beside the stored ones survive the transfer syntax. Standard: PS3.5 8.1.1."""
    return (
        pixels is not None and pixels.samples_per_pixel == 1 and pixels.transfer_syntax in ALL_BITS
    )


def _number(outside: Part10, tag: int) -> int | None:
    """Return a US value, also of a file that calls it UN, which is little endian (PS3.5 6.2.2)."""
    found = outside.elements.get(tag)
    if found is None or found.vr != "UN":
        return outside.unsigned(tag)
    return unsigned((found._replace(vr=""), outside.value(tag)), IMPLICIT_LITTLE)


def _origin(outside: Part10, base: int) -> tuple[int, int]:
    """Return Overlay Origin, row and column from 1; the image's own corner when absent."""
    value = outside.value(base | _ORIGIN)
    if not value:
        return 1, 1
    if len(value) != 4:
        raise MalformedImage("overlay", "the origin of an overlay has not two values")
    is_little = outside.encoding.is_little or outside.elements[base | _ORIGIN].vr == "UN"
    row, column = unpack("<2h" if is_little else ">2h", value)
    return row, column


def _frames(outside: Part10, base: int) -> int:
    """Return Number of Frames in Overlay, 0 when absent."""
    text = attributes.strings(outside, base | _FRAMES)
    if not text:
        return 0
    if len(text) != 1 or not text[0].isascii() or not text[0].isdigit() or len(text[0]) > 12:
        raise MalformedImage("overlay", "the number of overlay frames is no number")
    return int(text[0])


def _packed(outside: Part10, tag: int) -> bytes:
    """Return Overlay Data with the first point in the lowest bit of the first byte.

    Standard: PS3.5 8.1.2: OB, or words (OW), whose bytes a big endian file swaps.
    """
    data = outside.value(tag)
    if data and outside.elements[tag].vr == "OW" and not outside.encoding.is_little:
        return np.frombuffer(data[: len(data) // 2 * 2], ">u2").astype("<u2").tobytes()
    return data


def of_frame(
    planes: tuple[OverlayPlane, ...], encoded: EncodedFrame, pixels: PixelDescription
) -> tuple[OverlayBits, ...]:
    """Return the overlays that stand on one frame, unpacked.

    Raises:
        PixelDataError: the frame does not decode.

    Standard: PS3.3 C.9.2, C.9.3.1.1.
    """
    return tuple(
        OverlayBits(_embedded(plane, encoded, pixels) if not plane.data else bits(plane, at),
                    plane.origin, plane.grey, plane.group)
        for plane in planes
        if (at := frame_of(plane, encoded.index)) is not None
    )  # fmt: skip


def frame_of(plane: OverlayPlane, index: int) -> int | None:
    """Return which overlay frame lies on image frame `index`, both from 0; None for none.

    Standard: PS3.3 C.9.3.1.1: one to one, beginning at Image Frame Origin.
    """
    if plane.frames == 0:
        return 0
    at = index + 1 - plane.first_frame
    return at if 0 <= at < plane.frames else None


def bits(plane: OverlayPlane, at: int) -> NDArray[np.bool_]:
    """Unpack overlay frame `at`, from 0: (rows, columns). Standard: PS3.5 8.1.2, PS3.3 C.9.2."""
    count = plane.rows * plane.columns
    first, last = at * count, (at + 1) * count
    around = np.frombuffer(plane.data[first // 8 : -(-last // 8)], np.uint8)
    points = np.unpackbits(around, bitorder="little")[first % 8 :][:count]
    return points.astype(np.bool_).reshape(plane.rows, plane.columns)


def _embedded(
    plane: OverlayPlane, encoded: EncodedFrame, pixels: PixelDescription
) -> NDArray[np.bool_]:
    """Read the one bit of the stored containers that is this overlay.

    Standard: PS3.3 C.9.2 of 2004, Overlay Bit Position: retired, and in files of old.
    """
    bit = replace(pixels, bits_stored=1, high_bit=plane.position, is_signed=False)
    points = decode.decode_frame(encoded, bit).values.array
    if points.shape != (plane.rows, plane.columns):
        raise PixelDataError("shape", "an overlay in the pixels has another size")
    return points.astype(np.bool_)
