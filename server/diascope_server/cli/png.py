"""A PNG of RGBA pixels, with the standard library (ISO/IEC 15948)."""

import struct
import zlib

from diascope.values import Rgba


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def encode(rgba: Rgba) -> bytes:
    """Return the image as a PNG file; 8 bits a sample, truecolour with alpha, no filter."""
    height, width = rgba.array.shape[:2]
    lines = b"".join(b"\0" + rgba.array[row].tobytes() for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
