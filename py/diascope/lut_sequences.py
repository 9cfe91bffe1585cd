"""Modality, VOI and Presentation LUT Sequences to tables, at the top level or in an item.

A Modality or Presentation LUT that cannot be used leaves every value in doubt and is refused; a
VOI LUT is left out with a sentence in `notices`. Standard: PS3.3 C.11.1, C.11.2 and C.11.6.
"""

from diascope import exact, lookup_tables, sequences
from diascope.elements import MODALITY_LUTS, PRESENTATION_LUTS, VOI_LUTS
from diascope.errors import MalformedImage
from diascope.sequences import Item, Source
from diascope.texts import Decoder, visible
from diascope.values import LookupTable, PixelDescription

MAX_VOI_LUTS = 64  # our own: what a person can choose from
EMPTY_NOTICE = "The Modality LUT in the file is empty and is left out."
VOI_LUT_NOTICE = "A VOI LUT in the file cannot be used and is left out."

_DESCRIPTOR, _EXPLANATION, _DATA = 0x00283002, 0x00283003, 0x00283006


def modality_lut(
    source: Source, decode: Decoder, notices: list[str], *, is_signed: bool
) -> LookupTable | None:
    """Read the Modality LUT Sequence's one item, None when there is none.

    `is_signed` is the sign of the pixels, which is that of the first value mapped. An item whose
    descriptor and data are both empty is no table: that is said, and the pixels are shown.

    Raises:
        MalformedImage: `table`.

    Standard: PS3.3 C.11.1.1.1.
    """
    found = sequences.items(source, MODALITY_LUTS)
    if found and not any(found[0].value(tag) for tag in (_DESCRIPTOR, _DATA)):
        notices.append(EMPTY_NOTICE)
        return None
    return table(found[0], decode, is_signed=is_signed) if found else None


def voi_luts(
    source: Source, decode: Decoder, notices: list[str], *, is_signed: bool
) -> tuple[LookupTable, ...]:
    """Read the VOI LUT Sequence; the first value mapped is signed when modality values can be.

    Standard: PS3.3 C.11.2.1.1.
    """
    listed = sequences.items(source, VOI_LUTS)
    found = []
    for item in listed[:MAX_VOI_LUTS]:
        try:
            found.append(table(item, decode, is_signed=is_signed))
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


def is_below_zero(
    pixels: PixelDescription, rescale: tuple[str, str], *, has_modality_lut: bool
) -> bool:
    """Tell whether a modality value can be negative; the entries of a Modality LUT are not.

    Standard: PS3.3 C.11.1.1.
    """
    if has_modality_lut:
        return False
    span = 1 << pixels.bits_stored
    low = -(span // 2) if pixels.is_signed else 0
    slope, intercept = (exact.fraction(text) for text in rescale)
    return any(slope * end + intercept < 0 for end in (low, low + span - 1))


def table(item: Item, decode: Decoder, *, is_signed: bool) -> LookupTable:
    """Read one table; where the file names the VR of its descriptor, that decides the sign.

    Raises:
        MalformedImage: `table`.

    Standard: PS3.3 C.11.1.1.1, LUT Descriptor.
    """
    vr = item.vr(_DESCRIPTOR)
    return lookup_tables.table(
        item.value(_DESCRIPTOR),
        item.value(_DATA),
        is_signed=vr == "SS" or (vr != "US" and is_signed),
        is_little=item.encoding.is_little,
        explanation=visible("\\".join(decode("LO", item.value(_EXPLANATION)))),
    )
