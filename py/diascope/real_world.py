"""Real-world value mappings: stored values to quantities in a unit, exactly.

They change no grey; a probe reads them. Binary floating-point numbers of the file are taken as the
fractions that they are. Standard: PS3.3 C.7.6.16.2.11.
"""

from fractions import Fraction
from struct import calcsize, unpack

import numpy as np
from numpy.typing import NDArray

from diascope import sequences
from diascope.errors import MalformedImage
from diascope.limits import MAX_TABLE_ENTRIES
from diascope.sequences import Item, Source
from diascope.texts import Decoder, ascii_text, visible
from diascope.values import PixelDescription, RealWorldMapping

MAPPINGS = 0x00409096
MAX_MAPPINGS = 64  # our own: a file has a few, one a quantity
MAPPING_NOTICE = "A real-world value mapping in the file cannot be used and is left out."

_FIRST, _LAST = (0x00409216, 0x00409214), (0x00409211, 0x00409213)  # integer, double
_SLOPE, _INTERCEPT, _ENTRIES = 0x00409225, 0x00409224, 0x00409212
_LABEL, _EXPLANATION, _UNITS = 0x00409210, 0x00283003, 0x004008EA
_CODE, _SCHEME, _MEANING = 0x00080100, 0x00080102, 0x00080104


def read(
    source: Source, decode: Decoder, pixels: PixelDescription | None, notices: list[str]
) -> tuple[RealWorldMapping, ...]:
    """Return the mappings of the file or of a frame that can be used, in their order.

    Standard: PS3.3 C.7.6.16.2.11, Real World Value Mapping Macro.
    """
    if pixels is None or MAPPINGS not in source.elements:
        return ()
    found: list[RealWorldMapping] = []
    try:
        listed = sequences.items(source, MAPPINGS)
    except MalformedImage:
        notices.append(MAPPING_NOTICE)
        return ()
    for item in listed[:MAX_MAPPINGS]:
        try:
            found.append(_mapping(item, decode, is_signed=pixels.is_signed))
        except MalformedImage:
            continue
    if len(found) < len(listed):
        notices.append(MAPPING_NOTICE)
    return tuple(found)


def value(mapping: RealWorldMapping, stored: float | Fraction) -> Fraction | None:
    """Return the quantity of a stored value, in the units of the mapping; None outside it.

    Nothing is rounded. A floating-point stored value is the fraction that it is.

    Standard: PS3.3 C.7.6.16.2.11.1.2, Real World Values = slope * stored + intercept.
    """
    number = Fraction(stored)
    if not mapping.first <= number <= mapping.last:
        return None
    if mapping.slope is not None:
        return mapping.slope * number + mapping.intercept
    place = number - mapping.first
    return Fraction(float(mapping.entries[int(place)])) if place.denominator == 1 else None


def _mapping(item: Item, decode: Decoder, *, is_signed: bool) -> RealWorldMapping:
    """Read one mapping.

    Raises:
        MalformedImage: `real_world`, a number it needs is missing or not finite.
    """
    first, last = (_bound(item, tags, is_signed=is_signed) for tags in (_FIRST, _LAST))
    slopes, intercepts = (_doubles(item, tag) for tag in (_SLOPE, _INTERCEPT))
    entries = _doubles(item, _ENTRIES)
    is_linear = len(slopes) == len(intercepts) == 1
    is_table = 0 < len(entries) <= MAX_TABLE_ENTRIES and len(entries) == last - first + 1
    if first > last or not (is_linear or is_table):
        raise MalformedImage("real_world", "a mapping has no usable line or table")
    units = item.items(_UNITS)
    code, scheme = (ascii_text(units[0].value(tag)) if units else "" for tag in (_CODE, _SCHEME))
    return RealWorldMapping(
        first=first,
        last=last,
        slope=Fraction(float(slopes[0])) if is_linear else None,
        intercept=Fraction(float(intercepts[0])) if is_linear else Fraction(0),
        entries=entries,
        units=(code, scheme),
        unit_meaning=_text(units[0], _MEANING, decode) if units else "",
        label=_text(item, _LABEL, decode),
        explanation=_text(item, _EXPLANATION, decode),
    )


def _bound(item: Item, tags: tuple[int, int], *, is_signed: bool) -> Fraction:
    """Return a bound of a mapping; where the file has no VR its sign is that of the pixels.

    Standard: PS3.3 C.7.6.16.2.11.1.1: US or SS, or FD of floating-point pixels.
    """
    integer, double = tags
    vr, data = item.vr(integer), item.value(integer)
    if len(data) == calcsize("h"):
        is_short = vr == "SS" or (vr != "US" and is_signed)
        return Fraction(unpack(_order(item) + ("h" if is_short else "H"), data)[0])
    numbers = _doubles(item, double)
    if len(numbers) != 1:
        raise MalformedImage("real_world", "a mapping has no bounds")
    return Fraction(float(numbers[0]))


def _doubles(item: Item, tag: int) -> NDArray[np.float64]:
    """Return the FD values of an element, read-only; none when it is absent.

    Raises:
        MalformedImage: `real_world`, they are not finite numbers of eight bytes.

    Standard: PS3.5 6.2, FD.
    """
    data = item.value(tag)
    if len(data) % 8:
        raise MalformedImage("real_world", f"tag {tag:08X} has {len(data)} bytes")
    found = np.frombuffer(data, _order(item) + "f8").astype(np.float64)
    if not np.isfinite(found).all():
        raise MalformedImage("real_world", f"tag {tag:08X} is not finite")
    found.setflags(write=False)
    return found


def _order(item: Item) -> str:
    return "<" if item.encoding.is_little else ">"


def _text(item: Item, tag: int, decode: Decoder) -> str:
    return visible("\\".join(decode("LO", item.value(tag))))
