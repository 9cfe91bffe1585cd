from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import viewport
from diascope.errors import PresentationError
from diascope.viewport import E6, LEAST_ZOOM_E6, MOST_ZOOM_E6, View, plane

CT = plane(512, 512)
sizes = st.integers(1, 4000)


def image_point(view: View, x: int, y: int) -> tuple[Fraction, Fraction]:
    """The image coordinate under the corner of a device pixel."""
    zoom = Fraction(view.zoom_e6, E6)
    column = Fraction(view.center_column_e6, E6) + (x - Fraction(view.width, 2)) / zoom
    row = Fraction(view.center_row_e6, E6) + (y - Fraction(view.height, 2)) / zoom
    return column, row


@given(sizes, sizes, sizes, sizes)
def test_fit_shows_the_whole_image_and_touches_two_sides(width, height, rows, columns) -> None:
    image = plane(rows, columns)
    view = viewport.fit(View(width, height), image)
    zoom = Fraction(view.zoom_e6, E6)
    assert rows * zoom <= height
    assert columns * zoom <= width
    is_close = width - columns * zoom < 1 or height - rows * zoom < 1
    assert is_close or view.zoom_e6 == MOST_ZOOM_E6
    assert (columns * E6 // 2, rows * E6 // 2) == (view.center_column_e6, view.center_row_e6)


@pytest.mark.requirement("IMG-08")
@pytest.mark.parametrize(
    ("ratio", "width", "height"),
    [
        pytest.param(Fraction(2), 1000, 1000, id="tall pixels"),
        pytest.param(Fraction(1, 2), 1000, 1000, id="wide pixels"),
    ],
)
def test_fit_keeps_proportions_of_pixels_that_are_not_square(ratio, width, height) -> None:
    image = plane(100, 100, ratio)
    view = viewport.fit(View(width, height), image)
    across = view.zoom_e6 * image.column_stretch * 100 / E6
    down = view.zoom_e6 * image.row_stretch * 100 / E6
    assert ratio == down / across
    assert 1000 == max(across, down)


@given(sizes, sizes, sizes, sizes, st.integers(-(10**9), 10**10), st.integers(-(10**9), 10**10))
def test_one_to_one_puts_device_pixels_on_image_pixels(width, height, rows, columns, c, r) -> None:
    view = View(width, height, 777_777, c, r, "free")
    snapped = viewport.one_to_one(view, plane(rows, columns))
    corner = image_point(snapped, 0, 0)
    assert (1, 1) == tuple(part.denominator for part in corner)
    assert (E6, "one_to_one") == (snapped.zoom_e6, snapped.mode)


@given(st.integers(0, 800), st.integers(0, 600), st.integers(1, 100_000_000))
def test_zoom_keeps_the_point_under_the_cursor(x: int, y: int, zoom_e6: int) -> None:
    before = viewport.fit(View(800, 600), CT)
    after = viewport.zoomed(before, CT, zoom_e6, (x, y))
    assert LEAST_ZOOM_E6 <= after.zoom_e6 <= MOST_ZOOM_E6
    drift = [
        a - b for a, b in zip(image_point(before, x, y), image_point(after, x, y), strict=True)
    ]
    is_clamped = 0 in (after.center_column_e6, after.center_row_e6) or 512 * E6 in (
        after.center_column_e6,
        after.center_row_e6,
    )
    assert is_clamped or max(map(abs, drift)) <= Fraction(1, E6)


def test_zoom_about_the_middle_keeps_the_centre() -> None:
    view = viewport.zoomed(viewport.fit(View(800, 600), CT), CT, 3 * E6)
    assert (256 * E6, 256 * E6, "free") == (
        view.center_column_e6,
        view.center_row_e6,
        view.mode,
    )


@given(st.integers(-300, 300), st.integers(-300, 300))
def test_pan_at_one_to_one_moves_by_whole_pixels_and_back(dx: int, dy: int) -> None:
    view = viewport.one_to_one(viewport.fit(View(801, 600), CT), CT)
    moved = viewport.panned(view, CT, dx, dy)
    centers = view.center_column_e6 - dx * E6, view.center_row_e6 - dy * E6
    inside = all(0 <= center <= 511 * E6 for center in centers)
    if inside:
        assert centers == (moved.center_column_e6, moved.center_row_e6)
        assert view == viewport.panned(moved, CT, -dx, -dy)
    assert "one_to_one" == moved.mode


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_pan_never_loses_the_image(dx: int, dy: int) -> None:
    view = viewport.panned(viewport.fit(View(800, 600), CT), CT, dx, dy)
    assert 0 <= view.center_column_e6 <= 512 * E6
    assert 0 <= view.center_row_e6 <= 512 * E6
    assert "free" == view.mode


def test_fit_stays_fit_in_a_viewport_of_another_size() -> None:
    view = viewport.fit(View(800, 600), CT)
    assert viewport.fit(View(400, 900), CT) == viewport.sized(view, CT, 400, 900)


def test_free_view_keeps_its_zoom_in_a_viewport_of_another_size() -> None:
    view = viewport.zoomed(viewport.fit(View(800, 600), CT), CT, 3 * E6)
    assert replace(view, width=80, height=90) == viewport.sized(view, CT, 80, 90)


@pytest.mark.parametrize(
    ("width", "height"),
    [
        pytest.param(0, 5, id="no width"),
        pytest.param(5, -1, id="negative"),
        pytest.param(16_385, 5, id="too wide"),
    ],
)
def test_size_that_no_canvas_has_is_refused(width: int, height: int) -> None:
    with pytest.raises(PresentationError) as caught:
        viewport.sized(View(1, 1), CT, width, height)
    assert "presentation.size" == caught.value.code


turns = st.tuples(st.sampled_from((0, 90, 180, 270)), st.booleans())
steps = st.lists(st.sampled_from([90, -90, 180, "horizontal", "vertical"]), max_size=6)


def turned_by(view: View, step: int | str, image=CT) -> View:
    if isinstance(step, int):
        return viewport.rotated(view, image, step)
    return viewport.flipped(view, image, is_vertical=step == "vertical")


def shape(view: View, letters: np.ndarray) -> np.ndarray:
    """The array as the view shows it: PS3.3 C.10.6, rotation first, then the mirror."""
    made = np.rot90(letters, -(view.rotation // 90))
    return np.fliplr(made) if view.flip else made


@pytest.mark.requirement("IMG-07")
@given(steps)
def test_each_turn_is_a_turn_of_what_the_reader_sees(taken) -> None:
    """Also in a mirrored picture, where the image itself then turns the other way."""
    seen = letters = np.arange(6).reshape(2, 3)
    view = View(8, 8)
    for step in taken:
        view = turned_by(view, step)
        seen = {
            90: lambda a: np.rot90(a, -1), -90: np.rot90, 180: lambda a: np.rot90(a, 2),
            "horizontal": np.fliplr, "vertical": np.flipud,
        }[step](seen)  # fmt: skip
        assert seen.tolist() == shape(view, letters).tolist()


@given(sizes, sizes, st.integers(0, 512 * E6), st.integers(0, 512 * E6), turns)
def test_turning_there_and_back_moves_nothing(width, height, column, row, turn) -> None:
    start = View(width, height, E6, column, row, "free", *turn)
    for view in (start, viewport.one_to_one(start, CT), viewport.fit(start, CT)):
        for there, back in ((90, -90), (180, 180), ("horizontal",) * 2, ("vertical",) * 2):
            assert view == turned_by(turned_by(view, there), back)


@given(turns, st.integers(-90, 90), st.integers(-90, 90), st.integers(100_000, 30_000_000))
def test_pan_moves_the_picture_as_the_hand_moved(turn, dx, dy, zoom_e6) -> None:
    """The image point that was under one place is under the place (dx, dy) away."""
    tall = plane(400, 300, Fraction(5, 3))
    before = View(80, 60, zoom_e6, 150 * E6, 200 * E6, "free", *turn)
    after = viewport.panned(before, tall, dx, dy)
    if 0 < after.center_column_e6 < 300 * E6 and 0 < after.center_row_e6 < 400 * E6:
        was = under(before, tall, 40, 30)
        found = under(after, tall, 40 + dx, 30 + dy)
        assert all(abs(a - b) <= Fraction(1, E6) for a, b in zip(was, found, strict=True))


@given(turns, st.integers(0, 80), st.integers(0, 60), st.integers(1_000_000, 30_000_000))
def test_zoom_keeps_the_point_under_the_cursor_of_a_turned_view(turn, x, y, zoom_e6) -> None:
    wide = plane(4000, 3000, Fraction(3, 5))
    before = View(80, 60, 2_000_000, 1500 * E6, 2000 * E6, "free", *turn)
    after = viewport.zoomed(before, wide, zoom_e6, (x, y))
    was, found = under(before, wide, x, y), under(after, wide, x, y)
    assert all(abs(a - b) <= Fraction(1, E6) for a, b in zip(was, found, strict=True))


def under(view: View, image, x: int, y: int) -> tuple[Fraction, Fraction]:
    """The image point under a corner of a device pixel, by complex numbers."""
    right, down = Fraction(2 * x - view.width, 2), Fraction(2 * y - view.height, 2)
    if view.flip:
        right = -right
    cosine, sine = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[view.rotation]
    along_row, along_column = cosine * right + sine * down, cosine * down - sine * right
    zoom = Fraction(view.zoom_e6, E6)
    return (
        Fraction(view.center_column_e6, E6) + along_row / (zoom * image.column_stretch),
        Fraction(view.center_row_e6, E6) + along_column / (zoom * image.row_stretch),
    )


def test_fit_of_a_turned_view_uses_the_other_side() -> None:
    wide = plane(100, 400)
    sideways = viewport.rotated(viewport.fit(View(200, 800), wide), wide, 90)
    assert (2 * E6, "fit") == (sideways.zoom_e6, sideways.mode)
    tall = plane(100, 100, Fraction(2))
    assert 5 * E6 == viewport.fit(View(1000, 500, rotation=90), tall).zoom_e6


@pytest.mark.parametrize("degrees", [45, 1, -89])
def test_angle_that_is_no_right_angle_is_refused(degrees: int) -> None:
    with pytest.raises(PresentationError) as caught:
        viewport.rotated_to(View(8, 8), CT, degrees)
    assert "presentation.rotation" == caught.value.code


def test_absurd_aspect_is_refused() -> None:
    with pytest.raises(PresentationError) as caught:
        plane(5, 5, Fraction(1, 1000))
    assert "presentation.aspect" == caught.value.code
