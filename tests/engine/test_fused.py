from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import display, fused, gestures, modality_lut, pipeline
from diascope.values import Window
from tests.engine.images import every, grey_image, stored, table, window

FUNCTIONS = ["LINEAR", "LINEAR_EXACT", "SIGMOID"]
decimals = st.decimals(-9000, 9000, places=4).map(str)
slopes = st.sampled_from(
    [
        "1",
        "-1",
        "0.5",
        "-2.5",
        "3.35824175824176",
        "-0.123456789012345",
        "1e-4",
        "9.87654321098765",
    ]
)
kinds = st.sampled_from([(8, False), (12, False), (12, True), (16, True), (16, False)])


def slow(image, frame, chosen: Window, *, invert: bool) -> np.ndarray:
    """The stages themselves, for every stored value, in ascending order."""
    return pipeline.grey_stages(image, frame, chosen, invert=invert)


@given(
    st.sampled_from(FUNCTIONS), decimals, st.decimals(1, 9000, places=3).map(str), slopes,
    decimals, kinds, st.tuples(st.booleans(), st.sampled_from(["MONOCHROME1", "MONOCHROME2"])),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_fast_equals_slow_for_every_stored_value(
    function, center, width, slope, intercept, kind, ends
) -> None:
    (bits, is_signed), (invert, photometric) = kind, ends
    image = grey_image(
        rescale_slope=slope, rescale_intercept=intercept, pixels={"photometric": photometric}
    )
    frame = every(bits, is_signed=is_signed)
    chosen = Window(center, width, function)
    fast = pipeline.grey_table(image, frame, chosen, invert=invert)
    assert np.array_equal(slow(image, frame, chosen, invert=invert), fast[frame.array])


digits = st.decimals("0.00000000000001", 9, places=14).map(str)


@given(
    st.sampled_from(["LINEAR", "LINEAR_EXACT"]), digits, kinds,
    st.tuples(st.booleans(), st.sampled_from(["MONOCHROME1", "MONOCHROME2"])),
    st.tuples(st.integers(-99_999, 99_999), st.integers(1, 199_999)),
    st.lists(st.tuples(st.integers(-150, 150), st.integers(-150, 150)), max_size=3),
    st.lists(st.integers(0, 255), min_size=1, max_size=9),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_dragged_windows_over_slopes_of_fourteen_decimals(
    function, slope, kind, ends, numbers, drags, values
) -> None:
    """Scales beyond int64, of a few stored values: there the stages divide before they widen."""
    (bits, is_signed), (invert, photometric) = kind, ends
    image = grey_image(rescale_slope=slope, pixels={"photometric": photometric})
    chosen = window(*numbers, function)
    for drag in drags:
        chosen = gestures.drag_window(chosen, *drag, modality_lut.apart(image))
    frame = stored(np.array(values) % 2 ** (bits - 1), bits, is_signed=is_signed)
    fast = pipeline.grey_pixels(image, frame, frame.array, chosen, invert=invert)
    assert np.array_equal(slow(image, frame, chosen, invert=invert), fast)


@pytest.mark.parametrize("invert", [False, True], ids=["plain", "inverted"])
@pytest.mark.parametrize(
    ("photometric", "slope", "center", "width", "values"),
    [
        ("MONOCHROME1", "1.23456789012347", "50000", "100000", [1, 101, 5003, 30011]),
        ("MONOCHROME2", "0.98765432109873", "25000.5", "50001", [1, 2, 3, 7]),
    ],
    ids=["inverse by the file", "few small values"],
)
def test_the_reference_path_holds_what_int64_does_not(
    photometric, slope, center, width, values, invert
) -> None:
    image = grey_image(rescale_slope=slope, pixels={"photometric": photometric})
    frame, chosen = stored(values), window(center, width)
    fast = pipeline.grey_pixels(image, frame, frame.array, chosen, invert=invert)
    assert np.array_equal(slow(image, frame, chosen, invert=invert), fast)


@pytest.mark.parametrize(
    ("width", "center"),
    [
        pytest.param("1", "100.5", id="a step between two values"),
        pytest.param("1", "100", id="a step on a half"),
        pytest.param("2", "100", id="two values"),
        pytest.param("511", "255.5", id="ties at whole values"),
        pytest.param("256", "128", id="identity"),
    ],
)
@pytest.mark.parametrize("invert", [False, True], ids=["plain", "inverted"])
def test_ties_round_alike(width: str, center: str, invert: bool) -> None:
    frame, chosen = every(12), window(center, width)
    fast = pipeline.grey_table(grey_image(), frame, chosen, invert=invert)
    assert np.array_equal(slow(grey_image(), frame, chosen, invert=invert), fast[frame.array])


@given(st.integers(-300, 300), st.integers(1, 400))
@settings(max_examples=30, deadline=None)
def test_exact_centre_of_a_sigmoid_rounds_alike(center: int, width: int) -> None:
    frame = every(12, is_signed=True)
    for invert in (False, True):
        chosen = window(center, width, "SIGMOID")
        fast = pipeline.grey_table(grey_image(), frame, chosen, invert=invert)
        assert np.array_equal(slow(grey_image(), frame, chosen, invert=invert), fast[frame.array])


def test_stages_take_over_where_the_fast_path_does_not_apply() -> None:
    frame = every(8)
    flat = grey_image(rescale_slope="0", rescale_intercept="50")
    assert fused.greys(*modality_lut.coefficients(flat), window(50, 9), (0, 255), False) is None
    lut = grey_image(modality_lut=table(np.arange(256) ** 2 // 256))
    for image in (flat, lut):
        made = pipeline.grey_table(image, frame, window(50, 90), invert=False)
        assert np.array_equal(slow(image, frame, window(50, 90), invert=False), made)


def test_doubt_in_the_thirtieth_digit_is_not_decided_here() -> None:
    slope, intercept = modality_lut.coefficients(replace(grey_image(), rescale_intercept="0"))
    assert fused.greys(slope, intercept, window("0.1", "7" * 40, "SIGMOID"), (0, 9), False) is None


def test_table_is_shared_and_so_read_only() -> None:
    slope, intercept = modality_lut.coefficients(grey_image())
    greys = fused.greys(slope, intercept, window(40, 400), (0, 4095), False)
    assert greys is not None
    with pytest.raises(ValueError, match="read-only"):
        greys[0] = 1
    assert display.FULL_SCALE == greys.max()
