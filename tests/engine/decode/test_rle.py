"""RLE Lossless: its header is checked before the codec runs."""

from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope.decode import rle
from diascope.errors import PixelDataError
from diascope.values import PixelDescription
from tests.support import phantoms
from tests.support.phantoms import ramp

VALUES = ramp((1, 6, 4), "u2", 16)[0]
FRAME = phantoms.rle(VALUES)
PIXELS = PixelDescription(6, 4, 1, "MONOCHROME2", 16, 16, 15, False, False, 1, phantoms.RLE)


def header(count, *offsets, rest=FRAME[64:]):
    return pack("<16I", count, *offsets, *[0] * (15 - len(offsets))) + rest


def test_a_frame_is_decoded():
    assert np.array_equal(VALUES, rle.decode(FRAME, PIXELS).values.array)


def test_replicated_runs_are_decoded():
    """PS3.5 G.3.1: -n repeats the next byte n + 1 times, -128 does nothing."""
    run = bytes([0x80, 256 - 23, 7])
    frame = header(2, 64, 68, rest=run + b"\x80" + run + b"\x80")

    assert [0x0707] == np.unique(rle.decode(frame, PIXELS).values.array).tolist()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "pixels.rle_header"),
        (FRAME[:63], "pixels.rle_header"),
        (header(1, 64), "pixels.rle_header"),
        (header(3, 64, 66, 68), "pixels.rle_header"),
        (header(0xFFFFFFFF, 64, 80), "pixels.rle_header"),
        (header(2, 64, 64), "pixels.rle_header"),
        (header(2, 80, 64), "pixels.rle_header"),
        (header(2, 60, 80), "pixels.rle_header"),
        (header(2, 64, 0xFFFFFFF0), "pixels.rle_header"),
        (header(2, 64, 80, rest=b"\x81\0" * 100_000), "pixels.codec"),
        (FRAME[:-6], "pixels.codec"),
    ],
    ids=[
        "empty", "short header", "one segment", "three segments", "4G segments", "same offset",
        "falling offsets", "first in header", "offset outside", "bomb", "cut",
    ],
)  # fmt: skip
def test_a_frame_that_lies_is_refused(data, code):
    with pytest.raises(PixelDataError) as refusal:
        rle.decode(data, PIXELS)

    assert code == refusal.value.code


def test_a_segment_that_ends_early_is_refused_not_filled():
    """CVE-2025-36521's class: memory of the process must not become pixels."""
    short = header(2, 64, 68, rest=b"\x01\x07\x07\x80" + b"\x01\x07\x07\x80")
    with pytest.raises(PixelDataError):
        rle.decode(short, PIXELS)


ONE_BIT = PixelDescription(3, 5, 1, "MONOCHROME2", 1, 1, 0, False, False, 1, phantoms.RLE)


@pytest.mark.requirement("IMG-05")
def test_one_bit_a_pixel_is_packed_in_the_one_segment():
    """PS3.5 8.1.1: the first pixel is the lowest bit; 15 pixels are two bytes, here literal."""
    frame = header(1, 64, rest=bytes([1, 0b10110001, 0b01011010]) + b"\x80")
    expected = [[1, 0, 0, 0, 1], [1, 0, 1, 0, 1], [0, 1, 1, 0, 1]]

    assert expected == rle.decode(frame, ONE_BIT).values.array.tolist()


def test_one_bit_a_pixel_in_a_byte_each_is_refused():
    frame = header(1, 64, rest=bytes([14, *([1] * 15)]))
    with pytest.raises(PixelDataError):
        rle.decode(frame, ONE_BIT)


@given(st.integers(0, len(FRAME) - 1), st.integers(1, 255))
def test_a_flipped_byte_gives_all_the_pixels_or_our_error(at, change):
    flipped = bytearray(FRAME)
    flipped[at] ^= change
    try:
        assert VALUES.shape == rle.decode(bytes(flipped), PIXELS).values.array.shape
    except PixelDataError:
        return
