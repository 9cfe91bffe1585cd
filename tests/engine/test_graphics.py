"""Graphics and text as integers of a view: PS3.3 C.10.5; expected by hand or by fractions."""

import hashlib
import json
from fractions import Fraction

import pytest

from diascope import graphics, pipeline, presentation_state, stated
from diascope.viewport import View
from tests.support import marks_oracle, phantoms, states
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import image_of, verified

pytestmark = pytest.mark.requirement("IMG-06")
ROWS, COLUMNS = 9, 12
IMAGE = image_of(phantoms.file(Image(ramp((1, ROWS, COLUMNS)), bits_stored=12)))
WHOLE = states.area((1, 1), (COLUMNS, ROWS))
TURNS = [
    (0, False, (1, 1), (12, 9)), (90, False, (1, 9), (12, 1)), (180, False, (12, 9), (1, 1)),
    (270, False, (12, 1), (1, 9)), (0, True, (12, 1), (1, 9)), (90, True, (1, 1), (12, 9)),
    (180, True, (1, 9), (12, 1)), (270, True, (12, 9), (1, 1)),
]  # fmt: skip
VIEW = View(24, 18, 2_000_000, 6_000_000, 4_500_000, "free")


def state_of(*items, areas=(WHOLE,), layers=(), **changes):
    known = ("SQ", list(layers) or [states.layer()])
    elements = states.state(areas, _00700001=("SQ", list(items)), _00700060=known, **changes)
    return presentation_state.parse(verified("whole", 0, states.file(elements)))


def drawn(state, view=VIEW, ratio_e6=1_000_000):
    image = stated.image_of(IMAGE, state, 0)
    return graphics.drawn(state, image, 0, view, pipeline.plane(image), ratio_e6)


def one(graphic, view=VIEW, **changes):
    return drawn(state_of(states.annotation(graphics=[graphic]), **changes), view)[0]


def words_of(*texts, view=VIEW, **changes):
    return drawn(state_of(states.annotation(list(texts)), **changes), view)


def turned(turn, *items):
    degrees, flip, *corners = turn
    area = states.area(*corners)
    letter = "Y" if flip else "N"
    state = state_of(*items, areas=[area], _00700042=("US", degrees), _00700041=("CS", letter))
    return state, View(24, 18, 1_500_000, 6_000_000, 4_500_000, "free", degrees, flip)


def by_hand(points):
    """1/64 device pixels: two device pixels an image pixel, the corner in the corner."""
    return [128 * value for point in points for value in point]


def test_a_polyline_lies_where_its_image_points_lie():
    """(0, 0) is the corner of the first pixel, (12, 9) that of the last: PIXEL of C.10.5."""
    points = [(0, 0), (1, 1), (12, 9), (2.5, 0.25)]

    assert {"kind": "polyline", "points": by_hand(points), "filled": False, "grey": 255} == one(
        states.graphic("POLYLINE", *points)
    )


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_points_of_the_image_turn_with_it(turn):
    """Every found place, put back into the image by the oracle's own inverse, is the point."""
    points = [(0, 0), (3.5, 2), (12, 9)]
    state, view = turned(turn, states.annotation(graphics=[states.graphic("POLYLINE", *points)]))
    found = drawn(state, view)[0]["points"]
    names = {name: getattr(view, name) for name in View.__slots__}
    back = [
        marks_oracle.image_point(Fraction(x, 64), Fraction(y, 64), names)
        for x, y in zip(found[::2], found[1::2], strict=True)
    ]

    assert points == back


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_points_of_the_displayed_area_keep_to_its_edges_as_turned(turn):
    """(0, 0) is the area's top left on the screen whatever the turn: DISPLAY of C.10.5."""
    line = states.graphic("POLYLINE", (0, 0), (1, 1), (0.5, 0.25), units="DISPLAY")
    state, view = turned(turn, states.annotation(graphics=[line]))
    wide, tall = (9, 12) if turn[0] % 180 else (12, 9)
    left, top = 12 - Fraction(3, 4) * wide, 9 - Fraction(3, 4) * tall
    places = [(0, 0), (1, 1), (Fraction(1, 2), Fraction(1, 4))]
    expected = [
        64 * value
        for x, y in places
        for value in (left + Fraction(3, 2) * wide * x, top + Fraction(3, 2) * tall * y)
    ]

    assert expected == drawn(state, view)[0]["points"]


def test_a_circle_is_its_middle_and_two_half_axes():
    """Middle (4, 3), a point of it (6, 3): half axes of two image pixels, at right angles."""
    found = one(states.graphic("CIRCLE", (4, 3), (6, 3), filled="Y"))

    assert ("ellipse", True) == (found["kind"], found["filled"])
    assert by_hand([(4, 3), (2, 0), (0, 2)]) == [abs(each) for each in found["points"]]


def test_a_circle_stays_round_where_pixels_are_not_square():
    area = states.area((1, 1), (12, 9), _00700102=("IS", (2, 1)))
    found = one(states.graphic("CIRCLE", (4, 3), (4, 4)), areas=[area])["points"]
    (x1, y1), (x2, y2) = (found[2:4], found[4:6])

    assert (0, 256, x1 * x1 + y1 * y1) == (x1, y1, x2 * x2 + y2 * y2)
    assert 0 == x1 * x2 + y1 * y2


def test_an_ellipse_has_the_ends_of_its_axes():
    """Major axis (1, 4) to (9, 4), minor (5, 2) to (5, 6): middle (5, 4), halves 4 and 2."""
    found = one(states.graphic("ELLIPSE", (1, 4), (9, 4), (5, 2), (5, 6)))

    assert ("ellipse", by_hand([(5, 4), (4, 0), (0, 2)])) == (found["kind"], found["points"])


def test_a_point_is_a_point():
    assert ("point", by_hand([(3, 2)])) == tuple(
        one(states.graphic("POINT", (3, 2)))[name] for name in ("kind", "points")
    )


def bezier(p, t):
    """A point of a cubic Bézier by its definition."""
    s = 1 - t
    parts = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
    return tuple(sum(w * q[axis] for w, q in zip(parts, p, strict=True)) for axis in (0, 1))


def test_an_interpolated_curve_is_the_catmull_rom_spline():
    """At a quarter of the middle piece: the spline's own polynomial, not its Bézier form."""
    p = [(0, 0), (3, 6), (6, 0), (12, 9)]
    found = one(states.graphic("INTERPOLATED", *p))["points"]
    halves = [Fraction(value, 128) for value in found]
    pairs = [*zip(halves[::2], halves[1::2], strict=True)]
    t = Fraction(1, 4)
    spline = tuple(
        Fraction(1, 2) * (
            2 * p[1][a] + (p[2][a] - p[0][a]) * t
            + (2 * p[0][a] - 5 * p[1][a] + 4 * p[2][a] - p[3][a]) * t**2
            + (3 * p[1][a] - p[0][a] - 3 * p[2][a] + p[3][a]) * t**3
        )
        for a in (0, 1)
    )  # fmt: skip

    assert ("curve", p) == ("curve", pairs[::3])
    assert spline == bezier(pairs[3:7], t)


def test_a_closed_curve_runs_on_where_it_closes():
    p = [(0, 0), (6, 0), (6, 6), (0, 6), (0, 0)]
    found = one(states.graphic("INTERPOLATED", *p, filled="Y"))
    pairs = [tuple(found["points"][i : i + 2]) for i in range(0, len(found["points"]), 2)]
    leaving = [b - a for a, b in zip(pairs[0], pairs[1], strict=True)]
    coming = [b - a for a, b in zip(pairs[-2], pairs[-1], strict=True)]

    assert (True, leaving) == (found["filled"], coming)


def test_only_what_is_closed_is_filled():
    assert [False, True] == [
        one(states.graphic("POLYLINE", (0, 0), (5, 0), (5, 5), *end, filled="Y"))["filled"]
        for end in ([], [(0, 0)])
    ]


def test_lower_layers_come_first_each_in_its_grey():
    dot = states.graphic("POINT", (1, 1))
    state = state_of(
        states.annotation(graphics=[dot], layer_name="TOP"),
        states.annotation(graphics=[dot], layer_name="LOW"),
        layers=[states.layer("TOP", 5), states.layer("LOW", 2, 32_768)],
    )

    assert [128, 255] == [each["grey"] for each in drawn(state)]


def test_annotations_are_for_the_images_they_name():
    dot = states.annotation(graphics=[states.graphic("POINT", (1, 1))])
    state = state_of(
        dot | states.images(states.reference("1.2.3")), dot | states.images(states.reference())
    )

    assert 1 == len(drawn(state))


def test_text_starts_in_the_top_left_corner_of_its_box():
    """16 device pixels a letter; the second line a line height, 20, below the first."""
    found = words_of(states.text("one\r\ntwo", ((1, 2), (6, 5))))

    assert [{
        "kind": "text", "align": "left", "rotation": 0, "size": 1024, "grey": 255,
        "lines": [{"x": 128, "y": 256 + 1024, "text": "one"},
                  {"x": 128, "y": 256 + 1024 + 1280, "text": "two"}],
    }] == found  # fmt: skip


@pytest.mark.parametrize(("align", "x"), [("LEFT", 128), ("CENTER", 448), ("RIGHT", 768)])
def test_text_is_aligned_in_its_box(align, x):
    found = words_of(states.text("A", ((1, 2), (6, 5)), align=align))[0]

    assert (align.lower(), x) == (found["align"], found["lines"][0]["x"])


def test_letters_are_as_large_on_a_finer_screen():
    state = state_of(states.annotation([states.text("A", ((1, 2), (6, 5)))]))

    assert 2 * 1024 == drawn(state, ratio_e6=2_000_000)[0]["size"]


@pytest.mark.parametrize(
    ("turn", "rotation"), [*zip(TURNS, (0, 90, 180, 270, 90, 0, 270, 180), strict=True)], ids=str
)
def test_text_runs_from_one_corner_of_its_box_to_the_other_and_is_never_mirrored(turn, rotation):
    """C.10.5.1.1: from the box's top left to its bottom right, wherever the turn has put them."""
    state, view = turned(turn, states.annotation([states.text("A", ((2, 2), (6, 5)))]))

    assert rotation == drawn(state, view)[0]["rotation"]


def test_an_anchor_that_is_to_be_seen_is_tied_to_its_box():
    """The nearest point of the box (1, 2) to (4, 3) to the anchor (8, 2.5) is (4, 2.5)."""
    found = words_of(states.text("A", ((1, 2), (4, 3)), (8, 2.5), visible="Y"))

    assert [("point", by_hand([(8, 2.5)])), ("polyline", by_hand([(4, 2.5), (8, 2.5)]))] == [
        (each["kind"], each["points"]) for each in found[:2]
    ]
    assert 1 == len(words_of(states.text("A", ((1, 2), (4, 3)), (8, 2.5))))


def test_a_text_with_an_anchor_alone_stands_beside_it():
    found = words_of(states.text("A", anchor=(2, 8)))[0]["lines"][0]

    assert (256 + 512, 1024 - 1280 + 1024) == (found["x"], found["y"])


def test_the_digest_is_that_of_the_canonical_json():
    items = words_of(states.text("Ä\u202e<b>", ((1, 2), (6, 5))))
    plain = json.dumps(items, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert hashlib.sha256(plain.encode()).hexdigest() == graphics.digest(items)
    assert "" == graphics.digest([])
