"""Deflated Image Frame Compression: each frame deflated by itself. Standard: PS3.5 8.2.16, A.4.13.

The description bounds what is inflated: a frame is as long as it says, or refused. No ratio does,
since an empty segmentation, the commonest frame here, is one of a thousand to one.
"""

import zlib

from diascope.decode import native
from diascope.errors import PixelDataError
from diascope.values import DecodedFrame, PixelDescription

PADDING = frozenset({b"", b"\0"})  # PS3.5 A.4.13: one byte makes the stream even


def decode(data: bytes, pixels: PixelDescription) -> DecodedFrame:
    """Decode one deflated frame, whose bytes are those of a native one in little endian.

    Raises:
        PixelDataError: `codec` or `truncated`, the stream is damaged; `length`, it is not one
            frame and nothing else.

    Standard: PS3.5 A.4.13, RFC 1951.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = inflater.decompress(data, native.frame_bytes(pixels) + 2)
    except zlib.error:
        raise PixelDataError("codec", "the deflated frame is damaged") from None
    if inflater.unconsumed_tail:
        raise PixelDataError("length", "the deflated frame is longer than described")
    if not inflater.eof:
        raise PixelDataError("truncated", "the deflated frame has no end")
    if inflater.unused_data not in PADDING:
        raise PixelDataError("length", "bytes after the deflated frame")
    return native.decode_little(found, pixels)
