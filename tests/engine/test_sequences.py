"""Items of nested sequences: found in every encoding, and refused where they contradict."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import part10, sequences
from diascope.encoding import IMPLICIT_LITTLE, ITEM_DELIMITER
from diascope.errors import DiascopeError
from diascope.limits import Count, Limits
from tests.engine.part10_files import changed
from tests.support import phantoms
from tests.support.phantoms import ITEM, SEQUENCE_END, UNDEFINED, Writer

OUTER, INNER, LEAF = 0x52009230, 0x00209113, 0x00200032
FORMS = {
    "explicit": (phantoms.EXPLICIT, "SQ"),
    "implicit": (phantoms.IMPLICIT, "SQ"),
    "big": (phantoms.BIG, "SQ"),
    "unknown": (phantoms.EXPLICIT, "UN"),
    "unknown in big": (phantoms.BIG, "UN"),
}
IMPLICIT = Writer(is_explicit=False)


def outside(syntax, element, tag=OUTER):
    return part10.read_header(changed(syntax=syntax, **{f"_{tag:08X}": element}))


def written(form, *, undefined, leaf_undefined):
    """Two items of an outer sequence, each with two of an inner one, which hold a position."""
    syntax, vr = FORMS[form]
    outer = phantoms.writer(syntax)
    w = IMPLICIT if vr == "UN" else outer
    nested = [
        w.sequence(
            INNER, *(w.element(LEAF, "DS", f"{a}\\{b}\\0") for b in (1, 2)),
            undefined=leaf_undefined,
        ) + w.us(0x00280010, a)
        for a in (7, 8)
    ]  # fmt: skip
    head = len(w.element(OUTER, vr, b""))
    length = UNDEFINED if undefined else None
    value = w.sequence(OUTER, *nested, undefined=undefined, vr=vr)[head:]
    return outside(syntax, outer.element(OUTER, vr, value, length))


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize("leaf_undefined", [False, True], ids=["inner defined", "inner undefined"])
@pytest.mark.parametrize("undefined", [False, True], ids=["defined", "undefined"])
@pytest.mark.parametrize("form", list(FORMS))
def test_items_of_items_are_read_in_every_form(form, undefined, leaf_undefined):
    """PS3.5 7.5 and 6.2.2: both lengths, both byte orders, and UN, Implicit Little inside."""
    found = written(form, undefined=undefined, leaf_undefined=leaf_undefined)
    listed = sequences.items(found, OUTER)
    by_one = sequences.groups(found, OUTER)

    expected = [[b"7\\1\\0 ", b"7\\2\\0 "], [b"8\\1\\0 ", b"8\\2\\0 "]]
    assert expected == [[leaf.value(LEAF).ljust(6) for leaf in i.items(INNER)] for i in listed]
    assert [7, 8] == [item.unsigned(0x00280010) for item in listed]
    assert expected == [
        [leaf.value(LEAF).ljust(6) for leaf in by_one.item(n).items(INNER)] for n in (0, 1)
    ]
    assert 2 == len(by_one.starts)


def test_what_is_absent_or_empty_has_no_items():
    w = phantoms.LITTLE
    found = outside(phantoms.EXPLICIT, w.sequence(OUTER, b"", w.sequence(INNER)))

    assert [] == sequences.items(found, 0x52009229)
    assert () == sequences.groups(found, 0x52009229).starts
    assert [[], []] == [item.items(INNER) for item in sequences.items(found, OUTER)]


def opaque(value, length=None):
    """A nested value of defined length, of which Implicit VR says nothing beforehand."""
    inner = IMPLICIT.element(INNER, "SQ", value, length)
    return outside(phantoms.IMPLICIT, IMPLICIT.sequence(OUTER, inner))


def item(value, length=None):
    return IMPLICIT.marker(ITEM, len(value) if length is None else length) + value


ROWS = IMPLICIT.us(0x00280010, 4)
HOSTILE = {
    "text": (b"no item!", "part10.sequence"),
    "a few bytes": (b"abcd", "part10.truncated"),
    "an item that is too long": (item(ROWS, 1_000), "part10.length"),
    "the longest item": (item(ROWS, 0xFFFFFFFE), "part10.length"),
    "an item that ends in an element": (item(ROWS, 9) + b"\0" * 8, "part10.length"),
    "an element longer than its item": (
        item(IMPLICIT.element(0x00280010, "US", b"ab", 200)) + item(ROWS) * 40, "part10.length",
    ),
    "an item without end": (item(ROWS, UNDEFINED), "part10.truncated"),
    "an end that has a length": (
        item(ROWS, UNDEFINED) + IMPLICIT.marker(ITEM_DELIMITER, 2) + b"ab", "part10.sequence",
    ),
    "an end of a sequence that has a length": (
        item(ROWS) + IMPLICIT.marker(SEQUENCE_END), "part10.sequence",
    ),
    "an end in an item that has a length": (
        item(IMPLICIT.marker(ITEM_DELIMITER) + ROWS), "part10.sequence",
    ),
    "bytes after an item": (item(ROWS) + ROWS, "part10.sequence"),
    "an element twice": (item(ROWS + ROWS), "part10.order"),
    "pixel data": (item(IMPLICIT.element(0x7FE00010, "OW", b"ab")), "part10.sequence"),
    "too many items": (item(b"") * 20_001, "limit.items"),
    "too many elements": (
        item(b"".join(pack("<HHI", 9, n, 0) for n in range(2, 60_000))) * 2, "limit.elements",
    ),
}  # fmt: skip


@pytest.mark.requirement("security row 4")
@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_nested_value_that_is_no_sequence_is_refused(name):
    """Nothing has looked into it before: Implicit VR does not say that it is a sequence."""
    value, code = HOSTILE[name]
    outer = sequences.items(opaque(value), OUTER)[0]
    with pytest.raises(DiascopeError) as caught:
        outer.items(INNER)

    assert code == caught.value.code


BAD = IMPLICIT.element(0x00280010, "US", b"ab", 200)


@pytest.mark.requirement("security row 4")
@pytest.mark.parametrize("syntax", [phantoms.IMPLICIT, phantoms.EXPLICIT], ids=["", "as UN"])
def test_a_group_that_contradicts_itself_refuses_the_file(syntax):
    """Its elements are those of the file, in Implicit VR and behind UN too."""
    w = phantoms.writer(syntax)
    groups = IMPLICIT.sequence(OUTER, ROWS, BAD, ROWS)[8:]
    with pytest.raises(DiascopeError) as caught:
        outside(syntax, w.element(OUTER, "UN", groups))

    assert "part10.length" == caught.value.code


@pytest.mark.requirement("security row 4")
def test_a_macro_that_contradicts_itself_refuses_that_item_alone():
    items = (IMPLICIT.sequence(INNER, inside) for inside in (ROWS, BAD, ROWS))
    by_one = sequences.groups(outside(phantoms.IMPLICIT, IMPLICIT.sequence(OUTER, *items)), OUTER)

    assert [4, 4] == [by_one.item(n).items(INNER)[0].unsigned(0x00280010) for n in (0, 2)]
    with pytest.raises(DiascopeError) as caught:
        by_one.item(1).items(INNER)
    assert "part10.length" == caught.value.code


def flooded(macro=INNER):
    """Three groups in Implicit VR, each with 40,000 elements that nobody has seen."""
    junk = b"".join(pack("<HHI", 9 + 2 * (n // 60_000), n % 60_000, 0) for n in range(40_000))
    return outside(
        phantoms.IMPLICIT, IMPLICIT.sequence(OUTER, *[IMPLICIT.sequence(macro, junk)] * 3)
    )


@pytest.mark.requirement("security row 13")
@pytest.mark.parametrize("read", ["items", "groups"])
def test_items_share_one_count_of_what_stands_in_them_unseen(read):
    """Each is within the limit; a file of them may not hold any number of elements."""
    found = flooded()
    if read == "items":
        listed = sequences.items(found, OUTER)
    else:
        by_one, count = sequences.groups(found, OUTER), Count(Limits())
        listed = [by_one.item(n, count) for n in range(3)]
    assert [1, 1] == [len(each.items(INNER)) for each in listed[:2]]
    with pytest.raises(DiascopeError) as caught:
        listed[2].items(INNER)

    assert "limit.elements" == caught.value.code
    assert 100_001 == listed[2].unseen.elements


def test_an_item_read_by_itself_counts_by_itself():
    """A reader may go back and forth between frames for hours."""
    by_one = sequences.groups(flooded(), OUTER)

    assert [1] * 4 == [len(by_one.item(n % 3).items(INNER)) for n in range(4)]


def test_what_the_walk_over_the_file_has_counted_is_not_counted_again():
    w = phantoms.LITTLE
    inner = w.sequence(INNER, *[w.us(0x00280010, 1)] * 4_000)
    found = outside(phantoms.EXPLICIT, w.sequence(OUTER, inner, inner))
    by_one, count = sequences.groups(found, OUTER), Count(Limits(elements=3, items=3))
    for _ in range(3):
        assert 4_000 == len(by_one.item(1, count).items(INNER))

    assert 0 == count.together


def test_all_groups_read_at_once_stay_within_the_limits_of_a_file_without_frames():
    leaves = b"".join(pack("<HHI", 9, n, 0) for n in range(2, 40_002))
    found = sequences.Sequence(*two_groups(leaves))
    with pytest.raises(DiascopeError) as caught:
        list(found.every())

    assert "limit.elements" == caught.value.code


def two_groups(leaves):
    data = item(leaves) * 3
    return data, IMPLICIT_LITTLE, tuple(range(0, len(data), len(data) // 3))


@pytest.mark.requirement("security row 4")
@pytest.mark.parametrize("undefined", [True, False], ids=["undefined", "defined"])
def test_a_deep_nest_below_an_item_does_not_recurse(undefined):
    """An item lists one level; the next is bounded again, in depth too."""
    inside = ROWS
    for _ in range(300):
        inside = IMPLICIT.sequence(INNER, inside, undefined=undefined)
    outer = sequences.items(opaque(item(inside)), OUTER)[0]
    if undefined:
        with pytest.raises(DiascopeError) as caught:
            outer.items(INNER)
        assert "limit.depth" == caught.value.code
    else:
        assert [INNER] == list(outer.items(INNER)[0].elements)


@pytest.mark.parametrize("read", [sequences.items, sequences.groups], ids=["items", "groups"])
def test_an_element_of_another_vr_is_no_sequence(read):
    element = phantoms.LITTLE.element(OUTER, "OB", item(ROWS))
    with pytest.raises(DiascopeError) as caught:
        read(outside(phantoms.EXPLICIT, element), OUTER)

    assert "part10.sequence" == caught.value.code


VALID = b"".join(item(IMPLICIT.sequence(INNER, ROWS, undefined=u)) for u in (True, False))


@pytest.mark.requirement("security row 4")
@given(
    st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), max_size=4),
    st.integers(0, len(VALID)),
)
def test_any_bytes_are_items_or_a_refusal(changes, stop):
    """The reader is total, through two levels."""
    data = bytearray(VALID)
    for at, byte in changes:
        data[at] = byte
    value = bytes(data[:stop])
    for read in (of_an_item, of_groups):
        try:
            found = [inner.items(INNER) for inner in read(value)]
        except DiascopeError:
            continue
        assert len(found) <= 2


def of_an_item(value):
    return sequences.items(opaque(value), OUTER)[0].items(INNER)


def of_groups(value):
    return one_by_one(
        sequences.groups(outside(phantoms.IMPLICIT, IMPLICIT.element(OUTER, "SQ", value)), OUTER)
    )


def one_by_one(listed):
    return [listed.item(n) for n in range(len(listed.starts))]
