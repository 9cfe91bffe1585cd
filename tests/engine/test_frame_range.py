from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import frame_range
from diascope.errors import UnsupportedImage
from tests.engine.images import floats, grey_image, stored, table


def ranked(values, slope: str, cut: int) -> tuple[Fraction, Fraction]:
    """The definition: sort what is left, and leave out `cut` per cent at both ends."""
    order = sorted(Fraction(slope) * Fraction(value) for value in values)
    rank = len(order) * cut // 100
    return order[rank], order[len(order) - 1 - rank]


@given(st.lists(st.integers(-2048, 2047), min_size=1, max_size=300), st.sampled_from([0, 1, 25]))
@settings(max_examples=60, deadline=None)
def test_percentiles_are_ranks_of_the_sorted_frame(values: list[int], cut: int) -> None:
    for slope in ("2", "-0.5"):
        image = grey_image(rescale_slope=slope)
        for bits in (12, 32):
            frame = stored(values, bits, is_signed=True)
            assert ranked(values, slope, cut) == frame_range.percentiles(image, frame, cut)


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1))
@settings(max_examples=60, deadline=None)
def test_percentiles_of_floating_point_values_are_exact(values: list[float]) -> None:
    image = grey_image(rescale_slope="0.1")
    for kind in ("f4", "f8"):
        made = frame_range.percentiles(image, floats(values, kind), 1)
        assert ranked(values, "0.1", 1) == made


@pytest.mark.requirement("IMG-04")
@pytest.mark.parametrize("bits", [16, 32], ids=str)
@given(st.lists(st.integers(-300, 300), min_size=1, max_size=99), st.integers(-300, 300))
@settings(max_examples=40, deadline=None)
def test_padding_counts_for_nothing(bits: int, values: list[int], low: int) -> None:
    image = grey_image(padding=(low, low + 200))
    real = [value for value in values if not low <= value <= low + 200]
    frame = stored(values, bits, is_signed=True)
    if real:
        assert ranked(real, "1", 1) == frame_range.percentiles(image, frame, 1)


def test_frame_of_nothing_but_padding_still_has_a_range() -> None:
    image = grey_image(padding=(5, 5))
    assert (0, 4095) == frame_range.percentiles(image, stored([5, 5], 12), 1)
    assert (0, 0) == frame_range.percentiles(image, stored([5, 5], 32), 1)


def test_not_a_number_counts_for_nothing() -> None:
    frame = floats([np.nan, 2.0, np.inf, -np.inf, 1.0])
    assert (1, 2) == frame_range.percentiles(grey_image(), frame, 0)


def test_deep_values_beyond_a_modality_lut_take_its_ends() -> None:
    image = grey_image(modality_lut=table([7, 3, 9], 100_000))
    frame = stored([0, 100_001, 4_000_000_000], 32)
    assert (3, 9) == frame_range.percentiles(image, frame, 0)


@pytest.mark.parametrize("bits", [0, 17, 32], ids=str)
def test_more_bits_than_a_table_holds_have_none(bits: int) -> None:
    assert bits == 0 or not frame_range.has_table(stored([0], bits))
    with pytest.raises(UnsupportedImage) as caught:
        frame_range.stored_range(bits, is_signed=False)
    assert "unsupported.bits" == caught.value.code
