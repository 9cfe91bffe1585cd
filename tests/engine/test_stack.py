import numpy as np
import pytest

from diascope import manifest, stack, stacking
from diascope.errors import CommandError
from diascope.stack import Slot
from tests.engine import studies

PIXELS = np.zeros((3, 4, 4), dtype=np.uint8)
MADE = studies.study([studies.file(PIXELS, 1)], [studies.file(PIXELS[0], 1, 2)])
LISTED = manifest.parse(MADE.data)


def test_frames_of_an_instance_are_expanded_in_place() -> None:
    first, second = stacking.stacks(LISTED)
    assert (Slot(0, 0, 0), Slot(0, 0, 1), Slot(0, 0, 2)) == first.slots
    assert (Slot(1, 0, 0),) == second.slots


def test_frame_needs_the_header_and_its_own_part() -> None:
    entry = LISTED.series[0].instances[0]
    assert (0, 3) == stack.parts_of(entry, 2)


@pytest.mark.parametrize("position", [-1, 3], ids=str)
def test_position_outside_the_stack_is_refused(position: int) -> None:
    with pytest.raises(CommandError) as caught:
        stacking.stacks(LISTED)[0].at(position)
    assert "command.position" == caught.value.code
