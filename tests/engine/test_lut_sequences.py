"""Modality and VOI LUT Sequences: read within bounds in any encoding, with the right sign."""

from struct import pack

import numpy as np
import pytest

from diascope import lut_sequences, modality_lut
from diascope.errors import DiascopeError, LimitExceeded
from diascope.values import StoredValues
from tests.engine.headers import TABLE, image, items, lut, refusal
from tests.engine.part10_files import changed
from tests.support import phantoms
from tests.support.phantoms import LITTLE, ramp
from tests.support.stored_parts import image_of

UNSIGNED, SIGNED = ramp((1, 6, 4)), ramp((1, 6, 4), "i2")


def test_a_modality_lut_is_read():
    found = image(SIGNED, _00283000=items(lut(first=-5, vr="SS"))).modality_lut

    assert (-5, 16, "curve", TABLE.tolist()) == (
        found.first_mapped, found.bits, found.explanation, found.entries.tolist(),
    )  # fmt: skip


def test_a_modality_lut_that_cannot_be_used_is_refused():
    assert "malformed.table" == refusal(_00283000=items(lut(bits=3)))


@pytest.mark.requirement("IMG-01")
def test_two_modality_luts_leave_every_value_in_doubt():
    assert "malformed.table" == refusal(_00283000=items(lut(), lut()))


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize(
    "rescale", [{"_00281053": ("DS", "2")}, {"_00281052": ("DS", "-1024")}], ids=str
)
def test_a_rescale_beside_a_modality_lut_is_not_applied_and_that_is_said(rescale):
    found = image(_00283000=items(lut()), **rescale)

    assert (TABLE.tolist(), (lut_sequences.BOTH_NOTICE,)) == (
        found.modality_lut.entries.tolist(), found.notices,
    )  # fmt: skip
    plain = image(_00283000=items(lut()), _00281053=("DS", " "))
    assert (TABLE.tolist(), ()) == (plain.modality_lut.entries.tolist(), plain.notices)


LINE = (np.arange(4096) * 16).astype("<u2")
FEW = {
    True: np.array([[[-2000, -1000, 0, 1000]]], "i2"),
    False: np.array([[[0, 1000, 2000, 4000]]], "u2"),
}


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize("vr", ["SS", "US", ""], ids=["SS", "US", "implicit"])
@pytest.mark.parametrize(("signed", "first"), [(True, -2048), (False, 0)], ids=["signed", "not"])
def test_a_modality_lut_begins_at_a_value_of_the_pixels_whatever_its_vr(signed, first, vr):
    """PS3.3 C.11.1.1.1; the same choice as for padding, ADR 0019."""
    w = phantoms.writer(phantoms.EXPLICIT if vr else phantoms.IMPLICIT)
    shape = pack("<3H", len(LINE), first & 0xFFFF, 16)
    item = w.element(0x00283002, vr, shape) + w.element(0x00283006, "OW", LINE.tobytes())
    syntax = phantoms.EXPLICIT if vr else phantoms.IMPLICIT
    values = FEW[signed]
    parsed = image(values, syntax, bits_stored=12, _00283000=items(item))
    frame = StoredValues(values[0], 12, signed)
    found = modality_lut.apply(frame, parsed)

    assert first == parsed.modality_lut.first_mapped
    assert (16 * (values[0].astype(int) - first)).tolist() == found.numerators.tolist()


@pytest.mark.parametrize("vr", ["SS", "US"])
def test_a_modality_lut_of_unsigned_pixels_may_begin_beyond_the_middle(vr):
    found = image(_00283000=items(lut(first=40_000, vr=vr))).modality_lut

    assert 40_000 == found.first_mapped


@pytest.mark.parametrize(
    ("intercept", "first", "expected"),
    [
        ("0", 65_436, 65_436),
        ("-1024", 65_436, -100),
        ("-1024", 100, 100),
        ("-1", 65_436, -100),
        ("62000", 65_436, 65_436),
    ],
    ids=["none below 0", "none reaches it", "below the middle", "one below 0", "one reaches it"],
)
def test_a_voi_lut_named_us_is_negative_only_where_it_would_never_be_reached(
    intercept, first, expected
):
    """PS3.3 C.11.2.1.1: US is taken at its word as long as that can mean something."""
    found = image(bits_stored=12, _00281052=("DS", intercept), _00283010=items(lut(first)))

    assert [expected] == [each.first_mapped for each in found.voi_luts]


def test_a_voi_lut_named_us_that_some_modality_value_reaches_is_taken_at_its_word():
    """Values from -100 to 65,435: both readings would mean something."""
    wide = image(_00281052=("DS", "-100"), _00283010=items(lut(65_400)))
    signed = image(_00281052=("DS", "-100"), _00283010=items(lut(65_400, vr="SS")))

    assert (65_400, -136) == (wide.voi_luts[0].first_mapped, signed.voi_luts[0].first_mapped)


@pytest.mark.requirement("IMG-01")
def test_an_empty_modality_lut_is_none_and_that_is_said():
    """Some scanners write the item with nothing in it; its pixels are good."""
    empty = LITTLE.element(0x00283002, "US", b"") + LITTLE.element(0x00283006, "US", b"")
    found = image(_00283000=items(empty))

    assert (None, (lut_sequences.EMPTY_NOTICE,)) == (found.modality_lut, found.notices)
    data = LITTLE.element(0x00283002, "US", b"") + LITTLE.element(0x00283006, "OW", b"ab")
    assert "malformed.table" == refusal(_00283000=items(data))


def test_voi_luts_are_read_and_a_bad_one_is_left_out():
    found = image(_00283010=items(lut(explanation="A"), lut(bits=3), lut(explanation="B")))

    assert ["A", "B"] == [each.explanation for each in found.voi_luts]
    assert (lut_sequences.VOI_LUT_NOTICE,) == found.notices


def implicit_item(first):
    w = phantoms.writer(phantoms.IMPLICIT)
    return w.us(0x00283002, 16, first, 16) + w.element(0x00283006, "OW", TABLE.tobytes())


SEQUENCE = "SQ", LITTLE.marker(phantoms.ITEM, len(implicit_item(0))) + implicit_item(0xFFFF)


@pytest.mark.parametrize(
    ("frames", "rescale", "first"),
    [
        (UNSIGNED, {}, 65_535),
        (UNSIGNED, {"_00281052": ("DS", "-1024")}, -1),
        (UNSIGNED, {"_00281053": ("DS", "-1")}, -1),
        (UNSIGNED, {"_00281053": ("DS", "-1"), "_00281052": ("DS", "4095")}, 65_535),
        (UNSIGNED, {"_00281053": ("DS", "2"), "_00281052": ("DS", "-0")}, 65_535),
        (SIGNED, {}, -1),
        (SIGNED, {"_00281052": ("DS", "2048")}, 65_535),
        (SIGNED, {"_00281052": ("DS", "2047")}, -1),
        (SIGNED, {"_00283000": SEQUENCE}, 65_535),
    ],
    ids=[
        "unsigned", "negative intercept", "falling", "falling to 0", "minus 0", "signed",
        "signed from 0", "signed from -1", "behind a Modality LUT",
    ],
)  # fmt: skip
def test_where_the_file_has_no_vr_the_sign_is_that_of_the_least_modality_value(
    frames, rescale, first
):
    """PS3.3 C.11.2.1.1."""
    found = image(frames, phantoms.IMPLICIT, bits_stored=12, _00283010=SEQUENCE, **rescale)

    assert first == found.voi_luts[0].first_mapped


FORMS = {
    "explicit": (phantoms.EXPLICIT, "SQ", False),
    "explicit undefined": (phantoms.EXPLICIT, "SQ", True),
    "implicit": (phantoms.IMPLICIT, "SQ", False),
    "implicit undefined": (phantoms.IMPLICIT, "SQ", True),
    "unknown": (phantoms.EXPLICIT, "UN", False),
    "unknown undefined": (phantoms.EXPLICIT, "UN", True),
    "big": (phantoms.BIG, "SQ", False),
    "big undefined": (phantoms.BIG, "SQ", True),
}


def sequence(tag, form, *datasets):
    syntax, vr, undefined = FORMS[form]
    return phantoms.writer(syntax).sequence(tag, *datasets, undefined=undefined, vr=vr)


@pytest.mark.parametrize("form", list(FORMS))
def test_a_sequence_is_read_in_every_form(form):
    """PS3.5 6.2.2: VR UN is Implicit VR Little Endian inside."""
    syntax, vr, _ = FORMS[form]
    w = phantoms.writer(phantoms.IMPLICIT if vr == "UN" else syntax)
    entries = TABLE.astype(f"{w.order}u2").tobytes()
    item = w.us(0x00283002, 16, 5, 16) + w.element(0x00283003, "LO", "Müller".encode("latin-1"))
    item += w.element(0x00283006, "OW", entries)
    charset = phantoms.writer(syntax).element(0x00080005, "CS", "ISO_IR 100")
    found = image_of(
        changed(syntax=syntax, _00080005=charset, _00283010=sequence(0x00283010, form, item, item))
    )

    assert [(5, 16, "Müller", TABLE.tolist())] * 2 == [
        (each.first_mapped, each.bits, each.explanation, each.entries.tolist())
        for each in found.voi_luts
    ]


@pytest.mark.parametrize("tag", [0x00283000, 0x00283010])
@pytest.mark.parametrize("form", ["explicit", "implicit", "unknown"])
def test_more_items_than_the_limit_are_refused_in_every_form(form, tag):
    many = changed(syntax=FORMS[form][0], **{f"_{tag:08X}": sequence(tag, form, *[b""] * 20_001)})
    with pytest.raises(LimitExceeded) as caught:
        image_of(many)

    assert "limit.items" == caught.value.code


@pytest.mark.parametrize("form", ["implicit", "unknown"])
def test_a_nest_inside_a_sequence_of_defined_length_is_refused(form):
    """Parsers that recurse die at a depth of about 250."""
    inner = b""
    for _ in range(300):
        inner = phantoms.writer(phantoms.IMPLICIT).sequence(0x00081115, inner, undefined=True)
    deep = changed(syntax=FORMS[form][0], _00283010=sequence(0x00283010, form, inner))
    with pytest.raises(LimitExceeded) as caught:
        image_of(deep)

    assert "limit.depth" == caught.value.code


@pytest.mark.parametrize(
    ("element", "code"),
    [
        (LITTLE.element(0x00283010, "OB", b"\xfe\xff\0\xe0\0\0\0\0"), "part10.sequence"),
        (
            LITTLE.sequence(0x00283010, LITTLE.element(0x7FE00010, "OW", b"ab")),
            "part10.sequence",
        ),
        (LITTLE.sequence(0x00283010), ""),
        (LITTLE.element(0x00283010, "UN", b"abcd"), "part10.truncated"),
    ],
    ids=["bytes", "pixel data inside", "empty", "no items"],
)
def test_what_is_no_sequence_of_tables_is_refused(element, code):
    if code:
        with pytest.raises(DiascopeError) as caught:
            image_of(changed(_00283010=element))
        assert code == caught.value.code
    else:
        assert () == image_of(changed(_00283010=element)).voi_luts


def test_a_table_that_is_a_sequence_itself_is_left_out():
    data = LITTLE.sequence(0x00283006, b"", undefined=True)
    item = LITTLE.us(0x00283002, 16, 0, 16) + data
    found = image_of(changed(_00283010=LITTLE.sequence(0x00283010, item)))

    assert ((), (lut_sequences.VOI_LUT_NOTICE,)) == (found.voi_luts, found.notices)
