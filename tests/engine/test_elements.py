"""The walk over data elements: bounded in length, depth and number, and it never recurses."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope.elements import ElementWalk
from diascope.encoding import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from diascope.errors import DiascopeError, LimitExceeded, Part10Error
from diascope.limits import Limits
from tests.support.phantoms import ITEM, SEQUENCE_END, UNDEFINED, Writer

SMALL = Limits(depth=8, items=20, elements=50, fragments=4)
EXPLICIT, IMPLICIT, BIG = Writer(), Writer(is_explicit=False), Writer(order=">")
NAME = EXPLICIT.element(0x00100010, "PN", "A^B")


def walk(data, encoding=EXPLICIT_LITTLE, limits=SMALL):
    return ElementWalk(data, limits).next_element(0, encoding)


def nested(depth, *, undefined, vr="SQ", writer=EXPLICIT):
    data = writer.element(0x00100010, "PN", "A^B")
    for _ in range(depth):
        data = writer.sequence(0x00081115, data, undefined=undefined, vr=vr)
    return data


@pytest.mark.parametrize(
    ("writer", "encoding"),
    [(EXPLICIT, EXPLICIT_LITTLE), (IMPLICIT, IMPLICIT_LITTLE), (BIG, EXPLICIT_BIG)],
    ids=["explicit", "implicit", "big"],
)
@pytest.mark.parametrize("undefined", [True, False], ids=["undefined", "defined"])
def test_a_sequence_is_stepped_over_whole(writer, encoding, undefined):
    item = writer.element(0x00100010, "PN", "A^B") + writer.us(0x00280010, 4)
    data = writer.sequence(0x00081115, item, b"", item, undefined=undefined)
    element = walk(data + NAME, encoding)

    assert (0x00081115, len(data)) == (element.tag, element.stop)


def test_a_long_value_in_big_endian_has_its_length():
    data = BIG.element(0x00420011, "OB", b"12345678")

    assert (12, 8, 20) == walk(data, EXPLICIT_BIG)[3:]


def test_an_unknown_sequence_of_undefined_length_holds_implicit_elements():
    """PS3.5 6.2.2, note 2: UN of undefined length is Implicit VR Little Endian inside."""
    inside = IMPLICIT.sequence(0x00081115, IMPLICIT.us(0x00280010, 1), undefined=True)
    data = EXPLICIT.sequence(0x00091001, inside, undefined=True, vr="UN")

    assert len(data) == walk(data).stop


def test_an_encapsulated_icon_is_stepped_over():
    fragments = EXPLICIT.marker(ITEM) + EXPLICIT.marker(ITEM, 4) + b"abcd"
    icon = EXPLICIT.element(0x7FE00010, "OB", fragments + EXPLICIT.marker(SEQUENCE_END), UNDEFINED)
    data = EXPLICIT.sequence(0x00880200, icon)

    assert len(data) == walk(data).stop


@pytest.mark.parametrize("depth", [9, 250, 1000])
@pytest.mark.parametrize("undefined", [True, False], ids=["undefined", "defined"])
def test_a_nest_deeper_than_the_limit_is_refused(depth, undefined):
    """Parsers that recurse die at a depth of about 250."""
    with pytest.raises(LimitExceeded) as refusal:
        walk(nested(depth, undefined=undefined))

    assert "limit.depth" == refusal.value.code


@pytest.mark.parametrize("vr", ["SQ", "UN"])
def test_an_endless_nest_is_refused_at_once(vr):
    start = pack("<HH2sHI", 8, 0x1115, vr.encode(), 0, UNDEFINED)
    inner = start if vr == "SQ" else IMPLICIT.marker(0x00081115, UNDEFINED)
    item = EXPLICIT.marker(ITEM, UNDEFINED)
    with pytest.raises(LimitExceeded):
        walk(start + item + (inner + item) * 20_000)


@pytest.mark.parametrize(
    ("vr", "encoding", "writer"),
    [("SQ", IMPLICIT_LITTLE, IMPLICIT), ("UN", EXPLICIT_LITTLE, EXPLICIT)],
    ids=["implicit", "unknown"],
)
@pytest.mark.parametrize("tag", [0x00283000, 0x00283010])
def test_the_sequences_that_are_read_later_are_walked_whatever_their_vr(tag, vr, encoding, writer):
    def made(inner):
        return writer.element(tag, vr, IMPLICIT.marker(ITEM, len(inner)) + inner)

    shallow = made(nested(7, undefined=True, writer=IMPLICIT))
    assert len(shallow) == walk(shallow, encoding).stop
    with pytest.raises(LimitExceeded) as refusal:
        walk(made(nested(8, undefined=True, writer=IMPLICIT)), encoding)
    assert "limit.depth" == refusal.value.code
    with pytest.raises(LimitExceeded) as refusal:
        walk(writer.element(tag, vr, IMPLICIT.marker(ITEM) * 21), encoding)
    assert "limit.items" == refusal.value.code


def test_a_nest_at_the_limit_passes():
    data = nested(8, undefined=True)

    assert len(data) == walk(data).stop


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (NAME[:7], "part10.truncated"),
        (NAME[:-1], "part10.truncated"),
        (EXPLICIT.element(0x00420011, "OB", b"ab")[:11], "part10.truncated"),
        (b"\x10\0\x10\0ZZ\2\0ab", "part10.vr"),
        (b"\x10\0\x10\0\0\0\0\0", "part10.vr"),
        (EXPLICIT.element(0x00420011, "OB", b"ab", UNDEFINED), "part10.undefined_length"),
        (EXPLICIT.element(0x00081115, "SQ", NAME), "part10.sequence"),
        (EXPLICIT.sequence(0x00081115, NAME[:-2]) + NAME, "part10.length"),
        (EXPLICIT.element(0x00081115, "SQ", b"", UNDEFINED), "part10.truncated"),
        (EXPLICIT.element(0x00081115, "SQ", EXPLICIT.marker(SEQUENCE_END)), "part10.sequence"),
        (
            EXPLICIT.element(0x00081115, "SQ", EXPLICIT.marker(ITEM, 99)) + bytes(200),
            "part10.length",
        ),
        (EXPLICIT.sequence(0x00081115, EXPLICIT.marker(ITEM)), "part10.sequence"),
        (EXPLICIT.sequence(0x00081115, *[b""] * 21), "limit.items"),
        (EXPLICIT.sequence(0x00081115, NAME * 51), "limit.elements"),
    ],
    ids=[
        "no room for a tag", "value cut", "no room for a length", "unknown VR", "zero VR",
        "undefined OB", "element between items", "element longer than item", "no delimiter",
        "delimiter in defined length", "item longer than sequence", "item in item", "items",
        "elements",
    ],
)  # fmt: skip
def test_a_lie_is_refused(data, code):
    with pytest.raises(DiascopeError) as refusal:
        walk(data)

    assert code == refusal.value.code


END = EXPLICIT.marker(SEQUENCE_END)


def fragments(*lengths, end=END):
    return b"".join(EXPLICIT.marker(ITEM, n) + bytes(n) for n in lengths) + end


def test_fragments_are_listed_without_their_tags():
    found, stop = ElementWalk(fragments(0, 4, 6), SMALL).fragments(0)

    assert [(8, 8), (16, 20), (28, 34)] == [tuple(each) for each in found]
    assert 42 == stop


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (fragments(0, 4, end=b""), "part10.truncated"),
        (EXPLICIT.marker(ITEM, 9) + b"ab", "part10.truncated"),
        (EXPLICIT.marker(ITEM, UNDEFINED), "part10.undefined_length"),
        (NAME, "part10.fragments"),
        (EXPLICIT.marker(SEQUENCE_END, 4), "part10.fragments"),
        (fragments(0, 0, 0, 0, 0), "limit.fragments"),
    ],
    ids=["no delimiter", "too long", "undefined", "no item", "long delimiter", "too many"],
)
def test_bad_fragments_are_refused(data, code):
    with pytest.raises(DiascopeError) as refusal:
        ElementWalk(data, SMALL).fragments(0)

    assert code == refusal.value.code


def test_a_frame_part_is_a_row_of_items_and_nothing_else():
    assert [(8, 12), (20, 22)] == [
        tuple(i) for i in ElementWalk(fragments(4, 2, end=b""), SMALL).items(0)
    ]
    for data in (b"", fragments(4), fragments(4, end=NAME)):
        with pytest.raises(Part10Error):
            ElementWalk(data, SMALL).items(0)


@given(
    st.binary(max_size=120),
    st.sampled_from([EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG]),
)
def test_any_bytes_give_an_element_within_them_or_our_error(data, encoding):
    try:
        element = walk(data, encoding)
    except DiascopeError:
        return
    assert element.stop <= len(data)
    assert 8 <= element.start <= len(data)
