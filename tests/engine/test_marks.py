"""Shutter and overlays in the canvas pixels: golden canvases, worked out pixel by pixel."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from diascope import marks, pipeline, presets, viewport
from diascope.manifest import PartEntry
from diascope.presets import Look
from diascope.values import OverlayBits, Shutter, Window
from diascope.viewport import Plane, View
from tests.engine import studies
from tests.engine.readers import holding_all, state
from tests.engine.test_overlay import plane as overlay_elements
from tests.support import marks_oracle, phantoms
from tests.support.phantoms import Image
from tests.support.stored_parts import parts_of

pytestmark = pytest.mark.requirement("IMG-06")
ROWS, COLUMNS = 9, 12
STORED = (np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) * 2).astype(np.uint8)
POINTS = (np.indices((5, 7)).sum(axis=0) % 3 == 0).astype(np.uint8)
ORIGIN = (-1, 9)  # reaches over the top and the right edge of the image
CIRCLE = {"circle": (4, 5, 4), "grey": 20_000}
TURNS = list(itertools.product((0, 90, 180, 270), (False, True)))


def shutter_elements(shape):
    row, column, radius = shape["circle"]
    return {
        "_00181600": ("CS", "CIRCULAR"),
        "_00181610": ("IS", f"{row}\\{column}"),
        "_00181612": ("IS", str(radius)),
        "_00181622": ("US", shape["grey"].to_bytes(2, "little")),
    }


EXTRA = {
    int(name[1:], 16): value
    for name, value in (overlay_elements(POINTS, ORIGIN) | shutter_elements(CIRCLE)).items()
}
FILE = phantoms.file(Image(STORED[None], extra=EXTRA))
FULL = Look(Window("128", "256", "LINEAR"))


def rendered(view, look=FULL, data=FILE):
    parts = [
        (
            part.data,
            PartEntry("whole" if n == 0 else "frame", 0, len(part.data), part.sha256, "", 0),
        )
        for n, part in enumerate(parts_of(data))
    ]
    return pipeline.render_frame(parts, 0, look, view).array


def golden(view, shutter=CIRCLE, overlays=((POINTS, ORIGIN, 65_535),)):
    words = {name: getattr(view, name) for name in View.__slots__}
    return marks_oracle.drawn(
        words, (ROWS, COLUMNS), lambda row, column: STORED[row, column], shutter, overlays
    )


def placed(zoom_e6=2_000_000, rotation=0, *, flip=False):
    view = View(31, 26, zoom_e6, 6_000_000, 4_500_000, "free", rotation, flip)
    return viewport.settled(view, Plane(ROWS, COLUMNS))


@pytest.mark.parametrize(("rotation", "flip"), TURNS)
def test_shutter_then_overlay_at_every_turn(rotation, flip):
    view = placed(rotation=rotation, flip=flip)
    found = rendered(view)

    assert golden(view).tolist() == found[..., 0].tolist()
    assert (found[..., 3] == 255).all()


@pytest.mark.parametrize("zoom_e6", [1_000_000, 1_370_000, 330_000, 3_000_000])
def test_a_mark_is_that_of_the_image_pixel_under_the_middle_and_never_mixed(zoom_e6):
    view = placed(zoom_e6, 90)
    covered = golden(view, overlays=[(POINTS, ORIGIN, 65_535)])
    without = rendered(view, replace(FULL, overlays=False))[..., 0]
    words = {name: getattr(view, name) for name in View.__slots__}
    is_marked = marks_oracle.drawn(
        words, (ROWS, COLUMNS), lambda *_: 0, CIRCLE | {"grey": 65_535}, [(POINTS, ORIGIN, 65_535)]
    )

    assert np.where(is_marked == 255, covered, without).tolist() == rendered(view)[..., 0].tolist()


def test_an_overlay_stands_on_top_of_a_shutter_never_beneath_it():
    """PS3.4 N.2.3: shutter, then annotation; painted the other way round, points would vanish."""
    view = placed()
    beneath = golden(view, overlays=())
    words = {name: getattr(view, name) for name in View.__slots__}
    inverse = marks_oracle.drawn(words, (ROWS, COLUMNS), lambda r, c: STORED[r, c], None,
                                 [(POINTS, ORIGIN, 65_535)])  # fmt: skip
    closed = golden(view, CIRCLE, ()) != marks_oracle.drawn(
        words, (ROWS, COLUMNS), lambda r, c: STORED[r, c]
    )
    inverse[closed] = beneath[closed]

    assert not np.array_equal(inverse, golden(view))
    assert np.array_equal(golden(view), rendered(view)[..., 0])


@pytest.mark.parametrize(("rotation", "flip"), TURNS[1:])
def test_a_shutter_applied_after_the_turn_is_another_picture(rotation, flip):
    """The shutter belongs to image pixels: covering screen pixels after the turn differs."""
    view = placed(rotation=rotation, flip=flip)
    unturned = {"width": 31, "height": 26, "zoom_e6": 2_000_000,
                "center_column_e6": 6_000_000, "center_row_e6": 4_500_000}  # fmt: skip
    picture = golden(view, None, ())
    late = picture.copy()
    for y, x, row, column in marks_oracle.each_pixel(unturned):
        if not marks_oracle.is_visible(row + 1, column + 1, CIRCLE):
            late[y, x] = marks_oracle.grey(CIRCLE["grey"])

    assert not np.array_equal(late, golden(view, CIRCLE, ()))


def test_overlays_can_be_switched_off_and_the_shutter_with_them():
    view = placed()

    assert golden(view, None, ()).tolist() == (
        rendered(view, replace(FULL, overlays=False))[..., 0].tolist()
    )


def test_a_bitmap_occludes_where_its_points_are_set():
    bitmap = OverlayBits(POINTS.astype(bool), (2, 3), 0)
    cover = Shutter(None, None, (), bitmap, 65_535)
    view = View(COLUMNS, ROWS, 1_000_000, 6_000_000, 4_500_000, "one_to_one")
    levels = marks.of_view(cover, (), view, Plane(ROWS, COLUMNS))

    expected = np.full((ROWS, COLUMNS), marks.CLEAR)
    expected[1:6, 2:9][POINTS == 1] = 255
    assert expected.tolist() == levels.tolist()


@pytest.mark.parametrize(
    ("p_value", "level"), [(0, 0), (128, 0), (129, 1), (32767, 127), (32768, 128), (65535, 255)]
)
def test_a_grey_is_a_p_value_of_16_bits_to_the_nearest(p_value, level):
    assert (level, level) == (marks.grey(p_value), marks_oracle.grey(p_value))


def test_the_reader_switches_overlays_and_the_record_says_so():
    made = holding_all(studies.study([FILE]), 31, 26)
    on = made.show("1", 0, 0, 1)
    off = made.change("1", {"overlays": False}, 2)
    settled = made.settle("1", 3).reply["view"]["presentation"]

    assert (True, True) == (state(on)["overlays"], state(on)["has_overlays"])
    assert not np.array_equal(on.pixels, off.pixels)
    assert (False, False) == (state(off)["overlays"], settled["overlays"])


def test_the_reader_and_the_reference_path_paint_the_same():
    made = holding_all(studies.study([FILE]), 31, 26)
    shown = made.show("1", 0, 0, 1)
    view = viewport.fit(View(31, 26), Plane(ROWS, COLUMNS))
    image = made.holding.frame(made.holding.study.stack(0).slots[0]).image
    frame = made.holding.frame(made.holding.study.stack(0).slots[0])
    look = Look(presets.default(image, frame.values))

    assert np.array_equal(rendered(view, look), shown.pixels.view(np.uint8).reshape(26, 31, 4))
