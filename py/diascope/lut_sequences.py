"""Modality, VOI and Presentation LUT Sequences to tables, at the top level or in an item.

A Modality or Presentation LUT that cannot be used leaves every value in doubt and is refused; a
VOI LUT is left out with a sentence in `notices`. Standard: PS3.3 C.11.1, C.11.2 and C.11.6.
"""

from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from diascope import exact, lookup_tables, sequences
from diascope.attributes import RESCALE
from diascope.encoding import MODALITY_LUTS, PRESENTATION_LUTS, VOI_LUTS
from diascope.errors import MalformedImage
from diascope.part10 import Part10
from diascope.sequences import Item, Source
from diascope.texts import Decoder, ascii_text, visible
from diascope.values import LookupTable, PixelDescription

MAX_VOI_LUTS = 64  # our own: what a person can choose from
# X-Ray Angiographic, Radiofluoroscopic and, retired, Bi-plane Image Storage: PS3.6 Annex A
XRAY_CLASSES = frozenset(f"1.2.840.10008.5.1.4.1.1.12.{number}" for number in (1, 2, 3))
EMPTY_NOTICE = "The Modality LUT in the file is empty and is left out."
BOTH_NOTICE = "The file has a Modality LUT and a rescale; the table is applied."
INTENSITY_NOTICE = (
    "The Modality LUT in the file leads back to X-ray intensity and is not applied for display."
)
VOI_LUT_NOTICE = "A VOI LUT in the file cannot be used and is left out."

_DESCRIPTOR, _EXPLANATION, _DATA = 0x00283002, 0x00283003, 0x00283006
_INTENSITY_RELATIONSHIP = 0x00281040
_HALF = 1 << 15

Reach: TypeAlias = tuple[Fraction, Fraction]
"""The least and the greatest value that can come out of the Modality LUT."""


def of_image(
    outside: Part10, pixels: PixelDescription | None, decode: Decoder, notices: list[str]
) -> LookupTable | None:
    """Read the Modality LUT of an image itself; one that is not for display is said, not applied.

    Raises:
        MalformedImage: `table`.

    Standard: PS3.3 C.11.1.1.1; C.8.7.1.1.2, Pixel Intensity Relationship (ADR 0028).
    """
    relationship = ascii_text(outside.value(_INTENSITY_RELATIONSHIP))
    if outside.sop_class in XRAY_CLASSES and relationship in {"LOG", "DISP"}:
        if sequences.items(outside, MODALITY_LUTS):
            notices.append(INTENSITY_NOTICE)
        return None
    is_signed = pixels is not None and pixels.is_signed
    return modality_lut(outside, decode, notices, is_signed=is_signed)


def modality_lut(
    source: Source, decode: Decoder, notices: list[str], *, is_signed: bool
) -> LookupTable | None:
    """Read the Modality LUT Sequence's one item, None when there is none.

    `is_signed` is the sign of the pixels, which is that of the first value mapped, whichever VR
    the file names. An item whose descriptor and data are both empty is no table: that is said, and
    the pixels are shown. So is a rescale beside a table, which is applied in its place.

    Raises:
        MalformedImage: `table`, also of two.

    Standard: PS3.3 C.11.1.1.1.
    """
    found = sequences.items(source, MODALITY_LUTS)
    if len(found) > 1:
        raise MalformedImage("table", f"{len(found)} Modality LUTs")
    if found and not any(found[0].value(tag) for tag in (_DESCRIPTOR, _DATA)):
        notices.append(EMPTY_NOTICE)
        return None
    if found and any(source.value(tag).strip(b" \0") for tag in RESCALE):
        notices.append(BOTH_NOTICE)
    return table(found[0], decode, is_signed=is_signed) if found else None


def voi_luts(
    source: Source, decode: Decoder, notices: list[str], reach: Reach
) -> tuple[LookupTable, ...]:
    """Read the VOI LUT Sequence; `reach` is what comes out of the Modality LUT.

    Standard: PS3.3 C.11.2.1.1.
    """
    listed = sequences.items(source, VOI_LUTS)
    found = []
    for item in listed[:MAX_VOI_LUTS]:
        try:
            found.append(voi_lut(item, decode, reach))
        except MalformedImage:
            continue
    if len(found) < len(listed):
        notices.append(VOI_LUT_NOTICE)
    return tuple(found)


def presentation_lut(source: Source, decode: Decoder) -> LookupTable | None:
    """Read the Presentation LUT Sequence's one item, None when there is none.

    Its input is the whole VOI output, whatever the first value mapped, which is 0.

    Raises:
        MalformedImage: `table`, also of one that does not begin at 0, or of two.

    Standard: PS3.3 C.11.6.1.1.
    """
    found = sequences.items(source, PRESENTATION_LUTS)
    if not found:
        return None
    made = table(found[0], decode, is_signed=False)
    if made.first_mapped != 0 or len(found) > 1:
        raise MalformedImage("table", "not one Presentation LUT that begins at 0")
    return made


def reach(
    pixels: PixelDescription | None, rescale: tuple[str, str], modality: LookupTable | None
) -> Reach:
    """Return the least and greatest modality value; the entries of a Modality LUT have no sign.

    Standard: PS3.3 C.11.1.1.
    """
    if modality is not None or pixels is None:
        return Fraction(0), Fraction(2**modality.bits - 1 if modality else 0)
    span = 1 << pixels.bits_stored
    low = -(span // 2) if pixels.is_signed else 0
    slope, intercept = (exact.fraction(text) for text in rescale)
    first, last = sorted(slope * end + intercept for end in (low, low + span - 1))
    return first, last


def voi_lut(item: Item, decode: Decoder, reach: Reach) -> LookupTable:
    """Read one VOI LUT; its first value has the sign that the file names or that fits `reach`.

    Raises:
        MalformedImage: `table`.

    Standard: PS3.3 C.11.2.1.1, LUT Descriptor.
    """
    return fitting(table(item, decode, is_signed=False), item.vr(_DESCRIPTOR), reach)


def fitting(table: LookupTable, vr: str, reach: Reach) -> LookupTable:
    """Decide the sign of a VOI LUT's first value, read without one; `vr` is what the file names.

    What is called US is negative only where no modality value reaches it and some are below 0.

    Standard: PS3.3 C.11.2.1.1, LUT Descriptor.
    """
    low, high = reach
    is_below = low < 0 and (vr != "US" or high < table.first_mapped)
    return signed(table) if vr == "SS" or is_below else table


def signed(table: LookupTable) -> LookupTable:
    """Read the first value mapped, of 16 bits, with a sign. Standard: PS3.3 C.11.1.1.1."""
    first = table.first_mapped
    return replace(table, first_mapped=first - 2 * _HALF) if first >= _HALF else table


def table(item: Item, decode: Decoder, *, is_signed: bool) -> LookupTable:
    """Read one table; `is_signed` is the sign of its first value.

    Raises:
        MalformedImage: `table`.

    Standard: PS3.3 C.11.1.1.1, LUT Descriptor.
    """
    return lookup_tables.table(
        item.value(_DESCRIPTOR),
        item.value(_DATA),
        is_signed=is_signed,
        is_little=item.encoding.is_little,
        explanation=visible("\\".join(decode("LO", item.value(_EXPLANATION)))),
    )
