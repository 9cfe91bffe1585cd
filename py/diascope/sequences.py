"""The items of a sequence at the top level, element by element, by the same bounded walk.

Only for sequences that `part10` has stepped over, so that their structure holds; no parser that
recurses or guesses an encoding sees one. Standard: PS3.5 7.5.
"""

from collections.abc import Mapping
from typing import NamedTuple

from diascope.elements import (
    IMPLICIT_LITTLE,
    ITEM,
    ITEM_DELIMITER,
    UNDEFINED,
    Element,
    ElementWalk,
    Encoding,
)
from diascope.errors import Part10Error
from diascope.limits import DEFAULT_LIMITS
from diascope.part10 import Part10


class Item(NamedTuple):
    """One item: where its elements lie in `buffer`, and how they are encoded."""

    buffer: bytes
    encoding: Encoding
    elements: Mapping[int, Element]

    def value(self, tag: int) -> bytes:
        """Return the bytes of an element, b"" when it is absent or itself a sequence."""
        found = self.elements.get(tag)
        if found is None or found.length == UNDEFINED:
            return b""
        return self.buffer[found.start : found.stop]

    def vr(self, tag: int) -> str:
        """Return the VR that the file names, "" when it names none."""
        return self.elements[tag].vr if tag in self.elements else ""


def items(outside: Part10, tag: int) -> list[Item]:
    """Return the items of a top-level sequence, [] when it is absent or empty.

    Raises:
        Part10Error: `sequence`, the element is none, or holds pixel data.

    Standard: PS3.5 7.5.1 and 7.5.2.
    """
    sequence = outside.elements.get(tag)
    if sequence is None:
        return []
    if sequence.vr not in {"SQ", "UN", ""}:
        raise Part10Error("sequence", f"tag {tag:08X} has the VR {sequence.vr}")
    encoding = IMPLICIT_LITTLE if sequence.vr == "UN" else outside.encoding
    data = outside.buffer[: sequence.stop]
    walk = ElementWalk(data, DEFAULT_LIMITS)
    found, at = [], sequence.start
    while at < sequence.stop and _tag(data, at, encoding) == ITEM:
        elements, at = _elements(data, walk, at, encoding)
        found.append(Item(data, encoding, elements))
    return found


def _elements(
    data: bytes, walk: ElementWalk, at: int, encoding: Encoding
) -> tuple[Mapping[int, Element], int]:
    """Return the elements of the item at `at` and the offset after it."""
    length, at = encoding.tag_and_length(data, at)[2], at + 8
    stop = len(data) if length == UNDEFINED else at + length
    found: dict[int, Element] = {}
    while at < stop and _tag(data, at, encoding) != ITEM_DELIMITER:
        element = walk.next_element(at, encoding)
        if element.stop < 0:
            raise Part10Error("sequence", f"pixel data in an item at byte {at}")
        found[element.tag] = element
        at = element.stop
    return found, at + 8 if length == UNDEFINED else at


def _tag(data: bytes, at: int, encoding: Encoding) -> int:
    group, number = encoding.tag(data, at)
    return int(group << 16 | number)
