"""Presentation states are read whole or refused whole: PS3.3 A.33.1 and its modules."""

from fractions import Fraction

import numpy as np
import pytest

from diascope import presentation_state
from diascope.errors import DiascopeError, PresentationStateError
from diascope.graphic_annotation import STYLE_NOTICE, Layer, Place
from diascope.values import Window
from tests.support import phantoms, states
from tests.support.stored_parts import verified

pytestmark = pytest.mark.requirement("IMG-06")
WHOLE = states.area((1, 1), (12, 9))
MAGNIFIED = states.area(
    (10, 8), (3, 2), "MAGNIFY", _00700103=("FL", 1.5), _00700102=("IS", (2, 1))
)
LAYER = ("SQ", [states.layer()])
POINTS = (np.arange(15).reshape(3, 5) % 4 == 1).astype(np.uint8)


def parse(elements, syntax=phantoms.EXPLICIT):
    return presentation_state.parse(verified("whole", 0, states.file(elements, syntax)))


def made(areas=(WHOLE,), syntax=phantoms.EXPLICIT, **changes):
    return parse(states.state(areas, **changes), syntax)


def drawing(*graphics, texts=(), **changes):
    item = states.annotation(texts, graphics) | states.by_tag(changes)
    return {"_00700001": ("SQ", [item]), "_00700060": LAYER}


def overlays(*elements):
    return {f"_{tag:08X}": value for each in elements for tag, value in each.items()}


SYNTAXES = [phantoms.EXPLICIT, phantoms.IMPLICIT, phantoms.BIG, phantoms.DEFLATED]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_module_is_read_in_every_encoding(syntax):
    found = made(
        [MAGNIFIED],
        syntax,
        _00281053=("DS", "2"), _00281052=("DS", "-5.5"),
        _00283110=("SQ", [states.window("40", "400", "SIGMOID")]),
        _20500020=("CS", "INVERSE"),
        _00700042=("US", 180), _00700041=("CS", "N"),
        _00181600=("CS", "CIRCULAR"), _00181610=("IS", (4, 5)), _00181612=("IS", "3"),
        _00181622=("US", 1000),
        **drawing(
            states.graphic("POLYLINE", (0.5, 1.25), (3, 4)),
            texts=[states.text("A", anchor=(2, 3))],
        ),
    )  # fmt: skip
    area, note = found.areas[0], found.annotations[0]

    assert ("2", "-5.5", None) == (
        found.modality.slope,
        found.modality.intercept,
        found.modality.table,
    )
    assert [Window("40", "400", "SIGMOID")] == [each.window for each in found.vois]
    assert ("INVERSE", 180, False) == (found.shape, found.rotation, found.flip)
    assert ((4, 5, 3), 1000) == (found.shutter.circle, found.shutter.grey)
    assert ((3, 10), (2, 8), ("2", "1"), Fraction(3, 2)) == (
        area.columns, area.rows, area.aspect, area.magnification,
    )  # fmt: skip
    assert [Place((Fraction(1, 2), Fraction(5, 4)), "PIXEL"), Place((3, 4), "PIXEL")] == [
        *note.graphics[0].places
    ]
    assert (("A",), Place((2, 3), "PIXEL")) == (note.texts[0].lines, note.texts[0].anchor)
    assert Layer("LAYER", 1, 65_535) == note.layer
    assert ("MADE", "made for a test", "20260102 0304", "Tester^Tess") == (
        found.label.label, found.label.description, found.label.created, found.label.creator,
    )  # fmt: skip


def test_tables_are_read_at_all_three_stages():
    found = made(
        _00283000=("SQ", [states.lut([1, 2, 3], 0, 8)]),
        _00283110=("SQ", [{0x00283010: ("SQ", [states.lut([4, 5], 7, 12)])}]),
        _20500010=("SQ", [states.lut([6, 7, 8, 9], 0, 10)]), _20500020=None,
    )  # fmt: skip

    tables = (found.modality.table, found.vois[0].table, found.presentation_lut)
    assert [(0, 8, [1, 2, 3]), (7, 12, [4, 5]), (0, 10, [6, 7, 8, 9])] == [
        (table.first_mapped, table.bits, table.entries.tolist()) for table in tables
    ]


@pytest.mark.parametrize(
    ("sop", "frame", "expected"),
    [("1.5", 1, True), ("1.6", 2, True), ("1.6", 3, True), ("1.6", 1, False), ("1.7", 1, False)],
)
def test_a_state_is_for_the_images_and_frames_it_names(sop, frame, expected):
    found = made(references=[states.reference("1.5"), states.reference("1.6", (2, 3))])

    assert expected == found.references.covers(sop, frame)


def test_overlays_of_the_state_and_those_it_switches_on():
    known = ("SQ", [states.layer("LOW", 1), states.layer("HIGH", 2, 300)])
    found = made(
        _00700060=known,
        **overlays(
            states.overlay(POINTS, (2, 3), 0x6002, "HIGH"),
            {0x60041001: ("CS", "LOW"), 0x60061001: ("CS", "")},
        ),
    )

    assert [(0x6002, (2, 3))] == [(plane.group, plane.origin) for plane in found.overlays]
    assert {0x6002: Layer("HIGH", 2, 300), 0x6004: Layer("LOW", 1, 65_535)} == found.activated


def test_a_bitmap_shutter_is_an_overlay_that_is_not_drawn():
    found = made(
        _00181600=("CS", "BITMAP"), _00181623=("US", 0x6002), _00181622=("US", 9),
        **overlays(states.overlay(POINTS, group=0x6002, layer_name="")),
    )  # fmt: skip

    assert (9, 0x6002, (), {}) == (
        found.shutter.grey, found.bitmap.group, found.overlays, found.activated,
    )  # fmt: skip


def test_lines_of_a_text_stay_lines_and_what_hides_is_shown():
    found = made(**drawing(texts=[states.text("one\r\ntwo\n\x1b[3", ((0, 0), (5, 5)))]))

    assert ("one", "two", "<U+001B>[3") == found.annotations[0].texts[0].lines


def test_styles_are_not_applied_and_that_is_said():
    style = {0x00700231: ("SQ", [{0x00700229: ("LO", "SERIF")}])}
    found = made(**drawing(texts=[states.text("A", anchor=(1, 1)) | style]))

    assert (STYLE_NOTICE,) == found.notices


def test_a_compound_graphic_with_its_simple_form_is_drawn_as_that():
    line = states.graphic("POLYLINE", (0, 0), (1, 1)) | {0x00700226: ("UL", 7)}
    found = made(**drawing(line, _00700209=("SQ", [{0x00700226: ("UL", 7)}])))

    assert 1 == len(found.annotations[0].graphics)


def turned(degrees, flip, *corners):
    return {"_00700042": ("US", degrees), "_00700041": ("CS", flip),
            "_0070005A": ("SQ", [states.area(*corners)])}  # fmt: skip


TURNED = [
    (0, "N", (1, 1), (12, 9)), (90, "N", (1, 9), (12, 1)), (180, "N", (12, 9), (1, 1)),
    (270, "N", (12, 1), (1, 9)), (0, "Y", (12, 1), (1, 9)), (90, "Y", (1, 1), (12, 9)),
    (180, "Y", (1, 9), (12, 1)), (270, "Y", (12, 9), (1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("degrees", "flip", "top_left", "bottom_right"), TURNED)
def test_corners_stand_where_they_are_after_the_turn(degrees, flip, top_left, bottom_right):
    """Rotated by 90 degrees the bottom left pixel is at the top left; by hand from C.10.4."""
    found = made(**turned(degrees, flip, top_left, bottom_right))

    assert ((1, 12), (1, 9)) == (found.areas[0].columns, found.areas[0].rows)


@pytest.mark.parametrize(("degrees", "flip", "top_left", "bottom_right"), TURNED)
def test_corners_of_any_other_turn_are_refused(degrees, flip, top_left, bottom_right):
    """A state made by flipping first and rotating then has other corners, and is refused."""
    others = {corners[2:] for corners in TURNED} - {(top_left, bottom_right)}
    codes = set()
    for corners in others:
        with pytest.raises(PresentationStateError) as caught:
            made(**turned(degrees, flip, *corners))
        codes.add(caught.value.code)

    assert {"presentation_state.area"} == codes


LINE = states.graphic("POLYLINE", (0, 0), (1, 1))
REFUSED = {
    "a pseudo-colour state": ("kind", {"_00080016": ("UI", "1.2.840.10008.5.1.4.1.1.11.3")}),
    "a colour state": ("kind", {"_00080016": ("UI", "1.2.840.10008.5.1.4.1.1.11.2")}),
    "a blending state": ("kind", {"_00080016": ("UI", "1.2.840.10008.5.1.4.1.1.11.4")}),
    "a mask": ("mask", {"_00286100": ("SQ", [{0x00286101: ("CS", "AVG_SUB")}])}),
    "viewed subtracted": ("mask", {"_00281090": ("CS", "SUB")}),
    "curves of old": ("curve", {"_50001001": ("CS", "LAYER")}),
    "no images": ("references", {"_00081115": ("SQ", [])}),
    "a segment": ("references", {
        "references": [states.reference() | {0x0062000B: ("US", 1)}]}),
    "frames that are no numbers": ("references", {
        "references": [states.reference(frames=("x",))]}),
    "a rescale and a table": ("modality", {
        "_00281053": ("DS", "2"), "_00283000": ("SQ", [states.lut([1, 2])])}),
    "two modality tables": ("modality", {"_00283000": ("SQ", [states.lut([1]), states.lut([2])])}),
    "a slope that is no number": ("modality", {"_00281053": ("DS", "x")}),
    "a window too narrow": ("voi", {"_00283110": ("SQ", [states.window(40, 0)])}),
    "two windows": ("voi", {"_00283110": ("SQ", [states.window("4\\5", "6\\7")])}),
    "a window and a table": ("voi", {"_00283110": ("SQ", [
        states.window(4, 5) | {0x00283010: ("SQ", [states.lut([1, 2])])}])}),
    "an empty voi": ("voi", {"_00283110": ("SQ", [{}])}),
    "a function unknown": ("voi", {"_00283110": ("SQ", [states.window(4, 5, "CUBIC")])}),
    "no presentation lut": ("presentation_lut", {"_20500020": None}),
    "two presentation luts": ("presentation_lut", {"_20500010": ("SQ", [states.lut([1, 2])])}),
    "a shape unknown": ("presentation_lut", {"_20500020": ("CS", "LIN OD")}),
    "a table without data": ("presentation_lut", {"_20500020": None, "_20500010": ("SQ", [{}])}),
    "no area": ("area", {"areas": []}),
    "an area without corners": ("area", {"areas": [WHOLE | {0x00700052: ("SL", ())}]}),
    "corners in another type": ("area", {"areas": [WHOLE | {0x00700052: ("IS", (1, 1))}]}),
    "an area without aspect": ("area", {"areas": [WHOLE | {0x00700102: ("IS", ())}]}),
    "a negative aspect": ("area", {"areas": [WHOLE | {0x00700102: ("IS", (1, -1))}]}),
    "a size mode unknown": ("area", {"areas": [states.area((1, 1), (2, 2), "STRETCH")]}),
    "no magnification": ("area", {"areas": [states.area((1, 1), (2, 2), "MAGNIFY")]}),
    "a magnification of zero": ("area", {
        "areas": [states.area((1, 1), (2, 2), "MAGNIFY", _00700103=("FL", 0.0))]}),
    "a magnification that is none": ("area", {
        "areas": [states.area((1, 1), (2, 2), "MAGNIFY", _00700103=("FL", float("nan")))]}),
    "of the whole slide": ("area", {"areas": [WHOLE | {0x00480301: ("CS", "VOLUME")}]}),
    "true size": ("true_size", {"areas": [states.area((1, 1), (2, 2), "TRUE SIZE")]}),
    "45 degrees": ("turn", {"_00700042": ("US", 45), "_00700041": ("CS", "N")}),
    "a rotation without a flip": ("turn", {"_00700042": ("US", 90)}),
    "a flip without a rotation": ("turn", {"_00700041": ("CS", "Y")}),
    "a shutter of an unknown shape": ("shutter", {"_00181600": ("CS", "OVAL")}),
    "a bitmap of no group": ("shutter", {"_00181600": ("CS", "BITMAP")}),
    "a bitmap that is not there": ("shutter", {
        "_00181600": ("CS", "BITMAP"), "_00181623": ("US", 0x6002)}),
    "an overlay without points": ("overlay", {"_60000010": ("US", 3), "_60000011": ("US", 3)}),
    "an overlay in no layer": ("layer", {"_60001001": ("CS", "ELSEWHERE")}),
    "a layer twice": ("layer", {"_00700060": ("SQ", [states.layer(), states.layer()])}),
    "a layer without order": ("layer", {"_00700060": ("SQ", [{0x00700002: ("CS", "A")}])}),
    "graphics in no layer": ("layer", {"_00700001": ("SQ", [states.annotation(graphics=[LINE])])}),
    "a graphic unknown": ("graphics", drawing(states.graphic("ARROW", (0, 0), (1, 1)))),
    "a circle of three points": ("graphics", drawing(states.graphic("CIRCLE", *[(0, 0)] * 3))),
    "an ellipse of three points": ("graphics", drawing(states.graphic("ELLIPSE", *[(0, 0)] * 3))),
    "another number of points": ("graphics", drawing(LINE | {0x00700021: ("US", 3)})),
    "three dimensions": ("graphics", drawing(LINE | {0x00700020: ("US", 3)})),
    "coordinates that are none": ("graphics", drawing(
        states.graphic("POLYLINE", (0, float("inf")), (1, 1)))),
    "coordinates far away": ("graphics", drawing(states.graphic("POLYLINE", (0, 2e6), (1, 1)))),
    "half a point": ("graphics", drawing(LINE | {0x00700022: ("FL", (1.0, 2.0, 3.0))})),
    "units unknown": ("graphics", drawing(states.graphic("POINT", (0, 0), units="MATRIX"))),
    "filled perhaps": ("graphics", drawing(
        states.graphic("CIRCLE", *[(0, 0)] * 2, filled="MAYBE"))),
    "a text nowhere": ("graphics", drawing(texts=[states.text("A")])),
    "half a box": ("graphics", drawing(
        texts=[{**states.text("A", ((0, 0), (1, 1))), 0x00700011: ("FL", ())}])),
    "aligned unknown": ("graphics", drawing(
        texts=[states.text("A", ((0, 0), (1, 1)), align="FULL")])),
    "too many lines": ("graphics", drawing(texts=[states.text("\n" * 101, anchor=(1, 1))])),
    "a compound alone": ("graphics", drawing(LINE, _00700209=("SQ", [{0x00700226: ("UL", 7)}]))),
    "too many objects": ("graphics", drawing(*[LINE] * 2_001)),
    "too many points": ("graphics", drawing(*[states.graphic("POLYLINE", *[(0, 0)] * 8_000)] * 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_applied_refuses_the_whole_state(name):
    reason, changes = REFUSED[name]
    with pytest.raises(DiascopeError) as caught:
        made(**changes)

    assert f"presentation_state.{reason}" == caught.value.code


@pytest.mark.requirement("security row 4")
def test_a_state_cut_anywhere_is_refused_or_read_never_a_fault():
    whole = states.file(states.state(
        [WHOLE], **drawing(LINE, texts=[states.text("A", anchor=(1, 1))]),
    ))  # fmt: skip
    codes = set()
    for size in range(132, len(whole), 7):
        try:
            presentation_state.parse(verified("whole", 0, whole[:size]))
        except DiascopeError as error:
            codes.add(error.family)

    assert codes <= {"part10", "malformed", "presentation_state"}
    assert "part10" in codes


@pytest.mark.requirement("security row 4")
def test_a_state_with_any_bytes_changed_is_refused_or_read_never_a_fault():
    """Two thousand changes of one to four bytes, the same every time."""
    changes = drawing(LINE, texts=[states.text("A", ((0, 0), (2, 2)), (1, 1))])
    shapes = {
        "_00181600": ("CS", "CIRCULAR"),
        "_00181610": ("IS", (4, 5)),
        "_00181612": ("IS", "3"),
    }
    window = {"_00283110": ("SQ", [states.window(4, 5)])}
    random = np.random.default_rng(23)
    found = {"read": 0, "refused": 0}
    for syntax in (phantoms.EXPLICIT, phantoms.IMPLICIT):
        whole = states.file(states.state([WHOLE], **changes, **shapes, **window), syntax)
        for _ in range(1_000):
            data = bytearray(whole)
            for at in random.integers(132, len(data), random.integers(1, 5)):
                data[at] = random.integers(0, 256)
            try:
                presentation_state.parse(verified("whole", 0, bytes(data)))
                found["read"] += 1
            except DiascopeError:
                found["refused"] += 1

    assert min(found.values()) > 100
