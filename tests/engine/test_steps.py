"""Deep and floating-point values: the fast form equals the exact stages, value by value."""

from fractions import Fraction
from math import inf, nextafter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import display, fused, pipeline, steps
from diascope.values import StoredValues, Window
from tests.engine.images import floats, grey_image, stored, table, window

FUNCTIONS = ["LINEAR", "LINEAR_EXACT", "SIGMOID"]
SLOPES = ["1", "-1", "0.5", "-2.5", "3.35824175824176", "-0.123456789012345", "1e-4", "0"]
KINDS = [(17, False), (24, True), (32, False), (32, True), ("f4", True), ("f8", True)]
numbers = st.decimals(-9000, 9000, places=4).map(str)
widths = st.decimals(1, 90_000, places=3).map(str)
polarities = st.tuples(st.sampled_from(["MONOCHROME1", "MONOCHROME2"]), st.booleans())


def frame_of(kind, values) -> StoredValues:
    """Values cut to what the kind can hold."""
    form, is_signed = kind
    if isinstance(form, str):
        return floats(values, form)
    low, high = (-(1 << form - 1), (1 << form - 1) - 1) if is_signed else (0, (1 << form) - 1)
    inside = [min(max(int(Fraction(value)), low), high) for value in values]
    return stored(inside, form, is_signed=is_signed)


def around(image, frame, chosen: Window, *, invert: bool) -> list:
    """Every sample at which a grey begins, with its neighbours on both sides."""
    found = pipeline.grey_steps(image, frame, chosen, invert=invert)
    if found is None:
        return [0, 1, -1]
    starts = [each for each in found.starts.tolist() if abs(each) < 2**53][::9]
    signed = [-each if found.is_falling else each for each in starts]
    if found.starts.dtype.kind == "f":
        kind = frame.array.dtype.type
        near = [np.nextafter(kind(each), kind(way)) for each in signed for way in (-inf, inf)]
        return [*signed, *map(float, near)]
    return [each + off for each in signed for off in (-1, 0, 1)]


def check(image, kind, values, chosen: Window, *, invert: bool) -> None:
    values = [*values, *around(image, frame_of(kind, values), chosen, invert=invert)]
    frame = frame_of(kind, values)
    slow = pipeline.grey_stages(image, frame, chosen, invert=invert)
    fast = pipeline.grey_pixels(image, frame, frame.array, chosen, invert=invert)
    assert slow.tolist() == fast.tolist()


@pytest.mark.requirement("IMG-01", "IMG-02")
@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(
    st.builds(Window, numbers, widths, st.sampled_from(FUNCTIONS)), st.sampled_from(SLOPES),
    numbers, polarities, st.lists(st.floats(-2e9, 5e9), min_size=1, max_size=20),
)  # fmt: skip
@settings(max_examples=20, deadline=None)
def test_windows_are_decided_exactly(kind, chosen, slope, intercept, polarity, values) -> None:
    photometric, invert = polarity
    image = grey_image(
        rescale_slope=slope, rescale_intercept=intercept, pixels={"photometric": photometric}
    )
    check(image, kind, values, chosen, invert=invert)


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(st.lists(st.floats(-300, 300), min_size=1, max_size=20), st.booleans())
@settings(max_examples=10, deadline=None)
def test_modality_lut_takes_its_ends_and_the_nearest(kind, values, invert) -> None:
    image = grey_image(modality_lut=table([9, 1000, 4, 70, 70, 2], -2))
    check(image, kind, values, window(300, 600), invert=invert)


@pytest.mark.requirement("IMG-03")
@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("slope", ["1", "0.3", "-0.7", "1000.001", "0"])
@given(st.lists(st.floats(-300, 300), min_size=1, max_size=20), st.booleans())
@settings(max_examples=6, deadline=None)
def test_voi_lut_behind_a_fractional_slope(kind, slope, values, invert) -> None:
    lut = table([0, 90, 30, 255, 200], -1, 8, "curve")
    image = grey_image(rescale_slope=slope, rescale_intercept="0.5", voi_luts=(lut,))
    check(image, kind, values, Window("", "", "LUT", "LUT 1: curve"), invert=invert)


@pytest.mark.requirement("IMG-01", "IMG-03")
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_voi_lut_behind_a_modality_lut(kind) -> None:
    image = grey_image(
        modality_lut=table([3, 0, 2, 1, 9]), voi_luts=(table([0, 50, 100, 255], 0, 8),)
    )
    values = [-5, 0, 1, 2, 3, 4, 5, 1e9, 0.5, 1.49, 2.5]
    check(image, kind, values, Window("", "", "LUT", "LUT 1"), invert=False)


@pytest.mark.requirement("IMG-01", "IMG-02")
@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("entries", [1, 2, 300], ids=str)
@given(
    st.builds(Window, numbers, widths, st.sampled_from(["LINEAR", "LINEAR_EXACT"])),
    st.sampled_from(SLOPES), st.booleans(), st.lists(st.floats(-2e5, 2e5), min_size=1),
)  # fmt: skip
@settings(max_examples=8, deadline=None)
def test_presentation_lut_behind_a_window(kind, entries, chosen, slope, invert, values) -> None:
    curve = [(7919 * n * n) % 1024 for n in range(entries)]
    image = grey_image(rescale_slope=slope, presentation_lut=table(curve, 0, 10))
    check(image, kind, values, chosen, invert=invert)


def test_presentation_lut_behind_the_narrowest_window() -> None:
    image = grey_image(presentation_lut=table([5, 900, 1023], 0, 10))
    for kind in KINDS:
        values = [9.4, 9.5, 9.6, 10, 10.5, 11]
        check(image, kind, values, Window("10", "1", "LINEAR"), invert=False)


@pytest.mark.parametrize("is_open", [False, True], ids=["at", "above"])
@given(st.fractions(), st.floats(-1e308, 1e308))
def test_first_float_is_the_least_that_has_reached(is_open, place, near) -> None:
    for each in (place, Fraction(near)):
        found = fused.first_float(each.numerator, each.denominator, is_open)
        below = nextafter(found, -inf)
        reached = Fraction(found) > each if is_open else Fraction(found) >= each
        before = Fraction(below) > each if is_open else Fraction(below) >= each
        assert (True, False) == (reached, before)


def test_places_beyond_the_doubles_are_reached_by_all_or_none() -> None:
    assert inf == fused.first_float(10**400, 1, is_open=False)
    assert -inf == fused.first_float(-(10**400), 1, is_open=False)


def test_greys_rise_one_by_one_over_32_bits() -> None:
    """The full scale of 32 bits, by hand: level k begins at ceil((2k - 1) (2^32 - 1) / 510)."""
    made = steps.of_window(
        Window("2147483648", "4294967296"), Fraction(1), Fraction(0), is_inverse=False,
        is_float=False,
    )  # fmt: skip
    expected = [-((1 - 2 * k) * (2**32 - 1) // 510) for k in range(1, 256)]
    assert expected == made.starts.tolist()
    ends = np.array([0, 2**32 - 1], dtype=np.uint32)
    assert [display.GREYS[0], display.GREYS[255]] == made.of(ends).tolist()
