from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import exact
from diascope.errors import PresentationError

BIG = 2**62


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("40", Fraction(40), id="integer"),
        pytest.param(" -600.5 ", Fraction(-1201, 2), id="padded"),
        pytest.param("+.5", Fraction(1, 2), id="no whole part"),
        pytest.param("5.", Fraction(5), id="no decimals"),
        pytest.param("1.5e-3", Fraction(3, 2000), id="exponent"),
        pytest.param("3.35824175824176", Fraction(335824175824176, 10**14), id="fifteen digits"),
    ],
)
def test_decimal_string_is_read_without_rounding(text: str, value: Fraction) -> None:
    assert value == exact.fraction(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("1/2", id="fraction"),
        pytest.param("1_0", id="underscore"),
        pytest.param("nan", id="not a number"),
        pytest.param("inf", id="infinite"),
        pytest.param("1e999999999", id="exponent bomb"),
        pytest.param("1e9999", id="large exponent"),
        pytest.param("9" * 65, id="too long"),
        pytest.param("٤٠", id="other digits"),
        pytest.param("1\\2", id="two values"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(PresentationError) as caught:
        exact.fraction(text)
    assert "presentation.decimal" == caught.value.code


@given(st.text())
def test_any_text_gives_a_value_or_our_error(text: str) -> None:
    try:
        answer = exact.fraction(text)
    except PresentationError as error:
        answer = error.reason
    assert answer == "decimal" or isinstance(answer, Fraction)


@given(st.integers(-(10**20), 10**20), st.integers(0, 12))
def test_decimal_text_is_the_inverse_of_reading(number: int, digits: int) -> None:
    value = Fraction(number, 10**digits)
    assert value == exact.fraction(exact.decimal_text(value))


def test_third_has_no_decimal_form() -> None:
    with pytest.raises(PresentationError):
        exact.decimal_text(Fraction(1, 3))


@pytest.mark.parametrize(
    ("scaled", "text"),
    [
        pytest.param(-1205, "-120.5", id="negative"),
        pytest.param(400, "40", id="whole"),
        pytest.param(0, "0", id="zero"),
        pytest.param(-5, "-0.5", id="below one"),
    ],
)
def test_fixed_text_has_no_needless_zero(scaled: int, text: str) -> None:
    assert text == exact.fixed_text(scaled, 1)


@given(st.fractions())
def test_halves_round_upward(value: Fraction) -> None:
    nearest = exact.round_half_up(value)
    assert Fraction(-1, 2) < nearest - value <= Fraction(1, 2)


@given(
    st.lists(st.integers(-BIG, BIG), min_size=1),
    st.integers(-(2**40), 2**40),
    st.integers(-(2**70), 2**70),
)
def test_affine_never_wraps(values: list[int], factor: int, offset: int) -> None:
    made = exact.affine(np.array(values, dtype=np.int64), factor, offset)
    assert [value * factor + offset for value in values] == made.tolist()


def test_affine_stays_in_int64_while_it_can() -> None:
    assert np.int64 == exact.affine(np.arange(-5, 5), 1000, -7).dtype


@given(
    st.lists(st.integers(-BIG, BIG), min_size=1), st.integers(-(2**70), 0), st.integers(0, 2**70)
)
def test_clipping_holds_beyond_int64(values: list[int], low: int, high: int) -> None:
    clipped = exact.clipped(np.array(values, dtype=np.int64), low, high)
    assert [min(max(value, low), high) for value in values] == clipped.tolist()


@given(
    st.lists(st.integers(-(2**80), 2**80) | st.integers(-9, 9), min_size=1),
    st.lists(st.integers(-(2**90), 2**90) | st.integers(-9, 9)),
)
def test_first_reaching_counts_starts_at_or_below(values: list[int], starts: list[int]) -> None:
    starts = sorted(starts)
    array = exact.narrow(np.array(values, dtype=np.object_))
    counts = exact.first_reaching(array, starts)
    assert [sum(start <= value for start in starts) for value in values] == counts.tolist()


@pytest.mark.parametrize("divisor", [3, 2**62, 2**63, 10**30], ids=str)
def test_division_by_more_than_int64_holds(divisor: int) -> None:
    values = np.array([0, 1, 2**62, -5], dtype=np.int64)
    assert [int(each) // divisor for each in values] == exact.floor_divided(
        values, divisor
    ).tolist()
