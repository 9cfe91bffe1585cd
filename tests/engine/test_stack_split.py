"""Images at one position are parted by the key that tells them apart; pieces of a stack stay."""

from itertools import product

import pytest

from diascope import stack_words
from tests.engine.stack_series import image, multiframe, numbers, stacks


def labels(*images):
    return [stack_words.label(stack.label) for stack in stacks(*images)]


def test_b_values_are_parted_where_positions_repeat():
    made = [
        image(10 * n + order, 3 * n, keys={"b_value": b})
        for n in (1, 2)
        for order, b in enumerate(("0", "1000", "50"))
    ]

    assert [[20, 10], [22, 12], [21, 11]] == numbers(*made)
    assert ["b = 0", "b = 50", "b = 1000"] == labels(*made)


def test_directions_of_one_b_value_are_parted_too():
    def one(number, z, b, direction=None):
        keys = {"b_value": b, **({"direction": direction} if direction else {})}
        return image(number, z, keys=keys)

    made = [
        one(10 * z + order, z, b, direction)
        for z in (3, 6)
        for order, (b, direction) in enumerate(
            [("0", None), ("1000", "1\\0\\0"), ("1000", "0\\1\\0")]
        )
    ]

    assert ["b = 0", "b = 1000, Direction 1", "b = 1000, Direction 2"] == labels(*made)


def test_echoes_are_parted_and_counted():
    made = [
        image(10 * n + order, 3 * n, keys={"echo_time": time, "echo": str(order)})
        for n in (1, 2)
        for order, time in ((2, "80.5"), (1, "9"))
    ]

    assert [[21, 11], [22, 12]] == numbers(*made)
    assert ["Echo 1", "Echo 2"] == labels(*made)


def test_temporal_positions_are_phases():
    made = [
        image(10 * phase + n, 3 * n, keys={"temporal_position": str(phase)})
        for phase in (1, 2, 10)
        for n in (1, 2)
    ]

    assert [[12, 11], [22, 21], [102, 101]] == numbers(*made)
    assert ["Phase 1", "Phase 2", "Phase 10"] == labels(*made)


def test_trigger_times_that_differ_from_slice_to_slice_are_the_same_phases():
    times = {3: ("0", "34.5", "69"), 6: ("0", "35", "70"), 9: ("1", "33", "71")}
    made = [
        image(10 * z + order, z, keys={"trigger_time": time})
        for z, row in times.items()
        for order, time in enumerate(row, start=1)
    ]

    assert [[91, 61, 31], [92, 62, 32], [93, 63, 33]] == numbers(*made)
    assert ["Phase 1", "Phase 2", "Phase 3"] == labels(*made)


def test_acquisitions_that_repeat_all_positions_are_parted():
    made = [
        image(10 * pass_ + n, 3 * n, keys={"acquisition": str(pass_)})
        for pass_ in (1, 2)
        for n in (1, 2, 3)
    ]

    assert ["Acquisition 1", "Acquisition 2"] == labels(*made)


B_VALUES, DIRECTIONS = ("50", "400", "800"), ("1\\0\\0", "0\\1\\0", "0\\0\\1")
ECHOES, TYPES = ("4.92", "7.38"), tuple(f"ORIGINAL\\PRIMARY\\{each}" for each in "IMR")
PRODUCTS = {
    "three b-values in three directions": {"b_value": B_VALUES, "direction": DIRECTIONS},
    "three b-values four times": {"b_value": B_VALUES, "acquisition": tuple("1234")},
    "two echoes in three types": {"echo_time": ECHOES, "image_type": TYPES},
    "two echoes in five phases": {"echo_time": ECHOES, "temporal_position": tuple("12345")},
    "three phases of two kV": {"temporal_position": tuple("123"), "kvp": ("80", "140")},
}


def combinations(keys):
    return [dict(zip(keys, values, strict=True)) for values in product(*keys.values())]


@pytest.mark.parametrize("keys", PRODUCTS.values(), ids=PRODUCTS)
def test_keys_that_vary_together_are_all_parted(keys):
    """Each stack has one value of each key, and each position once."""
    combined = combinations(keys)
    made = [
        image(1 + len(combined) * z + n, 3 * z, keys=each)
        for z in range(5)
        for n, each in enumerate(combined)
    ]
    parted = stacks(*made)

    assert [5] * len(combined) == [len(each.slots) for each in parted]
    assert [()] * len(combined) == [each.findings for each in parted]
    values = {tuple(trait.value for trait in each.label) for each in parted}
    assert len(combined) == len(values)


@pytest.mark.parametrize("keys", PRODUCTS.values(), ids=PRODUCTS)
def test_keys_that_vary_together_in_one_enhanced_image_are_all_parted(keys):
    combined = combinations(keys)
    columns = {name: [each[name] for each in combined for _ in range(5)] for name in keys}
    places = [f"0\\0\\{3 * z}" for _ in combined for z in range(5)]
    made = multiframe(1, len(places), {"position": places, **columns}, position=None)

    assert [(5, ())] * len(combined) == [(len(each.slots), each.findings) for each in stacks(made)]


def test_two_shells_of_the_same_directions_and_one_without_are_parted_by_b_value_first():
    shells = combinations({"b_value": ("1000", "2000"), "direction": DIRECTIONS})
    keys = [{"b_value": "0"}, *shells]
    made = [image(10 * z + n, 3 * z, keys=k) for z in range(4) for n, k in enumerate(keys)]

    assert [
        "b = 0",
        *(f"b = {b}, Direction {n}" for b in (1000, 2000) for n in (1, 2, 3)),
    ] == labels(*made)


def test_repetitions_that_nothing_tells_apart_stay_in_their_stack():
    made = [
        image(100 * z + 10 * n + again, 3 * z, keys={"b_value": b})
        for z in range(4)
        for n, b in enumerate(B_VALUES)
        for again in range(3)
    ]

    assert ["b = 50", "b = 400", "b = 800"] == labels(*made)
    assert [4, 4, 4] == [len(each.findings) for each in stacks(*made)]


def test_a_plain_series_is_not_parted_because_its_acquisitions_differ():
    made = [image(n, 3 * n, keys={"acquisition": str(1 + n // 3)}) for n in range(1, 7)]

    assert ([[6, 5, 4, 3, 2, 1]], [""]) == (numbers(*made), labels(*made))


def test_acquisitions_that_overlap_by_one_slice_stay_one_stack():
    """Slabs 0, 3, 6 and 6, 9, 12: only the slice at 6 was taken twice."""
    places = ((1, 0, "1"), (2, 3, "1"), (3, 6, "1"), (4, 6, "2"), (5, 9, "2"), (6, 12, "2"))
    made = [image(n, z, keys={"acquisition": a}) for n, z, a in places]

    assert [[6, 5, 3, 4, 2, 1]] == numbers(*made)
