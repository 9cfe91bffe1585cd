"""The frames of a JPEG XL codestream: which they are, how large, and whether they are exact.

Modular is the integer coding. VarDCT, filters, noise, splines and enlargement are computed in
floating point, and ISO/IEC 18181-3 leaves each decoder a tolerance. An exact image is one Modular
frame, before which may stand frames that are not shown: encoders put repeated letters there, as
burned into an ultrasound image, and add them as patches. Standard: ISO/IEC 18181-1 Annex F.
"""

from typing import NamedTuple

from diascope.decode.jpegxl_bits import Bits
from diascope.errors import PixelDataError, TransferSyntaxError
from diascope.limits import DEFAULT_LIMITS

_REGULAR, _REFERENCE = 0, 2
_PATCHES, _NO_SMOOTHING = 2, 128  # of flags; the latter says nothing where nothing is smoothed
_CROP = ((8, 0), (11, 256), (14, 2304), (30, 18_688))
_SECTION = ((10, 0), (14, 1024), (22, 17_408), (30, 4_211_712))
_SAMPLE_BYTES = 12  # three samples of four bytes, as decoders hold them
MAX_REFERENCES = 4  # ISO/IEC 18181-1 F.2: there are four places to keep them in


class _Frame(NamedTuple):
    """What of a frame header decides where it ends and whether it is the picture."""

    is_shown: bool
    rows: int
    columns: int
    group: int
    passes: int


def are_exact(bits: Bits, rows: int, columns: int) -> bool:
    """Walk from the first frame to the one that is shown; False as soon as one is not exact.

    Raises:
        PixelDataError: `codestream`, one is cut short; `frames`, there are more than one picture;
            `length`, other bytes than padding follow.
        TransferSyntaxError: `form`, one is a layer of several, or its sections are out of order.
        LimitExceeded: `side` or `frame_bytes`, of a frame that is not shown.

    Standard: ISO/IEC 18181-1 F.1 to F.3.
    """
    for _ in range(MAX_REFERENCES + 1):
        bits.align()
        frame = _header(bits, rows, columns)
        if frame is None:
            return False
        DEFAULT_LIMITS.check_frame(frame.rows, frame.columns, _SAMPLE_BYTES)
        _sections(bits, frame)
        if frame.is_shown:
            return _is_last(bits)
    raise PixelDataError("frames", f"the codestream has more than {MAX_REFERENCES + 1}")


def _is_last(bits: Bits) -> bool:
    """Refuse bytes after the last frame, which may be another codestream. PS3.5 A.4: padding."""
    if bits.rest().strip(b"\0"):
        raise PixelDataError("length", "bytes after the codestream")
    return True


def _header(bits: Bits, rows: int, columns: int) -> _Frame | None:
    """Read a frame header; None of one that is not exact. Standard: ISO/IEC 18181-1 F.2."""
    kind = _exact_kind(bits)
    if kind is None:
        return None
    if kind not in {_REGULAR, _REFERENCE}:
        raise TransferSyntaxError("form", "the codestream has layers")
    group = 128 << bits.take(2)
    passes = _passes(bits) if kind == _REGULAR else 1
    has_crop = bits.flag()
    if kind == _REGULAR:
        _one_picture(bits, has_crop=has_crop)
    else:
        if has_crop:
            columns, rows = bits.choose(*_CROP), bits.choose(*_CROP)
        bits.take(2 + 1)  # where it is kept, and before which transform
    bits.skip(8 * bits.choose((0, 0), (4, 0), (5, 16), (10, 48)))  # name
    if bits.flag() or bits.flag() or bits.take(2):
        return None  # filters: all default, or either of the two
    if bits.long() or bits.long():
        raise TransferSyntaxError("form", "a frame has extensions")
    return _Frame(kind == _REGULAR, rows, columns, group, passes)


def _exact_kind(bits: Bits) -> int | None:
    """Read the kind of a frame that is Modular, as it stands and of full size; else None."""
    if bits.flag():
        return None  # all default: VarDCT
    kind, is_modular, flags = bits.take(2), bits.flag(), bits.long()
    if bits.flag() or not is_modular or flags & ~(_PATCHES | _NO_SMOOTHING):
        return None  # YCbCr as in JPEG is a transform too
    is_enlarged = bits.choose((0, 1), (0, 2), (0, 4), (0, 8)) > 1
    return None if is_enlarged else kind


def _one_picture(bits: Bits, *, has_crop: bool) -> None:
    """Refuse a frame that is laid over or under another. Standard: ISO/IEC 18181-1 F.2."""
    if has_crop or bits.choose((0, 0), (0, 1), (0, 2), (2, 3)):
        raise TransferSyntaxError("form", "the codestream has layers")
    if not bits.flag():
        raise PixelDataError("frames", "the codestream has another picture")


def _passes(bits: Bits) -> int:
    """Read Passes and return their number. Standard: ISO/IEC 18181-1 F.3."""
    passes = bits.choose((0, 1), (0, 2), (0, 3), (3, 4))
    if passes == 1:
        return 1
    steps = bits.choose((0, 0), (0, 1), (0, 2), (1, 3))
    bits.take(2 * (passes - 1))
    for _ in range(steps):
        bits.choose((0, 1), (0, 2), (0, 4), (0, 8))
    for _ in range(steps):
        bits.choose((0, 0), (0, 1), (0, 2), (3, 0))
    return passes


def _sections(bits: Bits, frame: _Frame) -> None:
    """Step over the table of contents and the sections it lists.

    Standard: ISO/IEC 18181-1 F.3.1 to F.3.3, TOC.
    """
    if bits.flag():
        raise TransferSyntaxError("form", "the sections of a frame are out of order")
    bits.align()
    count = _count(frame)
    size = sum(bits.choose(*_SECTION) for _ in range(count))
    bits.align()
    bits.skip(8 * size)


def _count(frame: _Frame) -> int:
    """Return how many sections a frame has. Standard: ISO/IEC 18181-1 F.3.1."""

    def tiles(side: int) -> int:
        return -(-frame.rows // side) * -(-frame.columns // side)

    groups = tiles(frame.group)
    if groups == frame.passes == 1:
        return 1
    return 2 + tiles(8 * frame.group) + groups * frame.passes
