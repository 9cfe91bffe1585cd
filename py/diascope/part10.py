"""Read the outside of a DICOM file: its meta information and where its elements lie.

Our own bounded reader, which every file passes before pydicom or a codec sees it. It interprets
no value but those that say how pixel data are laid out. `parts` cuts what `read` has checked.
Standard: PS3.10 7, PS3.5 7, 8 and A.4.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from diascope.elements import Element, ElementWalk, Fragment
from diascope.encoding import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    FRAME_GROUPS,
    GROUPS,
    IMPLICIT_LITTLE,
    PIXEL_DATA,
    PIXEL_TAGS,
    UNDEFINED,
    Encoding,
)
from diascope.errors import DiascopeError, Part10Error
from diascope.file_meta import TRANSFER_SYNTAX, inflate, read_meta
from diascope.limits import DEFAULT_LIMITS, Limits
from diascope.pixel_layout import PixelLayout, read_layout, surplus, unsigned
from diascope.transfer_syntaxes import REFERENCED_DEFLATED

IMPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99"
EXPLICIT_VR_BIG_ENDIAN = "1.2.840.10008.1.2.2"
DEFLATED = REFERENCED_DEFLATED | {DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN}  # the whole data set
NATIVE_ENCODINGS = MappingProxyType(
    {
        IMPLICIT_VR_LITTLE_ENDIAN: IMPLICIT_LITTLE,
        EXPLICIT_VR_LITTLE_ENDIAN: EXPLICIT_LITTLE,
        DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN: EXPLICIT_LITTLE,
        EXPLICIT_VR_BIG_ENDIAN: EXPLICIT_BIG,
    }
)

PREAMBLE_NOTICE = "The file begins with bytes that are not DICOM."
TRAILING_NOTICE = "The file ends with bytes that are not DICOM."
SURPLUS_NOTICE = "The file holds more pixel data than it describes; the rest is not shown."

_SOP_CLASS, _SOP, _STUDY, _SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E
_UID_CHARACTERS = frozenset(b"0123456789.")


@dataclass(frozen=True, slots=True, eq=False)
class Part10:
    """The outside of one file.

    Offsets address `buffer`: the file itself or, when its data set is deflated, the file meta
    information followed by the inflated data set. `fragments` is None for native pixel data; its
    first entry is the Basic Offset Table. `pixels.stop` is -1 after `read_header`. `groups` says
    where the items of the two sequences of functional groups begin.
    """

    buffer: bytes
    size: int
    transfer_syntax: str
    encoding: Encoding
    elements: Mapping[int, Element]
    pixels: Element | None
    fragments: tuple[Fragment, ...] | None
    layout: PixelLayout | None
    groups: Mapping[int, tuple[int, ...]]
    notices: tuple[str, ...]

    def value(self, tag: int) -> bytes:
        """Return the bytes of a top-level element, b"" when it is absent.

        Raises:
            Part10Error: `undefined_length`, it is a sequence and no value.

        Standard: PS3.5 7.1.
        """
        found = self.elements.get(tag)
        return _value(self.buffer, found) if found else b""

    def unsigned(self, tag: int) -> int | None:
        """Return a top-level US value, None when it is absent or empty.

        Raises:
            Part10Error: `pixel_attributes`, it has another VR or size.

        Standard: PS3.5 6.2, VR US.
        """
        found = self.elements.get(tag)
        return unsigned(found and (found, self.value(tag)), self.encoding)

    def uid(self, tag: int) -> str:
        """Return a top-level UID, "" when it is absent or empty.

        Raises:
            Part10Error: `uid`, it is not 1 to 64 digits and dots.

        Standard: PS3.5 9.1.
        """
        return _uid(self.value(tag), tag)

    @property
    def sop_class(self) -> str:
        """SOP Class UID (0008,0016).

        Standard: PS3.3 C.12.1.
        """
        return self.uid(_SOP_CLASS)

    @property
    def sop(self) -> str:
        """SOP Instance UID (0008,0018).

        Standard: PS3.3 C.12.1.
        """
        return self.uid(_SOP)

    @property
    def study(self) -> str:
        """Study Instance UID (0020,000D).

        Standard: PS3.3 C.7.2.1.
        """
        return self.uid(_STUDY)

    @property
    def series(self) -> str:
        """Series Instance UID (0020,000E).

        Standard: PS3.3 C.7.3.1.
        """
        return self.uid(_SERIES)


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Part10:
    """Check the whole of a file and say where everything lies.

    Raises:
        Part10Error: the file is not DICOM, is cut short or contradicts itself.
        LimitExceeded: it asks for more than `limits`.

    Standard: PS3.10 7, PS3.5 7, A.4 and A.5.
    """
    return _scan(data, limits, is_header=False)


def read_header(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Part10:
    """Check a file, or its header part, up to the Pixel Data.

    What follows in a whole file is looked at only for what must be said of it.

    Raises:
        Part10Error: the file is not DICOM, is cut short or contradicts itself.
        LimitExceeded: it asks for more than `limits`.

    Standard: PS3.10 7, PS3.5 7.
    """
    found = _scan(data, limits, is_header=True)
    if not _holds_pixels(found):
        return found
    try:
        return replace(found, notices=_scan(data, limits, is_header=False).notices)
    except DiascopeError:
        return found  # whoever wants the pixels will be told


def named_syntax(meta: Mapping[int, bytes]) -> str:
    """Return the Transfer Syntax UID that the file meta information names.

    Raises:
        Part10Error: `uid` or `transfer_syntax`.

    Standard: PS3.10 7.1.
    """
    syntax = _uid(meta.get(TRANSFER_SYNTAX, b""), TRANSFER_SYNTAX)
    if not syntax:
        raise Part10Error("transfer_syntax", "the file does not name its transfer syntax")
    return syntax


def _scan(data: bytes, limits: Limits, *, is_header: bool) -> Part10:
    limits.check("file_bytes", len(data))
    meta, start = read_meta(data, limits)
    syntax = named_syntax(meta)
    buffer, unused = data, 0
    if syntax in DEFLATED:
        buffer, unused = inflate(data, start, limits)
    scan = _DatasetScan(buffer, syntax, limits)
    scan.run(start, is_header=is_header)
    return Part10(
        buffer=buffer,
        size=len(data),
        transfer_syntax=syntax,
        encoding=scan.encoding,
        elements=MappingProxyType(scan.found),
        pixels=scan.pixels,
        fragments=scan.fragments,
        layout=scan.layout,
        groups=MappingProxyType(scan.groups),
        notices=tuple(_notices(data, scan, unused)),
    )


def _holds_pixels(found: Part10) -> bool:
    """Whether the bytes go on beyond the header part, as `parts.split` cuts it."""
    pixels, size = found.pixels, len(found.buffer)
    if pixels is None or pixels.length != UNDEFINED:
        return pixels is not None and pixels.start < size
    table = found.buffer[pixels.start + 4 : pixels.start + 8]  # the length of its item
    return pixels.start + 8 + int.from_bytes(table, "little") < size


def _notices(data: bytes, scan: "_DatasetScan", unused: int) -> Iterator[str]:
    if any(data[:128]):
        yield PREAMBLE_NOTICE
    if scan.has_surplus:
        yield SURPLUS_NOTICE
    if scan.has_trailing_bytes or unused > 1:  # PS3.5 A.5 pads a deflated set to even length
        yield TRAILING_NOTICE


class _DatasetScan:
    """One walk over the top level of a data set."""

    def __init__(self, buffer: bytes, syntax: str, limits: Limits) -> None:
        self._buffer = buffer
        self._limits = limits
        self._walk = ElementWalk(buffer, limits)
        self._is_native = syntax in NATIVE_ENCODINGS
        self.encoding = NATIVE_ENCODINGS.get(syntax, EXPLICIT_LITTLE)  # PS3.5 A.4
        self.found: dict[int, Element] = {}
        self.groups: dict[int, tuple[int, ...]] = {}
        self.pixels: Element | None = None
        self.fragments: tuple[Fragment, ...] | None = None
        self.layout: PixelLayout | None = None
        self.has_surplus = self.has_trailing_bytes = False

    def run(self, at: int, *, is_header: bool) -> None:
        """Find every element in ascending order, as PS3.5 7.1 demands."""
        last = 0
        while at < len(self._buffer):
            if self.pixels and not self._walk.looks_like_element(at, last, self.encoding):
                self.has_trailing_bytes = True
                return
            element = self._next(at, is_header=is_header)
            if element.tag <= last:
                raise Part10Error("order", f"tag {element.tag:08X} after {last:08X}")
            if element.tag in PIXEL_TAGS:
                element = self._meet_pixels(element, is_header=is_header)
            self.found[element.tag] = element
            if element.stop < 0:
                return
            at, last = element.stop, element.tag

    def _next(self, at: int, *, is_header: bool) -> Element:
        tag = self._walk.peek(at, self.encoding)
        if tag not in GROUPS:
            return self._walk.next_element(at, self.encoding)
        frames = self._frames(at, is_header=is_header) if tag == FRAME_GROUPS else 0
        element, self.groups[tag] = self._walk.groups(at, self.encoding, frames)
        return element

    def _frames(self, at: int, *, is_header: bool) -> int:
        """Return the frames that are described, if what follows `at` has room for them, else 0.

        A header part holds no pixels: that it was signed has to do.
        """
        try:
            layout = read_layout(self._find, self.encoding, self._limits)
        except DiascopeError:
            return 0  # said when the pixels are met
        if layout is None:
            return 0
        each = layout.frame_bits if self._is_native else 64  # a fragment has a head of 8 bytes
        has_room = each * layout.frames <= 8 * (len(self._buffer) - at)
        return layout.frames if is_header or has_room else 0

    def _meet_pixels(self, element: Element, *, is_header: bool) -> Element:
        if self.pixels is not None:
            raise Part10Error("order", "two elements hold pixel data")
        self.layout = read_layout(self._find, self.encoding, self._limits)
        if not is_header:
            element = element._replace(stop=self._pixels_stop(element))
        elif self._is_native and element.length != UNDEFINED and self.layout is not None:
            self.has_surplus = surplus(element, self.encoding, self.layout) > 0
        self.pixels = element
        return element

    def _pixels_stop(self, element: Element) -> int:
        """Check the length of the pixel data against their description; return their end."""
        if element.length == UNDEFINED:
            if self._is_native or element.tag != PIXEL_DATA or element.vr not in {"OB", "OW"}:
                raise Part10Error("undefined_length", f"tag {element.tag:08X}")
            self.fragments, stop = self._walk.fragments(element.start)
            if len(self.fragments) < 2:
                raise Part10Error("pixel_length", "the pixel data hold no fragment")
            return stop
        if not self._is_native:
            raise Part10Error("fragments", "compressed pixel data are not in fragments")
        stop = self._walk.fit(element, len(self._buffer))
        if self.layout is not None:
            self.has_surplus = surplus(element, self.encoding, self.layout) > 0
        return stop

    def _find(self, tag: int) -> tuple[Element, bytes] | None:
        found = self.found.get(tag)
        return found and (found, _value(self._buffer, found))


def _value(buffer: bytes, element: Element) -> bytes:
    if element.length == UNDEFINED:
        raise Part10Error("undefined_length", f"tag {element.tag:08X} is a sequence")
    return buffer[element.start : element.start + element.length]


def _uid(value: bytes, tag: int) -> str:
    text = value.rstrip(b"\0 ")
    if len(text) > 64 or not _UID_CHARACTERS.issuperset(text):
        raise Part10Error("uid", f"tag {tag:08X}")
    return text.decode("ascii")
