"""How much of the reader's machine one file may ask for.

The numbers are the same at every site; none may be switched off. Exceeding one is
`LimitExceeded`, whose reason names the limit. Measured reasons: a 1 MB deflated file that becomes
1 GiB, a 694-byte JPEG that claims 65,500 x 65,500 pixels, 20 KB of nested sequences.
"""

from dataclasses import dataclass

from diascope.errors import LimitExceeded

MIB = 1 << 20

MAX_FILE_BYTES = 2048 * MIB  # security.md 2: 2 GiB on the server; a page sets 512 MiB
MAX_INFLATED_BYTES = 512 * MIB  # security.md 2: deflated data sets, PS3.5 A.5
MAX_INFLATE_RATIO = 200  # security.md 2: zlib's own worst case is 1032
MAX_META_BYTES = 64 << 10  # security.md 2: file meta information, PS3.10 7.1
MAX_DEPTH = 32  # security.md 2: nested sequences; parsers die near 250
MAX_ITEMS = 20_000  # security.md 2: items of sequences in one file
MAX_ELEMENTS = 100_000  # security.md 2: data elements in one file, nested ones included
MAX_FRAMES = 100_000  # security.md 2
MAX_FRAGMENTS = 2 * MAX_FRAMES  # our own: fragments of encapsulated pixel data
MAX_FRAME_BYTES = 512 * MIB  # security.md 2: one decoded frame
MAX_SIDE = 65_535  # Rows and Columns are US, PS3.3 C.7.6.3
MAX_STRETCH = 100  # our own: how many times longer one side of a pixel may be; none is near it
MAX_TEXT_BYTES = MIB  # security.md 2: one text value
MAX_TABLE_ENTRIES = 65_536  # PS3.3 C.11.1.1: "0" in the descriptor means 2^16
MAX_VALUES = 65_536  # security.md 2: values of one text element
MAX_TILES = 65_535  # ISO/IEC 15444-1 A.4.2: Isot is 16 bits
MAX_LAYERS = 100  # security.md 2: JPEG 2000 quality layers
MAX_SCANS = 1_000  # libjpeg-turbo's guidance against progressive bombs
MAX_MANIFEST_BYTES = 64 * MIB  # our own: about 55,000 single-frame instances


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one reading. Standard: none; see security.md section 2."""

    file_bytes: int = MAX_FILE_BYTES
    inflated_bytes: int = MAX_INFLATED_BYTES
    inflate_ratio: int = MAX_INFLATE_RATIO
    meta_bytes: int = MAX_META_BYTES
    depth: int = MAX_DEPTH
    items: int = MAX_ITEMS
    elements: int = MAX_ELEMENTS
    frames: int = MAX_FRAMES
    fragments: int = MAX_FRAGMENTS
    frame_bytes: int = MAX_FRAME_BYTES
    side: int = MAX_SIDE
    text_bytes: int = MAX_TEXT_BYTES
    values: int = MAX_VALUES
    tiles: int = MAX_TILES
    layers: int = MAX_LAYERS
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


DEFAULT_LIMITS = Limits()
