"""Presentation states applied: golden canvases by the clauses, stage by stage, and their order."""

import hashlib
import itertools
from fractions import Fraction

import numpy as np
import pytest

from diascope import pipeline, presentation_state, stated
from diascope.errors import DiascopeError, PresentationError
from diascope.manifest import PartEntry
from diascope.presets import Look
from diascope.values import Window
from diascope.viewport import View
from tests.engine.test_overlay import plane as overlay_elements
from tests.support import marks_oracle, phantoms, states
from tests.support import state_oracle as clause
from tests.support.phantoms import Image
from tests.support.stored_parts import image_of, parts_of, verified

pytestmark = pytest.mark.requirement("IMG-06")
ROWS, COLUMNS = 9, 12
STORED = (np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) * 37 % 4096).astype(np.uint16)
POINTS = (np.indices((4, 5)).sum(axis=0) % 2).astype(np.uint8)
# The image has transformations of its own; none of them may survive a state.
OWN = {
    0x00281050: ("DS", "100"), 0x00281051: ("DS", "50"), 0x00281052: ("DS", "-1000"),
    0x00281053: ("DS", "3"), 0x00181600: ("CS", "CIRCULAR"), 0x00181610: ("IS", "2\\2"),
    0x00181612: ("IS", "2"),
}  # fmt: skip
OWN_OVERLAY = {
    int(name[1:], 16): value for name, value in overlay_elements(POINTS, (2, 3)).items()
}
FILE = phantoms.file(
    Image(STORED[None], bits_stored=12, photometric="MONOCHROME1", extra=OWN | OWN_OVERLAY)
)
AS_STATED = Look()
WHOLE = states.area((1, 1), (COLUMNS, ROWS))
WINDOW = ("SQ", [states.window(2000, 1500)])
MODALITY = list(range(4095, -1, -1))
VOI = [x * x // 4096 for x in range(4096)]
PRESENTATION = [1023 - x * x // 1023 for x in range(1024)]


def state_of(areas=(WHOLE,), **changes):
    return presentation_state.parse(
        verified("whole", 0, states.file(states.state(areas, **changes)))
    )


def listed(data):
    return [
        (part.data, PartEntry("whole", 0, len(part.data), part.sha256, "", 0))
        for part in parts_of(data)
    ]


def view_in(state, width=2 * COLUMNS, height=2 * ROWS, data=FILE):
    image = stated.image_of(image_of(data), state, 0)
    plane = pipeline.plane(image)
    return stated.view_of(state, stated.area_of(image, state, 0), View(width, height), plane)


def rendered(state, view=None, look=AS_STATED, data=FILE):
    view = view or view_in(state, data=data)
    return pipeline.render_frame(listed(data), 0, look, view, state).array[..., 0]


def words(view):
    return {name: getattr(view, name) for name in View.__slots__}


def golden(view, *steps, **marks):
    def pixel(row, column):
        return clause.grey(int(STORED[row, column]), *steps)

    return marks_oracle.drawn(words(view), (ROWS, COLUMNS), pixel, **marks)


STAGES = {
    "nothing": ({}, [clause.full_scale(0, 4095)]),
    "rescale": (
        {"_00281053": ("DS", "2"), "_00281052": ("DS", "-100")},
        [clause.rescale(2, -100), clause.full_scale(-100, 8090)],
    ),
    "modality table": (
        {"_00283000": ("SQ", [states.lut(MODALITY, bits=12)])},
        [clause.table(MODALITY), clause.full_scale(0, 4095)],
    ),
    "window": ({"_00283110": WINDOW}, [clause.linear(2000, 1500)]),
    "rescale and window": (
        {"_00281053": ("DS", "0.5"), "_00281052": ("DS", "7"), "_00283110": WINDOW},
        [clause.rescale("0.5", 7), clause.linear(2000, 1500)],
    ),
    "voi table": (
        {"_00283110": ("SQ", [{0x00283010: ("SQ", [states.lut(VOI, bits=12)])}])},
        [clause.table(VOI), clause.full_scale(0, 4095)],
    ),
    "inverse": (
        {"_00283110": WINDOW, "_20500020": ("CS", "INVERSE")},
        [clause.linear(2000, 1500), clause.inverse],
    ),
    "presentation table": (
        {"_00283110": WINDOW, "_20500020": None,
         "_20500010": ("SQ", [states.lut(PRESENTATION, bits=10)])},
        [clause.linear(2000, 1500), clause.presentation_table(PRESENTATION, 10)],
    ),
    "all three tables": (
        {"_00283000": ("SQ", [states.lut(MODALITY, bits=12)]),
         "_00283110": ("SQ", [{0x00283010: ("SQ", [states.lut(VOI, bits=12)])}]),
         "_20500020": None, "_20500010": ("SQ", [states.lut(PRESENTATION, bits=10)])},
        [clause.table(MODALITY), clause.table(VOI), clause.full_scale(0, 4095),
         clause.presentation_table(PRESENTATION, 10)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STAGES)
def test_the_grey_stages_are_those_of_the_state_and_no_others(name):
    changes, steps = STAGES[name]
    state = state_of(**changes)
    view = view_in(state)

    assert golden(view, *steps).tolist() == rendered(state, view).tolist()


@pytest.mark.parametrize(
    "name", ["modality table", "rescale and window", "all three tables", "presentation table"]
)
def test_stages_in_another_order_are_another_picture_and_another_digest(name):
    """The record holds the digest of the pixels, so no picture of another order passes for it."""
    changes, steps = STAGES[name]
    state = state_of(**changes)
    view = view_in(state)
    right = hashlib.sha256(rendered(state, view).tobytes()).hexdigest()
    others = set()
    for order in itertools.permutations(steps):
        if list(order) != steps:
            scaled = [*order, lambda x: min(max(x, Fraction(0)), Fraction(1))]
            others.add(hashlib.sha256(attempted(view, scaled).tobytes()).hexdigest())

    assert others
    assert right not in others
    assert hashlib.sha256(golden(view, *steps).tobytes()).hexdigest() == right


def attempted(view, steps):
    """A picture in a wrong order, where its steps can be run at all."""

    def pixel(row, column):
        try:
            return clause.grey(int(STORED[row, column]), *steps)
        except IndexError:
            return 255

    return marks_oracle.drawn(words(view), (ROWS, COLUMNS), pixel)


TURNS = [
    (0, "N", (1, 1), (12, 9)), (90, "N", (1, 9), (12, 1)), (180, "N", (12, 9), (1, 1)),
    (270, "N", (12, 1), (1, 9)), (0, "Y", (12, 1), (1, 9)), (90, "Y", (1, 1), (12, 9)),
    (180, "Y", (1, 9), (12, 1)), (270, "Y", (12, 9), (1, 1)),
]  # fmt: skip
CIRCLE = {"circle": (4, 7, 3), "grey": 30_000}
CIRCLE_ELEMENTS = {
    "_00181600": ("CS", "CIRCULAR"), "_00181610": ("IS", (4, 7)), "_00181612": ("IS", "3"),
    "_00181622": ("US", 30_000),
}  # fmt: skip


def turned(degrees, flip, *corners):
    return state_of(
        [states.area(*corners)], _00283110=WINDOW, _00700042=("US", degrees),
        _00700041=("CS", flip), **CIRCLE_ELEMENTS,
    )  # fmt: skip


@pytest.mark.parametrize(("degrees", "flip", "top_left", "bottom_right"), TURNS)
def test_rotation_then_flip_is_that_of_the_array(degrees, flip, top_left, bottom_right):
    state = turned(degrees, flip, top_left, bottom_right)
    sides = (2 * ROWS, 2 * COLUMNS) if degrees % 180 else (2 * COLUMNS, 2 * ROWS)
    view = view_in(state, *sides)
    found = rendered(state, view)
    upright = golden(view_in(turned(*TURNS[0])), clause.linear(2000, 1500), shutter=CIRCLE)
    expected = np.rot90(upright, -(degrees // 90))
    expected = np.fliplr(expected) if flip == "Y" else expected

    assert expected.tolist() == found.tolist()
    assert golden(view, clause.linear(2000, 1500), shutter=CIRCLE).tolist() == found.tolist()


@pytest.mark.parametrize(("degrees", "flip", "top_left", "bottom_right"), [TURNS[5], TURNS[7]])
def test_flip_then_rotation_is_another_picture(degrees, flip, top_left, bottom_right):
    """For quarter turns the two orders differ, and only that of C.10.6 can be said in a view."""
    state = turned(degrees, flip, top_left, bottom_right)
    view = view_in(state, 2 * ROWS, 2 * COLUMNS)
    upright = golden(view_in(turned(*TURNS[0])), clause.linear(2000, 1500), shutter=CIRCLE)
    inverse = np.rot90(np.fliplr(upright), -(degrees // 90))

    assert inverse.tolist() != rendered(state, view).tolist()


def test_without_a_shutter_of_the_state_that_of_the_image_is_not_applied():
    state = state_of(_00283110=WINDOW)
    view = view_in(state)

    assert golden(view, clause.linear(2000, 1500)).tolist() == rendered(state, view).tolist()


OVERLAYS = {
    "the image's, not switched on": ({}, []),
    "the image's, in a layer": ({0x60001001: ("CS", "A")}, [(POINTS, (2, 3), 65_535)]),
    "the image's, in a grey layer": ({0x60001001: ("CS", "B")}, [(POINTS, (2, 3), 500)]),
    "the state's own": (
        states.overlay(POINTS, (-1, 10), 0x6002, "A"), [(POINTS, (-1, 10), 65_535)],
    ),
    "the state's in place of the image's": (
        states.overlay(1 - POINTS, (4, 4), 0x6000, "A"), [(1 - POINTS, (4, 4), 65_535)],
    ),
    "two, the higher layer on top": (
        {0x60001001: ("CS", "B")} | states.overlay(1 - POINTS, (2, 4), 0x6002, "A"),
        [(1 - POINTS, (2, 4), 65_535), (POINTS, (2, 3), 500)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OVERLAYS)
def test_overlays_are_those_that_are_switched_on_in_the_order_of_layers(name):
    elements, expected = OVERLAYS[name]
    layers = ("SQ", [states.layer("B", 2, 500), states.layer("A", 1)])
    changes = {f"_{tag:08X}": value for tag, value in elements.items()}
    state = state_of(_00283110=WINDOW, _00700060=layers, **changes)
    view = view_in(state)
    wanted = golden(view, clause.linear(2000, 1500), overlays=expected)

    assert wanted.tolist() == rendered(state, view).tolist()


def test_a_bitmap_shutter_covers_where_its_overlay_is_set():
    elements = states.overlay(POINTS, (3, 3), 0x6002, "") | {
        0x00181600: ("CS", "BITMAP"), 0x00181622: ("US", 40_000), 0x00181623: ("US", 0x6002),
    }  # fmt: skip
    state = state_of(_00283110=WINDOW, **{f"_{tag:08X}": value for tag, value in elements.items()})
    view = view_in(state)
    wanted = golden(view, clause.linear(2000, 1500), overlays=[(POINTS, (3, 3), 40_000)])

    assert wanted.tolist() == rendered(state, view).tolist()


AREAS = {
    "all, as large as it goes": (WHOLE, (24, 30), (2_000_000, 6_000_000, 4_500_000, "fit")),
    "a part": (states.area((3, 2), (8, 5)), (24, 30), (4_000_000, 5_000_000, 3_000_000, "free")),
    "beyond the image": (
        states.area((-1, 0), (14, 9)), (32, 40), (2_000_000, 6_000_000, 4_000_000, "free"),
    ),
    "magnified": (
        states.area((1, 1), (4, 4), "MAGNIFY", _00700103=("FL", 2.5)), (24, 30),
        (2_500_000, 2_000_000, 2_000_000, "free"),
    ),
    "magnified by one": (
        states.area((1, 1), (12, 9), "MAGNIFY", _00700103=("FL", 1.0)), (24, 30),
        (1_000_000, 6_000_000, 4_000_000, "one_to_one"),
    ),
    "pixels twice as tall": (
        states.area((1, 1), (12, 9), _00700101=("DS", ("0.5", "0.25"))), (24, 36),
        (2_000_000, 6_000_000, 4_500_000, "fit"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AREAS)
def test_the_displayed_area_says_zoom_and_centre(name):
    """By hand: the larger of the sides decides; the centre is the middle of the area."""
    area, (width, height), expected = AREAS[name]
    view = view_in(state_of([area]), width, height)

    assert expected == (view.zoom_e6, view.center_column_e6, view.center_row_e6, view.mode)


def test_an_area_whose_middle_is_nowhere_in_the_image_is_refused():
    with pytest.raises(DiascopeError) as caught:
        view_in(state_of([states.area((20, 20), (30, 30))]))

    assert "presentation_state.area" == caught.value.code


def test_pixels_are_as_tall_as_the_state_says():
    """Each image row then covers twice as many device rows: golden with that stretch."""
    state = state_of([states.area((1, 1), (12, 9), _00700102=("IS", (2, 1)))], _00283110=WINDOW)
    view = view_in(state, 24, 36)
    wanted = marks_oracle.drawn(
        words(view) | {"stretch": (1, 2)}, (ROWS, COLUMNS),
        lambda row, column: clause.grey(int(STORED[row, column]), clause.linear(2000, 1500)),
    )  # fmt: skip

    assert wanted.tolist() == rendered(state, view).tolist()


TWO = phantoms.file(Image(np.stack([STORED, STORED[::-1]]), bits_stored=12))
COLOR = phantoms.file(Image(np.zeros((1, 4, 4, 3), np.uint8)))


@pytest.mark.parametrize(
    ("reason", "data", "changes"),
    [
        ("references", FILE, {"references": [states.reference("1.2.3")]}),
        ("references", TWO, {"references": [states.reference(frames=(2,))]}),
        ("image", COLOR, {}),
        ("voi", FILE, {"_00283110": ("SQ", [states.window(1, 2), states.window(3, 4)])}),
        ("area", FILE, {"areas": [WHOLE, WHOLE]}),
        ("area", FILE, {"areas": [WHOLE | states.images(states.reference("1.2.3"))]}),
    ],
    ids=["another image", "another frame", "colour", "two windows", "two areas", "no area"],
)
def test_a_state_that_does_not_fit_the_image_is_refused(reason, data, changes):
    state = state_of(**changes)
    with pytest.raises(DiascopeError) as caught:
        stated.image_of(image_of(data), state, 0)

    assert f"presentation_state.{reason}" == caught.value.code


def test_an_overlay_that_is_switched_on_and_lost_refuses_the_state():
    broken = OWN_OVERLAY | {0x60000010: ("US", (9999).to_bytes(2, "little"))}
    data = phantoms.file(Image(STORED[None], bits_stored=12, extra=broken))
    state = state_of(_00700060=("SQ", [states.layer()]), _60001001=("CS", "LAYER"))
    with pytest.raises(DiascopeError) as caught:
        stated.image_of(image_of(data), state, 0)

    assert "presentation_state.overlay" == caught.value.code


def test_items_are_for_the_frames_they_name():
    first = states.window(2000, 1500) | states.images(states.reference(frames=(1,)))
    second = states.window(1000, 100) | states.images(states.reference(frames=(2,)))
    state = state_of(_00283110=("SQ", [first, second]))
    image = image_of(TWO)

    assert [Window("2000", "1500"), Window("1000", "100")] == [
        stated.image_of(image, state, index).windows[0] for index in (0, 1)
    ]
    sop = image.sop
    assert (False, True) == (
        stated.is_alike(state, (sop, 0), (sop, 1)), stated.is_alike(state, (sop, 0), (sop, 0)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("syntax", "intercept", "first"),
    [
        (phantoms.IMPLICIT, "-100", -30), (phantoms.EXPLICIT, "-100", -30),
        (phantoms.IMPLICIT, "0", 65506), (phantoms.EXPLICIT, "0", 65506),
    ],
)  # fmt: skip
def test_the_first_value_of_a_table_has_the_sign_of_what_comes_in(syntax, intercept, first):
    """C.11.2.1.1: negative modality values mean a signed table, also one named US."""
    voi = ("SQ", [{0x00283010: ("SQ", [states.lut(VOI, -30, 12)])}])
    made = states.file(states.state([WHOLE], _00283110=voi, _00281052=("DS", intercept)), syntax)
    state = presentation_state.parse(verified("whole", 0, made))

    assert first == stated.image_of(image_of(FILE), state, 0).voi_luts[0].first_mapped


@pytest.mark.parametrize("vr", ["SS", "US", ""], ids=["SS", "US", "implicit"])
@pytest.mark.parametrize("kind", ["i2", "u2"])
def test_the_modality_table_of_a_state_begins_at_a_value_of_the_pixels(kind, vr):
    """C.11.1.1.1, whichever VR the file names."""
    lut = states.lut(MODALITY, -30, 12)
    if vr == "SS":
        lut[0x00283002] = ("SS", (len(MODALITY), -30, 12))
    syntax = phantoms.EXPLICIT if vr else phantoms.IMPLICIT
    made = states.file(states.state([WHOLE], _00283000=("SQ", [lut])), syntax)
    state = presentation_state.parse(verified("whole", 0, made))
    image = image_of(phantoms.file(Image(STORED[None].astype(kind), bits_stored=12)))

    assert (-30 if kind == "i2" else 65506) == (
        stated.image_of(image, state, 0).modality_lut.first_mapped
    )


def test_a_reader_may_change_the_window_and_keep_the_rest():
    state = state_of(_00283110=WINDOW, _20500020=("CS", "INVERSE"))
    view = view_in(state)
    found = rendered(state, view, Look(Window("300", "200")))

    assert golden(view, clause.linear(300, 200), clause.inverse).tolist() == found.tolist()


def test_a_sigmoid_before_a_table_would_be_rounded_twice_and_is_refused():
    changes, _ = STAGES["presentation table"]
    with pytest.raises(PresentationError) as caught:
        rendered(state_of(**changes), look=Look(Window("300", "200", "SIGMOID")))

    assert "presentation.precision" == caught.value.code
