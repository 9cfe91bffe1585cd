"""Segmented palettes are expanded as PS3.3 C.7.9.2 says, within bounds, or refused."""

from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope.errors import DiascopeError, MalformedImage
from diascope.segmented_table import table

pytestmark = pytest.mark.requirement("IMG-04")


def words(*numbers: int, order: str = "<") -> bytes:
    return pack(f"{order}{len(numbers)}H", *numbers)


def octets(*numbers: int, order: str = "<") -> bytes:
    padded = bytes(numbers) + bytes(len(numbers) % 2)
    return np.frombuffer(padded, "<u2").astype(order + "u2").tobytes()


def expanded(data: bytes, count: int, bits: int = 16, order: str = "<") -> list[int]:
    described = words(count % 65536, 3, bits, order=order)
    made = table(described, data, is_signed=False, is_little=order == "<")
    assert (3, bits, False) == (made.first_mapped, made.bits, made.entries.flags.writeable)
    return made.entries.tolist()


@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
@pytest.mark.parametrize(
    ("pack_", "bits"), [pytest.param(words, 16, id="16"), pytest.param(octets, 8, id="8")]
)
def test_runs_and_lines(pack_, bits, order) -> None:
    """A line goes from the last entry, which it does not repeat, to its own value."""
    data = pack_(0, 2, 5, 10, 1, 4, 20, 0, 1, 7, order=order)
    assert [5, 10, 13, 15, 18, 20, 7] == expanded(data, 7, bits, order)


def test_a_line_falls_and_its_halves_go_up() -> None:
    assert [9, 8, 7, 6, 5, 5, 4] == expanded(words(0, 1, 9, 1, 3, 6, 1, 3, 4), 7)


def test_segments_are_repeated_from_their_byte_offset() -> None:
    """Segment 1 is a line at byte 6: again from 10 to 20, then from the run's 5."""
    data = words(0, 1, 10, 1, 2, 20, 0, 1, 10, 2, 2, 6, 0)
    assert [10, 15, 20, 10, 15, 20, 10] == expanded(data, 7)
    assert [10, 15, 20, 10, 15, 20, 10] == expanded(
        octets(0, 1, 10, 1, 2, 20, 0, 1, 10, 2, 2, 3, 0, 0, 0), 7, 8
    )


def test_zero_entries_mean_65536() -> None:
    assert 65_536 == len(expanded(words(0, 1, 7, 1, 65_535, 9), 0))


@pytest.mark.parametrize(
    ("data", "count"),
    [
        pytest.param(words(1, 4, 20), 4, id="a line first"),
        pytest.param(words(0, 2, 5), 2, id="cut short"),
        pytest.param(words(0, 2, 5, 6), 3, id="too few"),
        pytest.param(words(0, 2, 5, 6), 1, id="too many"),
        pytest.param(words(0, 1, 5, 0, 1, 6), 1, id="segments beyond the table"),
        pytest.param(words(0, 0, 0, 1, 5), 1, id="no entries"),
        pytest.param(words(3, 1, 5), 1, id="reserved"),
        pytest.param(words(0, 1, 5, 2, 1, 1, 0), 2, id="between two numbers"),
        pytest.param(words(0, 1, 5, 2, 1, 6, 0), 2, id="repeats itself"),
        pytest.param(words(0, 1, 5, 2, 1, 0, 9), 2, id="far away"),
        pytest.param(words(0, 1, 5, 2, 1, 0, 0, 2, 1, 6, 0), 3, id="repeats a repetition"),
        pytest.param(words(0, 1, 5, 2, 65_535, 0, 0), 9, id="repeats too often"),
        pytest.param(b"", 1, id="nothing"),
    ],
)
def test_segments_that_do_not_fit_are_refused(data: bytes, count: int) -> None:
    with pytest.raises(MalformedImage) as caught:
        expanded(data, count)
    assert "malformed.table" == caught.value.code


@given(
    st.lists(st.integers(0, 3) | st.integers(0, 65_535), max_size=60), st.integers(0, 65_535),
    st.sampled_from([8, 16]),
)  # fmt: skip
def test_any_bytes_give_a_table_or_our_error(numbers, count, bits) -> None:
    try:
        made = table(words(count, 0, bits), words(*numbers), is_signed=False)
    except DiascopeError:
        return
    assert (count or 65_536) == len(made.entries)
