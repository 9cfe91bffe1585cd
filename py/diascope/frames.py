"""One frame's bytes: from its own part, or cut out of a file that is kept whole.

Item tags and fragment borders end here; decoders see one unbroken stream. Standard: PS3.5 8.1
and A.4.
"""

from collections.abc import Iterator

import numpy as np

from diascope import part10, parts, transfer_syntaxes
from diascope.elements import Element, ElementWalk, Fragment
from diascope.errors import PixelDataError
from diascope.limits import DEFAULT_LIMITS
from diascope.part10 import NATIVE_ENCODINGS, Part10
from diascope.pixel_layout import FrameFragments, PixelLayout, is_byte_swapped
from diascope.values import EncodedFrame, Instance, PixelDescription, VerifiedBytes


def from_part(instance: Instance, part: VerifiedBytes, index: int) -> EncodedFrame:
    """Take frame `index`, counted from 0, from the part that holds it alone.

    Raises:
        PixelDataError: `none` or `index`.
        TransferSyntaxError: a known one that is not read, as `transfer_syntaxes` says.
        Part10Error: `fragments`, the part is not a row of items.

    Standard: PS3.5 A.4.
    """
    pixels = _described(instance, index)
    if pixels.transfer_syntax in NATIVE_ENCODINGS:
        return EncodedFrame(part.data, index)
    items = ElementWalk(part.data, DEFAULT_LIMITS).items(0)
    return EncodedFrame(_join(part.data, items), index)


def from_whole(instance: Instance, whole: VerifiedBytes, index: int) -> EncodedFrame:
    """Cut frame `index`, counted from 0, out of the whole file.

    Raises:
        Part10Error: the outside of the file is wrong.
        PixelDataError: `none`, `index`, `boundaries` when the file does not say where frames end.
        TransferSyntaxError: a known one that is not read, as `transfer_syntaxes` says.

    Standard: PS3.5 8.1.1, A.4 and A.5.
    """
    outside = _outside(_described(instance, index), whole)
    return EncodedFrame(_cut(outside, _fragments(outside), index), index)


def every(instance: Instance, whole: VerifiedBytes) -> Iterator[EncodedFrame]:
    """Cut out every frame, one after another; the file is read once.

    Raises:
        Part10Error: the outside of the file is wrong.
        PixelDataError: as `from_whole`.

    Standard: PS3.5 8.1.1, A.4 and A.5.
    """
    pixels = _described(instance, 0)
    outside = _outside(pixels, whole)
    fragments = _fragments(outside)
    for index in range(pixels.frames):
        yield EncodedFrame(_cut(outside, fragments, index), index)


def _outside(pixels: PixelDescription, whole: VerifiedBytes) -> Part10:
    outside = part10.read(whole.data)
    if outside.layout is None or outside.pixels is None:
        raise PixelDataError("none", "the file holds no pixel data")
    if outside.layout.frames != pixels.frames:
        raise PixelDataError("index", f"the file holds {outside.layout.frames} frames")
    return outside


def _fragments(outside: Part10) -> FrameFragments | None:
    """Return the fragments of each frame; None for native pixel data."""
    if outside.fragments is None or outside.layout is None:
        return None
    return parts.frame_fragments(outside) or _by_codestream(outside, outside.layout.frames)


def _cut(outside: Part10, fragments: FrameFragments | None, index: int) -> bytes:
    if fragments is not None:
        return _join(outside.buffer, fragments[index])
    if outside.layout is None or outside.pixels is None:
        raise PixelDataError("none", "the file holds no pixel data")
    return _native(outside, outside.layout, outside.pixels, index)


def _described(instance: Instance, index: int) -> PixelDescription:
    if instance.pixels is None:
        raise PixelDataError("none", "the instance holds no picture")
    if not 0 <= index < instance.pixels.frames:
        raise PixelDataError("index", f"{index} of {instance.pixels.frames} frames")
    transfer_syntaxes.refuse(instance.pixels.transfer_syntax)
    return instance.pixels


def _join(data: bytes, fragments: tuple[Fragment, ...]) -> bytes:
    return b"".join(data[fragment.start : fragment.stop] for fragment in fragments)


def _native(outside: Part10, layout: PixelLayout, pixels: Element, index: int) -> bytes:
    """Cut a native frame; one that begins inside a byte is moved to begin with one."""
    first = index * layout.frame_bits
    last = first + layout.frame_bits
    begin, end = first // 8, -(-last // 8)
    is_swapped = is_byte_swapped(pixels, outside.encoding, layout)
    before, after = (begin % 2, end % 2) if is_swapped else (0, 0)  # whole words, then undone
    around = outside.buffer[pixels.start + begin - before : pixels.start + end + after]
    if is_swapped:
        swapped = np.frombuffer(around, ">u2").astype("<u2").tobytes()
        around = swapped[before : before + end - begin]
    if first % 8 == 0:
        return around
    bits = np.unpackbits(np.frombuffer(around, np.uint8), bitorder="little")
    return np.packbits(bits[first % 8 :][: layout.frame_bits], bitorder="little").tobytes()


def _by_codestream(outside: Part10, frames: int) -> tuple[tuple[Fragment, ...], ...]:
    """Cut where a codestream ends and the next begins, when that gives the right number."""
    fragments = (outside.fragments or ())[1:]
    starts = parts.codestream_starts(outside)
    if len(starts) != frames:
        raise PixelDataError("boundaries", f"{len(fragments)} fragments for {frames} frames")
    stops = [*starts[1:], len(fragments)]
    return tuple(fragments[a:b] for a, b in zip(starts, stops, strict=True))
