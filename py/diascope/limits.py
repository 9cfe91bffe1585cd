"""How much of the reader's machine one file may ask for.

The numbers are the same at every site; none may be switched off. Exceeding one is
`LimitExceeded`, whose reason names the limit. Those of elements and items grow with the frames of
an image, inside its functional groups alone (ADR 0030). Measured reasons: a 1 MB deflated file
that becomes 1 GiB, a 694-byte JPEG that claims 65,500 x 65,500 pixels, 20 KB of nested sequences.
"""

from dataclasses import dataclass

from diascope.errors import LimitExceeded

MIB = 1 << 20

MAX_FILE_BYTES = 2048 * MIB  # security.md 2: 2 GiB on the server; a page sets 512 MiB
MAX_INFLATED_BYTES = 512 * MIB  # security.md 2: deflated data sets, PS3.5 A.5
MAX_INFLATE_RATIO = 200  # security.md 2: zlib's own worst case is 1032
MAX_UNRATED_BYTES = 64 * MIB  # ADR 0030: a blank image deflates a thousandfold, and is small
MAX_META_BYTES = 64 << 10  # security.md 2: file meta information, PS3.10 7.1
MAX_DEPTH = 32  # security.md 2: nested sequences; parsers die near 250
MAX_ITEMS = 20_000  # security.md 2: items of sequences in one file
MAX_ELEMENTS = 100_000  # security.md 2: data elements in one file, nested ones included
FRAME_ITEMS = 20  # ADR 0030: what a frame adds inside the per-frame groups; files had 18
FRAME_ELEMENTS = 130  # ADR 0030: files had 128
MAX_ALL_ITEMS = 400_000  # ADR 0030: all items of a file, however many frames it has
MAX_ALL_ELEMENTS = 1_000_000  # ADR 0030
MAX_GROUP = 5_000  # ADR 0030: elements and items of one frame in a file that has grown
MAX_FRAMES = 100_000  # security.md 2
MAX_FRAGMENTS = 2 * MAX_FRAMES  # our own: fragments of encapsulated pixel data
MAX_FRAME_BYTES = 512 * MIB  # security.md 2: one decoded frame
MAX_SIDE = 65_535  # Rows and Columns are US, PS3.3 C.7.6.3
MAX_STRETCH = 100  # our own: how many times longer one side of a pixel may be; none is near it
MAX_TEXT_BYTES = MIB  # security.md 2: one text value
MAX_TABLE_ENTRIES = 65_536  # PS3.3 C.11.1.1: "0" in the descriptor means 2^16
MAX_VALUES = 65_536  # security.md 2: values of one text element
MAX_TILES = 65_535  # Isot is 16 bits (15444-1 A.4.2); components count too, see ADR 0029
MAX_LAYERS = 100  # security.md 2: JPEG 2000 quality layers
MAX_PRECINCTS = 4_096  # our own: JPEG 2000 precincts and code-blocks beyond one for 128 samples
MAX_SCANS = 1_000  # libjpeg-turbo's guidance against progressive bombs
MAX_MANIFEST_BYTES = 64 * MIB  # our own: about 55,000 single-frame instances


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one reading. Standard: none; see security.md section 2."""

    file_bytes: int = MAX_FILE_BYTES
    inflated_bytes: int = MAX_INFLATED_BYTES
    inflate_ratio: int = MAX_INFLATE_RATIO
    unrated_bytes: int = MAX_UNRATED_BYTES
    meta_bytes: int = MAX_META_BYTES
    depth: int = MAX_DEPTH
    items: int = MAX_ITEMS
    elements: int = MAX_ELEMENTS
    frame_items: int = FRAME_ITEMS
    frame_elements: int = FRAME_ELEMENTS
    all_items: int = MAX_ALL_ITEMS
    all_elements: int = MAX_ALL_ELEMENTS
    group: int = MAX_GROUP
    frames: int = MAX_FRAMES
    fragments: int = MAX_FRAGMENTS
    frame_bytes: int = MAX_FRAME_BYTES
    side: int = MAX_SIDE
    text_bytes: int = MAX_TEXT_BYTES
    values: int = MAX_VALUES
    tiles: int = MAX_TILES
    layers: int = MAX_LAYERS
    precincts: int = MAX_PRECINCTS
    scans: int = MAX_SCANS

    def check(self, name: str, asked: int) -> None:
        """Refuse `asked` when it is above the limit `name`.

        Raises:
            LimitExceeded: its reason is `name`.
        """
        allowed: int = getattr(self, name)
        if asked > allowed:
            raise LimitExceeded(name, f"{asked} > {allowed}")

    def check_frame(self, rows: int, columns: int, bytes_per_pixel: int) -> None:
        """Refuse an image whose one decoded frame would not fit.

        Raises:
            LimitExceeded: `side` or `frame_bytes`.
        """
        self.check("side", max(rows, columns))
        self.check("frame_bytes", rows * columns * bytes_per_pixel)

    def grown(self, frames: int) -> tuple[int, int]:
        """Return how many elements and items a file of so many frames may have.

        Standard: none; see ADR 0030.
        """
        elements = min(self.elements + self.frame_elements * frames, self.all_elements)
        items = min(self.items + self.frame_items * frames, self.all_items)
        return max(elements, self.elements), max(items, self.items)


DEFAULT_LIMITS = Limits()


class Count:
    """What has been met of one file, against its limits; walks that share it share them."""

    __slots__ = ("_before", "elements", "items", "limits", "most_elements", "most_items")

    def __init__(self, limits: Limits, frames: int = 0) -> None:
        self.limits = limits
        self.elements = self.items = 0
        self.most_elements, self.most_items = limits.grown(frames)
        self._before = (0, 0)

    @property
    def together(self) -> int:
        """Elements and items. Standard: none; see ADR 0030."""
        return self.elements + self.items

    @property
    def has_grown(self) -> bool:
        """Whether a file without frames would have been refused. Standard: none; see ADR 0030."""
        return self.elements > self.limits.elements or self.items > self.limits.items

    def element(self) -> None:
        """Count an element.

        Raises:
            LimitExceeded: `elements`.

        Standard: PS3.5 7.1.
        """
        self.elements += 1
        if self.elements > self.most_elements:
            raise LimitExceeded("elements", f"more than {self.most_elements}")

    def item(self) -> None:
        """Count an item.

        Raises:
            LimitExceeded: `items`.

        Standard: PS3.5 7.5.
        """
        self.items += 1
        if self.items > self.most_items:
            raise LimitExceeded("items", f"more than {self.most_items}")

    def widen(self, frames: int) -> None:
        """Allow what the groups of so many frames may add. Standard: PS3.3 C.7.6.16.1.2."""
        self._before = (self.elements, self.items)
        self.most_elements, self.most_items = self.limits.grown(frames)

    def narrow(self) -> None:
        """End what `widen` began: what it allowed pays first for what was met since.

        Standard: PS3.3 C.7.6.16.1.2.
        """
        elements, items = self._before
        self.elements -= min(self.elements - elements, self.most_elements - self.limits.elements)
        self.items -= min(self.items - items, self.most_items - self.limits.items)
        self.most_elements, self.most_items = self.limits.elements, self.limits.items
