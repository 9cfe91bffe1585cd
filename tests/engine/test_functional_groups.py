"""Functional groups: what a frame says of itself wins, in every encoding, and doubt is refused."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import attributes, functional_groups, geometry, lut_sequences, presets
from diascope.errors import DiascopeError
from diascope.functional_groups import of_frame
from diascope.values import Window
from tests.engine.enhanced import (
    CONTENT,
    MEASURES,
    ORIENTATION,
    PER_FRAME,
    PIXEL_VALUES,
    POSITION,
    SHARED,
    Groups,
    file,
    parsed,
)
from tests.support import phantoms
from tests.support.phantoms import ramp
from tests.support.stored_parts import image_of

G = Groups()
ENCODINGS = [
    pytest.param(Groups(syntax, undefined=undefined), id=f"{name} {length}")
    for name, syntax in (
        ("explicit", phantoms.EXPLICIT), ("implicit", phantoms.IMPLICIT),
        ("big", phantoms.BIG), ("deflated", phantoms.DEFLATED),
    )
    for undefined, length in ((False, "defined"), (True, "undefined"))
]  # fmt: skip
THREE = [G.item(G.rescale(slope, "-10")) for slope in ("1", "2", "0.5")]


def refusal(image, index=0):
    with pytest.raises(DiascopeError) as caught:
        of_frame(image, index)
    return caught.value.code


def rescale(image, index):
    found = of_frame(image, index)
    return found.rescale_slope, found.rescale_intercept


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize("g", ENCODINGS)
def test_each_frame_has_its_own_rescale_and_windows(g):
    """PS3.3 C.7.6.16.2.9 and .10."""
    per_frame = [
        g.item(g.rescale(slope, "-7"), g.window(f"{n}0\\1", "400\\8", "A\\B", "LINEAR_EXACT"))
        for n, slope in enumerate(("1", "2.5", "-3"), start=1)
    ]
    image = parsed(g, [b""], per_frame)
    found = [of_frame(image, n) for n in range(3)]

    assert [("1", "-7"), ("2.5", "-7"), ("-3", "-7")] == [rescale(image, n) for n in range(3)]
    assert [
        (Window(f"{n}0", "400", "LINEAR_EXACT", "A"), Window("1", "8", "LINEAR_EXACT", "B"))
        for n in (1, 2, 3)
    ] == [each.windows for each in found]
    assert [()] * 3 == [each.notices for each in found]


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize("g", ENCODINGS)
def test_the_frame_wins_over_the_shared_group_and_that_over_the_top_level(g):
    """ADR 0020: a macro of a frame stands in place of the shared one, as a whole."""
    top = {0x00281052: ("DS", "5"), 0x00281053: ("DS", "9"), 0x00281050: ("DS", "1"),
           0x00281051: ("DS", "2")}  # fmt: skip
    shared = g.item(g.rescale("4", "6"))
    per_frame = [g.item(g.rescale("3", "2")), b"", g.item(g.macro(CONTENT))]
    image = parsed(g, [shared], per_frame, extra=top)

    assert [("3", "2"), ("4", "6"), ("4", "6")] == [rescale(image, n) for n in range(3)]
    assert [(Window("1", "2"),)] * 3 == [of_frame(image, n).windows for n in range(3)]
    assert ("9", "5") == rescale(parsed(g, [b""], [b""] * 3, extra=top), 1)


def test_an_empty_macro_says_nothing():
    """An empty sequence is none: the next level counts."""
    empty = G.w.sequence(PIXEL_VALUES)
    image = parsed(G, [G.rescale("4", "6")], [empty] * 3)

    assert ("4", "6") == rescale(image, 2)


def test_an_image_without_groups_is_the_same_in_every_frame():
    image = image_of(phantoms.file(phantoms.Image(ramp((2, 6, 4)))))

    assert image is of_frame(image, 1)


def test_an_instance_without_a_picture_is_left_as_it_is():
    elements = phantoms.identity() | G.raw([b""], [b""])
    image = image_of(phantoms.assemble(elements))

    assert image is of_frame(image, 0)


@pytest.mark.parametrize("index", [-1, 3])
def test_a_frame_that_is_not_there_is_refused(index):
    assert "pixels.index" == refusal(parsed(G, None, THREE), index)


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize(
    ("macro", "code"),
    [
        (G.rescale("1", ""), "malformed.rescale"),
        (G.rescale("", "1"), "malformed.rescale"),
        (G.rescale("1", "x"), "malformed.rescale"),
        (G.macro(PIXEL_VALUES), "malformed.rescale"),
        (
            G.macro(PIXEL_VALUES, *[G.w.element(0x00281052, "DS", "1")] * 2),
            "malformed.groups",
        ),
        (G.macro(POSITION, b"", b""), "malformed.groups"),
        (G.w.element(PIXEL_VALUES, "OB", b"abcd"), "part10.sequence"),
    ],
    ids=["no intercept", "no slope", "no number", "empty", "two", "two places", "no sequence"],
)
def test_a_frame_whose_values_are_in_doubt_is_refused_and_the_others_are_not(macro, code):
    image = parsed(G, None, [G.item(G.rescale("1", "2")), macro, G.item(G.rescale("1", "3"))])

    assert code == refusal(image, 1)
    assert [("1", "2"), ("1", "3")] == [rescale(image, 0), rescale(image, 2)]


def test_two_shared_groups_are_refused():
    assert "malformed.groups" == refusal(parsed(G, [G.rescale("1", "2")] * 2))


@pytest.mark.parametrize("count", [1, 2, 4])
def test_rescales_of_another_number_of_frames_are_refused(count):
    """Nobody knows whose they are."""
    assert "malformed.groups" == refusal(parsed(G, None, (THREE * 2)[:count]))


def test_another_number_of_groups_that_decide_no_value_is_said():
    place = G.text(POSITION, 0x00200032, "1\\2\\3")
    found = of_frame(parsed(G, [G.rescale("4", "6")], [place] * 2), 0)

    assert (functional_groups.COUNT_NOTICE,) == found.notices
    assert (None, "4") == (found.geometry.position, found.rescale_slope)


@pytest.mark.requirement("IMG-03")
def test_a_window_of_a_frame_that_cannot_be_used_is_said():
    image = parsed(G, None, [G.window("4", "0"), G.window("4", "2"), b""])

    assert ((attributes.WINDOW_NOTICE,), ()) == (
        of_frame(image, 0).notices, of_frame(image, 0).windows,
    )  # fmt: skip
    assert () == of_frame(image, 1).notices


@pytest.mark.requirement("IMG-01")
def test_a_bad_rescale_refuses_no_colour_frame():
    """PS3.3 C.7.6.3.1.2: colour has no Modality LUT."""
    frames = ramp((2, 6, 4, 3), "u1", 8)
    image = parsed(G, None, [G.rescale("x", "y")] * 2, frames=frames, photometric="RGB")

    assert ("1", "0") == rescale(image, 1)


def lut(w, first, signed_vr=""):
    """A table of four entries whose first value mapped is `first`, in 16 bits."""
    order = w.order
    descriptor = np.array([4, first & 0xFFFF, 16], order + "u2").tobytes()
    entries = np.array([0, 1, 2, 3], order + "u2").tobytes()
    return w.element(0x00283002, signed_vr or "US", descriptor) + w.element(
        0x00283006, "OW", entries
    )


@pytest.mark.requirement("IMG-03")
@pytest.mark.parametrize("g", ENCODINGS)
def test_tables_inside_groups_are_read(g):
    """PS3.3 C.7.6.16.2.10b; a Modality LUT in place of a rescale, though no class has one."""
    voi = g.window("", "", luts=g.macro(0x00283010, lut(g.w, 7)))
    values = g.macro(PIXEL_VALUES, g.macro(0x00283000, lut(g.w, 3)))
    image = parsed(g, None, [g.item(voi, values), g.item(voi), b""])
    first, second, third = (of_frame(image, n) for n in range(3))

    assert (3, [0, 1, 2, 3]) == (
        first.modality_lut.first_mapped, first.modality_lut.entries.tolist(),
    )  # fmt: skip
    assert [7] == [each.first_mapped for each in first.voi_luts]
    assert (None, 1) == (second.modality_lut, len(second.voi_luts))
    assert () == third.voi_luts


@pytest.mark.requirement("IMG-01")
def test_an_empty_table_does_not_stand_for_a_frames_rescale():
    empty = G.macro(0x00283000, G.w.element(0x00283002, "US", b""))
    image = parsed(G, None, [G.macro(PIXEL_VALUES, empty), b"", b""])

    assert "malformed.rescale" == refusal(image)


def test_two_tables_of_a_frame_refuse_it():
    twice = G.macro(PIXEL_VALUES, G.macro(0x00283000, lut(G.w, 3), lut(G.w, 3)))
    image = parsed(G, None, [twice, b"", b""])

    assert "malformed.table" == refusal(image)
    assert None is of_frame(image, 1).modality_lut


def test_a_table_of_a_frame_is_applied_in_place_of_its_rescale_and_that_is_said():
    rescale = G.w.element(0x00281052, "DS", "5") + G.w.element(0x00281053, "DS", "2")
    both = G.macro(PIXEL_VALUES, rescale + G.macro(0x00283000, lut(G.w, 3)))
    found = of_frame(parsed(G, None, [both, b"", b""]), 0)

    assert (3, (lut_sequences.BOTH_NOTICE,)) == (found.modality_lut.first_mapped, found.notices)


@pytest.mark.requirement("IMG-03")
@pytest.mark.parametrize(
    ("intercept", "first"), [("0", 0xFFFE), ("-1024", -2)], ids=["never below 0", "below 0"]
)
def test_without_a_vr_the_sign_of_a_frames_table_is_that_of_its_modality_values(intercept, first):
    """PS3.3 C.11.2.1.1 with the rescale of the same frame."""
    g = Groups(phantoms.IMPLICIT)
    voi = g.window("", "", luts=g.macro(0x00283010, lut(g.w, -2)))
    image = parsed(g, None, [g.item(voi, g.rescale("1", intercept))] * 3, bits_stored=12)

    assert first == of_frame(image, 2).voi_luts[0].first_mapped


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize("signed", [True, False])
def test_without_a_vr_the_sign_of_a_frames_modality_table_is_that_of_the_pixels(signed):
    """PS3.3 C.11.1.1.1."""
    g = Groups(phantoms.IMPLICIT)
    frames = ramp((1, 6, 4), "i2" if signed else "u2")
    values = g.macro(PIXEL_VALUES, g.macro(0x00283000, lut(g.w, -2)))
    image = parsed(g, None, [values], frames=frames, bits_stored=12)

    assert (-2 if signed else 0xFFFE) == of_frame(image, 0).modality_lut.first_mapped


@pytest.mark.requirement("INT-07")
@pytest.mark.parametrize("g", ENCODINGS)
def test_a_frame_has_its_own_place_and_pixel_size(g):
    """PS3.3 C.7.6.16.2.1, .3 and .4."""
    shared = g.item(
        g.text(ORIENTATION, 0x00200037, "1\\0\\0\\0\\1\\0"),
        g.macro(MEASURES, g.w.element(0x00180050, "DS", "2.5")
                + g.w.element(0x00280030, "DS", "0.5\\0.25")),
    )  # fmt: skip
    places = [g.text(POSITION, 0x00200032, f"1\\2\\{n}") for n in range(3)]
    turned = g.item(places[2], g.text(ORIENTATION, 0x00200037, "0\\1\\0\\0\\0\\-1"))
    image = parsed(g, [shared], [*places[:2], turned])
    found = [of_frame(image, n) for n in range(3)]

    assert [("1", "2", str(n)) for n in range(3)] == [each.geometry.position for each in found]
    assert ["1 0 0 0 1 0"] * 2 + ["0 1 0 0 0 -1"] == [
        " ".join(each.geometry.orientation) for each in found
    ]
    assert [(("0.5", "0.25"), "PixelSpacing")] * 3 == [
        (each.geometry.spacing, each.geometry.spacing_source) for each in found
    ]
    assert ["2.5"] * 3 == [each.texts["SliceThickness"] for each in found]


def test_the_detectors_spacing_and_the_letters_of_a_projection_are_read():
    """PS3.3 C.8.19.6.4, Frame Pixel Data Properties; C.7.6.16.2.15, Patient Orientation."""
    shared = G.item(G.text(0x00289443, 0x00181164, "0.2\\0.2"))
    image = parsed(G, [shared], [G.text(0x00209450, 0x00200020, "L\\F", "CS"), b"", b""])

    assert ("ImagerPixelSpacing", ("L", "F")) == (
        of_frame(image, 0).geometry.spacing_source,
        of_frame(image, 0).geometry.patient_orientation,
    )
    assert of_frame(image, 1).geometry.patient_orientation is None


@pytest.mark.parametrize(
    ("spacing", "notice"),
    [("0\\1", geometry.SPACING_NOTICE), ("1\\900", geometry.SHAPE_NOTICE)],
)
def test_a_pixel_size_of_a_frame_that_cannot_be_right_is_said(spacing, notice):
    found = of_frame(parsed(G, None, [G.text(MEASURES, 0x00280030, spacing)] * 3), 1)

    assert (None, (notice,)) == (found.geometry.spacing, found.notices)


def test_the_corners_get_what_a_frame_says_of_its_acquisition():
    """PS3.3 C.7.6.16.2.8, C.8.13.5.2 and .4, C.8.15.3.8 and .9: binary numbers as decimals."""
    groups = G.item(
        G.text(0x00209071, 0x00209072, "L", "CS"), G.text(0x00189325, 0x00180060, "120"),
        G.macro(0x00189321, G.doubles(0x00189330, 200.0) + G.doubles(0x00189332, 12.5)),
        G.text(0x00189112, 0x00180080, "500"), G.macro(0x00189114, G.doubles(0x00189082, 2.46)),
    )  # fmt: skip
    found = of_frame(parsed(G, None, [groups, b"", b""]), 0).texts

    expected = {
        "ImageLaterality": "L", "KVP": "120", "XRayTubeCurrent": "200", "Exposure": "12.5",
        "RepetitionTime": "500", "EchoTime": "2.46", "SliceThickness": "",
    }  # fmt: skip
    assert expected == {name: found[name] for name in functional_groups.TEXTS}


@pytest.mark.requirement("IMG-02")
def test_the_usual_windows_are_offered_once_the_unit_is_known():
    """A CT's windows are in HU: with no rescale read, stored values are not."""
    image = parsed(G, None, [G.rescale("1", "-1024"), b"", b""])
    labels = [[each.label for each in presets.offered(of_frame(image, n))] for n in (0, 1)]

    assert ["Lung" in each for each in labels] == [True, False]


@pytest.mark.requirement("security row 4")
@pytest.mark.parametrize("tag", [SHARED, PER_FRAME])
@pytest.mark.parametrize("syntax", [phantoms.EXPLICIT, phantoms.IMPLICIT])
@given(changes=st.lists(st.tuples(st.integers(12, 400), st.integers(0, 255)), max_size=3))
def test_any_groups_are_applied_or_refused(syntax, tag, changes):
    """Total: a changed byte in a group is another value or a refusal with a code of ours."""
    g = Groups(syntax)
    one = g.item(g.rescale("3", "4"), g.window("1", "9"), g.text(MEASURES, 0x00280030, "1\\2"))
    raw = g.raw([one], [one] * 3)
    whole = bytearray(raw[tag])
    for at, byte in changes:
        whole[at % len(whole)] = byte
    found = []
    with contextlib.suppress(DiascopeError):
        image = image_of(file(g, raw={**raw, tag: bytes(whole)}))
        found = [of_frame(image, n) for n in range(3)]

    assert all(attributes.is_decimal(each.rescale_slope) for each in found)
    assert changes or len(found) == 3
