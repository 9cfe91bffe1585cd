"""How many bytes a frame takes, and which fragments belong to it.

Reads the few attributes that decide where one frame ends and the next begins, before any parser
of values runs. Standard: PS3.3 C.7.6.3, PS3.5 8.1 and A.4.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from struct import unpack
from typing import NamedTuple

from diascope.elements import Element, Fragment
from diascope.encoding import Encoding
from diascope.errors import Part10Error
from diascope.limits import Limits

_SAMPLES, _PHOTOMETRIC, _FRAMES = 0x00280002, 0x00280004, 0x00280008
_ROWS, _COLUMNS, _BITS = 0x00280010, 0x00280011, 0x00280100
_MAX_IS_CHARACTERS = 12  # PS3.5 table 6.2-1

HALF_SAMPLED = frozenset({"YBR_FULL_422", "YBR_PARTIAL_422"})  # PS3.3 C.7.6.3.1.2

Finder = Callable[[int], tuple[Element, bytes] | None]
FrameFragments = tuple[tuple[Fragment, ...], ...]


class PixelLayout(NamedTuple):
    """The attributes that decide how many bytes a frame takes. Standard: PS3.3 C.7.6.3."""

    rows: int
    columns: int
    samples: int
    bits: int
    frames: int
    photometric: str

    @property
    def frame_bits(self) -> int:
        """Bits of one native frame; 4:2:2 holds two samples a pixel. PS3.3 C.7.6.3.1.2."""
        samples = 2 if self.photometric in HALF_SAMPLED else self.samples
        return self.rows * self.columns * samples * self.bits

    def is_ambiguous(self, length: int) -> bool:
        """Whether pixel data called 4:2:2 have the length of full sampling."""
        full = self.rows * self.columns * self.samples * self.bits // 8 * self.frames
        return self.photometric in HALF_SAMPLED and length >= full


def read_layout(find: Finder, encoding: Encoding, limits: Limits) -> PixelLayout | None:
    """Return the layout that a data set describes; None when it describes no image.

    Raises:
        Part10Error: `pixel_attributes`, an attribute has another type or an impossible value.
        LimitExceeded: `side`, `frame_bytes` or `frames`.

    Standard: PS3.3 C.7.6.3, C.7.6.6.
    """
    rows, columns, samples, bits = (
        unsigned(find(tag), encoding) for tag in (_ROWS, _COLUMNS, _SAMPLES, _BITS)
    )
    if rows is None or columns is None or bits is None:
        return None
    layout = PixelLayout(
        rows, columns, 1 if samples is None else samples, bits, _frames(find), _photometric(find)
    )
    if 0 in layout[:4]:
        raise Part10Error("pixel_attributes", "rows, columns, samples or bits are zero")
    limits.check_frame(rows, columns, layout.samples * -(-bits // 8))
    limits.check("frames", layout.frames)
    return layout


def is_byte_swapped(pixels: Element, encoding: Encoding, layout: PixelLayout) -> bool:
    """Whether samples of a byte or less stand in big endian 16-bit words, so that pairs swap.

    Standard: PS3.5 8.2 and A.3, OW in Explicit VR Big Endian.
    """
    return pixels.vr == "OW" and not encoding.is_little and layout.bits <= 8


def surplus(pixels: Element, encoding: Encoding, layout: PixelLayout) -> int:
    """Return by how many bytes native pixel data exceed their description and its padding.

    Raises:
        Part10Error: `pixel_length`, they are too short, of a length that has two meanings, or
            swapped pairs with one byte alone.

    Standard: PS3.5 8.1.1, 8.2 and 7.1.1.
    """
    length, needed = pixels.length, -(-layout.frame_bits * layout.frames // 8)
    is_half_a_pair = length % 2 == 1 and is_byte_swapped(pixels, encoding, layout)
    if length < needed or layout.is_ambiguous(length) or is_half_a_pair:
        raise Part10Error("pixel_length", f"{length} bytes, {needed} described")
    return max(length - needed - needed % 2, 0)


def unsigned(found: tuple[Element, bytes] | None, encoding: Encoding) -> int | None:
    """Read one US value, None when absent; another VR or size is read differently by parsers.

    Raises:
        Part10Error: `pixel_attributes`.

    Standard: PS3.5 6.2, VR US.
    """
    if found is None or (found[0].vr in {"US", ""} and found[0].length == 0):
        return None
    element, value = found
    if element.vr not in {"US", ""} or len(value) != 2:
        raise Part10Error("pixel_attributes", f"tag {element.tag:08X} is not one US")
    number: int = unpack("<H" if encoding.is_little else ">H", value)[0]
    return number


def _frames(find: Finder) -> int:
    found = find(_FRAMES)
    text = found[1].strip(b" \0") if found else b""
    if not text:
        return 1  # PS3.3 C.7.6.6: absent from single-frame images
    digits = text.removeprefix(b"+")  # PS3.5 6.2, VR IS: an optional leading sign
    if not digits.isdigit() or len(text) > _MAX_IS_CHARACTERS or int(digits) == 0:
        raise Part10Error("pixel_attributes", "Number of Frames is not a positive number")
    return int(digits)


def _photometric(find: Finder) -> str:
    found = find(_PHOTOMETRIC)
    return found[1].strip(b" \0").decode("ascii", "replace") if found else ""


def group_fragments(
    items: Sequence[Fragment], frames: int, offsets: Sequence[int]
) -> FrameFragments | None:
    """Assign fragments to frames where that is beyond doubt; None where it is not.

    `items` begins with that of the Basic Offset Table; `offsets` are those of the table the file
    has, counted from the tag of the first fragment's item. One fragment a frame needs no table.

    Standard: PS3.5 A.4.
    """
    fragments = tuple(items[1:])
    if frames == 1:
        return (fragments,)
    if len(fragments) == frames:
        return tuple((fragment,) for fragment in fragments)
    return _by_offsets(fragments, frames, offsets)


def _by_offsets(
    fragments: tuple[Fragment, ...], frames: int, offsets: Sequence[int]
) -> FrameFragments | None:
    """Cut where the table says, if each of its entries is the start of an item."""
    if len(offsets) != frames or offsets[0] != 0:
        return None
    first = fragments[0].start
    index = {fragment.start - first: n for n, fragment in enumerate(fragments)}
    starts = [index.get(offset, -1) for offset in offsets]
    if any(a >= b for a, b in pairwise(starts)):
        return None
    stops = [*starts[1:], len(fragments)]
    return tuple(fragments[a:b] for a, b in zip(starts, stops, strict=True))
