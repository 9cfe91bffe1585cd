"""JPEG-LS: lossless is exact, near-lossless within its bound, headers are checked first."""

from struct import pack

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.decode import jpeg_header, jpegls
from diascope.errors import DiascopeError
from diascope.values import PixelDescription
from tests.support import phantoms
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import decoded_frames

VALUES = ramp((1, 24, 16), "u2", 16)[0]
STREAM = imagecodecs.jpegls_encode(VALUES)
HEADER = STREAM.index(b"\xff\xf7") + 4


def pixels(rows=24, columns=16, samples=1, allocated=16):
    return PixelDescription(
        rows, columns, samples, "MONOCHROME2", allocated, allocated, allocated - 1, False, False,
        1, phantoms.JPEG_LS,
    )  # fmt: skip


def patched(at, value):
    return STREAM[: HEADER + at] + value + STREAM[HEADER + at + len(value) :]


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize(
    ("shape", "dtype", "bits"),
    [
        ((2, 24, 16), "u1", 8),
        ((2, 24, 16), "u2", 16),
        ((2, 24, 16), "i2", 16),
        ((2, 24, 16, 3), "u1", 8),
    ],
    ids=["8", "16", "16 signed", "colour"],
)
def test_lossless_gives_the_values_written(shape, dtype, bits):
    values = ramp(shape, dtype, bits)
    found = decoded_frames(phantoms.file(Image(values, phantoms.JPEG_LS)))

    assert np.array_equal(values, np.stack([frame.values.array for frame in found]))
    assert ("RGB" if len(shape) == 4 else "MONOCHROME2") == found[0].photometric


def test_twelve_stored_bits_get_their_sign():
    """JPEG-LS knows no sign; the low twelve bits are two's complement."""
    values = ramp((1, 24, 16), "i2", 12)
    masked = (values & 0xFFF).astype("u2")
    streams = tuple(imagecodecs.jpegls_encode(frame) for frame in masked)
    image = Image(values, phantoms.JPEG_LS, bits_stored=12, encoded=streams)
    (found,) = decoded_frames(phantoms.file(image))

    assert np.array_equal(values[0], found.values.array)


@pytest.mark.requirement("IMG-05")
def test_near_lossless_stays_within_its_bound():
    values = ramp((1, 24, 16), "u1", 8)
    (found,) = decoded_frames(phantoms.file(Image(values, phantoms.JPEG_LS_NEAR)))

    assert 2 >= np.abs(found.values.array.astype(int) - values[0]).max() > 0


def loss(data, described=None):
    return jpegls.decode(data, described or pixels()).lossy


@pytest.mark.requirement("REG-07")
def test_a_near_lossless_codestream_says_its_loss_in_any_of_its_scans():
    """Whatever the transfer syntax is called: NEAR stands in each scan header."""
    eight, color = (ramp((1, 24, 16, *more), "u1", 8)[0] for more in ((), (3,)))
    comment = b"\xff\xfe\0\x0a\xff\xda\0\x08\x01\x01\0\x07"  # like a scan header, and none
    commented = STREAM[:2] + comment + STREAM[2:]
    three = jpeg_header.read(imagecodecs.jpegls_encode(color, level=3))

    assert "" == loss(STREAM) == loss(commented)
    assert "ISO_14495_1" == loss(imagecodecs.jpegls_encode(eight, level=1), pixels(allocated=8))
    assert (3, 0) == (three.near, jpeg_header.read(imagecodecs.jpegls_encode(color)).near)
    scan = b"\xff\xda\0\x08\x01\x01\0%c\0\0"
    two = scan % 0 + b"\x12\xff\x7f" + scan % 5
    assert 5 == jpeg_header.read(STREAM[: STREAM.index(b"\xff\xda")] + two).near


@pytest.mark.parametrize(
    ("data", "described", "code"),
    [
        (STREAM, pixels(rows=23), "pixels.dimensions"),
        (STREAM, pixels(columns=17), "pixels.dimensions"),
        (STREAM, pixels(samples=3), "pixels.components"),
        (STREAM, pixels(allocated=8), "pixels.precision"),
        (patched(1, pack(">HH", 16_384, 16_384)), pixels(), "pixels.dimensions"),
        (STREAM.replace(b"\xff\xf7", b"\xff\xc3"), pixels(), "pixels.codestream"),
        (STREAM[:HEADER], pixels(), "pixels.codestream"),
        (STREAM[: len(STREAM) // 2], pixels(), "pixels.truncated"),
        (STREAM[: len(STREAM) // 2] + b"\xff\xd9", pixels(), "pixels.codec"),
    ],
    ids=[
        "rows",
        "columns",
        "samples",
        "8 bits",
        "16,384 square",
        "JPEG",
        "header cut",
        "cut",
        "cut with an end",
    ],
)
def test_a_codestream_that_contradicts_its_description_is_refused(data, described, code):
    with pytest.raises(DiascopeError) as refusal:
        jpegls.decode(data, described)

    assert code == refusal.value.code


@settings(max_examples=200)
@given(st.integers(2, len(STREAM) - 1), st.integers(1, 255))
def test_a_flipped_byte_gives_the_described_shape_or_our_error(at, change):
    flipped = bytearray(STREAM)
    flipped[at] ^= change
    try:
        assert (24, 16) == jpegls.decode(bytes(flipped), pixels()).values.array.shape
    except DiascopeError:
        return
