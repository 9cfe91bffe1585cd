"""Display shutters: PS3.3 C.7.6.11."""

from fractions import Fraction
from math import cos, pi, sin
from struct import pack

import numpy as np
import pytest

from diascope import functional_groups, shutter
from diascope.shutter import SHUTTER_NOTICE
from diascope.values import Shutter
from diascope.viewport import Plane
from tests.engine.headers import image
from tests.support import marks_oracle, phantoms, states
from tests.support.phantoms import ramp

pytestmark = pytest.mark.requirement("IMG-06")
SQUARE = Plane(12, 16)
CROSSING = ((2, 2), (2, 14), (10, 2), (10, 14))  # a bow tie, whose middle is outside
SHAPES = {
    "rectangle": {"rectangle": (3, 9, 2, 8)},
    "empty rectangle": {"rectangle": (9, 3, 2, 8)},
    "circle": {"circle": (6, 7, 4)},
    "a circle of one pixel": {"circle": (6, 7, 0)},
    "a circle outside": {"circle": (-3, 20, 9)},
    "triangle": {"polygon": ((1, 1), (12, 3), (4, 16))},
    "concave": {"polygon": ((1, 1), (1, 16), (6, 5), (12, 16), (12, 1))},
    "crossing": {"polygon": CROSSING},
    "a comb": {
        "polygon": tuple((r, c) for c in range(1, 17) for r in ((1, 11) if c % 2 else (11, 1)))
    },
    "a vertex outside": {"polygon": ((-5, -9), (30, 4), (2, 40))},
    "all three": {
        "rectangle": (2, 14, 2, 11),
        "circle": (6, 8, 6),
        "polygon": ((1, 1), (12, 8), (1, 16)),
    },
}


def made(shapes, grey=0):
    parts = (shapes.get(name) for name in ("rectangle", "circle"))
    return Shutter(*parts, shapes.get("polygon", ()), grey=grey)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("ratio", [Fraction(1), Fraction(3, 2), Fraction(2, 5)], ids=str)
def test_each_pixel_is_visible_as_the_clause_says(name, ratio):
    stretch = (Fraction(1), ratio) if ratio >= 1 else (1 / ratio, Fraction(1))
    plane = Plane(12, 16, row_stretch=stretch[1], column_stretch=stretch[0])
    found = shutter.is_open(made(SHAPES[name]), np.arange(12), np.arange(16), plane)

    expected = [
        [marks_oracle.is_visible(row, column, SHAPES[name], stretch) for column in range(1, 17)]
        for row in range(1, 13)
    ]
    assert expected == found.tolist()


def test_a_pixel_that_several_device_pixels_show_is_covered_on_all_of_them():
    shapes = SHAPES["all three"] | {"polygon": SHAPES["triangle"]["polygon"]}
    rows, columns = np.arange(12), np.arange(16)
    once = shutter.is_open(made(shapes), rows, columns, SQUARE)
    thrice = shutter.is_open(made(shapes), np.repeat(rows, 3), np.repeat(columns, 3), SQUARE)

    assert once.repeat(3, axis=0).repeat(3, axis=1).tolist() == thrice.tolist()


def test_a_circle_is_round_as_seen_where_pixels_are_not_square():
    """The radius counts pixels along a row; rows twice as tall hold half as many of them."""
    plane = Plane(12, 16, row_stretch=Fraction(2))
    found = shutter.is_open(made({"circle": (6, 8, 4)}), np.arange(12), np.arange(16), plane)

    assert ([4, 12], [4, 8]) == (
        [int(found[5].argmax()) + 1, 16 - int(found[5][::-1].argmax())],
        [int(found[:, 7].argmax()) + 1, 12 - int(found[::-1, 7].argmax())],
    )


def test_a_shutter_is_read_from_its_attributes():
    parsed = image(
        _00181600=("CS", "RECTANGULAR\\CIRCULAR\\POLYGONAL"), _00181602=("IS", "2"),
        _00181604=("IS", "3"), _00181606=("IS", "-1"), _00181608=("IS", "5"),
        _00181610=("IS", "4\\2"), _00181612=("IS", "3"),
        _00181620=("IS", "1\\1\\1\\4\\6\\4"), _00181622=("US", pack("<H", 32768)),
    )  # fmt: skip

    assert ((2, 3, -1, 5), (4, 2, 3), ((1, 1), (1, 4), (6, 4)), 32768) == (
        parsed.shutter.rectangle,
        parsed.shutter.circle,
        parsed.shutter.polygon,
        parsed.shutter.grey,
    )


def test_an_image_without_a_shutter_has_none():
    assert (None, ()) == (image().shutter, image().notices)


def ring(count):
    """A star of many vertices, (row, column) from 1, about a middle of (500, 500)."""
    turns = (2 * pi * at / count for at in range(count))
    reach = (490 if at % 2 else 240 for at in range(count))
    return tuple(
        (round(500 + far * sin(turn)), round(500 + far * cos(turn)))
        for far, turn in zip(reach, turns, strict=True)
    )


@pytest.mark.parametrize("width", [0, 12], ids=["plain", "padded to 12"])
def test_every_vertex_of_a_large_polygon_counts(width):
    """However long the text of its vertices: 1,024 of them, against brute force."""
    vertices = ring(shutter.MAX_VERTICES)
    text = "\\".join(str(each).ljust(width) for vertex in vertices for each in vertex)
    parsed = image(_00181600=("CS", "POLYGONAL"), _00181620=("IS", text))
    rows, columns = np.arange(4, 1000, 71), np.arange(11, 1000, 53)
    found = shutter.is_open(parsed.shutter, rows, columns, Plane(1000, 1000))

    assert (vertices, ()) == (parsed.shutter.polygon, parsed.notices)
    expected = [
        [marks_oracle.is_inside_polygon(row + 1, column + 1, vertices)
         for column in columns.tolist()]
        for row in rows.tolist()
    ]  # fmt: skip
    assert expected == found.tolist()


CIRCLE = {"_00181600": ("CS", "CIRCULAR"), "_00181610": ("IS", "4\\2"), "_00181612": ("IS", "3")}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"_00181600": ("CS", "OVAL")}, id="unknown shape"),
        pytest.param({"_00181600": ("CS", "CIRCULAR\\CIRCULAR")}, id="a shape twice"),
        pytest.param({"_00181600": ("CS", "RECTANGULAR")}, id="no edges"),
        pytest.param({"_00181600": ("CS", "POLYGONAL")}, id="no vertices"),
        pytest.param(
            {"_00181600": ("CS", "POLYGONAL"), "_00181620": ("IS", "1\\1\\4\\4")},
            id="two vertices",
        ),
        pytest.param(
            {"_00181600": ("CS", "POLYGONAL"), "_00181620": ("IS", "1\\1\\4\\4\\2000000\\4")},
            id="a vertex far away",
        ),
        pytest.param({"_00181610": ("IS", "4")}, id="half a centre"),
        pytest.param({"_00181610": ("IS", "4\\x")}, id="a centre that is no number"),
        pytest.param({"_00181612": ("IS", "-3")}, id="a radius below zero"),
        pytest.param({"_00181612": ("IS", "99999999999")}, id="a radius beyond IS"),
        pytest.param({"_00181612": ("IS", "+-3")}, id="two signs"),
        pytest.param({"_00181622": ("SS", pack("<h", 3))}, id="a grey of another VR"),
    ],
)
def test_a_shutter_that_cannot_be_used_covers_nothing_and_is_said(changes):
    parsed = image(**(CIRCLE | changes))

    assert (None, True) == (parsed.shutter, SHUTTER_NOTICE in parsed.notices)


def test_a_frame_of_an_enhanced_image_has_a_shutter_of_its_own():
    """C.8.19.6, Frame Display Shutter: the frame's before the shared one."""
    groups = [
        {0x00189472: ("SQ", [{
            0x00181600: ("CS", "CIRCULAR"), 0x00181610: ("IS", (3, 2)), 0x00181612: ("IS", radius),
        }])} for radius in ("1", "2")
    ]  # fmt: skip
    parsed = image(
        ramp((2, 6, 4)), _52009230=("SQ", states.encoded(phantoms.LITTLE, "SQ", groups))
    )

    assert [(3, 2, 1), (3, 2, 2)] == [
        functional_groups.of_frame(parsed, index).shutter.circle for index in (0, 1)
    ]
