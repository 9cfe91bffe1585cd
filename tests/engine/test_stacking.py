"""A series becomes the stacks that a radiologist expects, each in its order, by a stated rule.

Orders are worked out by hand: axial stacks run from the head (largest z) to the feet, coronal ones
to the back (growing y), sagittal ones to the left (growing x).
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import stack_frames, stack_split, stack_words, stacking
from diascope.manifest import PartEntry
from tests.engine.manifests import A, B
from tests.engine.stack_series import (
    AXIAL,
    CORONAL,
    SAGITTAL,
    image,
    numbers,
    of_one_series,
    stacks,
)

OBLIQUE = ("0.8", "0.6", "0", "0", "0", "-1")  # normal (-0.6, 0.8, 0): nearest to coronal
LOCALISER = {"image_type": "ORIGINAL\\PRIMARY\\LOCALIZER"}


def labels(*images):
    return [stack_words.label(stack.label) for stack in stacks(*images)]


def bases(*images):
    return [stack.basis for stack in stacks(*images)]


def volume(start=0, orientation=AXIAL, keys=None, count=4, **changes):
    """Slices from z = 0 upwards: the highest number is nearest to the head."""
    return [image(start + n, 3 * n, orientation, keys, **changes) for n in range(1, count + 1)]


def test_shuffled_instance_numbers_are_ordered_by_position():
    places = {1: 30, 2: 0, 3: 20, 4: 10}  # z by Instance Number

    assert [[1, 3, 4, 2]] == numbers(*(image(n, z) for n, z in places.items()))
    assert ["position_to_feet"] == bases(*(image(n, z) for n, z in places.items()))


def test_a_reversed_series_stands_like_any_other():
    upwards = [image(n, 3 * n) for n in range(1, 5)]
    downwards = [image(n, -3 * n) for n in range(1, 5)]

    assert ([[4, 3, 2, 1]], [[1, 2, 3, 4]]) == (numbers(*upwards), numbers(*downwards))


@pytest.mark.parametrize(
    ("orientation", "axis", "expected", "basis"),
    [
        (AXIAL, 2, [3, 2, 1], "position_to_feet"),
        (("1", "0", "0", "0", "-1", "0"), 2, [3, 2, 1], "position_to_feet"),
        (CORONAL, 1, [1, 2, 3], "position_to_back"),
        (SAGITTAL, 0, [1, 2, 3], "position_to_left"),
        (("0", "-1", "0", "0", "0", "-1"), 0, [1, 2, 3], "position_to_left"),
    ],
    ids=["axial", "axial seen from above", "coronal", "sagittal", "sagittal from the other side"],
)
def test_a_stack_runs_to_the_feet_the_back_or_the_left(orientation, axis, expected, basis):
    def at(n):
        return tuple(str(10 * n) if part == axis else "5" for part in range(3))

    made = [image(n, at(n), orientation) for n in (1, 2, 3)]

    assert ([expected], [basis]) == (numbers(*made), bases(*made))


def test_no_human_words_are_used_of_an_animal():
    made = [image(n, 3 * n, keys={"anatomy": "QUADRUPED"}) for n in (1, 2)]

    assert ["position"] == bases(*made)


def test_an_oblique_plane_is_ordered_along_its_own_normal():
    """Along (-0.6, 0.8, 0) the positions lie at 8, 0 and 4, although x says otherwise."""
    places = {1: ("0", "10", "0"), 2: ("0", "0", "0"), 3: ("20", "20", "0")}

    assert [[2, 3, 1]] == numbers(*(image(n, at, OBLIQUE) for n, at in places.items()))


def test_positions_that_no_float_tells_apart_are_ordered():
    """A float has some 16 digits: it cannot tell 2^60 mm and two hundredths from 2^60 mm."""
    far = 2**60
    made = [image(n, f"{far}.{part}") for n, part in ((1, "00"), (2, "04"), (3, "02"))]

    assert [[2, 3, 1]] == numbers(*made)


def test_without_positions_the_instance_number_orders_and_that_is_said():
    made = [image(2, None), image(1, None), image(3, None)]

    assert ([[1, 2, 3]], ["number_no_position"]) == (numbers(*made), bases(*made))


def test_an_orientation_that_is_none_is_not_used():
    askew = ("1", "0", "0", "0.7", "0.7", "0")  # not at a right angle

    assert ["number_no_position"] == bases(image(1, 3, askew), image(2, 0, askew))


def test_mixed_frames_of_reference_are_not_compared():
    made = [image(1, 0), image(2, 30), image(3, 60, frame_of_reference="1.2.8")]

    assert ([[1, 2, 3]], ["number_frames_of_reference"]) == (numbers(*made), bases(*made))


def test_two_orientations_are_two_stacks():
    axial = [image(n, z) for n, z in ((1, 0), (3, 3), (5, 6))]
    sagittal = [image(n, (x, "0", "0"), SAGITTAL) for n, x in ((2, "9"), (4, "0"), (6, "4"))]

    assert [[5, 3, 1], [4, 6, 2]] == numbers(*axial, *sagittal)
    assert ["Axial", "Sagittal"] == labels(*axial, *sagittal)


def test_planes_within_a_degree_are_one_stack():
    """Half a degree of tilt: (1, 0, 0) against (0.99996, 0.00873, 0)."""
    tilted = ("0.99996", "0.00873", "0", "-0.00873", "0.99996", "0")

    assert [[2, 1]] == numbers(image(1, 0), image(2, 3, tilted))
    more = ("0.99939", "0.0349", "0", "-0.0349", "0.99939", "0")  # two degrees
    assert [[1], [2]] == numbers(image(1, 0), image(2, 3, more))


def test_a_series_that_turns_about_an_axis_stays_one_stack():
    """Projections at 0, 37, 90 and 127 degrees: one image a plane."""
    rows = (("1", "0"), ("0.8", "0.6"), ("0", "1"), ("-0.6", "0.8"))
    made = [
        image(n, ("0", "0", "0"), (*row, "0", "0", "0", "-1"))
        for n, row in enumerate(rows, start=1)
    ]

    assert ([[1, 2, 3, 4]], ["number_turning"]) == (numbers(*made), bases(*made))


def test_three_scouts_that_say_not_what_they_are_do_not_turn_a_volume():
    oblique = ("0.8", "0.6", "0", "0", "0", "-1")
    scouts = [image(n, 0, plane) for n, plane in ((91, SAGITTAL), (92, CORONAL), (93, oblique))]

    assert [[4, 3, 2, 1], [91], [92], [93]] == numbers(*volume(), *scouts)


def test_a_scout_is_a_stack_of_its_own_and_comes_last():
    scout = image(1, ("0", "0", "0"), CORONAL, LOCALISER, rows=600)
    made = [scout, *volume(start=1)]

    assert [[5, 4, 3, 2], [1]] == numbers(*made)
    assert ["", "Localiser"] == labels(*made)


def test_scouts_in_two_directions_are_named_by_them():
    scouts = [image(n, ("0", "0", "0"), o, LOCALISER) for n, o in ((1, CORONAL), (2, SAGITTAL))]

    assert ["", "Localiser, Coronal", "Localiser, Sagittal"] == labels(*scouts, *volume(start=2))


def test_images_of_one_position_are_one_stack_in_time():
    made = [image(n, 0, keys={"trigger_time": t}) for n, t in ((1, "70"), (2, "0"), (3, "35"))]

    assert ([[2, 3, 1]], ["one_position_trigger_time"]) == (numbers(*made), bases(*made))


def test_exact_duplicates_are_kept_in_one_stack():
    made = [image(n, z) for n, z in ((1, 6), (2, 3), (3, 3), (4, 0))]

    assert [[1, 2, 3, 4]] == numbers(*made)


def test_other_sizes_and_colours_are_other_stacks():
    grey = [image(1, None), image(2, None)]
    made = [
        *grey,
        image(3, None, rows=600),
        image(4, None, keys={"photometric": "RGB"}),
        image(5, None, keys={"photometric": "YBR_FULL_422"}),
    ]

    assert [[1, 2], [3], [4, 5]] == numbers(*made)
    assert ["512 x 512 pixels", "512 x 600 pixels", "512 x 512 pixels, Colour"] == labels(*made)


def test_stacks_that_nothing_names_apart_are_numbered():
    other = ("0.98481", "0.17365", "0", "-0.17365", "0.98481", "0")  # ten degrees
    made = [image(1, 0), image(2, 3), image(3, 0, other), image(4, 3, other)]

    assert ["Part 1", "Part 2"] == labels(*made)


def test_a_series_without_images_has_an_empty_stack():
    whole = (PartEntry("whole", 0, 10, A, B, 66),)
    (only,) = stacks(image(1, None, frames=0, rows=0, columns=0, whole="no_pixels", parts=whole))

    assert ((), "no_images") == (only.slots, only.basis)


KEYS = st.fixed_dictionaries(
    {},
    optional={
        "b_value": st.sampled_from(["0", "1000"]),
        "echo_time": st.sampled_from(["9", "80.5"]),
        "trigger_time": st.sampled_from(["0", "35", "x"]),
        "acquisition": st.sampled_from(["1", "2"]),
        "image_type": st.sampled_from(["ORIGINAL\\PRIMARY\\LOCALIZER", "DERIVED"]),
        "photometric": st.sampled_from(["MONOCHROME1", "RGB"]),
    },
)
IMAGES = st.lists(
    st.tuples(
        st.sampled_from([None, "0", "3", "3.005", "6", "9", "1e3"]),
        st.sampled_from([AXIAL, CORONAL, SAGITTAL, OBLIQUE, None]),
        KEYS,
        st.sampled_from(["1.2.8", "1.2.9"]),
    ),
    min_size=1,
    max_size=14,
)


@given(made=IMAGES, seed=st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_stacks_are_a_permutation_of_the_frames_whatever_their_order(made, seed):
    """No image is lost, none stands twice, and no order of arrival changes a stack."""
    images = [
        image(n, z, orientation, keys, frame_of_reference=reference)
        for n, (z, orientation, keys, reference) in enumerate(made, start=1)
    ]
    listed = of_one_series(*images)
    frames = stack_frames.of_series(0, listed.series[0])
    mixed = random.Random(seed).sample(frames, len(frames))

    found = stacking.stacks(listed)
    slots = [slot for stack in found for slot in stack.slots]
    assert {frame.slot for frame in frames} == set(slots)
    assert len(frames) == len(slots)
    assert [slots_of(group) for group in stack_split.groups(frames)] == [
        slots_of(group) for group in stack_split.groups(mixed)
    ]
    assert len({stack.label for stack in found}) == len(found)
    for index, stack in enumerate(found):
        told = stack_words.described(index, stack, listed.series[0])
        assert told["order"]
        assert all(each["sentence"] for each in told["findings"])


def slots_of(group):
    return {frame.slot for frame in group.frames}
