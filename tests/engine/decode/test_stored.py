"""Stored values: the sign, the container and the bits they need."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope.decode import stored
from diascope.errors import PixelDataError
from diascope.values import PixelDescription


def pixels(allocated=16, bits=12, samples=1, is_signed=False):
    return PixelDescription(
        2, 3, samples, "MONOCHROME2", allocated, bits, bits - 1, is_signed, False, 1, "1.2"
    )


@given(st.integers(1, 16), st.lists(st.integers(0, 65_535), min_size=6, max_size=6))
def test_the_sign_is_twos_complement_of_any_number_of_bits(bits, numbers):
    samples = np.array(numbers, "u2").reshape(2, 3)
    low = [number & ((1 << bits) - 1) for number in numbers]
    signed = [number - (1 << bits) if number >> (bits - 1) else number for number in low]

    assert low == stored.extended(samples, bits, pixels()).ravel().tolist()
    assert signed == stored.extended(samples, bits, pixels(is_signed=True)).ravel().tolist()


def test_the_bits_said_hold_every_value():
    inside = stored.from_codestream(np.full((2, 3), 4095, "u2"), 16, pixels(), "MONOCHROME2")
    beyond = stored.from_codestream(np.full((2, 3), 4096, "u2"), 16, pixels(), "MONOCHROME2")

    assert (12, 16) == (inside.values.bits, beyond.values.bits)


@pytest.mark.parametrize(
    ("samples", "described", "code"),
    [
        (np.zeros((2, 3), "u2"), pixels(allocated=8, bits=8), "pixels.precision"),
        (np.zeros((3, 2), "u2"), pixels(), "pixels.shape"),
        (np.zeros((2, 3, 3), "u2"), pixels(), "pixels.shape"),
        (np.zeros((2, 3), "u2"), pixels(samples=3), "pixels.shape"),
        (np.zeros((0, 0), "u2"), pixels(), "pixels.shape"),
    ],
    ids=["too deep", "turned", "colour", "grey", "empty"],
)
def test_what_a_codec_returns_is_checked_again(samples, described, code):
    """One codec answers a codestream it does not know with an empty array."""
    with pytest.raises(PixelDataError) as refusal:
        stored.from_codestream(samples, 16, described, "MONOCHROME2")

    assert code == refusal.value.code


@pytest.mark.requirement("security row 3")
@pytest.mark.parametrize(("value", "kind"), [(4096, "u2"), (2048, "i2"), (-2049, "i2")])
def test_a_value_beyond_the_codestreams_own_depth_is_refused(value, kind):
    """A damaged lossless JPEG gives such; a table of the stated depth has no entry for them."""
    samples = np.full((2, 3), value, kind)
    with pytest.raises(PixelDataError) as refusal:
        stored.from_codestream(samples, 12, pixels(is_signed=kind == "i2"), "MONOCHROME2")

    assert "pixels.precision" == refusal.value.code
