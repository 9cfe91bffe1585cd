"""RLE Lossless. Standard: PS3.5 Annex G and A.4.2."""

from struct import unpack_from

import imagecodecs
import numpy as np

from diascope.decode import codec, native, stored
from diascope.errors import PixelDataError
from diascope.values import DecodedFrame, PixelDescription

HEADER_BYTES = 64  # PS3.5 G.5
MAX_SEGMENTS = 15


def decode(data: bytes, pixels: PixelDescription) -> DecodedFrame:
    """Decode one RLE frame.

    One bit a pixel is packed as in a native frame, eight to a byte, and those bytes are the one
    segment.

    Raises:
        PixelDataError: `rle_header`, `codec`, `length`.

    Standard: PS3.5 G; 8.1.1 for one bit a pixel.
    """
    size = stored.container(pixels)
    _check_header(data, pixels.samples_per_pixel * size)
    if pixels.bits_allocated == 1:
        bits = native.unpacked(_segments(data, native.frame_bytes(pixels), 1), pixels)
        return stored.from_bits(bits, pixels, pixels.photometric)
    expected = pixels.rows * pixels.columns * pixels.samples_per_pixel * size
    decoded = _segments(data, expected, size)
    samples = np.frombuffer(decoded, f"<u{size}").astype(f"=u{size}", copy=False)
    return stored.from_bits(native.by_plane(samples, pixels), pixels, pixels.photometric)


def _segments(data: bytes, expected: int, size: int) -> bytes:
    """Return what the segments hold, the bytes of each sample put together."""
    decoded: bytes = codec.run(imagecodecs.dicomrle_decode, data, f"<u{size}", out=expected)
    if len(decoded) != expected:
        raise PixelDataError("length", f"{len(decoded)} bytes for {expected}")
    return decoded


def _check_header(data: bytes, segments: int) -> None:
    """Refuse a header whose segments are not those described, or do not lie in the frame."""
    if len(data) < HEADER_BYTES:
        raise PixelDataError("rle_header", f"{len(data)} bytes")
    count, *offsets = unpack_from("<16I", data)
    if count != segments or count > MAX_SEGMENTS:
        raise PixelDataError("rle_header", f"{count} segments for {segments}")
    used = [*offsets[:count], len(data)]
    if used[0] != HEADER_BYTES or sorted(set(used)) != used:
        raise PixelDataError("rle_header", "the segments do not lie one after the other")
