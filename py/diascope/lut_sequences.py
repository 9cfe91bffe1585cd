"""Modality LUT Sequence and VOI LUT Sequence to tables.

A Modality LUT that cannot be used leaves every value in doubt and is refused; a VOI LUT is left
out with a sentence in `notices`. Standard: PS3.3 C.11.1 and C.11.2.
"""

from diascope import attributes, exact, lookup_tables, sequences
from diascope.elements import MODALITY_LUTS, VOI_LUTS
from diascope.errors import MalformedImage
from diascope.part10 import Part10
from diascope.sequences import Item
from diascope.texts import Decoder, visible
from diascope.values import LookupTable, PixelDescription

MAX_VOI_LUTS = 64  # our own: what a person can choose from
VOI_LUT_NOTICE = "A VOI LUT in the file cannot be used and is left out."

_DESCRIPTOR, _EXPLANATION, _DATA = 0x00283002, 0x00283003, 0x00283006


def modality_lut(outside: Part10, decode: Decoder) -> LookupTable | None:
    """Read the Modality LUT Sequence's one item, None when there is none.

    Raises:
        MalformedImage: `table`.

    Standard: PS3.3 C.11.1.1.1: the first value mapped has the sign of the pixels.
    """
    found = sequences.items(outside, MODALITY_LUTS)
    is_signed = outside.unsigned(0x00280103) == 1
    return _table(found[0], decode, is_signed=is_signed) if found else None


def voi_luts(
    outside: Part10, decode: Decoder, pixels: PixelDescription | None, notices: list[str]
) -> tuple[LookupTable, ...]:
    """Read the VOI LUT Sequence; the first value mapped is signed when modality values can be.

    Standard: PS3.3 C.11.2.1.1.
    """
    listed = sequences.items(outside, VOI_LUTS)
    is_signed = pixels is not None and is_below_zero(outside, pixels)
    found = []
    for item in listed[:MAX_VOI_LUTS]:
        try:
            found.append(_table(item, decode, is_signed=is_signed))
        except MalformedImage:
            continue
    if len(found) < len(listed):
        notices.append(VOI_LUT_NOTICE)
    return tuple(found)


def is_below_zero(outside: Part10, pixels: PixelDescription) -> bool:
    """Tell whether a stored value can become negative; the entries of a Modality LUT are not.

    Standard: PS3.3 C.11.1.1.
    """
    if sequences.items(outside, MODALITY_LUTS):
        return False
    span = 1 << pixels.bits_stored
    low = -(span // 2) if pixels.is_signed else 0
    slope, intercept = (exact.fraction(text) for text in attributes.rescale(outside))
    return any(slope * end + intercept < 0 for end in (low, low + span - 1))


def _table(item: Item, decode: Decoder, *, is_signed: bool) -> LookupTable:
    """Read one table; where the file names the VR of its descriptor, that decides the sign."""
    vr = item.vr(_DESCRIPTOR)
    return lookup_tables.table(
        item.value(_DESCRIPTOR),
        item.value(_DATA),
        is_signed=vr == "SS" or (vr != "US" and is_signed),
        is_little=item.encoding.is_little,
        explanation=visible("\\".join(decode("LO", item.value(_EXPLANATION)))),
    )
