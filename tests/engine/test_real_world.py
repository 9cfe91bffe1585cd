"""Real-world value mappings: exact quantities of stored values, and nothing outside them."""

from fractions import Fraction
from struct import pack

import pytest

from diascope import real_world
from diascope.functional_groups import of_frame
from tests.engine.enhanced import Groups, parsed
from tests.engine.headers import image, items
from tests.support import phantoms
from tests.support.phantoms import LITTLE, Writer, ramp

MAPPINGS = 0x00409096
UNITS = (("SH", 0x00080100, "[hnsf'U]"), ("SH", 0x00080102, "UCUM"), ("LO", 0x00080104, "HU"))


def units(w):
    return w.sequence(0x004008EA, b"".join(w.element(tag, vr, text) for vr, tag, text in UNITS))


def doubles(w, tag, *numbers):
    return w.element(tag, "FD", pack(f"{w.order}{len(numbers)}d", *numbers))


def mapping(w=LITTLE, first=0, last=4095, slope=(0.1,), intercept=(-3.5,), entries=(), vr="US"):
    code = "h" if vr == "SS" else "H"
    return (
        w.element(0x00283003, "LO", "to HU")
        + units(w)
        + w.element(0x00409210, "SH", "HU")
        + w.element(0x00409211, vr, pack(w.order + code, last))
        + doubles(w, 0x00409212, *entries)
        + w.element(0x00409216, vr, pack(w.order + code, first))
        + doubles(w, 0x00409224, *intercept)
        + doubles(w, 0x00409225, *slope)
    )


def read(*written, **options):
    return image(_00409096=items(*written), **options)


@pytest.mark.parametrize("syntax", [phantoms.EXPLICIT, phantoms.IMPLICIT, phantoms.BIG])
def test_a_mapping_is_exact(syntax):
    """PS3.3 C.7.6.16.2.11: 0.1 is the binary number nearest to it, not a tenth."""
    w = phantoms.writer(syntax)
    value = w.marker(phantoms.ITEM, len(mapping(w))) + mapping(w)
    found = image(syntax=syntax, _00409096=("SQ", value)).real_world[0]
    tenth = Fraction(3602879701896397, 36028797018963968)  # IEEE 754: 3FB999999999999A

    assert tenth * 20 - Fraction(7, 2) == real_world.value(found, 20)
    assert (("[hnsf'U]", "UCUM"), "HU", "HU", "to HU") == (
        found.units, found.unit_meaning, found.label, found.explanation,
    )  # fmt: skip


def test_values_outside_a_mapping_have_no_quantity():
    found = read(mapping(first=5, last=9, slope=(2.0,), intercept=(1.0,))).real_world[0]

    assert [None, 11, 19, None] == [real_world.value(found, stored) for stored in (4, 5, 9, 10)]


def test_a_table_maps_each_stored_value():
    found = read(
        mapping(first=5, last=7, slope=(), intercept=(), entries=(0.5, 1e-3, -2.0))
    ).real_world[0]

    assert [Fraction(1, 2), Fraction(0.001), -2, None] == [
        real_world.value(found, stored) for stored in (5, 6, 7, 8)
    ]
    assert real_world.value(found, Fraction(11, 2)) is None


def test_signed_pixels_have_signed_bounds_where_the_file_names_no_vr():
    w = Writer(is_explicit=False)
    written = mapping(w, first=-5, last=5, vr="SS")
    found = image(
        ramp((1, 6, 4), "i2"),
        phantoms.IMPLICIT,
        _00409096=("SQ", w.marker(phantoms.ITEM, len(written)) + written),
    ).real_world[0]

    assert (-5, 5) == (found.first, found.last)


def test_floating_point_bounds_are_read():
    """PS3.3 C.7.6.16.2.11: FD where the pixels are floats."""
    bounds = doubles(LITTLE, 0x00409213, 2.5) + doubles(LITTLE, 0x00409214, -1.5)
    line = doubles(LITTLE, 0x00409224, 1.0) + doubles(LITTLE, 0x00409225, 2.0)
    found = read(bounds + line).real_world[0]

    assert [-2, None] == [real_world.value(found, stored) for stored in (-1.5, 2.75)]


@pytest.mark.parametrize(
    "bad",
    [
        mapping(slope=()),
        mapping(slope=(float("nan"),)),
        mapping(intercept=(float("inf"),)),
        mapping(first=9, last=5),
        mapping(first=5, last=9, slope=(), intercept=(), entries=(1.0,) * 4),
        mapping(slope=(1.0, 2.0)),
        doubles(LITTLE, 0x00409225, 1.0) + doubles(LITTLE, 0x00409224, 1.0),
        LITTLE.element(0x00409225, "FD", b"abcd"),
    ],
    ids=["no slope", "not a number", "endless", "turned", "short", "two", "no bounds", "cut"],
)
def test_a_mapping_that_cannot_be_used_is_left_out_and_said(bad):
    """The picture does not need it."""
    found = read(bad, mapping())

    assert (1, (real_world.MAPPING_NOTICE,)) == (len(found.real_world), found.notices)


def test_what_is_no_sequence_is_left_out_and_said():
    found = image(_00409096=("OB", b"abcd"))

    assert ((), (real_world.MAPPING_NOTICE,)) == (found.real_world, found.notices)


@pytest.mark.parametrize("syntax", [phantoms.EXPLICIT, phantoms.IMPLICIT, phantoms.BIG])
def test_a_frame_has_its_own_mappings(syntax):
    g = Groups(syntax)
    own = g.macro(MAPPINGS, *(mapping(g.w, slope=(2.0,), intercept=(n,)) for n in (1.0, 2.0)))
    shared = g.macro(MAPPINGS, mapping(g.w, slope=(3.0,), intercept=(0.0,)))
    found = parsed(g, [shared], [own, b"", b""])

    assert [[11, 12], [15], [15]] == [
        [real_world.value(each, 5) for each in of_frame(found, n).real_world] for n in range(3)
    ]
