"""The items of a sequence, element by element, by the same bounded walk, at any depth.

Total: what is asked of a sequence is found, or refused with a class of `errors`. In Implicit VR
and behind VR UN nothing has looked inside a nested value before, so its structure is checked here.
Nothing recurses or guesses an encoding: a caller steps from an item into a sequence of it by name.
Standard: PS3.5 7.5, 6.2.2 note 2 (UN).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from diascope.elements import (
    IMPLICIT_LITTLE,
    ITEM,
    ITEM_DELIMITER,
    SEQUENCE_DELIMITER,
    UNDEFINED,
    Element,
    ElementWalk,
    Encoding,
)
from diascope.errors import Part10Error
from diascope.limits import DEFAULT_LIMITS
from diascope.part10 import Part10
from diascope.pixel_layout import unsigned


class Item(NamedTuple):
    """One item: where its elements lie in `buffer`, and how they are encoded."""

    buffer: bytes
    encoding: Encoding
    elements: Mapping[int, Element]

    def value(self, tag: int) -> bytes:
        """Return the bytes of an element, b"" when it is absent or itself a sequence.

        Standard: PS3.5 7.1.
        """
        found = self.elements.get(tag)
        if found is None or found.length == UNDEFINED:
            return b""
        return self.buffer[found.start : found.stop]

    def vr(self, tag: int) -> str:
        """Return the VR that the file names, "" when it names none.

        Standard: PS3.5 6.2.
        """
        return self.elements[tag].vr if tag in self.elements else ""

    def unsigned(self, tag: int) -> int | None:
        """Return a US value, None when it is absent or empty.

        Raises:
            Part10Error: `pixel_attributes`, it has another VR or size.

        Standard: PS3.5 6.2, VR US.
        """
        found = self.elements.get(tag)
        return unsigned(found and (found, self.value(tag)), self.encoding)

    def items(self, tag: int) -> list["Item"]:
        """Return the items of a sequence of this item, see `items` below.

        Standard: PS3.5 7.5.1 and 7.5.2.
        """
        return items(self, tag)


Source: TypeAlias = Part10 | Item
"""What has elements: the top level of a file, or an item."""


class Sequence(NamedTuple):
    """A sequence whose items are read one by one: its own bytes, and where each item begins."""

    buffer: bytes
    encoding: Encoding
    starts: tuple[int, ...]

    def item(self, index: int) -> Item:
        """Read one item.

        Raises:
            Part10Error: it contradicts itself, names an element twice or holds pixel data.
            LimitExceeded: too many elements or items in it, or too deep.

        Standard: PS3.5 7.5.1.
        """
        walk = ElementWalk(self.buffer, DEFAULT_LIMITS)
        return _item(self.buffer, walk, self.starts[index], len(self.buffer), self.encoding)[0]


def items(source: Source, tag: int) -> list[Item]:
    """Return the items of a sequence of `source`, [] when it is absent or empty.

    Raises:
        Part10Error: the element is no sequence, contradicts itself, or an item names an element
            twice or holds pixel data.
        LimitExceeded: too many elements or items, or too deep.

    Standard: PS3.5 7.5.1 and 7.5.2.
    """
    sequence = _sequence(source, tag)
    if sequence is None:
        return []
    return list(_items(source.buffer, sequence, _inside(source, sequence)))


def sequence(source: Source, tag: int) -> Sequence:
    """Return a sequence by itself, for one that has many items of which few are wanted.

    Items of defined length are stepped over unseen; `Sequence.item` checks the one it reads.

    Raises:
        Part10Error: the element is no sequence, or contradicts itself.
        LimitExceeded: too many items; where their lengths are undefined, also as for `items`.

    Standard: PS3.5 7.5.1 and 7.5.2.
    """
    found = _sequence(source, tag)
    if found is None:
        return Sequence(b"", source.encoding, ())
    encoding, data = _inside(source, found), source.buffer[found.start : found.stop]
    moved = found._replace(start=0, stop=len(data))
    return Sequence(data, encoding, tuple(_starts(data, moved, encoding)))


def _sequence(source: Source, tag: int) -> Element | None:
    found = source.elements.get(tag)
    if found is not None and found.vr not in {"SQ", "UN", ""}:
        raise Part10Error("sequence", f"tag {tag:08X} has the VR {found.vr}")
    return found


def _inside(source: Source, sequence: Element) -> Encoding:
    """Return how the items are encoded. Standard: PS3.5 6.2.2, note 2."""
    return IMPLICIT_LITTLE if sequence.vr == "UN" else source.encoding


def _items(data: bytes, sequence: Element, encoding: Encoding) -> Iterator[Item]:
    walk, at = ElementWalk(data, DEFAULT_LIMITS), sequence.start
    while _has_item(data, at, sequence, encoding):
        walk.count_item()
        item, at = _item(data, walk, at, sequence.stop, encoding)
        yield item


def _starts(data: bytes, sequence: Element, encoding: Encoding) -> Iterator[int]:
    """Say where each item begins; an item of undefined length has to be walked through."""
    walk, at = ElementWalk(data, DEFAULT_LIMITS), sequence.start
    while _has_item(data, at, sequence, encoding):
        walk.count_item()
        yield at
        _, length = _marker(data, at, sequence.stop, encoding)
        if length == UNDEFINED:
            at = _item(data, walk, at, sequence.stop, encoding)[1]
        else:
            at = _fit(at + 8, length, sequence.stop)


def _has_item(data: bytes, at: int, sequence: Element, encoding: Encoding) -> bool:
    """Tell whether an item begins at `at`, or the sequence ends there as its length says.

    Standard: PS3.5 7.5.2.
    """
    is_undefined = sequence.length == UNDEFINED
    if at == sequence.stop and not is_undefined:
        return False
    tag, length = _marker(data, at, sequence.stop, encoding)
    if is_undefined and (tag, length) == (SEQUENCE_DELIMITER, 0):
        return False
    if tag != ITEM:
        raise Part10Error("sequence", f"tag {tag:08X} between items at byte {at}")
    return True


def _item(
    data: bytes, walk: ElementWalk, at: int, end: int, encoding: Encoding
) -> tuple[Item, int]:
    """Read the item at `at`, which lies before `end`; also return the offset after it."""
    _, length = _marker(data, at, end, encoding)
    at += 8
    stop = end if length == UNDEFINED else _fit(at, length, end)
    found: dict[int, Element] = {}
    while not _is_over(data, at, stop, length, encoding):
        element = walk.next_element(at, encoding, stop)
        if element.stop < 0 or element.tag >> 16 == ITEM >> 16:
            raise Part10Error("sequence", f"tag {element.tag:08X} in an item at byte {at}")
        if element.tag in found:
            raise Part10Error("order", f"tag {element.tag:08X} twice in an item")
        found[element.tag] = element
        at = element.stop
    return Item(data, encoding, found), at + 8 if length == UNDEFINED else at


def _is_over(data: bytes, at: int, stop: int, length: int, encoding: Encoding) -> bool:
    """Tell whether an item ends at `at`. Standard: PS3.5 7.5.1, Item Delimitation Item."""
    if length != UNDEFINED:
        return at == stop
    return _marker(data, at, stop, encoding) == (ITEM_DELIMITER, 0)


def _marker(data: bytes, at: int, end: int, encoding: Encoding) -> tuple[int, int]:
    """Return tag and length of the item or delimiter at `at`, or what else stands there."""
    if at + 8 > end:
        raise Part10Error("truncated", f"no room for an item at byte {at}")
    group, number, length = encoding.tag_and_length(data, at)
    return group << 16 | number, length


def _fit(start: int, length: int, end: int) -> int:
    """Return the end of an item of defined length that lies within its sequence."""
    if start + length > end:
        raise Part10Error("length", f"an item wants {length} bytes of {end - start}")
    return start + length
