"""What is wrong with a stack is found by exact distances and named by the images concerned."""

import pytest

from diascope import manifest, stack_words, stacking
from diascope.phantom import ct
from tests.engine import studies
from tests.engine.stack_series import image, stacks

ROUNDED = ("0", "0.67", "1.33", "2", "2.67", "3.33", "4")  # of two thirds of a mm


def found(*images):
    (stack,) = stacks(*images)
    return [(each.code, each.images, dict(each.values)) for each in stack.findings]


def sentences(*images):
    (stack,) = stacks(*images)
    return [stack_words.sentence(each) for each in stack.findings]


def heads(*places, **changes):
    """Slices from the head down: the first is at the first place."""
    return [image(n, z, **changes) for n, z in enumerate(places, start=1)]


def test_an_even_stack_has_no_findings():
    assert [] == found(*heads(*range(30, 0, -3)))


def test_positions_rounded_in_the_file_are_even():
    assert [] == found(*heads(*reversed(ROUNDED)))


@pytest.mark.requirement("INT-07")
def test_a_missing_slice_is_named_between_its_neighbours():
    made = heads(18, 15, 12, 6, 3, 0)

    assert [("missing_one", (3, 4), {"count": "1", "gap": "6", "spacing": "3"})] == found(*made)
    assert ["1 slice is missing between images 3 and 4."] == sentences(*made)


@pytest.mark.requirement("INT-07")
def test_several_missing_slices_are_counted():
    made = heads(30, 27, 24, 12, 9, 6, 3, 0)

    assert ["3 slices are missing between images 3 and 4."] == sentences(*made)


@pytest.mark.requirement("INT-07")
def test_slice_57_of_the_phantom_is_missed():
    """Of 128 slices 3 mm apart the 57th is left out: its neighbours are then images 56 and 57."""
    made = heads(*(-3 * n for n in range(128) if n != 56))

    assert ["1 slice is missing between images 56 and 57."] == sentences(*made)


@pytest.mark.requirement("INT-07")
def test_files_of_the_phantom_without_slice_57_are_one_stack_with_a_gap():
    """Slices 55 to 62 as files: 57 was the third, so its neighbours are images 2 and 3."""
    files = [ct.file("phantom-ct-1", n - 1) for n in range(55, 63) if n != 57]
    (stack,) = stacking.stacks(manifest.parse(studies.study(files).data))

    assert ["1 slice is missing between images 2 and 3."] == [
        stack_words.sentence(each) for each in stack.findings
    ]


@pytest.mark.requirement("INT-07")
def test_one_odd_gap_is_named_with_its_length():
    made = heads("22.5", "19.5", "16.5", 12, 9, 6, 3, 0)

    assert ["The gap between images 3 and 4 is 4.5 mm; elsewhere it is 3 mm."] == sentences(*made)


@pytest.mark.requirement("INT-07")
def test_a_stack_of_two_spacings_misses_nothing_and_is_uneven():
    """Sequences of thin slices below and thick ones above: half of the gaps are twice as wide."""
    made = heads(18, 12, 6, 3, 0)

    assert ["The slices are unevenly spaced: 3 to 6 mm apart."] == sentences(*made)


@pytest.mark.requirement("INT-07")
def test_duplicate_positions_are_named():
    made = heads(9, 6, 6, 6, 3, 0)

    assert ["Images 2 to 4 lie at the same position."] == sentences(*made)


@pytest.mark.requirement("INT-07")
def test_moments_of_one_slice_are_no_duplicates_unless_nothing_tells_them_apart():
    """A cine of one slice is no alarm; two images of one moment are."""
    cine = [image(n, 0, keys={"trigger_time": str(35 * n)}) for n in range(1, 26)]
    again = [image(n, 0, keys={"trigger_time": t}) for n, t in ((1, "0"), (2, "35"), (3, "35"))]

    assert [] == sentences(*cine)
    assert ["Images 2 to 3 lie at the same position."] == sentences(*again)


def test_images_of_one_position_without_any_key_are_duplicates():
    assert ["Images 1 to 3 lie at the same position."] == sentences(*heads(0, 0, 0))


def test_images_side_by_side_in_one_plane_are_no_duplicates():
    made = [image(1, ("0", "0", "0")), image(2, ("200", "0", "0")), *heads(6, 3)[::-1]]
    changed = [image(n, each.position) for n, each in enumerate(made, start=1)]

    assert [] == found(*changed)


@pytest.mark.requirement("INT-07")
def test_a_missing_slice_is_named_beside_a_duplicate():
    made = heads(15, 12, 12, 6, 3, 0)

    assert [
        "1 slice is missing between images 3 and 4.",
        "Images 2 to 3 lie at the same position.",
    ] == sentences(*made)


def tilted(tangent, **changes):
    """Slices that move along z and, for each mm, by `tangent` along y."""
    places = [(n, str(30 - 10 * n), str(10 * n * tangent)) for n in range(4)]
    return [image(n + 1, ("0", y, z), **changes) for n, z, y in places]


@pytest.mark.requirement("INT-07")
def test_gantry_tilt_is_the_angle_between_normal_and_travel():
    """Tangents 0.2679, 0.01 and 0.005 are of 15, 0.57 and 0.29 degrees."""
    (code, images, values), *_ = found(*tilted(0.2679))

    assert ("tilt", (), {"degrees": "15"}) == (code, images, values)
    assert [("tilt", (), {"degrees": "0.6"})] == found(*tilted(0.01))
    assert [] == found(*tilted(0.005))


@pytest.mark.requirement("INT-07")
def test_a_tilt_that_only_the_file_states_is_told():
    made = heads(6, 3, 0, keys={"tilt": "-12.5"})

    assert ["The file states a gantry tilt of -12.5°; its positions do not show it."] == sentences(
        *made
    )
    assert [] == found(*heads(6, 3, 0, keys={"tilt": "0.0"}))


@pytest.mark.requirement("INT-07")
def test_mixed_frames_of_reference_and_spacings_are_told():
    first, second = heads(3, 0)
    other = image(2, 0, frame_of_reference="1.2.8", spacing=("0.7", "0.7"))

    assert ["frames_of_reference", "pixel_spacing"] == [code for code, *_ in found(first, other)]
    same = image(2, 0, spacing=("0.50", "0.5000001"))
    assert [] == found(first, same)
    assert [] == found(first, second)


def test_many_places_are_cut_short_and_counted():
    pairs = [z for z in range(100, 0, -3) for _ in range(2)]
    listed = sentences(*heads(*pairs))

    assert 21 == len(listed)
    assert "14 more places like these are not listed." == listed[-1]
