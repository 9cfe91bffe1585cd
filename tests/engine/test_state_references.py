"""What a presentation state and its items are for: every frame listed, nothing else."""

import pytest

from diascope import presentation_state, stated
from diascope.values import Window
from tests.engine.test_stated import FILE, WHOLE
from tests.support import phantoms, states
from tests.support.phantoms import LITTLE, SOP
from tests.support.stored_parts import image_of, verified

pytestmark = pytest.mark.requirement("IMG-06")
IMAGES = 0x00081140
NOTE = states.annotation([states.text("note", anchor=(2, 2))])
LAYER = {"_00700060": ("SQ", [states.layer()])}


def parsed(data):
    return presentation_state.parse(verified("whole", 0, data))


@pytest.mark.parametrize("width", [0, 8, 12], ids=["plain", "padded", "padded to 12"])
def test_a_state_is_for_each_of_a_thousand_frames(width):
    frames = tuple(str(number).ljust(width) for number in range(1, 1001))
    data = states.file(states.state([WHOLE], [states.reference(frames=frames)]))
    found = parsed(data).references

    assert set(range(1, 1001)) == set(found.frames[SOP])
    assert (True, False) == (found.covers(SOP, 1000), found.covers(SOP, 1001))


def with_item(tag, item, *, undefined):
    """A state whose sequence `tag` has one item with an empty Referenced Image Sequence."""
    held = {each: LITTLE.element(each, vr, states.encoded(LITTLE, vr, value))
            for each, (vr, value) in item.items()}  # fmt: skip
    held[IMAGES] = LITTLE.sequence(IMAGES, undefined=undefined)
    inside = b"".join(held[each] for each in sorted(held))
    elements = {each: LITTLE.element(each, vr, states.encoded(LITTLE, vr, value))
                for each, (vr, value) in states.state([WHOLE], **LAYER).items()}  # fmt: skip
    elements[tag] = LITTLE.sequence(tag, inside)
    return parsed(phantoms.part10(b"".join(elements[each] for each in sorted(elements))))


@pytest.mark.parametrize("undefined", [False, True], ids=["defined", "undefined"])
@pytest.mark.parametrize(
    ("tag", "item"),
    [(0x00283110, states.window(2000, 1500)), (0x0070005A, WHOLE), (0x00700001, NOTE)],
    ids=["voi", "area", "annotation"],
)
def test_a_sequence_without_items_is_for_all_in_either_length(tag, item, undefined):
    """An empty sequence names no exception, whichever way PS3.5 7.5 lets its length be written."""
    state = with_item(tag, item, undefined=undefined)
    held = {0x00283110: state.vois, 0x0070005A: state.areas, 0x00700001: state.annotations}[tag]

    assert [None] == [each.references for each in held]


@pytest.mark.parametrize("undefined", [False, True], ids=["defined", "undefined"])
def test_the_window_of_such_an_item_is_applied(undefined):
    state = with_item(0x00283110, states.window(2000, 1500), undefined=undefined)

    assert (Window("2000", "1500"),) == stated.image_of(image_of(FILE), state, 0).windows
