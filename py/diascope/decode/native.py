"""Uncompressed pixel data: byte order, packing of bits, planes, half-sampled colour.

Standard: PS3.5 8.1 and 8.2, A.1 to A.3; PS3.3 C.7.6.3.1.2 and C.7.6.3.1.3.
"""

import numpy as np
from numpy.typing import NDArray

from diascope.decode import stored
from diascope.errors import PixelDataError
from diascope.pixel_layout import HALF_SAMPLED
from diascope.values import DecodedFrame, PixelDescription


def decode_little(data: bytes, pixels: PixelDescription) -> DecodedFrame:
    """Decode a native frame in little endian. Standard: PS3.5 A.1 and A.2."""
    return _decode(data, pixels, "<")


def decode_big(data: bytes, pixels: PixelDescription) -> DecodedFrame:
    """Decode a native frame in big endian. Standard: PS3.5 A.3."""
    return _decode(data, pixels, ">")


def _decode(data: bytes, pixels: PixelDescription, order: str) -> DecodedFrame:
    if pixels.bits_allocated == 1:
        return stored.from_bits(unpacked(data, pixels), pixels, pixels.photometric)
    size = stored.container(pixels)
    if pixels.photometric in HALF_SAMPLED:
        samples = _half_sampled(_samples(data, 2 * _area(pixels), order, size), pixels)
        return stored.from_bits(samples, pixels, pixels.photometric.removesuffix("_422"))
    count = _area(pixels) * pixels.samples_per_pixel
    samples = by_pixel(_samples(data, count, order, size), pixels)
    return stored.from_bits(samples, pixels, pixels.photometric)


def frame_bytes(pixels: PixelDescription) -> int:
    """Return the bytes of one native frame without padding; packed bits fill whole bytes.

    Standard: PS3.5 8.1.1; PS3.3 C.7.6.3.1.2, 4:2:2 has two samples a pixel.
    """
    if pixels.bits_allocated == 1:
        return -(-_area(pixels) * pixels.samples_per_pixel // 8)
    samples = 2 if pixels.photometric in HALF_SAMPLED else pixels.samples_per_pixel
    return _area(pixels) * samples * stored.container(pixels)


def _area(pixels: PixelDescription) -> int:
    return pixels.rows * pixels.columns


def _samples(data: bytes, count: int, order: str, size: int) -> stored.Unsigned:
    """Read exactly `count` samples; one byte of padding may follow, PS3.5 8.1.1."""
    if not count * size <= len(data) <= count * size + 1:
        raise PixelDataError("length", f"{len(data)} bytes for {count * size}")
    return np.frombuffer(data, f"{order}u{size}", count).astype(f"=u{size}", copy=False)


def unpacked(data: bytes, pixels: PixelDescription) -> NDArray[np.uint8]:
    """Unpack one bit a pixel, the first in the lowest bit, to (rows, columns) of 0 and 1.

    Raises:
        PixelDataError: `length`, or there are several samples a pixel.

    Standard: PS3.5 8.1.1, 8.2.
    """
    count = _area(pixels)
    size = -(-count // 8)
    if pixels.samples_per_pixel != 1 or not size <= len(data) <= size + 1:
        raise PixelDataError("length", f"{len(data)} bytes for {count} bits")
    bits = np.unpackbits(np.frombuffer(data, np.uint8), count=count, bitorder="little")
    return bits.reshape(stored.shape(pixels))


def by_pixel(samples: stored.Unsigned, pixels: PixelDescription) -> stored.Unsigned:
    """Put samples last: planes (configuration 1) are moved aside.

    Standard: PS3.3 C.7.6.3.1.3, Planar Configuration.
    """
    if pixels.is_planar:
        return by_plane(samples, pixels)
    return samples.reshape(stored.shape(pixels))


def by_plane(samples: stored.Unsigned, pixels: PixelDescription) -> stored.Unsigned:
    """Read whole planes, one a sample, as (rows, columns[, samples]).

    Standard: PS3.3 C.7.6.3.1.3, Planar Configuration.
    """
    planes = samples.reshape(pixels.samples_per_pixel, pixels.rows, pixels.columns)
    return planes[0] if len(planes) == 1 else np.moveaxis(planes, 0, -1)


def _half_sampled(samples: stored.Unsigned, pixels: PixelDescription) -> stored.Unsigned:
    """Repeat the shared Cb and Cr of each two pixels: Y1 Y2 Cb Cr becomes two triples.

    Standard: PS3.3 C.7.6.3.1.2, YBR_FULL_422 and YBR_PARTIAL_422.
    """
    if pixels.samples_per_pixel != 3 or pixels.columns % 2 or pixels.is_planar:
        raise PixelDataError("sampling", "4:2:2 has pairs of pixels in one plane")
    pairs = samples.reshape(-1, 4)
    return pairs[:, [0, 2, 3, 1, 2, 3]].reshape(stored.shape(pixels))
