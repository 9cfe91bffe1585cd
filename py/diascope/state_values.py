"""Typed values of the elements that a presentation state is made of, exact or refused.

What is absent is empty; what has another VR, number of values or size is refused, since a state
is applied whole or not at all. Standard: PS3.5 6.2.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import isfinite
from struct import unpack

from diascope import attributes
from diascope.errors import MalformedImage, PresentationError, PresentationStateError
from diascope.sequences import Source
from diascope.shutter import integer

BINARY = {"US": "H", "SS": "h", "SL": "i", "UL": "I", "FL": "f"}
SIZES = {"US": 2, "SS": 2, "SL": 4, "UL": 4, "FL": 4}


@contextmanager
def refused_as(refusal: PresentationStateError) -> Iterator[None]:
    """Turn what any reader of a module refuses into the refusal of the whole state.

    Raises:
        PresentationStateError: the one that is given, with the detail of the cause.

    Standard: PS3.4 N.2, a state is applied whole.
    """
    try:
        yield
    except PresentationStateError:
        raise
    except (MalformedImage, PresentationError) as error:
        raise PresentationStateError(refusal.reason, error.detail or refusal.detail) from None


def is_present(holder: Source, tag: int) -> bool:
    """Tell whether an element is there and not empty. Standard: PS3.5 7.4, types 1C and 2."""
    return tag in holder.elements and holder.elements[tag].length > 0


def code(holder: Source, tag: int) -> str:
    """Return a code string of one value, "" when absent. Standard: PS3.5 6.2, CS."""
    values = attributes.strings(holder, tag)
    if len(values) > 1:
        raise MalformedImage("value", f"tag {tag:08X} has {len(values)} values")
    return values[0] if values else ""


def whole(holder: Source, tag: int) -> list[int]:
    """Return the values of an integer string. Standard: PS3.5 6.2, IS.

    Raises:
        MalformedImage: `value`, one is no integer.
    """
    found = [integer(text) for text in attributes.strings(holder, tag)]
    if None in found:
        raise MalformedImage("value", f"tag {tag:08X} holds no whole numbers")
    return [number for number in found if number is not None]


def numbers(holder: Source, tag: int, vr: str, count: int) -> list[int]:
    """Return exactly `count` binary integers, [] when absent. Standard: PS3.5 6.2, US SS SL UL.

    Raises:
        MalformedImage: `value`, another VR or number of values.
    """
    return [int(value) for value in _unpacked(holder, tag, vr, count)]


def fractions(holder: Source, tag: int, count: int = 0) -> list[Fraction]:
    """Return exactly `count` FL values (any number for 0) as the fractions they are.

    Raises:
        MalformedImage: `value`, another VR or number of values, or one that is no number.

    Standard: PS3.5 6.2, FL.
    """
    found = _unpacked(holder, tag, "FL", count)
    if not all(map(isfinite, found)):
        raise MalformedImage("value", f"tag {tag:08X} holds what is no number")
    return [Fraction(value) for value in found]


def _unpacked(holder: Source, tag: int, vr: str, count: int) -> tuple[float, ...]:
    value = holder.value(tag)
    if not value:
        return ()
    size = SIZES[vr]
    held = len(value) // size
    if holder.elements[tag].vr not in {vr, ""} or len(value) % size or (count and held != count):
        raise MalformedImage("value", f"tag {tag:08X} is not {count} of {vr}")
    order = "<" if holder.encoding.is_little else ">"
    return unpack(f"{order}{held}{BINARY[vr]}", value)
