"""Frames of multi-frame instances: placed one by one, or a clip of its own."""

from dataclasses import replace

import pytest

from diascope import manifest, stack_words, stacking
from diascope.holding import OpenStudy
from tests.engine import studies
from tests.engine.enhanced import CONTENT, ORIENTATION, POSITION, Groups, file
from tests.engine.stack_series import (
    AXIAL,
    CORONAL,
    image,
    multiframe,
    numbers,
    of_one_series,
    stacks,
)

G = Groups()


def labels(*images):
    return [stack_words.label(stack.label) for stack in stacks(*images)]


def bases(*images):
    return [stack.basis for stack in stacks(*images)]


def test_a_clip_among_stills_is_a_stack_of_its_own():
    clip = replace(multiframe(2, 3, {}, position=None), per_frame=None)
    made = [image(1, None), clip, image(3, None)]

    assert [[1, 3], [2, 2, 2]] == numbers(*made)
    assert (["Single images", "Clip 1"], ["number_no_position", "frames"]) == (
        labels(*made), bases(*made)
    )  # fmt: skip


def test_frames_of_an_enhanced_instance_are_placed_one_by_one():
    made = multiframe(
        1,
        4,
        {
            "position": ("0\\0\\3", "0\\0\\0", "0\\0\\3", "0\\0\\0"),
            "b_value": ("1000", "1000", "0", "0"),
        },
        position=None,
    )
    first, second = stacks(made)

    assert ([2, 3], [0, 1]) == tuple(
        [slot.frame for slot in each.slots] for each in (first, second)
    )
    assert ["b = 0", "b = 1000"] == labels(made)


def test_dimensions_part_frames_that_nothing_else_does():
    """Two positions twice: the first index counts the position, the second what was repeated."""
    columns = {
        "position": ("0\\0\\3", "0\\0\\3", "0\\0\\0", "0\\0\\0"),
        "dimensions": ("1\\1", "1\\2", "2\\1", "2\\2"),
    }
    made = multiframe(1, 4, columns, position=None)
    first, second = stacks(made)

    assert ["Dimension 1", "Dimension 2"] == labels(made)
    assert ([0, 2], [1, 3]) == tuple([s.frame for s in each.slots] for each in (first, second))


def test_two_instances_of_one_volume_are_one_stack():
    """A concatenation: the frames of both interleave by position."""
    one = multiframe(1, 2, {"position": ("0\\0\\9", "0\\0\\3")}, position=None)
    other = multiframe(2, 2, {"position": ("0\\0\\6", "0\\0\\0")}, position=None)

    assert [[1, 2, 1, 2]] == numbers(one, other)


def test_runs_without_positions_are_not_mixed():
    runs = [
        multiframe(n, 3, {"dimensions": ("1", "2", "3")}, position=None, orientation=None)
        for n in (1, 2)
    ]

    assert ([[1, 1, 1], [2, 2, 2]], ["Clip 1", "Clip 2"]) == (numbers(*runs), labels(*runs))


def test_frames_without_positions_follow_the_dimensions_of_the_file():
    made = multiframe(1, 3, {"dimensions": ("1\\10", "1\\9", "1\\2")}, position=None)
    (only,) = stacks(made)

    assert ("dimensions", [2, 1, 0]) == (only.basis, [slot.frame for slot in only.slots])


def test_stack_ids_part_the_frames():
    columns = {
        "position": ("0\\0\\3", "0\\0\\0", "0\\0\\9", "0\\0\\6"),
        "stack": ("1", "1", "2", "2"),
    }

    assert ["Stack 1", "Stack 2"] == labels(multiframe(1, 4, columns, position=None))


def test_an_enhanced_file_is_stacked_by_the_positions_in_its_groups():
    """From the bytes of a file: three frames at z = 3, 9 and 6, in one shared plane."""
    plane = G.text(ORIENTATION, 0x00200037, "\\".join(AXIAL))
    content = G.macro(CONTENT, G.unsigned(0x00209157, 1, 1))
    per_frame = [G.item(content, G.text(POSITION, 0x00200032, f"0\\0\\{z}")) for z in (3, 9, 6)]
    made = studies.study([file(G, [G.item(plane)], per_frame)])
    (only,) = stacking.stacks(manifest.parse(made.data))

    assert ("position_to_feet", [1, 2, 0]) == (only.basis, [slot.frame for slot in only.slots])


def test_an_enhanced_image_that_turns_says_so():
    """Planes through one axis, numbered against their order in the file."""
    rows = (("1", "0"), ("0.8", "0.6"), ("0", "1"), ("-0.6", "0.8"))
    columns = {
        "position": ["0\\0\\0"] * 4,
        "orientation": ["\\".join((*row, "0", "0", "0", "-1")) for row in rows],
        "in_stack": list("4321"),
    }
    made = multiframe(1, 4, columns, position=None, orientation=None)
    (only,) = stacks(made)

    assert ("dimensions_turning", [3, 2, 1, 0]) == (
        only.basis,
        [slot.frame for slot in only.slots],
    )


@pytest.mark.parametrize("second", [CORONAL, AXIAL], ids=["another plane", "the same plane"])
def test_a_zoom_goes_from_stack_to_stack_of_one_image_only_in_the_same_plane(second):
    columns = {
        "position": ["0\\0\\0", "0\\0\\3", "0\\9\\0", "0\\9\\3"],
        "orientation": ["\\".join(each) for each in (AXIAL, AXIAL, second, second)],
        "stack": list("1122"),
    }
    made = of_one_series(multiframe(1, 4, columns, position=None, orientation=None))
    study = OpenStudy(made, stacking.stacks(made), "", "")

    assert 2 == len(study.stacks)
    assert (second is AXIAL) == study.is_alike(0, 1)
