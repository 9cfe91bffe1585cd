"""Runs of plain values are stepped over fast, and to the same end as one by one."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope.elements import ElementWalk
from diascope.encoding import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, READ_SEQUENCES
from diascope.errors import DiascopeError
from diascope.limits import Count, Limits
from tests.support.phantoms import ITEM, ITEM_END, SEQUENCE_END, UNDEFINED, Writer

SMALL = Limits(depth=3, items=6, elements=12)
FORMS = [(Writer(), EXPLICIT_LITTLE), (Writer(order=">"), EXPLICIT_BIG)]
FORMS += [(Writer(is_explicit=False), IMPLICIT_LITTLE)]
NAMES = ["explicit", "big", "implicit"]
CONTENT = 0x0040A730


class OneByOne(ElementWalk):
    """The walk as it is without the run: every element is looked at by itself."""

    def _skip_plain(self, at, top):  # noqa: ARG002 - as the walk calls it
        return at


def met(walk_of, data, encoding):
    """Where a walk ends, or how it refuses, and what it has counted until then."""
    count = Count(SMALL)
    try:
        element = walk_of(data, SMALL, count).next_element(0, encoding)
    except DiascopeError as error:
        return error.code, str(error), count.elements, count.items
    return element, count.elements, count.items


@pytest.mark.parametrize(("writer", "encoding"), FORMS, ids=NAMES)
@pytest.mark.parametrize("elements", [0, 1, 11, 12])
@pytest.mark.parametrize("undefined", [True, False], ids=["undefined", "defined"])
def test_a_run_counts_every_value_and_ends_at_the_limit(writer, encoding, elements, undefined):
    """Security row 13."""
    inside = b"".join(writer.us(0x00280010 + n, n) for n in range(elements))
    data = writer.sequence(CONTENT, inside, undefined=undefined)
    if encoding is IMPLICIT_LITTLE and not undefined:
        data = writer.sequence(0x52009229, inside)  # one that is known to be a sequence
    found = met(ElementWalk, data, encoding)

    if elements < 12:
        assert (len(data), elements + 1, 1) == (found[0].stop, *found[1:])
    else:
        assert ("limit.elements", 13, 1) == (found[0], *found[2:])


@pytest.mark.parametrize(("writer", "encoding"), FORMS, ids=NAMES)
def test_a_run_takes_no_more_than_it_may_and_nothing_beyond_its_bound(writer, encoding):
    value = writer.us(0x00280010, 1)
    data = value * 5

    assert (3 * len(value), 3) == encoding.skip_plain(data, 0, len(data), 3)
    assert (4 * len(value), 4) == encoding.skip_plain(data, 0, len(data) - 1, 9)
    assert (len(data), 5) == encoding.skip_plain(data, 0, len(data), 9)


@pytest.mark.parametrize(("writer", "encoding"), FORMS, ids=NAMES)
@pytest.mark.parametrize("tag", [ITEM, ITEM_END, SEQUENCE_END])
def test_a_run_ends_before_a_delimiter_whatever_its_length_spells(writer, encoding, tag):
    """A length of 0x5355 stands where a VR would, and reads US."""
    for length in (0, 0x5355, 0x55530000, UNDEFINED):
        data = writer.us(0x00280010, 1) + writer.marker(tag, length) + bytes(70_000)
        expected = len(writer.us(0x00280010, 1)), 1
        assert expected == encoding.skip_plain(data, 0, len(data), 9)


@pytest.mark.parametrize("tag", sorted(READ_SEQUENCES), ids=hex)
def test_a_run_of_implicit_values_ends_before_a_sequence_that_is_read_later(tag):
    data = pack("<HHI", tag >> 16, tag & 0xFFFF, 0)

    assert (0, 0) == IMPLICIT_LITTLE.skip_plain(data, 0, len(data), 9)


@st.composite
def nests(draw, writer):
    """Sequences with values, sequences and now and then something that does not belong there."""
    values = st.sampled_from(
        [writer.us(0x00280010, 1), writer.element(0x00420011, "OB", b"abcd"),
         writer.element(0x00100010, "PN", "A^B"), writer.sequence(0x00283010, b""),
         writer.sequence(0x00081115, writer.us(0x00280010, 1), undefined=True),
         writer.marker(ITEM_END), writer.marker(SEQUENCE_END), writer.marker(ITEM, 4), b"\0" * 8]
    )  # fmt: skip
    items = draw(st.lists(st.lists(values, max_size=9).map(b"".join), max_size=3))
    data = bytearray(writer.sequence(0x00081115, *items, undefined=draw(st.booleans())))
    for at in draw(st.lists(st.integers(0, len(data) - 1), max_size=2)):
        data[at] = draw(st.integers(0, 255))
    return bytes(data) + draw(st.sampled_from([b"", b"\0" * 20, writer.us(0x00280010, 1)]))


@pytest.mark.parametrize(("writer", "encoding"), FORMS, ids=NAMES)
@given(data=st.data())
def test_a_walk_by_runs_ends_as_the_walk_one_by_one(writer, encoding, data):
    bytes_ = data.draw(nests(writer))

    assert met(OneByOne, bytes_, encoding) == met(ElementWalk, bytes_, encoding)
