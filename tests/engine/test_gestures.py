from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import exact, gestures, viewport
from diascope.errors import CommandError
from diascope.values import Window
from diascope.viewport import View

moves = st.integers(-2000, 2000)


@pytest.mark.parametrize(
    ("dx", "dy", "center", "width"),
    [
        pytest.param(10, 0, "40", "410", id="right widens"),
        pytest.param(0, 10, "50", "400", id="down raises the centre and darkens"),
        pytest.param(-400, -400, "-360", "1", id="to the limit of LINEAR"),
        pytest.param(0, 0, "40", "400", id="no movement"),
    ],
)
def test_drag_is_in_proportion_to_the_width(dx: int, dy: int, center: str, width: str) -> None:
    assert Window(center, width) == gestures.drag_window(Window("40", "400"), dx, dy)


def test_every_movement_changes_something() -> None:
    made = gestures.drag_window(Window("0.5", "2.5"), 1, -1)
    assert ("0.4", "2.6") == (made.center, made.width)


@given(
    st.decimals(-(10**6), 10**6, places=4), st.decimals(1, 10**6, places=4), moves, moves,
    st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"]),
)  # fmt: skip
def test_dragged_window_is_always_a_valid_one(center, width, dx, dy, function) -> None:
    made = gestures.drag_window(Window(str(center), str(width), function), dx, dy)
    assert function == made.function
    assert Fraction(made.width) >= (1 if function == "LINEAR" else Fraction(1, 10))
    assert all((Fraction(text) * 10).denominator == 1 for text in (made.center, made.width))
    assert "" == made.explanation


@given(
    st.integers(-12, 3), st.decimals(1, 50_000, places=1), moves, moves,
    st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"]),
)  # fmt: skip
def test_drag_moves_in_proportion_to_the_ramp_at_any_scale(scale, ramp, dx, dy, function) -> None:
    """The ramp is what is seen; LINEAR's last unit is not of it (PS3.3 C.11.2.1.2.1)."""
    apart = Fraction(10) ** scale
    last = 1 if function == "LINEAR" else 0
    before = Fraction(str(ramp)) * apart
    window = Window("0", exact.decimal_text(before + last), function)
    made = gestures.drag_window(window, dx, dy, apart)
    unit = max(before / 100, apart / 10)
    pace = before if unit < Fraction(1, 10) else before + last
    unit = min(unit, Fraction(1, 10))
    assert abs(Fraction(made.width) - last - before) <= abs(dx) * pace / 400 + 2 * unit
    assert abs(Fraction(made.center)) <= abs(dy) * pace / 400 + 2 * unit
    assert max(len(made.center), len(made.width)) <= 24


def test_the_narrowest_window_has_numbers_that_a_record_can_hold() -> None:
    apart = Fraction(1, 10**40)
    window = Window("0", "1.5")
    for _ in range(60):
        window = gestures.drag_window(window, -399, 399, apart)
    assert max(len(window.center), len(window.width)) <= 64


def test_full_range_becomes_a_window_once_it_is_dragged() -> None:
    assert "LINEAR" == gestures.drag_window(Window("128", "256", "NONE"), 3, 3).function


@pytest.mark.parametrize("dy", [-5_000_000, -100, 0, 100, 5_000_000], ids=str)
def test_upward_enlarges_and_any_distance_is_safe(dy: int) -> None:
    made = gestures.zoomed_e6(1_000_000, dy)
    assert (made > 1_000_000) == (dy < 0)
    assert made >= 0


def test_zooming_there_and_back_returns() -> None:
    assert abs(gestures.zoomed_e6(gestures.zoomed_e6(1_000_000, -80), 80) - 1_000_000) <= 1


def test_unknown_gesture_is_refused() -> None:
    image = viewport.plane(4, 4)
    with pytest.raises(CommandError) as caught:
        gestures.move("spin", View(4, 4), image, (1, 1), (0, 0))
    assert "command.gesture" == caught.value.code
