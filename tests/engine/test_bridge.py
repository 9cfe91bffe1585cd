import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import bridge
from diascope.bridge import COMMANDS, door
from diascope.reading import Reader
from tests.engine import studies

GREY = np.arange(3 * 24 * 32, dtype=np.uint16).reshape(3, 24, 32)
MADE = studies.study([studies.file(GREY, 1)])
LAYOUT = {
    "viewport": "1",
    "width": 40,
    "height": 30,
    "device_pixel_ratio_e6": 1_000_000,
    "scale_verified": True,
}


class Page:
    """The page's side of the door."""

    def __init__(self) -> None:
        self.handle = door(Reader())

    def ask(self, command: str, payload: Any = b"", **body: Any) -> dict:
        reply, self.pixels = self.handle(command, json.dumps(body), payload)
        return json.loads(reply)

    def open(self) -> dict:
        return self.ask("open-study", MADE.data, bundle="b" * 64, manifest_sha256=MADE.digest)

    def show(self, position: int) -> dict:
        for part in self.ask("needs", stack=0, position=position)["parts"]:
            key = part["series"], part["instance"], part["part"]
            self.ask("put-part", memoryview(MADE.parts[key]), **part)
        return self.ask("show", viewport="1", stack=0, position=position, generation=position)


def code(reply: dict) -> str:
    return reply["error"]["code"]


def test_a_reading_from_start_to_end() -> None:
    page = Page()
    opened = page.open()
    assert [{"count": 3, "viewable": True}] == [
        {name: each[name] for name in ("count", "viewable")} for each in opened["stacks"]
    ]
    assert "Made^Up" == opened["attributes"]["patient_name"]
    assert {} == page.ask("layout", **LAYOUT)
    shown = page.show(1)
    assert ("1", 1, 40, 30) == tuple(
        shown[name] for name in ("viewport", "generation", "width", "height")
    )
    assert ((30, 40, 4), np.uint8) == (page.pixels.shape, page.pixels.dtype)
    assert page.pixels.flags.c_contiguous
    drag = {"kind": "window", "dx": 3, "dy": -2, "x": 1, "y": 1}
    assert "error" not in page.ask("gesture", viewport="1", generation=2, **drag)
    settled = page.ask("settle", viewport="1", generation=3)
    assert "pixel_sha256" not in settled["view"]
    assert MADE.digest == settled["view"]["manifest"]
    assert "error" not in page.ask("thumbnail", canvas="t", stack=0, width=9, height=9)
    assert {} == page.ask("close-study")
    assert "command.no_study" == code(page.ask("needs", stack=0, position=0))


def test_commands_are_those_of_the_contract() -> None:
    assert {
        "self-test", "open-study", "needs", "put-part", "layout", "show", "gesture", "set",
        "settle", "thumbnail", "close-study", "digest",
    } == set(COMMANDS)  # fmt: skip


@pytest.mark.requirement("INT-07")
def test_open_study_lists_stacks_with_what_their_order_rests_on_and_what_is_wrong() -> None:
    plane = {"ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"]}
    files = [
        studies.file(GREY[0], n, ImagePositionPatient=["0", "0", z], **plane)
        for n, z in ((1, "0"), (2, "15"), (3, "9"), (4, "3"), (5, "12"))
    ]
    scout = studies.file(GREY[0], 9, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    made = studies.study([*files, scout])
    opened = Page().ask("open-study", made.data, bundle="b" * 64, manifest_sha256=made.digest)
    first, last = opened["stacks"]

    assert {
        "index": 0, "series": 0, "modality": "OT", "number": "1", "description": "",
        "label": "", "traits": [], "basis": "position_to_feet",
        "order": "By position, from the head to the feet", "count": 5, "viewable": True,
        "images": [[1, 1], [4, 1], [2, 1], [3, 1], [0, 1]],
        "findings": [{
            "code": "missing_one", "images": [3, 4],
            "values": {"count": "1", "gap": "6", "spacing": "3"},
            "sentence": "1 slice is missing between images 3 and 4.",
        }],
    } == first  # fmt: skip
    assert ("Localiser", [{"kind": "localiser", "value": ""}], [[5, 1]]) == (
        last["label"], last["traits"], last["images"],
    )  # fmt: skip


@pytest.mark.requirement("BRW-02")
def test_self_test_passes_through_the_modules_own_door() -> None:
    reply, pixels = bridge.handle("self-test", "{}", None)
    assert True is json.loads(reply)["passed"]
    assert pixels is None


@pytest.mark.requirement("INT-01")
def test_changed_part_is_refused_with_its_code() -> None:
    page = Page()
    page.open()
    data = bytes([MADE.parts[0, 0, 1][0] ^ 1]) + MADE.parts[0, 0, 1][1:]
    refused = page.ask("put-part", data, series=0, instance=0, part=1)
    assert "integrity.digest" == code(refused)


@pytest.mark.parametrize(
    ("command", "body", "expected"),
    [
        pytest.param("explode", "{}", "command.unknown", id="unknown command"),
        pytest.param("show", "[]", "command.body", id="no object"),
        pytest.param("show", "{", "command.body", id="no JSON"),
        pytest.param("settle", '{"viewport": 1}', "command.body", id="number for text"),
        pytest.param("set", '{"change": "invert"}', "command.body", id="text for object"),
        pytest.param(
            "layout",
            json.dumps({**LAYOUT, "scale_verified": 1}),
            "command.body",
            id="number for flag",
        ),
        pytest.param("show", "[" * 15_000, "command.body", id="deep"),
        pytest.param("show", " " * 20_000 + "{}", "command.body", id="long"),
        pytest.param("show", '{"stack": 0}', "command.body", id="incomplete"),
        pytest.param("needs", '{"stack": 0.0, "position": 0}', "command.body", id="float"),
        pytest.param("needs", '{"stack": true, "position": 0}', "command.body", id="boolean"),
        pytest.param("needs", '{"stack": 1e999, "position": 0}', "command.body", id="infinite"),
        pytest.param(
            "put-part", '{"series": 0, "instance": -1, "part": 0}', "command.part", id="negative"
        ),
        pytest.param(
            "put-part", '{"series": 0, "instance": 0, "part": 9}', "command.part", id="no part"
        ),
    ],
)
def test_message_that_makes_no_sense_is_refused(command: str, body: str, expected: str) -> None:
    page = Page()
    page.open()
    reply, pixels = page.handle(command, body, b"")
    assert expected == code(json.loads(reply))
    assert pixels is None


@given(st.sampled_from([*COMMANDS, "x"]), st.text() | st.just("[" * 99_999), st.binary())
@settings(max_examples=60, deadline=None)
def test_no_message_raises(command: str, body: str, payload: bytes) -> None:
    reply, _ = door(Reader())(command, body, payload)
    assert isinstance(json.loads(reply), dict)


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
fields = st.sampled_from(
    [*LAYOUT, "stack", "series", "position", "generation", "kind", "dx", "dy", "x", "y", "change",
     "canvas", "instance", "part"]
)  # fmt: skip


@given(
    st.sampled_from(sorted(COMMANDS)),
    st.dictionaries(fields, scalars | st.dictionaries(st.text(max_size=5), scalars)),
)
@settings(max_examples=60, deadline=None)
def test_no_body_raises_or_meets_a_fault(command: str, body: dict) -> None:
    page = Page()
    page.open()
    page.ask("layout", **LAYOUT)
    reply = page.ask(command, **{**body, "viewport": "1"})
    assert not reply.get("error", {}).get("code", "").startswith("engine.")


class Failing:
    """A payload whose reading fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def to_memoryview(self) -> memoryview:
        raise self.error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(MemoryError(), "limit.memory", id="memory"),
        pytest.param(KeyError("Doe^Jane"), "engine.internal", id="bug"),
    ],
)
def test_fault_is_named_by_its_class_alone(error: Exception, expected: str) -> None:
    reply = Page().ask("close-study", Failing(error))
    assert expected == code(reply)
    assert "Doe" not in json.dumps(reply)
