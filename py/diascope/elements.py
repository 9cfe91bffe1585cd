"""Walk the data elements of a data set, within bounds, before any other parser sees them.

This is not a parser of values: it finds where each top-level element lies and steps over nested
sequences, so that no length, depth or count in the file can surprise the code that comes after.
Nothing here recurses. In Implicit VR a value of defined length is opaque, since only a dictionary
could tell that it is a sequence; those at the top level that are read later are known, and
`sequences` counts what it opens beyond them. Standard: PS3.5 7, A.4.
"""

from typing import NamedTuple

from diascope.encoding import (
    EXPLICIT_LITTLE,
    HAS_LONG_LENGTH,
    IMPLICIT_LITTLE,
    ITEM,
    ITEM_DELIMITER,
    LAST_TAG,
    PIXEL_DATA,
    PIXEL_TAGS,
    READ_SEQUENCES,
    SEQUENCE_DELIMITER,
    UNDEFINED,
    VR_NAMES,
    Encoding,
)
from diascope.errors import LimitExceeded, Part10Error
from diascope.limits import Count, Limits


class Element(NamedTuple):
    """Where one data element lies. `vr` is "" in Implicit VR; `stop` is -1 when not yet known."""

    tag: int
    vr: str
    at: int
    start: int
    length: int
    stop: int


class Fragment(NamedTuple):
    """The bytes of one item of encapsulated Pixel Data, without its 8-byte tag and length."""

    start: int
    stop: int


class _Open(NamedTuple):
    """A sequence, item or fragment list that the walk is inside of; `stop` -1 when undefined."""

    kind: str
    stop: int
    bound: int
    encoding: Encoding


def is_opaque(tag: int, vr: str, length: int) -> bool:
    """Whether a walk steps over this value unseen, although it may be a sequence.

    Standard: PS3.5 6.2 and A.1.
    """
    is_known = vr == "SQ" or (tag in READ_SEQUENCES and vr in {"UN", ""})
    return length != UNDEFINED and not is_known


class ElementWalk:
    """One pass over one buffer, which counts what it meets against the limits.

    `count` is given where walks share one: their limits are those of what they read together.
    """

    def __init__(self, data: bytes, limits: Limits, count: Count | None = None) -> None:
        self._data = data
        self._limits = limits
        self._count = Count(limits) if count is None else count
        self._starts: list[int] | None = None  # of the groups that the walk is inside of
        self._largest = self._mark = 0

    def next_element(self, at: int, encoding: Encoding, end: int = -1) -> Element:
        """Read the element at `at` and step over its value, all of it before `end`.

        `end` is that of the buffer at the top level (-1), that of its container otherwise. Pixel
        data are left to the caller: their `stop` is -1.

        Raises:
            Part10Error: the element is cut short, or breaks the rules of its encoding.
            LimitExceeded: too many elements or items, or too deep.

        Standard: PS3.5 7.1.
        """
        end = len(self._data) if end < 0 else end
        tag, vr, length, start = self._header(at, end, encoding)
        self._count.element()
        if tag in PIXEL_TAGS:
            return Element(tag, vr, at, start, length, -1)
        if child := self._child(tag, vr, length, start, end, encoding):
            return Element(tag, vr, at, start, length, self._skip_nested(start, child))
        return Element(tag, vr, at, start, length, self._fit(start, length, end, tag))

    def count_item(self) -> None:
        """Count an item that the caller steps into.

        Raises:
            LimitExceeded: `items`.

        Standard: PS3.5 7.5.
        """
        self._count.item()

    def groups(self, at: int, encoding: Encoding, frames: int) -> tuple[Element, tuple[int, ...]]:
        """Read a sequence of functional groups, larger the more frames it is allowed.

        Also returns where each of its items begins. `frames` is 0 for the shared groups.

        Raises:
            Part10Error: as for `next_element`.
            LimitExceeded: also one group too large, in a file that only its frames permit.

        Standard: PS3.3 C.7.6.16.1.
        """
        starts = self._starts = list[int]()
        self._largest = 0
        self._count.widen(frames)
        element = self.next_element(at, encoding)
        self._end_group(starts)
        self._count.narrow()
        self._starts = None
        return element, tuple(starts)

    def _end_group(self, starts: list[int]) -> None:
        """Refuse a group that is too large, once the file lives on what its frames permit."""
        if starts:
            self._largest = max(self._largest, self._count.together - self._mark - 1)
        if self._count.has_grown and self._largest > self._limits.group:
            raise LimitExceeded("elements", f"{self._largest} in a group of a file with many")

    def peek(self, at: int, encoding: Encoding) -> int:
        """Return the tag at `at`, 0 where there is no room for an element.

        Standard: PS3.5 7.1.
        """
        if at + 8 > len(self._data):
            return 0
        group, number = encoding.tag(self._data, at)
        tag: int = group << 16 | number
        return tag

    def looks_like_element(self, at: int, last: int, encoding: Encoding) -> bool:
        """Whether an element that may follow tag `last` begins at `at`, not other bytes.

        Standard: PS3.5 7.1.
        """
        is_known = not encoding.is_explicit or self._data[at + 4 : at + 6] in VR_NAMES
        return is_known and last < self.peek(at, encoding) <= LAST_TAG

    def fit(self, element: Element, bound: int) -> int:
        """Return the end of a value of defined length that lies before `bound`.

        Standard: PS3.5 7.1.1.
        """
        return self._fit(element.start, element.length, bound, element.tag)

    def fragments(self, at: int) -> tuple[tuple[Fragment, ...], int]:
        """List the items of encapsulated pixel data from `at`; also return the offset after them.

        Standard: PS3.5 A.4 and table A.4-1.
        """
        found: list[Fragment] = []
        while (item := self._fragment(at)) is not None:
            found.append(item)
            self._limits.check("fragments", len(found))
            at = item.stop
        return tuple(found), at + 8

    def items(self, at: int) -> tuple[Fragment, ...]:
        """List the items from `at` to the end of the buffer, as a frame part holds them.

        Standard: PS3.5 A.4.
        """
        found: list[Fragment] = []
        while at < len(self._data) and (item := self._fragment(at)) is not None:
            found.append(item)
            at = item.stop
        if at != len(self._data) or not found:
            raise Part10Error("fragments", "a frame is a row of items and nothing else")
        return tuple(found)

    def _fragment(self, at: int) -> Fragment | None:
        """Read one item of encapsulated pixel data; None for the delimiter that ends them."""
        tag, _, length, start = self._header(at, len(self._data), EXPLICIT_LITTLE)
        if tag == SEQUENCE_DELIMITER and length == 0:
            return None
        if tag != ITEM:
            raise Part10Error("fragments", f"no item at byte {at}")
        return Fragment(start, self._fit(start, length, len(self._data), tag))

    def _header(self, at: int, bound: int, encoding: Encoding) -> tuple[int, str, int, int]:
        """Return tag, VR, length and value offset of the element at `at`."""
        if at + 8 > bound:
            raise Part10Error("truncated", f"no room for an element at byte {at}")
        group, number, length = encoding.tag_and_length(self._data, at)
        tag = group << 16 | number
        if not encoding.is_explicit or group == 0xFFFE:
            return tag, "", length, at + 8
        code = self._data[at + 4 : at + 6]
        is_long = HAS_LONG_LENGTH.get(code)
        if is_long is None:
            raise Part10Error("vr", f"tag {tag:08X} at byte {at}")
        if not is_long:
            return tag, VR_NAMES[code], encoding.short(self._data, at + 6)[0], at + 8
        if at + 12 > bound:
            raise Part10Error("truncated", f"no room for tag {tag:08X}")
        return tag, VR_NAMES[code], encoding.long(self._data, at + 8)[0], at + 12

    def _fit(self, start: int, length: int, bound: int, tag: int) -> int:
        """Return the end of a value of defined length that lies within its container."""
        if length == UNDEFINED:
            raise Part10Error("undefined_length", f"tag {tag:08X}")
        if start + length > bound:
            reason = "truncated" if bound == len(self._data) else "length"
            raise Part10Error(reason, f"tag {tag:08X} wants {length} bytes of {bound - start}")
        return start + length

    def _child(
        self, tag: int, vr: str, length: int, start: int, bound: int, encoding: Encoding
    ) -> _Open | None:
        """Return the container that this element opens, or None for a plain value."""
        inner = IMPLICIT_LITTLE if vr == "UN" else encoding  # PS3.5 6.2.2, note 2
        if is_opaque(tag, vr, length):
            return None
        if length != UNDEFINED:
            stop = self._fit(start, length, bound, tag)
            return _Open("sequence", stop, stop, inner)
        if tag == PIXEL_DATA and vr in {"OB", "OW"}:
            return _Open("fragments", -1, bound, inner)  # of an icon image, PS3.5 A.4
        if vr not in {"SQ", "UN", ""}:
            raise Part10Error("undefined_length", f"tag {tag:08X}")
        return _Open("sequence", -1, bound, inner)

    def _skip_nested(self, at: int, first: _Open) -> int:
        """Return the offset after a sequence and all that it holds, with a stack of our own."""
        stack = [first]
        while stack:
            top = stack[-1]
            at = self._skip_plain(at, top)
            if at == top.stop:
                stack.pop()
                continue
            tag, vr, length, start = self._header(at, top.bound, top.encoding)
            if tag >> 16 == 0xFFFE:
                at = self._delimiter(stack, tag, length, start)
                continue
            if top.kind != "item":
                raise Part10Error("sequence", f"tag {tag:08X} between items at byte {at}")
            self._count.element()
            child = self._child(tag, vr, length, start, top.bound, top.encoding)
            if child is None:
                at = self._fit(start, length, top.bound, tag)
                continue
            self._limits.check("depth", len(stack) // 2 + 1)
            stack.append(child)
            at = start
        return at

    def _skip_plain(self, at: int, top: _Open) -> int:
        """Step over the plain values that follow in an item, most of what headers are full of.

        What would be beyond a limit stays, to be refused as if it came alone.
        """
        if top.kind != "item":
            return at
        most = self._count.most_elements - self._count.elements
        at, passed = top.encoding.skip_plain(self._data, at, top.bound, most)
        self._count.elements += passed
        return at

    def _delimiter(self, stack: list[_Open], tag: int, length: int, start: int) -> int:
        """Open an item, or close the container whose delimiter this is; return the next offset."""
        top = stack[-1]
        if tag == ITEM and top.kind != "item":
            return self._item(stack, length, start)
        closes = SEQUENCE_DELIMITER if top.kind != "item" else ITEM_DELIMITER
        if tag != closes or top.stop != -1 or length != 0:
            raise Part10Error("sequence", f"tag {tag:08X} at byte {start - 8}")
        stack.pop()
        return start

    def _item(self, stack: list[_Open], length: int, start: int) -> int:
        if len(stack) == 1 and self._starts is not None:
            self._end_group(self._starts)
            self._starts.append(start - 8)
            self._mark = self._count.together
        self.count_item()
        top = stack[-1]
        if top.kind == "fragments":
            return self._fit(start, length, top.bound, ITEM)
        stop = -1 if length == UNDEFINED else self._fit(start, length, top.bound, ITEM)
        stack.append(_Open("item", stop, top.bound if stop == -1 else stop, top.encoding))
        return start
