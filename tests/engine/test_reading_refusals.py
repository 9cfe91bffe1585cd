"""After any refusal or fault a viewport shows nothing, and nothing is claimed about it."""

import numpy as np
import pytest

from diascope import painted
from diascope.errors import AuditError, CommandError, DiascopeError
from diascope.painted import Screen
from tests.engine import studies
from tests.engine.headers import items, lut
from tests.engine.readers import GREY, fetch, holding_all, reader, show, state
from tests.support import phantoms
from tests.support.phantoms import Image, ramp


@pytest.mark.requirement("PERF-04")
def test_refused_image_leaves_nothing_to_settle_and_its_series_usable() -> None:
    made = reader()
    show(made, 0, 0)
    with pytest.raises(DiascopeError) as caught:
        show(made, 0, 2)
    assert "photometric.retired" == caught.value.code
    with pytest.raises(CommandError) as after:
        made.settle("1", 3)
    assert "command.nothing_shown" == after.value.code
    assert 1 == state(show(made, 0, 1))["position"]


COMMANDS = {
    "show": lambda made: made.show("1", 0, 0, 2),
    "change": lambda made: made.change("1", {"invert": True}, 2),
    "gesture": lambda made: made.gesture("1", "pan", (1, 1), (0, 0), 2),
    "settle": lambda made: made.settle("1", 2),
}


@pytest.mark.requirement("PERF-04")
@pytest.mark.parametrize(
    "error", [ValueError, MemoryError, KeyboardInterrupt], ids=lambda e: e.__name__
)
@pytest.mark.parametrize("command", list(COMMANDS))
def test_after_any_fault_there_is_nothing_to_settle(command, error, monkeypatch) -> None:
    """Nobody knows what a fault left on the canvas, so nothing is claimed about it."""
    made = reader()
    before = show(made, 0, 0)
    with monkeypatch.context() as patched:
        patched.setattr(painted, "reply", _failing(error))
        with pytest.raises(error):
            COMMANDS[command](made)
    for other in ("change", "gesture", "settle"):
        with pytest.raises(CommandError) as after:
            COMMANDS[other](made)
        assert "command.nothing_shown" == after.value.code
    assert state(before)["window"] == state(show(made, 0, 0))["window"]


def _failing(error):
    def fail(*_):
        raise error

    return fail


def test_gesture_that_does_not_exist_shows_nothing_too() -> None:
    made = reader()
    show(made, 0, 0)
    with pytest.raises(CommandError):
        made.gesture("1", "spin", (1, 1), (0, 0), 2)
    with pytest.raises(CommandError) as after:
        made.settle("1", 3)
    assert "command.nothing_shown" == after.value.code


def test_image_that_left_the_memory_is_missing_and_can_be_settled_once_fetched() -> None:
    made = reader(part_bytes=4000, frame_bytes=GREY[0].nbytes)
    shown = show(made, 0, 0)
    made.lay_out(Screen("2", 64, 48))
    for position in (0, 1, 2):
        fetch(made, 1, position)
        made.show("2", 1, position, 1)
    for command in ("change", "gesture", "settle"):
        with pytest.raises(CommandError) as caught:
            COMMANDS[command](made)
        assert "command.missing" == caught.value.code
    fetch(made, 0, 0)
    assert np.array_equal(shown.pixels, made.settle("1", 3).pixels)


def test_view_that_no_record_could_hold_is_refused_not_shown() -> None:
    made = reader()
    name = "x" * 65
    made.lay_out(Screen(name, 64, 48))
    fetch(made, 0, 0)
    made.show(name, 0, 0, 1)
    with pytest.raises(AuditError) as caught:
        made.settle(name, 2)
    assert ("audit.shape", "body.viewport.id") == (caught.value.code, caught.value.detail)
    with pytest.raises(CommandError):
        made.settle(name, 3)


@pytest.mark.requirement("AUD-13")
def test_view_through_a_table_of_the_longest_name_can_be_recorded() -> None:
    table = items(lut(explanation="x" * 1020))
    data = phantoms.file(Image(ramp((1, 24, 32)), extra={0x00283010: table}))
    made = holding_all(studies.study([data]))
    made.show("1", 0, 0, 1)
    name = made.settle("1", 2).reply["view"]["presentation"]["voi"]["explanation"]
    assert (1024, "LUT 1: x", "…") == (len(name), name[:8], name[-1])
