"""Deflated Image Frame Compression: a frame is as long as its description says, or refused."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import decode
from diascope.decode import deflated
from diascope.errors import DiascopeError
from diascope.values import PixelDescription
from tests.support import phantoms
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import decoded_frames

VALUES = ramp((1, 6, 4), "u2", 16)[0]
NATIVE = VALUES.astype("<u2").tobytes()
STREAM = phantoms.deflated(NATIVE)
PIXELS = PixelDescription(
    6, 4, 1, "MONOCHROME2", 16, 16, 15, False, False, 1, phantoms.DEFLATED_FRAME
)


def refusal(data):
    with pytest.raises(DiascopeError) as caught:
        deflated.decode(data, PIXELS)
    return caught.value.code


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("padding", [b"", b"\0"], ids=["as it is", "padded"])
def test_a_frame_is_the_native_frame(padding):
    """PS3.5 A.4.13: one byte makes the stream even."""
    assert np.array_equal(VALUES, deflated.decode(STREAM + padding, PIXELS).values.array)


@pytest.mark.requirement("IMG-05")
def test_an_empty_segmentation_is_shown_however_well_it_deflates():
    """A frame of zeros is a thousand times smaller, and the commonest there is."""
    empty = np.zeros((2, 512, 512), "u1")
    found = decoded_frames(phantoms.file(Image(empty, phantoms.DEFLATED_FRAME)))

    assert 500 < empty[0].size / len(phantoms.deflated(empty[0].tobytes()))
    assert [0, 0] == [int(frame.values.array.max()) for frame in found]


@pytest.mark.requirement("IMG-05")
def test_half_sampled_colour_is_as_long_as_two_samples_a_pixel():
    """PS3.3 C.7.6.3.1.2, YBR_FULL_422: Y1 Y2 Cb Cr."""
    pixels = PixelDescription(
        1, 2, 3, "YBR_FULL_422", 8, 8, 7, False, False, 1, phantoms.DEFLATED_FRAME
    )
    found = deflated.decode(phantoms.deflated(bytes([10, 20, 128, 130])), pixels)

    assert [[[10, 128, 130], [20, 128, 130]]] == found.values.array.tolist()


@pytest.mark.requirement("IMG-05", "security row 4")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "pixels.truncated"),
        (STREAM[:-1], "pixels.truncated"),
        (b"\xff" * 40, "pixels.codec"),
        (zlib.compress(NATIVE), "pixels.codec"),
        (STREAM + b"\0\0", "pixels.length"),
        (STREAM + b"\1", "pixels.length"),
        (phantoms.deflated(NATIVE[:-1]), "pixels.length"),
        (phantoms.deflated(NATIVE + b"\0\0"), "pixels.length"),
        (phantoms.deflated(bytes(50_000_000)), "pixels.length"),
    ],
    ids=[
        "empty", "cut", "noise", "with a zlib header", "two bytes more", "another byte",
        "a byte short", "two bytes long", "bomb",
    ],
)  # fmt: skip
def test_a_frame_that_is_not_as_described_is_refused(data, code):
    assert code == refusal(data)


@given(st.integers(0, len(STREAM) - 1), st.integers(1, 255))
def test_a_flipped_byte_gives_all_the_pixels_or_our_error(at, change):
    flipped = bytearray(STREAM)
    flipped[at] ^= change
    try:
        found = decode.DECODERS[phantoms.DEFLATED_FRAME](bytes(flipped), PIXELS)
    except DiascopeError:
        return
    assert VALUES.shape == found.values.array.shape
