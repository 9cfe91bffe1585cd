from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import display
from diascope.values import ColorValues, PValues


@given(st.integers(1, 2**70), st.lists(st.fractions(0, 1), min_size=1))
def test_the_one_rounding_is_to_nearest_halves_up(denominator: int, shares) -> None:
    numerators = [int(share * denominator) for share in shares]
    kind = np.int64 if denominator < 2**62 else np.object_
    made = display.to_bytes(PValues(np.array(numerators, dtype=kind), denominator))
    expected = [(255 * Fraction(n, denominator) + Fraction(1, 2)).__floor__() for n in numerators]
    assert expected == made.tolist()


def test_a_denominator_whose_double_is_beyond_int64_is_divided_exactly() -> None:
    values = PValues(np.array([0, 1, 2**53], dtype=np.int64), 2**62 + 3)
    assert [0, 0, 0] == display.to_bytes(values).tolist()


def test_halves_go_up() -> None:
    assert [128] == display.to_bytes(PValues(np.array([1]), 2)).tolist()


@pytest.mark.requirement("IMG-10")
def test_table_holds_256_distinct_opaque_greys() -> None:
    octets = display.to_rgba(display.table()[None, :]).array[0]
    assert [[grey, grey, grey, 255] for grey in range(256)] == octets.tolist()


def test_colour_is_written_in_red_green_blue_order() -> None:
    pixels = display.color_pixels(ColorValues(np.array([[[1, 2, 3]]], dtype=np.uint8)))
    assert [[[1, 2, 3, 255]]] == display.to_rgba(pixels).array.tolist()


def test_shared_table_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        display.GREYS[0] = 1
