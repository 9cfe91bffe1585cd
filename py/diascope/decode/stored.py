"""Decoded containers to stored values: sign extended, unused bits cleared, read-only.

Standard: PS3.5 8.1.1.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from diascope.errors import PixelDataError, UnsupportedImage
from diascope.values import DecodedFrame, PixelDescription, StoredValues

Unsigned = NDArray[np.unsignedinteger]


def container(pixels: PixelDescription) -> int:
    """Return the bytes of one sample: 1 for Bits Allocated 1 and 8, else 2 or 4.

    Raises:
        PixelDataError: `bits_allocated`, neither 1 nor whole bytes.
        UnsupportedImage: `bits`, 24 or more than 32.

    Standard: PS3.5 8.1.1, PS3.3 C.7.6.3.
    """
    sizes, bits = {1: 1, 8: 1, 16: 2, 32: 4}, pixels.bits_allocated
    if bits in sizes:
        return sizes[bits]
    if bits % 8:
        raise PixelDataError("bits_allocated", f"{bits} bits are no whole bytes")
    raise UnsupportedImage("bits", f"{bits} bits a sample")


def shape(pixels: PixelDescription) -> tuple[int, ...]:
    """Return (rows, columns), with samples last when there are several.

    Standard: PS3.3 C.7.6.3.
    """
    plane = (pixels.rows, pixels.columns)
    return plane if pixels.samples_per_pixel == 1 else (*plane, pixels.samples_per_pixel)


def as_coded(rows: int, columns: int, pixels: PixelDescription) -> PixelDescription:
    """Return the description with the size that a codestream states, if it may have that size.

    Raises:
        PixelDataError: `dimensions`, neither Rows x Columns nor what the slide covers of them.

    Standard: PS3.5 8.2; PS3.3 C.7.6.17.3.
    """
    if (rows, columns) not in {(pixels.rows, pixels.columns), pixels.covered}:
        raise PixelDataError("dimensions", f"the codestream has {rows} x {columns}")
    return replace(pixels, rows=rows, columns=columns, covered=None)


def in_frame(found: DecodedFrame, pixels: PixelDescription) -> DecodedFrame:
    """Lay what a smaller codestream holds at the top left of its frame; the rest is 0.

    Standard: PS3.3 C.7.6.17.3.
    """
    array = found.values.array
    if array.shape == shape(pixels):
        return found
    rows, columns = array.shape[:2]
    whole = np.zeros(shape(pixels), array.dtype)
    whole[:rows, :columns] = array
    whole.setflags(write=False)
    return replace(found, values=replace(found.values, array=whole, covered=(rows, columns)))


def from_bits(samples: Unsigned, pixels: PixelDescription, photometric: str) -> DecodedFrame:
    """Take Bits Stored below High Bit out of native samples; the rest is not pixel data.

    Standard: PS3.5 8.1.1: bits outside may hold anything, e.g. overlays of old.
    """
    below = pixels.high_bit + 1 - pixels.bits_stored
    moved: Unsigned = np.right_shift(samples, below) if below else samples
    values = extended(moved, pixels.bits_stored, pixels)
    return finish(values, pixels.bits_stored, pixels, photometric)


def extended(samples: Unsigned, bits: int, pixels: PixelDescription) -> NDArray[np.integer]:
    """Read the low `bits` of each sample with the sign of the description.

    Standard: PS3.3 C.7.6.3.1, Pixel Representation 1 is two's complement.
    """
    unused = 8 * samples.itemsize - bits
    if not pixels.is_signed:
        return samples & ((1 << bits) - 1) if unused else samples
    signed = (samples << unused).view(np.dtype(f"i{samples.itemsize}"))
    return signed >> unused if unused else signed


def from_codestream(
    samples: NDArray[np.integer], precision: int, pixels: PixelDescription, photometric: str
) -> DecodedFrame:
    """Take what a codec returned; a codestream has no unused bits, but may lack the sign.

    Where codestream and description disagree about the sign, the samples are the same bits and
    the description says how to read them. Unsigned values keep every bit of the codestream, since
    a lossy one may overshoot Bits Stored.

    Raises:
        PixelDataError: `precision`, a value needs more bits than the codestream says it has, as
            only a damaged one gives; or `shape`.

    Standard: PS3.5 8.2; PS3.3 C.7.6.3.1.
    """
    _check_values(samples, precision)
    wide = _container_of(samples, pixels)
    stream_is_signed = samples.dtype.kind == "i"
    if pixels.is_signed and not stream_is_signed:
        bits = min(precision, pixels.bits_stored)
        values = extended(wide, bits, pixels)
    elif pixels.is_signed:
        values = wide.view(np.dtype(f"i{wide.itemsize}"))
    else:
        values = extended(wide, precision, pixels) if stream_is_signed else wide
    return finish(values, precision, pixels, photometric)


def _check_values(samples: NDArray[np.integer], precision: int) -> None:
    low, high = (0, 1 << precision) if samples.dtype.kind == "u" else _signed_range(precision)
    if samples.size and not (low <= int(samples.min()) and int(samples.max()) < high):
        raise PixelDataError("precision", f"a value has more than {precision} bits")


def _signed_range(bits: int) -> tuple[int, int]:
    return -(1 << (bits - 1)), 1 << (bits - 1)


def _container_of(samples: NDArray[np.integer], pixels: PixelDescription) -> Unsigned:
    """Return the samples' bits, unsigned, in the container that the description allots."""
    size = container(pixels)
    if samples.itemsize > size:
        raise PixelDataError("precision", f"{8 * samples.itemsize} bits for {8 * size}")
    resized = samples.astype(np.dtype(f"{samples.dtype.kind}{size}"), copy=False)
    return resized.view(np.dtype(f"u{size}"))


def finish(
    values: NDArray[np.integer], bits: int, pixels: PixelDescription, photometric: str
) -> DecodedFrame:
    """Check the shape for the last time, state how many bits the values need, make read-only.

    Raises:
        PixelDataError: `shape`.

    Standard: PS3.3 C.7.6.3.
    """
    if values.shape != shape(pixels):
        raise PixelDataError("shape", f"{values.shape}, described {shape(pixels)}")
    needed = (
        bits if bits > pixels.bits_stored and not _fits(values, pixels) else pixels.bits_stored
    )
    array = np.ascontiguousarray(values)
    array.setflags(write=False)
    return DecodedFrame(StoredValues(array, needed, pixels.is_signed), photometric)


def _fits(values: NDArray[np.integer], pixels: PixelDescription) -> bool:
    half = 1 << (pixels.bits_stored - 1)
    low, high = (-half, half - 1) if pixels.is_signed else (0, 2 * half - 1)
    return low <= int(values.min()) and int(values.max()) <= high
