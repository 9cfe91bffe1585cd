"""JPEG 2000 codestreams written marker by marker. Standard: ISO/IEC 15444-1 Annex A, B.9, B.10."""

from dataclasses import dataclass
from struct import pack, unpack_from

import imagecodecs

SOC, EOC, SOD = b"\xff\x4f", b"\xff\xd9", b"\xff\x93"
SIZ, COD, COC, QCD, QCC, SOT = 0xFF51, 0xFF52, 0xFF53, 0xFF5C, 0xFF5D, 0xFF90
HIGH_THROUGHPUT = 0x40
EMPTY_PACKET = b"\0"


def segment(marker, body):
    return pack(">HH", marker, len(body) + 2) + body


def siz(rows, columns, *, tile=None, components=1, bits=8):
    height, width = tile or (rows, columns)
    numbers = pack(">H8IH", 0, columns, rows, 0, 0, width, height, 0, 0, components)
    return segment(SIZ, numbers + bytes([bits - 1, 1, 1]) * components)


@dataclass(frozen=True)
class Style:
    """What SPcod and SPcoc hold: code-blocks of 64 x 64, reversible."""

    levels: int = 0
    precincts: bytes = b""
    block: bytes = b"\4\4"
    style: int = 0

    @property
    def written(self):
        return bytes([self.levels]) + self.block + bytes([self.style, 1]) + self.precincts


def cod(style, layers=1):
    has = bool(style.precincts)
    return segment(COD, bytes([has, 0]) + pack(">H", layers) + b"\0" + style.written)


def coc(style, component=0):
    return segment(COC, bytes([component, bool(style.precincts)]) + style.written)


def qcd(levels=32):
    """One guard bit and eight bit-planes in each sub-band."""
    return segment(QCD, b"\x20" + b"\x40" * (1 + 3 * levels))


def tile_part(tile, data, header=b"", *, number=0, said=1, length=None):
    rest = header + SOD + data
    length = 12 + len(rest) if length is None else length
    return segment(SOT, pack(">HIBB", tile, length, number, said)) + rest


def stream(size, coding, *parts):
    return SOC + size + coding + qcd() + b"".join(parts) + EOC


def split(data):
    """Main header, tile-parts and the end of a codestream that an encoder wrote."""
    at = data.index(segment(SOT, b"")[:2] + b"\0\x0a")
    head, parts = data[:at], []
    while data.startswith(b"\xff\x90", at):
        length = unpack_from(">I", data, at + 6)[0] or len(data) - 2 - at
        parts.append(data[at : at + length])
        at += length
    return head, parts, data[at:]


def with_length(part, length=None):
    """A tile-part with the length that it has, or another."""
    return part[:6] + pack(">I", len(part) if length is None else length) + part[10:]


def quarters(frame, *, high):
    """A codestream of four tiles. The encoder of the one kind has none, so they are put together.

    Tiles whose corners are multiples of 2^levels are coded as images of their own would be.
    """
    rows, columns = (side // 2 for side in frame.shape)
    if high:
        return imagecodecs.htj2k_encode(frame, reversible=True, tile=(columns, rows))
    cells = [frame[y : y + rows, x : x + columns] for y in (0, rows) for x in (0, columns)]
    options = {"codecformat": "J2K", "level": 0, "reversible": True, "resolutions": 3}
    coded = [split(imagecodecs.jpeg2k_encode(cell.copy(), **options)) for cell in cells]
    head = coded[0][0]
    at = head.index(pack(">H", SIZ)) + 6
    head = head[:at] + pack(">II", frame.shape[1], frame.shape[0]) + head[at + 8 :]
    parts = [part[0][:4] + pack(">H", n) + part[0][6:] for n, (_, part, _) in enumerate(coded)]
    return head + b"".join(parts) + EOC
