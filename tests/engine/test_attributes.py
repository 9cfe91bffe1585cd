"""What a header says of pixels, windows and place: what cannot be used is said."""

from struct import pack

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import attributes, part10
from diascope.errors import LimitExceeded, MalformedImage
from diascope.limits import MAX_VALUES
from diascope.values import LossyHistory, Window
from tests.engine.headers import image, refusal
from tests.support import phantoms
from tests.support.phantoms import LITTLE, Image, ramp
from tests.support.stored_parts import decoded_frames, image_of


@pytest.mark.parametrize("syntax", [*phantoms.NATIVE, phantoms.RLE])
def test_the_pixels_are_described(syntax):
    found = image(ramp((3, 6, 4), "i2"), syntax, bits_stored=12).pixels

    assert (6, 4, 1, "MONOCHROME2") == (
        found.rows, found.columns, found.samples_per_pixel, found.photometric,
    )  # fmt: skip
    assert (16, 12, 11, True, False, 3, syntax) == (
        found.bits_allocated, found.bits_stored, found.high_bit, found.is_signed,
        found.is_planar, found.frames, found.transfer_syntax,
    )  # fmt: skip


def test_several_windows_have_their_explanations_and_function():
    found = image(
        _00281050=("DS", "40\\-600.5"), _00281051=("DS", "400\\1500"),
        _00281055=("LO", "Soft tissue\\Lung"), _00281056=("CS", "LINEAR_EXACT"),
    )  # fmt: skip

    assert (
        Window("40", "400", "LINEAR_EXACT", "Soft tissue"),
        Window("-600.5", "1500", "LINEAR_EXACT", "Lung"),
    ) == found.windows
    assert () == found.notices


@pytest.mark.parametrize(
    ("center", "width", "function", "kept"),
    [
        ("40", "0.5", "LINEAR", 0),
        ("40", "0", "LINEAR_EXACT", 0),
        ("40", "-1", "SIGMOID", 0),
        ("40", "1e400", "LINEAR", 0),
        ("nan", "400", "LINEAR", 0),
        ("inf", "400", "LINEAR", 0),
        ("40,5", "400", "LINEAR", 0),
        ("40\\50", "400", "LINEAR", 1),
        ("40", "400\\500", "LINEAR", 1),
        ("40", "400", "CUBIC", 0),
        ("40", "", "LINEAR", 0),
    ],
    ids=[
        "below 1", "exact 0", "sigmoid negative", "infinite", "nan", "inf", "comma", "no width",
        "no center", "unknown function", "empty width",
    ],
)  # fmt: skip
def test_an_unusable_window_is_left_out_and_said_never_refused(center, width, function, kept):
    found = image(_00281050=("DS", center), _00281051=("DS", width), _00281056=("CS", function))

    assert kept == len(found.windows)
    assert (attributes.WINDOW_NOTICE,) == found.notices


@pytest.mark.parametrize(
    ("width", "function"),
    [("1", "LINEAR"), ("0.5", "LINEAR_EXACT"), ("0.001", "SIGMOID")],
    ids=["linear", "exact", "sigmoid"],
)
def test_the_narrowest_window_of_each_function_is_kept(width, function):
    """PS3.3 C.11.2.1.2: LINEAR from 1, the others above 0."""
    found = image(_00281050=("DS", "0"), _00281051=("DS", width), _00281056=("CS", function))

    assert ((Window("0", width, function),), ()) == (found.windows, found.notices)


def test_a_file_without_windows_says_nothing():
    assert ((), ()) == (image().windows, image().notices)


def test_rescale_is_read_as_it_stands():
    found = image(_00281052=("DS", "-1024"), _00281053=("DS", "1.50"))

    assert ("1.50", "-1024") == (found.rescale_slope, found.rescale_intercept)


def test_rescale_is_the_identity_when_absent():
    assert ("1", "0") == (image().rescale_slope, image().rescale_intercept)


@pytest.mark.parametrize("value", ["1e400", "nan", "x", "1\\2"])
def test_a_rescale_that_is_no_number_leaves_the_values_in_doubt_and_is_refused(value):
    assert "malformed.rescale" == refusal(_00281052=("DS", value))
    assert "malformed.rescale" == refusal(_00281053=("DS", value))


def test_a_missing_palette_is_none():
    assert image(ramp((1, 4, 4), "u1", 4), photometric="PALETTE COLOR").palette is None


def test_the_lossy_history_is_kept_in_the_files_words():
    found = image(
        _00282110=("CS", "01"), _00282112=("DS", "9.5\\3"), _00282114=("CS", "ISO_10918_1")
    )

    assert LossyHistory("9.5\\3", "ISO_10918_1") == found.lossy
    assert image(_00282110=("CS", "00")).lossy is None


def test_baseline_jpeg_is_lossy_even_when_the_file_does_not_say():
    assert LossyHistory("", "") == image(ramp((1, 8, 8), "u1", 8), phantoms.JPEG_BASELINE).lossy


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"_00280101": ("US", pack("<H", 0))}, "malformed.description"),
        ({"_00280101": ("US", pack("<H", 17))}, "malformed.description"),
        ({"_00280102": ("US", pack("<H", 16))}, "malformed.description"),
        ({"_00280103": ("US", pack("<H", 2))}, "malformed.description"),
        ({"_00280103": ("US", b"")}, "malformed.description"),
        ({"_00280101": ("UL", pack("<L", 16))}, "part10.pixel_attributes"),
        ({"_00280002": ("US", pack("<H", 3)), "syntax": phantoms.RLE}, "malformed.description"),
        ({"_00080005": ("CS", "ISO 2022 IR 87\\" * 660)}, "malformed.parse"),
        ({"_00104000": ("LT", "")}, ""),
    ],
    ids=[
        "no bits",
        "17 bits",
        "high bit",
        "sign 2",
        "no sign",
        "bits as UL",
        "three samples of a grey value",
        "charsets",
        "harmless",
    ],
)
def test_a_description_that_cannot_be_right_is_refused(extra, code):
    if code:
        assert code == refusal(**extra)
    else:
        assert image(**extra).pixels is not None


def floating(tag=0x7FE00008, bits=32, model="MONOCHROME2"):
    """A 2 x 3 file of floating-point pixels: 0, 1, 2 …"""
    elements = phantoms.identity()
    numbers = {0x00280002: 1, 0x00280010: 2, 0x00280011: 3, 0x00280100: bits}
    elements |= {t: LITTLE.us(t, n) for t, n in numbers.items()}
    elements[0x00280004] = LITTLE.element(0x00280004, "CS", model)
    vr, kind = ("OF", "<f4") if tag == 0x7FE00008 else ("OD", "<f8")
    elements[tag] = LITTLE.element(tag, vr, np.arange(6, dtype=kind).tobytes())
    return phantoms.assemble(elements)


@pytest.mark.parametrize(
    ("tag", "bits", "kind"), [(0x7FE00008, 32, "float"), (0x7FE00009, 64, "double")]
)
def test_floating_point_pixels_are_described_and_decoded(tag, bits, kind):
    """PS3.3 C.7.6.24 and C.7.6.25: no Bits Stored, High Bit or Pixel Representation."""
    data = floating(tag, bits)
    found = image_of(data).pixels
    (frame,) = decoded_frames(data)

    assert (kind, bits, True) == (found.kind, found.bits_stored, found.is_signed)
    assert [[0, 1, 2], [3, 4, 5]] == frame.values.array.tolist()
    assert f"float{bits}" == frame.values.array.dtype


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"bits": 64}, "part10.pixel_length", id="too short"),
        pytest.param({"tag": 0x7FE00009}, "malformed.description", id="half a double"),
        pytest.param({"model": "RGB"}, "malformed.description", id="colour"),
    ],
)
def test_floating_point_pixels_of_another_form_are_refused(changes, code):
    with pytest.raises(MalformedImage) as caught:
        image_of(floating(**changes))
    assert code == caught.value.code


def test_pixels_without_a_description_are_not_shown():
    elements = phantoms.identity()
    elements[0x7FE00010] = LITTLE.element(0x7FE00010, "OW", bytes(16))
    found = image_of(phantoms.assemble(elements))

    assert (None, (attributes.NO_DESCRIPTION_NOTICE,)) == (found.pixels, found.notices)


@pytest.mark.parametrize("model", ["MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"])
@pytest.mark.parametrize("samples", [2, 3])
def test_a_grey_value_or_an_index_is_one_sample(model, samples):
    """PS3.3 C.7.6.3.1.2; what such an image means nobody knows, so it is not shown."""
    frames = ramp((1, 4, 4, samples), "u1", 8)

    assert "malformed.description" == refusal(frames=frames, photometric=model)


@pytest.mark.parametrize(
    ("model", "shape", "said"),
    [
        ("MONOCHROME1", "IDENTITY", True),
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME1", "INVERSE", False),
        ("MONOCHROME2", "IDENTITY", False),
        ("MONOCHROME1", "", False),
        ("MONOCHROME2", "", False),
    ],
)
def test_a_pair_of_polarities_that_the_standard_does_not_allow_is_said(model, shape, said):
    """PS3.3 C.11.6.1.2; the shape decides as before."""
    found = image(photometric=model, _20500020=("CS", shape))

    assert shape == found.presentation_lut_shape
    assert ((attributes.POLARITY_NOTICE,) if said else ()) == found.notices


def read_strings(text):
    """The values of a long element of many: implicit, since 64 KB end an explicit DS."""
    data = phantoms.file(
        Image(ramp((1, 6, 4)), phantoms.IMPLICIT, extra={0x00281050: ("DS", text)})
    )
    return attributes.strings(part10.read_header(data), 0x00281050)


@given(st.lists(st.from_regex(r"[+-]?[0-9]{1,8}(\.[0-9]{1,5})?", fullmatch=True), min_size=1),
       st.integers(1, 900), st.integers(0, 12))  # fmt: skip
@settings(deadline=None)
def test_strings_of_a_joined_list_are_that_list_at_any_length(values, times, width):
    """PS3.5 6.4: values may be padded; their number is bounded, not their text as a whole."""
    many = (values * times)[:MAX_VALUES]

    assert many == read_strings("\\".join(each.ljust(width) for each in many))


def test_as_many_strings_as_the_limit_are_read_and_one_more_is_refused():
    assert ["1"] * MAX_VALUES == read_strings("\\".join(["1"] * MAX_VALUES))
    with pytest.raises(LimitExceeded) as caught:
        read_strings("\\".join(["1"] * (MAX_VALUES + 1)))

    assert "limit.values" == caught.value.code


@pytest.mark.parametrize(("text", "expected"), [("", []), ("  ", []), ("\\", ["", ""])], ids=repr)
def test_strings_that_are_empty(text, expected):
    assert expected == read_strings(text)


def test_more_windows_than_anybody_can_choose_from_are_left_out_and_said():
    many = "\\".join(map(str, range(1, 2001)))
    found = image(_00281050=("DS", many), _00281051=("DS", many))

    assert (attributes.MAX_WINDOWS, (attributes.WINDOW_NOTICE,)) == (
        len(found.windows), found.notices,
    )  # fmt: skip
