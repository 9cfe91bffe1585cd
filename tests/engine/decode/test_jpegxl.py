"""JPEG XL: the same samples on every machine, or a refusal before the codec runs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.decode import jpeg, jpegxl, jpegxl_frames, jpegxl_header
from diascope.decode.jpegxl_bits import Bits
from diascope.errors import DiascopeError
from diascope.values import PixelDescription
from tests.support import codestreams, phantoms
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import decoded_frames

LOSSLESS = {
    "grey-8.jxl": (codestreams.GREY, 8),
    "grey-12-boxes.jxl": (codestreams.GREY_12, 12),
    "grey-16.jxl": (codestreams.EVERY_16, 16),
    "colour.jxl": (codestreams.COLOR, 8),
    "labelled.jxl": (codestreams.labelled(), 8),
}
STREAM = codestreams.stored("colour.jxl")
BOXES = codestreams.stored("grey-12-boxes.jxl")
JPEG = codestreams.stored("colour-jpeg.jxl")


def described(array, bits=8, **changes):
    samples = array.shape[2] if array.ndim == 3 else 1
    pixels = PixelDescription(
        array.shape[0], array.shape[1], samples, "RGB" if samples == 3 else "MONOCHROME2",
        8 * array.itemsize, bits, bits - 1, False, False, 1, phantoms.JPEG_XL,
    )  # fmt: skip
    return replace(pixels, **changes)


COLOR = described(codestreams.COLOR)
SMOOTH = {1: described(codestreams.smooth(1)), 3: described(codestreams.smooth(3))}


def refusal(data, pixels):
    with pytest.raises(DiascopeError) as caught:
        jpegxl.decode(data, pixels)
    return caught.value.code


class Written:
    """Writes the fields of a header, the lowest bit first: ISO/IEC 18181-1 B."""

    def __init__(self):
        self.value = self.count = 0

    def bits(self, *fields):
        for count, number in fields:
            self.value |= number << self.count
            self.count += count
        return self

    def bytes(self):
        return self.value.to_bytes(-(-self.count // 8), "little")


def header(*fields):
    """A codestream of 24 x 40 grey pixels: signature, size (small, ratio none), then fields."""
    size = ((1, 1), (5, 2), (3, 0), (5, 4))
    return Written().bits((16, 0x0AFF), *size, *fields).bytes()


PLAIN = ((1, 0), (1, 0), (1, 0), (2, 0), (1, 1), (2, 0), (1, 0))
"""Not all default, no extra fields, integers of 8 bits, 16-bit buffers, no channels, not XYB."""
GREY_SRGB = ((1, 0), (1, 0), (2, 1), (2, 1), (1, 0), (2, 2), (4, 11), (2, 1))
"""Not all default, no ICC, grey, D65, no gamma, sRGB's curve, relative."""


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("name", list(LOSSLESS))
def test_lossless_gives_the_values_written(name):
    """The same file in every runtime; 16 bits are all of the 65,536 values."""
    values, bits = LOSSLESS[name]
    found = jpegxl.decode(codestreams.stored(name), described(values, bits))

    assert np.array_equal(values, found.values.array)
    assert (bits, "") == (found.values.bits, found.lossy)


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("syntax", [phantoms.JPEG_XL_LOSSLESS, phantoms.JPEG_XL])
@pytest.mark.parametrize(
    ("shape", "dtype", "bits"),
    [
        ((2, 24, 17), "u1", 8), ((2, 24, 17), "i1", 8), ((2, 24, 17), "u2", 10),
        ((2, 24, 17), "u2", 12), ((2, 24, 17), "i2", 16), ((2, 300, 290), "u2", 16),
        ((2, 24, 17, 3), "u1", 8), ((1, 24, 17, 3), "u2", 16),
    ],
    ids=["8", "8 signed", "10", "12", "16 signed", "16, several groups", "colour", "colour 16"],
)  # fmt: skip
def test_a_file_gives_the_values_written(shape, dtype, bits, syntax):
    values = ramp(shape, dtype, bits)
    image = Image(values, syntax, bits_stored=bits)
    found = [frame.values.array for frame in decoded_frames(phantoms.file(image))]

    assert np.array_equal(values, np.stack(found))
    assert values.dtype == found[0].dtype


@pytest.mark.requirement("IMG-05")
def test_repeated_letters_lie_in_a_frame_that_is_not_shown():
    """Such images are ultrasound's: encoders put the letters into a reference frame."""
    stream = codestreams.stored("labelled.jxl")
    first, seen = jpegxl_frames._header, []

    def counted(*given):
        seen.append(first(*given))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jpegxl_frames, "_header", counted)
        assert jpegxl_header.read(stream).is_exact
    assert [False, True] == [frame.is_shown for frame in seen]


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize(
    ("name", "samples", "photometric"),
    [("grey", 1, "MONOCHROME2"), ("colour", 3, "YBR_FULL"), ("colour", 3, "YBR_FULL_422")],
    ids=["grey", "YBR_FULL", "YBR_FULL_422"],
)
def test_a_recompressed_jpeg_is_the_jpeg(name, samples, photometric):
    """PS3.5 8.2.15: it preserves the bits of the JPEG, so its samples are those of the JPEG."""
    pixels = replace(SMOOTH[samples], photometric=photometric)
    twin = jpeg.decode(codestreams.stored(f"{name}-sequential.jpg"), pixels)
    found = jpegxl.decode(codestreams.stored(f"{name}-jpeg.jxl"), pixels)

    assert np.array_equal(twin.values.array, found.values.array)
    assert (twin.photometric, "ISO_10918_1") == (found.photometric, found.lossy)


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize(
    ("name", "array"),
    [("lossy-grey.jxl", codestreams.GREY), ("lossy-colour.jxl", codestreams.COLOR)],
)
def test_what_each_machine_decodes_a_little_differently_is_refused(name, array):
    """ADR 0018: two builds of one decoder differ in a third of the samples, by one level."""
    assert "transfer_syntax.inexact" == refusal(codestreams.stored(name), described(array))


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("model", ["XYB", "YBR_RCT", "YBR_ICT", "YBR_FULL_422", "YBR_PARTIAL_420"])
def test_components_that_are_not_coded_as_the_file_says_are_refused(model):
    assert "pixels.color" == refusal(STREAM, replace(COLOR, photometric=model))


@pytest.mark.requirement("IMG-05", "security row 4")
@pytest.mark.parametrize(
    ("data", "pixels", "code"),
    [
        (STREAM, replace(COLOR, rows=25), "pixels.dimensions"),
        (STREAM, replace(COLOR, columns=39), "pixels.dimensions"),
        (STREAM, replace(COLOR, samples_per_pixel=1), "pixels.components"),
        (JPEG, replace(SMOOTH[3], rows=31), "pixels.dimensions"),
        (JPEG, replace(SMOOTH[3], samples_per_pixel=1), "pixels.components"),
        (BOXES, described(codestreams.GREY), "pixels.precision"),
        (codestreams.stored("animation.jxl"), COLOR, "pixels.frames"),
        (codestreams.stored("alpha.jxl"), COLOR, "pixels.components"),
        (STREAM + STREAM, COLOR, "pixels.length"),
        (STREAM + b"\1", COLOR, "pixels.length"),
        (STREAM[:-1], COLOR, "pixels.codestream"),
        (STREAM[:12], COLOR, "pixels.codestream"),
        (STREAM[:3], COLOR, "pixels.codestream"),
        (b"", COLOR, "pixels.codestream"),
        (b"\xff\xd8\xff", COLOR, "pixels.codestream"),
        (BOXES[:-1], described(codestreams.GREY_12, 12), "pixels.codestream"),
        (BOXES[:12], described(codestreams.GREY_12, 12), "pixels.codestream"),
        (BOXES + BOXES[32:], described(codestreams.GREY_12, 12), "pixels.codestream"),
        (JPEG.replace(b"jxlp\x00", b"jxlp\x01"), SMOOTH[3], "pixels.codestream"),
    ],
    ids=[
        "rows", "columns", "samples", "rows of a JPEG", "samples of a JPEG", "12 bits in 8",
        "animation", "alpha", "two codestreams", "a byte more", "cut", "cut in the header",
        "cut in the size", "empty", "JPEG", "cut box", "no codestream box", "two in boxes",
        "parts out of order",
    ],
)  # fmt: skip
def test_a_codestream_that_contradicts_its_description_is_refused(data, pixels, code):
    assert code == refusal(data, pixels)


@pytest.mark.requirement("security row 4")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (((1, 0), (1, 1), (3, 5)), "pixels.components"),
        (((1, 0), (1, 1), (3, 0), (1, 0), (1, 1)), "pixels.frames"),
        (((1, 0), (1, 1), (3, 0), (1, 0), (1, 0), (1, 1)), "pixels.frames"),
        (((1, 0), (1, 0), (1, 1)), "pixels.precision"),
        ((*PLAIN, (1, 0), (1, 1)), "transfer_syntax.form"),
        ((*PLAIN, (1, 0), (1, 0), (2, 2), (4, 1)), "transfer_syntax.form"),
        ((*PLAIN, *GREY_SRGB, (2, 1), (4, 0)), "transfer_syntax.form"),
        ((*PLAIN, *GREY_SRGB, (2, 0), (1, 0)), "transfer_syntax.form"),
        ((*PLAIN, *GREY_SRGB, (2, 0)), "pixels.codestream"),
    ],
    ids=[
        "turned", "preview", "animated", "floating point", "ICC profile", "colour space unknown",
        "extensions", "own transforms", "cut before its frame",
    ],
)  # fmt: skip
def test_an_image_header_that_no_still_image_needs_is_refused(fields, code):
    assert code == refusal(header(*fields), described(codestreams.GREY))


MODULAR = ((1, 0), (2, 0), (1, 1), (2, 0), (1, 0), (2, 0), (2, 1), (2, 0), (1, 0), (2, 0))
"""Not all default, regular, Modular, no flags, no YCbCr, not enlarged, groups of 256, one pass,
no crop, replaced."""


@pytest.mark.requirement("security row 4")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (((1, 1),), "transfer_syntax.inexact"),
        (((1, 0), (2, 0), (1, 0), (2, 0), (1, 0)), "transfer_syntax.inexact"),
        (((1, 0), (2, 0), (1, 1), (2, 1), (4, 0), (1, 0)), "transfer_syntax.inexact"),
        (((1, 0), (2, 0), (1, 1), (2, 0), (1, 1)), "transfer_syntax.inexact"),
        ((*MODULAR[:5], (2, 1)), "transfer_syntax.inexact"),
        (((1, 0), (2, 1), *MODULAR[2:6]), "transfer_syntax.form"),
        ((*MODULAR[:8], (1, 1)), "transfer_syntax.form"),
        ((*MODULAR[:9], (2, 1)), "transfer_syntax.form"),
        ((*MODULAR, (1, 0)), "pixels.frames"),
        ((*MODULAR, (1, 1), (2, 0), (1, 1)), "transfer_syntax.inexact"),
        ((*MODULAR, (1, 1), (2, 0), (1, 0), (1, 1)), "transfer_syntax.inexact"),
        ((*MODULAR, (1, 1), (2, 0), (1, 0), (1, 0), (2, 2)), "transfer_syntax.inexact"),
        ((*MODULAR, (1, 1), (2, 0), (4, 0), (2, 1), (4, 0)), "transfer_syntax.form"),
        ((*MODULAR, (1, 1), (2, 0), (4, 0), (2, 0), (2, 0), (1, 1)), "transfer_syntax.form"),
        (
            (*MODULAR, (1, 1), (2, 0), (4, 0), (2, 0), (2, 0), (1, 0), (7, 0), (2, 3), (30, 1)),
            "pixels.codestream",
        ),
    ],
    ids=[
        "default", "VarDCT", "noise", "YCbCr", "enlarged", "a layer of low frequencies", "crop",
        "added", "another picture", "default filters", "smoothing", "edge filter",
        "extensions", "sections out of order", "a section of 4 GB",
    ],
)  # fmt: skip
def test_a_frame_that_is_not_one_exact_picture_is_refused(fields, code):
    image = Written().bits((16, 0x0AFF), (1, 1), (5, 2), (3, 0), (5, 4), *PLAIN, *GREY_SRGB)
    image.bits((2, 0), (1, 1))
    image.bits((-image.count % 8, 0), *fields, (64, 0))
    data = image.bytes() if code != "pixels.codestream" else image.bytes()[:-4]

    assert code == refusal(data, described(codestreams.GREY))


@pytest.mark.requirement("security row 4")
def test_a_hidden_frame_is_held_to_the_size_of_any_frame():
    """Kind 2 is not shown and may be of any size; a codec allocates what it says."""
    fields = ((1, 0), (2, 2), (1, 1), (2, 0), (1, 0), (2, 0), (2, 1), (1, 1))
    huge = ((2, 3), (30, 1 << 29), (2, 3), (30, 1 << 29), (3, 0), (2, 0), (4, 0), (4, 0))
    image = Written().bits((16, 0x0AFF), (1, 1), (5, 2), (3, 0), (5, 4), *PLAIN, *GREY_SRGB)
    image.bits((2, 0), (1, 1))
    image.bits((-image.count % 8, 0), *fields, *huge, (64, 0))

    assert "limit.side" == refusal(image.bytes(), described(codestreams.GREY))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (((2, 0),), 0),
        (((2, 1), (4, 15)), 16),
        (((2, 2), (8, 255)), 272),
        (((2, 3), (12, 5), (1, 0)), 5),
        (((2, 3), (12, 0), (1, 1), (8, 1), (1, 0)), 1 << 12),
        (((2, 3), (12, 0), *[(1, 1), (8, 0)] * 6, (1, 1), (4, 15)), 15 << 60),
    ],
)
def test_numbers_of_up_to_64_bits(fields, expected):
    """ISO/IEC 18181-1 B.2.3."""
    assert expected == Bits(Written().bits(*fields).bytes()).long()


@settings(max_examples=200)
@given(st.integers(2, len(STREAM) - 1), st.integers(1, 255))
def test_a_flipped_byte_gives_the_described_shape_or_our_error(at, change):
    flipped = bytearray(STREAM)
    flipped[at] ^= change
    try:
        found = jpegxl.decode(bytes(flipped), COLOR)
    except DiascopeError:
        return
    assert codestreams.COLOR.shape == found.values.array.shape


@given(st.binary(max_size=60))
def test_any_header_is_read_or_refused(data):
    try:
        found = jpegxl_header.read(b"\xff\x0a" + data)
    except DiascopeError:
        return
    assert found.rows > 0 < found.columns


@pytest.mark.requirement("IMG-05", "security row 4")
@pytest.mark.parametrize("name", ["colour-jpeg.jxl", "grey-jpeg.jxl", "labelled.jxl"])
def test_a_codestream_cut_anywhere_is_refused_not_filled(name):
    stream = codestreams.stored(name)
    array = codestreams.labelled() if name == "labelled.jxl" else None
    pixels = described(array) if array is not None else SMOOTH[3 if "colour" in name else 1]

    assert jpegxl.decode(stream, pixels).values.array.size
    for length in range(0, len(stream), 5):
        assert refusal(stream[:length], pixels).startswith("pixels.")
