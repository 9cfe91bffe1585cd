"""Cut a file into parts: header, frames and trailer, or one part with the reason why not.

A part begins and ends where no doubt is possible, so that the parts in order are the original.
Only a file that `part10.read` has checked as a whole can be cut. Standard: PS3.5 8 and A.4; the
project's protocol, section 4.
"""

from dataclasses import dataclass
from itertools import pairwise

from diascope.elements import Element
from diascope.errors import EngineFault
from diascope.part10 import DEFLATED, TRAILING_NOTICE, Part10
from diascope.pixel_layout import FrameFragments, PixelLayout, group_fragments, is_byte_swapped

Ranges = list[tuple[int, int]]
_EXTENDED_OFFSETS = 0x7FE00001
_FRAME_END = b"\xff\xd9"  # EOI of JPEG and JPEG-LS, EOC of JPEG 2000
_SIGNED_START = b"\0\0\0\x0cJXL \r\n\x87\n"  # JPEG XL in boxes, which has no end marker
# SOI of JPEG and JPEG-LS, SOC of JPEG 2000, a JP2 box
_FRAME_STARTS = (b"\xff\xd8", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ")


@dataclass(frozen=True, slots=True)
class PartRange:
    """One byte range of the original file; `whole_reason` is None unless `kind` is "whole"."""

    kind: str
    index: int
    start: int
    stop: int
    whole_reason: str | None = None


def split(outside: Part10) -> tuple[PartRange, ...]:
    """Cut a file into header, frames and trailer, or into one part with the reason why not.

    The ranges are contiguous and cover the file.

    Raises:
        EngineFault: `split`, only the header was read.

    Standard: PS3.5 8 and A.4; the project's protocol, section 4.
    """
    ranges = _frame_ranges(outside)
    if isinstance(ranges, str):
        return (PartRange("whole", 0, 0, outside.size, ranges),)
    cut = [PartRange("header", 0, 0, ranges[0][0])]
    cut += [PartRange("frame", n, start, stop) for n, (start, stop) in enumerate(ranges)]
    if ranges[-1][1] < outside.size:
        cut.append(PartRange("trailer", 0, ranges[-1][1], outside.size))
    return tuple(cut)


def frame_fragments(outside: Part10) -> FrameFragments | None:
    """Return the fragments of each frame, or None where the file does not decide it.

    Standard: PS3.5 A.4; the Extended Offset Table is PS3.3 C.7.6.3.1.8.
    """
    if outside.fragments is None or outside.layout is None:
        return None
    table = outside.fragments[0]
    basic = outside.buffer[table.start : table.stop]
    offsets, wide = _integers(basic, 4), _integers(outside.value(_EXTENDED_OFFSETS), 8)
    if offsets and wide and offsets != wide:
        return None  # the standard allows one table, and these two do not agree
    if outside.layout.frames == 1 and len(codestream_starts(outside)) > 1:
        return None  # it holds more pictures than it says: a decoder would show any one of them
    return group_fragments(outside.fragments, outside.layout.frames, offsets or wide)


def codestream_starts(outside: Part10) -> list[int]:
    """Return which fragments, counted from 0, begin a codestream after one that has ended.

    RLE needs no such rule: each of its frames is one fragment. Standard: PS3.5 A.4.2.
    """
    data, fragments = outside.buffer, (outside.fragments or ())[1:]
    starts = [0]
    for n, (before, fragment) in enumerate(pairwise(fragments), start=1):
        has_ended = data[before.start : before.stop][-4:].rstrip(b"\0").endswith(_FRAME_END)
        begins = has_ended and data.startswith(_FRAME_STARTS, fragment.start)
        if begins or data.startswith(_SIGNED_START, fragment.start):
            starts.append(n)
    return starts


def _frame_ranges(outside: Part10) -> Ranges | str:
    """Return where each frame lies, or the reason why the file stays whole."""
    layout, pixels = outside.layout, outside.pixels
    if pixels is None:
        return "no_pixels"
    if pixels.stop < 0:
        raise EngineFault("split", "only a file that was read whole can be split")
    if outside.transfer_syntax in DEFLATED:
        return "deflated"
    if TRAILING_NOTICE in outside.notices:
        return "trailing"  # only the whole file shows that there is more than DICOM
    if layout is None:
        return "pixel_description"
    if outside.fragments is not None:
        frames = frame_fragments(outside)
        return "fragments" if frames is None else [(f[0].start - 8, f[-1].stop) for f in frames]
    return _native_ranges(outside, pixels, layout)


def _native_ranges(outside: Part10, pixels: Element, layout: PixelLayout) -> Ranges | str:
    if layout.frames > 1 and layout.frame_bits % 8:
        return "bit_packed"
    if is_byte_swapped(pixels, outside.encoding, layout):
        return "byte_swapped"
    size = -(-layout.frame_bits // 8)
    edges = range(pixels.start, pixels.start + size * (layout.frames + 1), size)
    return list(pairwise(edges))


def _integers(table: bytes, size: int) -> list[int]:
    if len(table) % size:
        return []
    steps = range(0, len(table), size)
    return [int.from_bytes(table[at : at + size], "little") for at in steps]
