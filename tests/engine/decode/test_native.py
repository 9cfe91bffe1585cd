"""Native pixel data: every byte order, packing, plane order and sign; pydicom is the oracle."""

from io import BytesIO

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import decode
from diascope.errors import DiascopeError, PixelDataError, TransferSyntaxError
from diascope.values import EncodedFrame, PixelDescription
from tests.support import phantoms
from tests.support.phantoms import DEFLATED_FRAME, ENCAPSULATED, NATIVE, RLE, Image, ramp
from tests.support.stored_parts import decoded_frames

LAYOUTS = {
    "8": Image(ramp((3, 5, 4), "u1", 8)),
    "8 signed": Image(ramp((3, 5, 4), "i1", 8)),
    "8 odd OB": Image(ramp((1, 3, 3), "u1", 8), vr="OB"),
    "8 odd OW": Image(ramp((3, 3, 3), "u1", 8)),
    "16": Image(ramp((3, 5, 4), "u2", 16)),
    "16 signed": Image(ramp((3, 5, 4), "i2", 16)),
    "12 in 16": Image(ramp((2, 5, 4), "u2", 12), bits_stored=12),
    "12 in 16 signed": Image(ramp((2, 5, 4), "i2", 12), bits_stored=12),
    "32": Image(ramp((2, 5, 4), "u4", 32)),
    "32 signed": Image(ramp((2, 5, 4), "i4", 32)),
    "colour": Image(ramp((2, 5, 4, 3), "u1", 8)),
    "colour planar": Image(ramp((2, 5, 4, 3), "u1", 8), is_planar=True),
    "colour 16 planar": Image(ramp((2, 5, 4, 3), "u2", 16), is_planar=True),
    "1 aligned": Image(ramp((3, 4, 4), "u1", 1), bits_allocated=1, vr="OB"),
    "1 packed": Image(ramp((3, 3, 3), "u1", 1), bits_allocated=1, vr="OB"),
}
PAIRS = [
    (name, syntax) for name in LAYOUTS for syntax in (*NATIVE, RLE, ENCAPSULATED, DEFLATED_FRAME)
]
DESCRIBED = PixelDescription(
    2, 4, 1, "MONOCHROME2", 16, 16, 15, False, False, 1, "1.2.840.10008.1.2.1"
)


def description(**changes):
    names = DESCRIBED.__slots__
    return PixelDescription(
        **{name: changes.get(name, getattr(DESCRIBED, name)) for name in names}
    )


def decoded(data, **changes):
    return decode.decode_frame(EncodedFrame(data, 0), description(**changes))


def refusal(data, **changes):
    with pytest.raises(DiascopeError) as caught:
        decoded(data, **changes)
    return caught.value.code


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize(("name", "syntax"), PAIRS, ids=[f"{n}-{s[18:]}" for n, s in PAIRS])
def test_stored_values_are_those_written_and_those_of_pydicom(name, syntax):
    """Of pydicom where it has a decoder: none for 1.98, 8.1, and RLE with one bit a pixel."""
    image = Image(**{**vars(LAYOUTS[name]), "syntax": syntax})
    data = phantoms.file(image)
    found = np.stack([frame.values.array for frame in decoded_frames(data)])

    assert np.array_equal(image.frames, found)
    assert image.frames.dtype == found.dtype
    if syntax in NATIVE or (syntax == RLE and image.allocated > 1):
        oracle = pydicom.dcmread(BytesIO(data)).pixel_array
        assert np.array_equal(oracle.reshape(found.shape), found)


def test_bits_outside_those_stored_are_cleared():
    """PS3.5 8.1.1: they may hold an overlay."""
    values = np.array([[0xF00A, 0x800B, 0x0C0C, 0xFFFF]] * 2, "<u2")
    low = decoded(values.tobytes(), bits_stored=12, high_bit=11).values
    high = decoded(values.tobytes(), bits_stored=12, high_bit=15).values

    assert [0x00A, 0x00B, 0xC0C, 0xFFF] == low.array[0].tolist()
    assert [0xF00, 0x800, 0x0C0, 0xFFF] == high.array[0].tolist()
    assert (12, False) == (low.bits, low.is_signed)


def test_the_sign_is_that_of_the_stored_bits():
    values = np.array([[0xF7FF, 0x0800, 0x07FF, 0x0FFF]] * 2, "<u2")
    found = decoded(values.tobytes(), bits_stored=12, high_bit=11, is_signed=True).values

    assert [2047, -2048, 2047, -1] == found.array[0].tolist()
    assert "int16" == found.array.dtype


@pytest.mark.parametrize("model", ["YBR_FULL", "YBR_PARTIAL"])
def test_half_sampled_colour_repeats_its_chroma(model):
    """PS3.3 C.7.6.3.1.2: Y1 Y2 Cb Cr for each two pixels."""
    data = bytes([1, 2, 9, 8, 3, 4, 7, 6])
    found = decoded(
        data, rows=1, columns=4, samples_per_pixel=3, photometric=f"{model}_422",
        bits_allocated=8, bits_stored=8, high_bit=7,
    )  # fmt: skip

    assert [[[1, 9, 8], [2, 9, 8], [3, 7, 6], [4, 7, 6]]] == found.values.array.tolist()
    assert model == found.photometric


def test_the_result_cannot_be_changed():
    found = decoded(bytes(16)).values.array

    assert not found.flags.writeable


@pytest.mark.parametrize(
    ("size", "changes", "code"),
    [
        (15, {}, "pixels.length"),
        (18, {}, "pixels.length"),
        (0, {}, "pixels.length"),
        (1, {"bits_allocated": 1, "bits_stored": 1, "high_bit": 0, "rows": 5}, "pixels.length"),
        (24, {"bits_allocated": 24}, "unsupported.bits"),
        (64, {"bits_allocated": 64}, "unsupported.bits"),
        (16, {"bits_allocated": 12}, "pixels.bits_allocated"),
        (16, {"transfer_syntax": "1.2.3"}, "transfer_syntax.unknown"),
        (16, {"rows": 65_535, "columns": 65_535}, "limit.frame_bytes"),
        (
            12,
            {"samples_per_pixel": 3, "columns": 3, "photometric": "YBR_FULL_422",
             "bits_allocated": 8, "bits_stored": 8, "high_bit": 7},
            "pixels.sampling",
        ),
    ],
    ids=[
        "short", "long", "empty", "bits short", "24 bits", "64 bits", "12 bits", "syntax", "huge",
        "odd columns",
    ],
)  # fmt: skip
def test_bytes_that_do_not_fit_their_description_are_refused(size, changes, code):
    assert code == refusal(bytes(size), **changes)


@settings(max_examples=200)
@given(
    st.binary(max_size=64),
    st.sampled_from([1, 8, 16, 32]),
    st.integers(1, 32),
    st.integers(0, 31),
    st.booleans(),
    st.sampled_from(list(decode.DECODERS)),
)
def test_any_bytes_give_stored_values_of_the_described_shape_or_our_error(
    data, allocated, stored, high, is_signed, syntax
):
    if not stored <= high + 1 <= allocated:
        return
    try:
        found = decoded(
            data, bits_allocated=allocated, bits_stored=stored, high_bit=high,
            is_signed=is_signed, transfer_syntax=syntax,
        ).values  # fmt: skip
    except (PixelDataError, TransferSyntaxError):
        return
    low, top = (-(1 << stored - 1), 1 << stored - 1) if is_signed else (0, 1 << stored)
    assert (2, 4) == found.array.shape
    assert low <= int(found.array.min()) <= int(found.array.max()) < top
