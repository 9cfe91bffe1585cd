"""The states of an open study: offered, chosen, kept while scrolling, refused whole, recorded."""

import json

import numpy as np
import pytest

from diascope import bridge, graphics, pipeline, presentation_state, states
from diascope.errors import CommandError, DiascopeError
from diascope.manifest import PartEntry
from diascope.presets import Look
from diascope.reading import Reader
from diascope.viewport import View
from tests.engine import studies
from tests.engine.readers import BUNDLE, holding_all, numbers, state
from tests.support import phantoms
from tests.support import states as made
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import parts_of, verified

pytestmark = pytest.mark.requirement("IMG-06")
WHOLE = made.area((1, 1), (12, 9))
OTHER, THIRD = "1.2.826.0.1.3.2", "1.2.826.0.1.3.3"
LINE = made.annotation(
    [made.text("note", anchor=(2, 2))], [made.graphic("POLYLINE", (0, 0), (3, 4))]
)
DRAWN = {"_00700060": ("SQ", [made.layer()]), "_00700001": ("SQ", [LINE])}


def image(sop, number):
    extra = {0x00080018: ("UI", sop), 0x00200013: ("IS", str(number))}
    return phantoms.file(Image(ramp((1, 9, 12)), bits_stored=12, extra=extra))


def a_state(number, references, **changes):
    elements = made.state([WHOLE], references, sop=f"{made.STATE}.{number}", **changes)
    return made.file(elements | {0x00200013: ("IS", str(number))})


IMAGES = [image(phantoms.SOP, 1), image(OTHER, 2), image(THIRD, 3)]
TWO = [made.reference(phantoms.SOP), made.reference(OTHER)]
WINDOWS = ("SQ", [
    made.window(100, 50) | made.images(made.reference(phantoms.SOP)),
    made.window(200, 60) | made.images(made.reference(OTHER)),
])  # fmt: skip
ONE_LOOK = ("SQ", [made.window(100, 50)])
FILES = {
    "1": a_state(1, TWO, _00283110=ONE_LOOK, **DRAWN),
    "2": a_state(2, TWO, _00283110=WINDOWS, _00700081=("LO", "two windows")),
    "3": a_state(3, TWO[:1], _00286100=("SQ", [{0x00286101: ("CS", "TID")}])),
}
STUDY = studies.study(IMAGES, list(FILES.values()))


def opened():
    return holding_all(STUDY, 24, 18)


def choose(reader, number, generation=2):
    name = f"{made.STATE}.{number}" if number else ""
    return reader.change("1", {"presentation_state": name}, generation)


def test_the_page_is_told_which_parts_hold_states():
    handle = bridge.door(Reader())
    body = json.dumps({"bundle": BUNDLE, "manifest_sha256": STUDY.digest})
    reply = json.loads(handle("open-study", body, STUDY.data)[0])

    assert [{"series": 1, "instance": n, "part": 0} for n in range(3)] == reply["states"]


def test_each_image_offers_the_states_that_are_for_it_and_applies_none():
    reader = opened()
    shown = [state(reader.show("1", 0, position, 1)) for position in range(3)]

    assert [["1", "2", "3"], ["1", "2"], []] == [
        [each["id"][-1] for each in one["presentation_states"]] for one in shown
    ]
    assert (
        "MADE: two windows (Tester, Tess, 2026-01-02 03:04)"
        == (shown[0]["presentation_states"][1]["label"])
    )
    assert ["", "", ""] == [one["presentation_state"] for one in shown]


def test_states_stand_in_the_order_of_the_study_whichever_came_first():
    reader = Reader()
    reader.open(STUDY.data, STUDY.digest, BUNDLE)
    for key in reversed(states.keys(reader.holding.study.manifest)):
        reader.holding.put_part(key, STUDY.parts[key])

    assert ["1", "2", "3"] == [
        each["id"][-1] for each in reader.holding.states.offered(phantoms.SOP, 1)
    ]


def test_how_many_there_are_and_which_is_applied_stands_in_a_corner():
    reader = opened()
    before = reader.show("1", 0, 0, 1).reply["corners"]["bottom_right"]
    after = choose(reader, 1).reply["corners"]["bottom_right"]

    assert "3 presentation states" == before[-1]
    assert "State MADE: made for a test (Tester, Tess, 2026-01-02 03:04)" == after[-1]


def test_a_chosen_state_is_shown_and_recorded_and_can_be_left():
    reader = opened()
    before = reader.show("1", 0, 0, 1)
    chosen = choose(reader, 1)
    record = reader.settle("1", 3).reply["view"]["presentation"]
    left = choose(reader, "", 4)

    assert (("100", "50"), "1.2.826.0.1.31.1") == (numbers(chosen), record["state"])
    assert graphics.digest(chosen.reply["graphics"]) == record["graphics_sha256"]
    assert ["polyline", "text"] == [each["kind"] for each in chosen.reply["graphics"]]
    assert np.array_equal(before.pixels, left.pixels)
    assert ([], "") == (left.reply["graphics"], left.reply["graphics_sha256"])


def test_what_the_reader_changes_stays_recorded_in_its_numbers():
    reader = opened()
    reader.show("1", 0, 0, 1)
    choose(reader, 1)
    reader.change("1", {"window": {"center": "300", "width": "20"}}, 3)
    reader.change("1", {"zoom_e6": 3_000_000}, 4)
    record = reader.settle("1", 5).reply["view"]["presentation"]

    assert ("300", 3_000_000, "1.2.826.0.1.31.1") == (
        record["voi"]["center"], record["zoom_e6"], record["state"],
    )  # fmt: skip
    assert ("100", "50") == numbers(reader.change("1", {"reset": True}, 6))


def test_overlays_off_takes_graphics_away_too():
    reader = opened()
    reader.show("1", 0, 0, 1)
    choose(reader, 1)
    off = reader.change("1", {"overlays": False}, 3)

    assert ([], "") == (off.reply["graphics"], off.reply["graphics_sha256"])
    assert "" == reader.settle("1", 4).reply["view"]["presentation"]["graphics_sha256"]


def test_one_look_for_two_images_keeps_what_the_reader_changed():
    reader = opened()
    reader.show("1", 0, 0, 1)
    choose(reader, 1)
    reader.change("1", {"window": {"center": "300", "width": "20"}}, 3)
    scrolled = reader.show("1", 0, 1, 4)

    assert (("300", "20"), f"{made.STATE}.1") == (
        numbers(scrolled), state(scrolled)["presentation_state"],
    )  # fmt: skip


def test_another_look_of_the_same_state_is_shown_as_the_state_says():
    reader = opened()
    reader.show("1", 0, 0, 1)
    choose(reader, 2)
    reader.change("1", {"window": {"center": "300", "width": "20"}}, 3)

    assert ("200", "60") == numbers(reader.show("1", 0, 1, 4))


def test_an_image_that_the_state_is_not_for_opens_without_it():
    reader = opened()
    plain = reader.show("1", 0, 2, 1)
    reader.show("1", 0, 0, 2)
    choose(reader, 1)
    scrolled = reader.show("1", 0, 2, 4)

    assert "" == state(scrolled)["presentation_state"]
    assert np.array_equal(plain.pixels, scrolled.pixels)


def test_a_state_that_cannot_be_applied_leaves_the_viewport_empty_with_its_code():
    reader = opened()
    reader.show("1", 0, 0, 1)
    with pytest.raises(DiascopeError) as caught:
        choose(reader, 3)
    with pytest.raises(CommandError) as empty:
        reader.settle("1", 3)
    again = reader.show("1", 0, 0, 4)

    assert ("presentation_state.mask", "command.nothing_shown") == (
        caught.value.code, empty.value.code,
    )  # fmt: skip
    assert "" == state(again)["presentation_state"]


@pytest.mark.parametrize("chosen", ["1.2.3", 7, None, ["1.2.3"]])
def test_a_state_that_is_not_there_is_refused(chosen):
    reader = opened()
    reader.show("1", 0, 0, 1)
    with pytest.raises(CommandError):
        reader.change("1", {"presentation_state": chosen}, 2)


def test_states_beyond_what_is_kept_are_listed_and_refused(monkeypatch):
    monkeypatch.setattr(states, "MOST_STATES", 1)
    reader = Reader()
    reader.open(STUDY.data, STUDY.digest, BUNDLE)

    assert [(1, 0, 0)] == states.keys(reader.holding.study.manifest)
    assert [f"{made.STATE}.2", f"{made.STATE}.3"] == [
        each["id"] for each in reader.holding.states.offered(phantoms.SOP, 1)
    ]
    with pytest.raises(DiascopeError) as caught:
        reader.holding.states.chosen(f"{made.STATE}.3")
    assert "presentation_state.too_many" == caught.value.code


def test_a_state_that_cannot_be_read_is_listed_for_every_image():
    broken = made.file(made.state([WHOLE], _00081115=("SQ", [])))
    reader = holding_all(studies.study(IMAGES[:1], [broken]), 24, 18)
    shown = reader.show("1", 0, 0, 1)
    with pytest.raises(DiascopeError) as caught:
        reader.change("1", {"presentation_state": made.STATE}, 2)

    assert [made.STATE] == [each["id"] for each in state(shown)["presentation_states"]]
    assert "presentation_state.references" == caught.value.code


@pytest.mark.requirement("INT-01")
def test_a_state_that_is_another_instance_than_the_manifest_says_is_refused():
    reader = Reader()
    reader.open(STUDY.data, STUDY.digest, BUNDLE)
    with pytest.raises(DiascopeError) as caught:
        states.listed(
            type("Part", (), {"data": FILES["1"]})(), made.STATE_SERIES, f"{made.STATE}.2"
        )

    assert "manifest.instance" == caught.value.code


def test_the_reader_paints_what_the_reference_path_renders():
    reader = opened()
    reader.show("1", 0, 0, 1)
    chosen = choose(reader, 1)
    parts = [(part.data, PartEntry("whole", 0, len(part.data), part.sha256, "", 0))
             for part in parts_of(IMAGES[0])]  # fmt: skip
    applied = presentation_state.parse(verified("whole", 0, FILES["1"]))
    view = View(24, 18, 2_000_000, 6_000_000, 4_500_000, "fit")
    found = pipeline.render_frame(parts, 0, Look(), view, applied)

    assert np.array_equal(found.array, chosen.pixels.view(np.uint8).reshape(18, 24, 4))
