"""The items of a sequence, element by element, by the same bounded walk, at any depth.

Total: what is asked of a sequence is found, or refused with a class of `errors`. In Implicit VR
and behind VR UN nothing has looked inside a nested value before, so its structure is checked here
and what it holds is counted here: the items of one sequence have one count for all that stands in
them unseen, however deep. What the walk over the file has counted is not counted again.
Nothing recurses or guesses an encoding: a caller steps from an item into a sequence of it by name.
Standard: PS3.5 7.5, 6.2.2 note 2 (UN).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from diascope.elements import Element, ElementWalk, is_opaque
from diascope.encoding import (
    IMPLICIT_LITTLE,
    ITEM,
    ITEM_DELIMITER,
    SEQUENCE_DELIMITER,
    UNDEFINED,
    Encoding,
)
from diascope.errors import Part10Error
from diascope.limits import DEFAULT_LIMITS, Count
from diascope.part10 import Part10
from diascope.pixel_layout import unsigned


class Item(NamedTuple):
    """One item: where its elements lie in `buffer`, and how they are encoded.

    `is_seen` says that the walk over the file has counted it; `unseen` is the count of what that
    walk could not see.
    """

    buffer: bytes
    encoding: Encoding
    elements: Mapping[int, Element]
    unseen: Count
    is_seen: bool

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
    """A sequence whose items are read one by one: its own bytes, and where each item begins.

    The walk over the file has been in it, and has counted what it saw.
    """

    buffer: bytes
    encoding: Encoding
    starts: tuple[int, ...]

    def shared_count(self) -> Count:
        """Return what those count with who read all items, as many as there are frames.

        Standard: PS3.3 C.7.6.16.1.2.
        """
        return Count(DEFAULT_LIMITS, len(self.starts))

    def item(self, index: int, count: Count | None = None) -> Item:
        """Read one item; what stands in it unseen is counted in `count`, else by itself.

        Raises:
            Part10Error: it contradicts itself, names an element twice or holds pixel data.
            LimitExceeded: too many elements or items in it, or too deep.

        Standard: PS3.5 7.5.1.
        """
        reader = _Reader(self.buffer, self.encoding, count or Count(DEFAULT_LIMITS), is_seen=True)
        return reader.item(self.starts[index], len(self.buffer))[0]

    def every(self) -> Iterator[Item]:
        """Read all items, against the limits of a file without frames, again at every call.

        Raises:
            Part10Error: as for `item`.
            LimitExceeded: they hold more than such a file may.

        Standard: PS3.5 7.5.1.
        """
        count = Count(DEFAULT_LIMITS)
        reader = _Reader(self.buffer, self.encoding, count, is_seen=False)
        for start in self.starts:
            count.item()
            yield reader.item(start, len(self.buffer))[0]


def items(source: Source, tag: int) -> list[Item]:
    """Return the items of a sequence of `source`, [] when it is absent or empty.

    Raises:
        Part10Error: the element is no sequence, contradicts itself, or an item names an element
            twice or holds pixel data.
        LimitExceeded: too many elements or items, or too deep.

    Standard: PS3.5 7.5.1 and 7.5.2.
    """
    found = _sequence(source, tag)
    if found is None:
        return []
    is_seen, count = not is_opaque(tag, found.vr, found.length), Count(DEFAULT_LIMITS)
    if isinstance(source, Item):
        is_seen, count = is_seen and source.is_seen, source.unseen
    reader = _Reader(source.buffer, _inside(source, found), count, is_seen=is_seen)
    return list(reader.items(found))


def groups(outside: Part10, tag: int) -> Sequence:
    """Return a sequence of functional groups, of which there are many and few are wanted.

    Raises:
        Part10Error: the element is no sequence.

    Standard: PS3.3 C.7.6.16.1; PS3.5 7.5.1 and 7.5.2.
    """
    found = _sequence(outside, tag)
    if found is None:
        return Sequence(b"", outside.encoding, ())
    starts = tuple(start - found.start for start in outside.groups[tag])
    return Sequence(outside.buffer[found.start : found.stop], _inside(outside, found), starts)


def _sequence(source: Source, tag: int) -> Element | None:
    found = source.elements.get(tag)
    if found is not None and found.vr not in {"SQ", "UN", ""}:
        raise Part10Error("sequence", f"tag {tag:08X} has the VR {found.vr}")
    return found


def _inside(source: Source, sequence: Element) -> Encoding:
    """Return how the items are encoded. Standard: PS3.5 6.2.2, note 2."""
    return IMPLICIT_LITTLE if sequence.vr == "UN" else source.encoding


class _Reader:
    """Reads items, and gives each what it needs to open the sequences in it."""

    def __init__(self, data: bytes, encoding: Encoding, count: Count, *, is_seen: bool) -> None:
        self._data, self._encoding = data, encoding
        self._count, self._is_seen = count, is_seen
        self._walk = ElementWalk(data, DEFAULT_LIMITS, None if is_seen else count)

    def items(self, sequence: Element) -> Iterator[Item]:
        at = sequence.start
        while _has_item(self._data, at, sequence, self._encoding):
            self._walk.count_item()
            item, at = self.item(at, sequence.stop)
            yield item

    def item(self, at: int, end: int) -> tuple[Item, int]:
        """Read the item at `at`, which lies before `end`; also return the offset after it."""
        data, encoding = self._data, self._encoding
        _, length = _marker(data, at, end, encoding)
        at += 8
        stop = end if length == UNDEFINED else _fit(at, length, end)
        found: dict[int, Element] = {}
        while not _is_over(data, at, stop, length, encoding):
            element = self._walk.next_element(at, encoding, stop)
            if element.stop < 0 or element.tag >> 16 == ITEM >> 16:
                raise Part10Error("sequence", f"tag {element.tag:08X} in an item at byte {at}")
            if element.tag in found:
                raise Part10Error("order", f"tag {element.tag:08X} twice in an item")
            found[element.tag] = element
            at = element.stop
        item = Item(data, encoding, found, self._count, self._is_seen)
        return item, at + 8 if length == UNDEFINED else at


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
