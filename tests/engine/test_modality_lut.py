from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import modality_lut
from diascope.errors import PresentationError
from tests.engine.images import every, grey_image, stored, table


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize(
    ("slope", "intercept"),
    [
        pytest.param("1", "-1024", id="CT"),
        pytest.param("0.123456789012345", "-7.5", id="fifteen digits"),
        pytest.param("-2.5e-3", "1e2", id="falling"),
        pytest.param("9.87654321098765", "12345.678901", id="beyond int64"),
        pytest.param("0", "3", id="flat"),
    ],
)
def test_every_stored_value_is_rescaled_exactly(slope: str, intercept: str) -> None:
    image = grey_image(rescale_slope=slope, rescale_intercept=intercept)
    made = modality_lut.apply(every(), image)
    a, b = Fraction(slope) * made.denominator, Fraction(intercept) * made.denominator
    assert (1, 1) == (a.denominator, b.denominator)
    expected = [int(a) * value + int(b) for value in range(65536)]
    assert expected == made.numerators.tolist()


def test_signed_values_keep_their_sign() -> None:
    made = modality_lut.apply(stored([-32768, -1, 32767], is_signed=True), grey_image())
    assert [-32768, -1, 32767] == made.numerators.tolist()


def test_absent_rescale_changes_nothing() -> None:
    image = grey_image(rescale_slope="", rescale_intercept="")
    made = modality_lut.apply(stored([0, 7]), image)
    assert ([0, 7], 1) == (made.numerators.tolist(), made.denominator)


def test_slope_that_is_no_number_is_refused() -> None:
    with pytest.raises(PresentationError):
        modality_lut.apply(stored([1]), grey_image(rescale_slope="one"))


@pytest.mark.requirement("IMG-01")
def test_table_wins_over_rescale_and_holds_its_ends() -> None:
    image = grey_image(modality_lut=table([10, 20, 40], first_mapped=5), rescale_slope="9")
    made = modality_lut.apply(stored([0, 4, 5, 6, 7, 8, 65535]), image)
    assert [10, 10, 10, 20, 40, 40, 40] == made.numerators.tolist()


@given(st.integers(-(2**15), 2**16), st.lists(st.integers(0, 65535), min_size=1, max_size=20))
def test_look_up_is_the_clause(first: int, entries: list[int]) -> None:
    values = np.arange(-40, 65, dtype=np.int64) + first
    last = len(entries) - 1
    expected = [entries[min(max(int(value) - first, 0), last)] for value in values]
    assert expected == modality_lut.look_up(values, table(entries, first)).tolist()
