"""The palettes of a header: plain or in segments, and those that only add colour to greys.

Standard: PS3.3 C.7.6.3.1.5 and C.7.6.3.1.6 (palettes), C.7.9.2 (segments), C.7.6.19
(Supplemental Palette Color Lookup Table).
"""

from diascope import lookup_tables, segmented_table
from diascope.part10 import Part10
from diascope.texts import ascii_text
from diascope.values import LookupTable, PixelDescription

SUPPLEMENTAL_NOTICE = "The file adds colour to this image. Only its greys are shown."
PRESENTED_IN_COLOR = frozenset({"COLOR", "MIXED", "COLOR_RANGE"})  # PS3.3 C.8.16.2.1.2

_DESCRIPTORS = (0x00281101, 0x00281102, 0x00281103)
_DATA = (0x00281201, 0x00281202, 0x00281203)
_SEGMENTS = (0x00281221, 0x00281222, 0x00281223)
_PIXEL_PRESENTATION = 0x00089205


def read(
    outside: Part10, pixels: PixelDescription | None, notices: list[str]
) -> tuple[LookupTable, LookupTable, LookupTable] | None:
    """Read the three palettes of PALETTE COLOR; None when there are none, or greys are meant.

    Raises:
        MalformedImage: `table`.

    Standard: PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9.2.
    """
    if pixels is None or pixels.photometric != "PALETTE COLOR":
        _say_supplemental(outside, pixels, notices)
        return None
    if not all(outside.value(tag) for tag in _DESCRIPTORS):
        return None
    for tags, made_of in ((_DATA, lookup_tables.table), (_SEGMENTS, segmented_table.table)):
        if all(outside.value(tag) for tag in tags):
            red, green, blue = (
                made_of(
                    outside.value(descriptor),
                    outside.value(tag),
                    is_signed=pixels.is_signed,
                    is_little=outside.encoding.is_little,
                )
                for descriptor, tag in zip(_DESCRIPTORS, tags, strict=True)
            )
            return red, green, blue
    return None


def _say_supplemental(
    outside: Part10, pixels: PixelDescription | None, notices: list[str]
) -> None:
    """Say that colour is left out: the values keep their meaning as greys. C.7.6.19."""
    is_meant = ascii_text(outside.value(_PIXEL_PRESENTATION)) in PRESENTED_IN_COLOR
    if pixels is not None and is_meant and outside.value(_DESCRIPTORS[0]):
        notices.append(SUPPLEMENTAL_NOTICE)
