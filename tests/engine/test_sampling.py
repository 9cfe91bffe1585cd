from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import display, mixing, sampling, viewport
from diascope.viewport import E6, View, plane

RNG = np.random.default_rng(1)
IMAGE = RNG.integers(0, 65536, (37, 53)).astype(np.uint16)
PLANE = plane(*IMAGE.shape)
SMALL = st.integers(1, 90)


def whole(values, view: View, image=PLANE) -> np.ndarray:
    """The view with -1 where there is no image."""
    part = sampling.sample(values, view, image)
    full = np.full((view.height, view.width, *values.shape[2:]), -1, dtype=np.int64)
    rows, columns = part.array.shape[:2]
    full[part.top : part.top + rows, part.left : part.left + columns] = part.array
    return full


def cropped(values, view: View) -> np.ndarray:
    """The view at 1:1, computed pixel by pixel without any scaling."""
    left = Fraction(view.center_column_e6, E6) - Fraction(view.width, 2)
    top = Fraction(view.center_row_e6, E6) - Fraction(view.height, 2)
    full = np.full((view.height, view.width), -1, dtype=np.int64)
    for y in range(view.height):
        for x in range(view.width):
            row, column = int(top) + y, int(left) + x
            if 0 <= row < values.shape[0] and 0 <= column < values.shape[1]:
                full[y, x] = values[row, column]
    return full


def mixed(values, u: Fraction, v: Fraction) -> int:
    """One bilinear sample by the stated rule: 16.16 positions, 8-bit weights, one rounding."""
    rows, columns = values.shape
    fixed_u, fixed_v = (((at * 65536).__floor__()) - 32768 for at in (u, v))
    fx, fy = fixed_u >> 8 & 255, fixed_v >> 8 & 255
    total = 0
    for dy, wy in ((0, 256 - fy), (1, fy)):
        for dx, wx in ((0, 256 - fx), (1, fx)):
            row = min(max((fixed_v >> 16) + dy, 0), rows - 1)
            column = min(max((fixed_u >> 16) + dx, 0), columns - 1)
            total += wx * wy * int(values[row, column])
    return (total + 32768) >> 16


@pytest.mark.requirement("IMG-09")
@given(SMALL, SMALL, st.integers(0, 53 * E6), st.integers(0, 37 * E6))
@settings(max_examples=40, deadline=None)
def test_one_to_one_is_the_plain_crop(width: int, height: int, column: int, row: int) -> None:
    view = viewport.one_to_one(View(width, height, E6, column, row, "free"), PLANE)
    assert "nearest" == sampling.interpolation(view, PLANE)
    assert cropped(IMAGE, view).tolist() == whole(IMAGE, view).tolist()


@pytest.mark.requirement("IMG-09")
@pytest.mark.parametrize("zoom", [2, 3, 5], ids=str)
def test_whole_zoom_repeats_pixels(zoom: int) -> None:
    view = View(53 * zoom, 37 * zoom, zoom * E6, PLANE.center_e6[0], PLANE.center_e6[1], "free")
    expected = np.repeat(np.repeat(IMAGE, zoom, axis=0), zoom, axis=1)
    assert expected.tolist() == whole(IMAGE, view).tolist()


@given(
    st.integers(500_001, 6_000_000).filter(lambda zoom: zoom % E6),
    st.integers(0, 53 * E6),
    st.integers(0, 37 * E6),
)
@settings(max_examples=25, deadline=None)
def test_bilinear_is_the_stated_sum(zoom_e6: int, column: int, row: int) -> None:
    view = View(17, 13, zoom_e6, column, row, "free")
    made = whole(IMAGE, view)
    assert "bilinear" == sampling.interpolation(view, PLANE)
    for y in range(13):
        for x in range(17):
            u = Fraction(column, E6) + (2 * x + 1 - 17) * Fraction(E6, 2 * zoom_e6)
            v = Fraction(row, E6) + (2 * y + 1 - 13) * Fraction(E6, 2 * zoom_e6)
            inside = 0 <= u < 53 and 0 <= v < 37
            assert (mixed(IMAGE, u, v) if inside else -1) == made[y, x]


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint16, np.int16, np.int32], ids=str)
def test_extreme_values_survive_mixing(kind) -> None:
    limits = np.iinfo(kind)
    for value in (limits.min, limits.max):
        flat = np.full((9, 9), value, dtype=kind)
        view = View(30, 30, 2_345_678, 4_400_000, 4_600_000, "free")
        assert {int(value)} == set(sampling.sample(flat, view, plane(9, 9)).array.ravel().tolist())


def test_signed_values_mix_as_unsigned_ones_do() -> None:
    signed = (IMAGE.astype(np.int32) - 32768).astype(np.int16)
    view = View(90, 70, 1_730_000, 20_000_000, 15_000_000, "free")
    lifted = sampling.sample(signed, view, PLANE).array.astype(np.int64) + 32768
    assert sampling.sample(IMAGE, view, PLANE).array.tolist() == lifted.tolist()


@given(st.integers(1, 9), st.integers(1, 9), st.booleans())
@settings(max_examples=30, deadline=None)
def test_box_means_are_rounded_means_of_what_is_there(rows: int, columns: int, signed) -> None:
    values = IMAGE.astype(np.int64) - 32768 * signed
    typed = values.astype(np.int16 if signed else np.uint16)
    made = mixing.box_means(mixing.Grid(typed), rows, columns).values
    for i in range(made.shape[0]):
        for j in range(made.shape[1]):
            box = values[i * rows : (i + 1) * rows, j * columns : (j + 1) * columns]
            mean = Fraction(int(box.sum()), box.size)
            assert (mean + Fraction(1, 2)).__floor__() == made[i, j]


def test_far_out_whole_boxes_are_averaged() -> None:
    view = View(60, 60, E6 // 4, *PLANE.center_e6, "free")
    assert "area" == sampling.interpolation(view, PLANE)
    flat = np.full_like(IMAGE, 1234)
    inside = whole(flat, view)
    assert {-1, 1234} == set(inside.ravel().tolist())


def test_colour_is_mixed_sample_by_sample() -> None:
    color = RNG.integers(0, 256, (20, 30, 3)).astype(np.uint8)
    for zoom_e6 in (310_000, 1_700_000, 2_000_000):
        view = View(44, 31, zoom_e6, 14_000_000, 9_000_000, "free")
        made = whole(color, view, plane(20, 30))
        for n in range(3):
            alone = whole(np.ascontiguousarray(color[..., n]), view, plane(20, 30))
            assert alone.tolist() == made[..., n].tolist()


@pytest.mark.requirement("IMG-08")
def test_tall_pixels_take_more_device_rows() -> None:
    tall = plane(37, 53, Fraction(2))
    view = viewport.one_to_one(viewport.fit(View(200, 200), tall), tall)
    part = sampling.sample(IMAGE, view, tall)
    assert (74, 53) == part.array.shape
    assert "nearest" == sampling.interpolation(view, tall)
    assert "bilinear" == sampling.interpolation(view, plane(37, 53, Fraction(3, 2)))


@given(
    st.integers(1, 70), st.integers(1, 70), st.integers(10_000, 40_000_000),
    st.integers(0, 53 * E6), st.integers(0, 37 * E6),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_any_view_stays_within_the_image(width, height, zoom_e6, column, row) -> None:
    view = View(width, height, zoom_e6, column, row, "free")
    made = sampling.sample(IMAGE, view, PLANE)
    assert made.top + made.array.shape[0] <= height
    assert made.left + made.array.shape[1] <= width
    if made.array.size:
        assert IMAGE.min() <= made.array.min() <= made.array.max() <= IMAGE.max()


def test_pan_by_whole_pixels_shifts_the_picture() -> None:
    view = viewport.one_to_one(viewport.fit(View(40, 30), PLANE), PLANE)
    moved = viewport.panned(view, PLANE, 5, -3)
    before, after = whole(IMAGE, view), whole(IMAGE, moved)
    assert before[3:, :-5].tolist() == after[:-3, 5:].tolist()


def test_outside_is_opaque_black_whatever_the_table() -> None:
    view = viewport.one_to_one(viewport.fit(View(60, 50), PLANE), PLANE)
    part = sampling.sample(IMAGE, view, PLANE)
    white = np.full(part.array.shape, 0xFFFFFFFF, dtype=np.uint32)
    octets = display.to_rgba(sampling.place(white, part, view)).array
    assert [0, 0, 0, 255] == octets[0, 0].tolist()
    assert [255] * 4 == octets[25, 30].tolist()
    assert 53 * 37 == int((octets[..., 0] == 255).sum())


TURNS = [(rotation, flip) for rotation in (0, 90, 180, 270) for flip in (False, True)]


def seen_turned(array: np.ndarray, rotation: int, flip: bool) -> np.ndarray:
    """PS3.3 C.10.6: rotated clockwise, then mirrored left to right."""
    made = np.rot90(array, -(rotation // 90))
    return np.fliplr(made) if flip else made


@pytest.mark.requirement("IMG-07")
@pytest.mark.parametrize(("rotation", "flip"), TURNS)
@given(
    st.tuples(st.integers(1, 61), st.integers(1, 61)),
    st.tuples(st.integers(0, 53 * E6), st.integers(0, 37 * E6)),
    st.sampled_from(["one_to_one", "fit", 2_000_000, 3_300_000, 1_000_000, 270_000]),
    st.sampled_from([Fraction(1), Fraction(2), Fraction(3, 5)]),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_turned_view_is_the_turned_picture(rotation, flip, size, center, zoom, aspect) -> None:
    """Nearest, mixed and averaged values alike: turning never changes a value."""
    image = plane(37, 53, aspect)
    view = View(*size, E6, *center, "free", rotation, flip)
    if zoom == "fit":
        view = viewport.fit(view, image)
    elif zoom == "one_to_one":
        view = viewport.one_to_one(view, image)
    else:
        view = viewport.zoomed(view, image, zoom)
    sides = size[::-1] if rotation in (90, 270) else size
    place = view.zoom_e6, view.center_column_e6, view.center_row_e6, view.mode
    upright = whole(IMAGE, View(*sides, *place), image)
    assert seen_turned(upright, rotation, flip).tolist() == whole(IMAGE, view, image).tolist()
    assert sampling.interpolation(View(*sides, *place), image) == sampling.interpolation(
        view, image
    )


@pytest.mark.requirement("IMG-09")
@pytest.mark.parametrize(("rotation", "flip"), TURNS)
@pytest.mark.parametrize(("rows", "columns"), [(37, 53), (36, 54), (37, 54), (36, 53)])
def test_the_whole_image_at_one_to_one_is_the_turned_array(rotation, flip, rows, columns) -> None:
    values = (
        IMAGE[:36, :53] if (rows, columns) == (36, 53) else RNG.integers(0, 9, (rows, columns))
    )
    sides = (rows, columns) if rotation in (90, 270) else (columns, rows)
    image = plane(rows, columns)
    view = viewport.one_to_one(
        viewport.fit(View(*sides, rotation=rotation, flip=flip), image), image
    )
    assert "nearest" == sampling.interpolation(view, image)
    assert seen_turned(values, rotation, flip).tolist() == whole(values, view, image).tolist()


@pytest.mark.requirement("IMG-09")
@pytest.mark.parametrize(("rotation", "flip"), TURNS)
def test_lines_of_one_pixel_are_read_back_at_one_to_one(rotation: int, flip: bool) -> None:
    """Each line of the pattern is one device pixel wide in the turned view, none is lost."""
    lines = np.zeros((64, 64), dtype=np.uint16)
    lines[:, ::2] = 4095
    image = plane(64, 64)
    view = viewport.one_to_one(
        viewport.fit(View(64, 64, rotation=rotation, flip=flip), image), image
    )
    made = whole(lines, view, image)
    across = made if rotation in (0, 180) else made.T
    assert (across == across[0]).all()
    expected = [4095, 0] * 32
    is_reversed = {0: flip, 90: False, 180: not flip, 270: True}[
        rotation
    ]  # a line's number on screen
    assert (expected[::-1] if is_reversed else expected) == across[0].tolist()


def test_colour_is_turned_with_its_samples_in_order() -> None:
    color = RNG.integers(0, 256, (20, 30, 3)).astype(np.uint8)
    view = View(31, 44, 1_700_000, 14_000_000, 9_000_000, "free", 90, True)
    upright = whole(color, View(44, 31, 1_700_000, 14_000_000, 9_000_000, "free"), plane(20, 30))
    assert seen_turned(upright, 90, True).tolist() == whole(color, view, plane(20, 30)).tolist()


def test_box_means_of_a_turned_view_are_those_of_the_unturned_one() -> None:
    """So that a cache of them serves every turn."""
    asked = []

    def averaged(grid, row_box, column_box):
        asked.append((grid.values is IMAGE, row_box, column_box))
        return mixing.box_means(grid, row_box, column_box)

    view = View(20, 20, 270_000, 26_000_000, 18_000_000, "free")
    for rotation, flip in TURNS:
        sampling.sample(IMAGE, replace(view, rotation=rotation, flip=flip), PLANE, averaged)
    assert {(True, 3, 3)} == set(asked)


@pytest.mark.requirement("IMG-07")
@pytest.mark.parametrize(("rotation", "flip"), TURNS)
@pytest.mark.parametrize("zoom_e6", [1_000_000, 1_700_000, 270_000])
def test_padding_is_turned_with_the_values_it_hides(rotation, flip, zoom_e6) -> None:
    hidden = np.indices(IMAGE.shape).sum(axis=0) % 7 == 0
    view = View(41, 30, zoom_e6, 26_300_000, 18_500_000, "free", rotation, flip)
    sides = (30, 41) if rotation in (90, 270) else (41, 30)
    upright = sampling.sample(
        IMAGE, View(*sides, zoom_e6, 26_300_000, 18_500_000, "free"), PLANE, hidden=hidden
    )
    made = sampling.sample(IMAGE, view, PLANE, hidden=hidden)
    assert seen_turned(upright.hidden, rotation, flip).tolist() == made.hidden.tolist()
    assert seen_turned(upright.array, rotation, flip).tolist() == made.array.tolist()
