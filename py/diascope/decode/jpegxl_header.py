"""The image headers of a JPEG XL codestream, read bit by bit without a codec.

A codec allocates what the size header asks for and runs through as many frames as there are, so
all of them are held against the description first. Standard: ISO/IEC 18181-1 Annexes D (image
headers) and E (colour encoding).
"""

from typing import NamedTuple

from diascope.decode import jpegxl_frames, stored
from diascope.decode.boxes import boxes
from diascope.decode.jpegxl_bits import Bits
from diascope.errors import PixelDataError, TransferSyntaxError
from diascope.values import PixelDescription

SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n"  # the first box, ISO/IEC 18181-2 9.3
_START = b"\xff\x0a"
_SIDE = ((9, 1), (13, 1), (18, 1), (30, 1))
_RATIOS = ((0, 1), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_ENUM = ((0, 0), (0, 1), (4, 2), (6, 18))
_POINT = ((19, 0), (19, 524_288), (20, 1_048_576), (21, 2_097_152))
_GREY, _CUSTOM = 1, 2


class JpegXlHeader(NamedTuple):
    """What the image headers say; `is_exact` when integers alone decode it."""

    rows: int
    columns: int
    components: int
    precision: int
    is_exact: bool


def codestream(data: bytes) -> tuple[bytes, bool]:
    """Return the codestream, out of its boxes, and whether a JPEG can be rebuilt with it.

    Raises:
        PixelDataError: `codestream`, there is none, or not one.

    Standard: ISO/IEC 18181-2 9: boxes jxlc, jxlp (parts in order) and jbrd.
    """
    if data.startswith(_START):
        return data, False
    found = list(boxes(data, SIGNATURE))
    whole = [data[box.start : box.stop] for box in found if box.kind == b"jxlc"]
    parts = [data[box.start : box.stop] for box in found if box.kind == b"jxlp"]
    counted = [int.from_bytes(part[:4], "big") & 0x7FFFFFFF for part in parts]
    if len(whole) + bool(parts) != 1 or counted != list(range(len(parts))):
        raise PixelDataError("codestream", "no JPEG XL codestream, or not one")
    stream = whole[0] if whole else b"".join(part[4:] for part in parts)
    return stream, any(box.kind == b"jbrd" for box in found)


def read(stream: bytes) -> JpegXlHeader:
    """Read the image headers of a bare codestream, and its frames as far as they are exact.

    Raises:
        PixelDataError: `codestream`, it is cut short; `frames`, it is more than one picture;
            `components`, it has extra channels, or is turned.
        TransferSyntaxError: `form`, it has fields that no still image here needs.
        LimitExceeded: `side` or `frame_bytes`, of a frame that is not shown.

    Standard: ISO/IEC 18181-1 D and F.
    """
    if not stream.startswith(_START):
        raise PixelDataError("codestream", "no JPEG XL codestream")
    bits = Bits(stream)
    bits.take(16)
    rows, columns = _size(bits)
    if bits.flag():  # all default: eight bits of XYB
        return JpegXlHeader(rows, columns, 3, 8, is_exact=False)
    has_extra = bits.flag()
    if has_extra:
        _extra(bits)
    precision = _depth(bits)
    bits.flag()  # 16-bit buffers are enough
    if bits.choose((0, 0), (0, 1), (4, 2), (12, 1)):
        raise PixelDataError("components", "the codestream has extra channels")
    is_xyb = bits.flag()
    components = _color(bits)
    if has_extra:
        _tone(bits)
    is_exact = not is_xyb and _has_own_samples(bits)
    is_exact = is_exact and jpegxl_frames.are_exact(bits, rows, columns)
    return JpegXlHeader(rows, columns, components, precision, is_exact)


def check(header: JpegXlHeader, pixels: PixelDescription) -> PixelDescription:
    """Hold the headers against the description; return it with the size that is coded.

    Raises:
        PixelDataError: `dimensions`, `components` or `precision`.

    Standard: PS3.5 8.2.15.
    """
    coded = stored.as_coded(header.rows, header.columns, pixels)
    if header.components != pixels.samples_per_pixel:
        raise PixelDataError("components", f"the codestream has {header.components}")
    if header.precision > pixels.bits_allocated:
        raise PixelDataError("precision", f"the codestream has {header.precision} bits")
    return coded


def _size(bits: Bits) -> tuple[int, int]:
    """Read SizeHeader as (rows, columns). Standard: ISO/IEC 18181-1 D.2."""
    is_small = bits.flag()
    rows = 8 * bits.take(5) + 8 if is_small else bits.choose(*_SIDE)
    upper, lower = _RATIOS[bits.take(3)]
    if upper:
        return rows, rows * upper // lower
    return rows, 8 * bits.take(5) + 8 if is_small else bits.choose(*_SIDE)


def _extra(bits: Bits) -> None:
    """Step over orientation and intrinsic size; refuse what makes it another picture, or several.

    Standard: ISO/IEC 18181-1 D.3.
    """
    if bits.take(3):
        raise PixelDataError("components", "the codestream turns the image")
    if bits.flag():
        _size(bits)
    if bits.flag() or bits.flag():
        raise PixelDataError("frames", "the codestream has a preview or is animated")


def _depth(bits: Bits) -> int:
    """Read BitDepth of integer samples. Standard: ISO/IEC 18181-1 D.3.2."""
    if bits.flag():
        raise PixelDataError("precision", "the codestream has floating-point samples")
    return bits.choose((0, 8), (0, 10), (0, 12), (6, 1))


def _color(bits: Bits) -> int:
    """Step over ColorEncoding and return the number of components.

    Standard: ISO/IEC 18181-1 E.2.
    """
    if bits.flag():
        return 3  # all default: sRGB
    if bits.flag():  # its length is known only to an entropy decoder
        raise TransferSyntaxError("form", "the codestream has an ICC profile")
    space = bits.choose(*_ENUM)
    if space > _GREY:
        raise TransferSyntaxError("form", f"colour space {space}")
    if bits.choose(*_ENUM) == _CUSTOM:
        _points(bits, 1)
    if space != _GREY and bits.choose(*_ENUM) == _CUSTOM:
        _points(bits, 3)
    if bits.flag():
        bits.take(24)  # gamma
    else:
        bits.choose(*_ENUM)
    bits.choose(*_ENUM)  # rendering intent
    return 1 if space == _GREY else 3


def _points(bits: Bits, count: int) -> None:
    for _ in range(2 * count):
        bits.choose(*_POINT)


def _tone(bits: Bits) -> None:
    """Step over ToneMapping, which is for displays. Standard: ISO/IEC 18181-1 D.3."""
    if not bits.flag():
        bits.take(16 + 16 + 1 + 16)


def _has_own_samples(bits: Bits) -> bool:
    """Whether no extension and no transform of the image's own stands before its frames.

    Standard: ISO/IEC 18181-1 B.3 (extensions), D.3 (transform data).
    """
    if bits.long() or not bits.flag():
        raise TransferSyntaxError("form", "the codestream has extensions")
    return True
