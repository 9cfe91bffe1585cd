"""JPEG 2000 and HTJ2K: sizes are checked first, sign and depth follow the description."""

from struct import pack

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.decode import jpeg2000, jpeg2000_header
from diascope.errors import DiascopeError
from diascope.values import PixelDescription
from tests.support import phantoms
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import decoded_frames

VALUES = ramp((1, 24, 16), "u2", 16)[0]
COLOR = ramp((1, 24, 16, 3), "u1", 8)[0]
REVERSIBLE = {"level": 0, "reversible": True, "codecformat": "J2K"}
STREAM = imagecodecs.jpeg2k_encode(VALUES, **REVERSIBLE)
RCT = imagecodecs.jpeg2k_encode(COLOR, mct=True, **REVERSIBLE)
PLAIN = imagecodecs.jpeg2k_encode(COLOR, mct=False, **REVERSIBLE)
SIZ, COD = 6, STREAM.index(b"\xff\x52") + 4


def pixels(rows=24, columns=16, samples=1, allocated=16, bits=0, is_signed=False, model=""):
    bits = bits or allocated
    return PixelDescription(
        rows, columns, samples, model or ("RGB" if samples == 3 else "MONOCHROME2"), allocated,
        bits, bits - 1, is_signed, False, 1, phantoms.JPEG_2000_LOSSLESS,
    )  # fmt: skip


def patched(at, value, stream=STREAM):
    return stream[:at] + value + stream[at + len(value) :]


def refusal(data, described):
    with pytest.raises(DiascopeError) as caught:
        jpeg2000.decode(data, described)
    return caught.value.code


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize(
    "syntax",
    [phantoms.JPEG_2000_LOSSLESS, phantoms.HTJ2K_LOSSLESS, phantoms.HTJ2K_RPCL],
)
@pytest.mark.parametrize(
    ("shape", "dtype", "bits"),
    [
        ((2, 24, 16), "u1", 8), ((2, 24, 16), "u2", 16), ((2, 24, 16), "i2", 16),
        ((2, 24, 16, 3), "u1", 8),
    ],
    ids=["8", "16", "16 signed", "colour"],
)  # fmt: skip
def test_reversible_gives_the_values_written(shape, dtype, bits, syntax):
    values = ramp(shape, dtype, bits)
    found = decoded_frames(phantoms.file(Image(values, syntax)))

    assert np.array_equal(values, np.stack([frame.values.array for frame in found]))
    assert values.dtype == found[0].values.array.dtype


@pytest.mark.requirement("IMG-05")
def test_both_codecs_agree_on_reversible_high_throughput():
    for values in (VALUES, COLOR):
        stream = imagecodecs.htj2k_encode(values, reversible=True)
        assert np.array_equal(imagecodecs.htj2k_decode(stream), imagecodecs.jpeg2k_decode(stream))


def test_irreversible_high_throughput_does_not_wrap():
    """Where the inverse colour transform overshoots, 255 must not become 0."""
    values = np.kron([[0, 255], [255, 0]], np.ones((32, 32))).astype("u1")
    color = np.stack([values, 255 - values, values], axis=-1)
    image = Image(color[None], phantoms.HTJ2K)
    (found,) = decoded_frames(phantoms.file(image))

    assert int(np.abs(found.values.array.astype(int) - color).max()) < 128


@pytest.mark.parametrize("transform", ["YBR_RCT", "YBR_ICT"])
def test_the_codecs_own_colour_transform_is_undone_and_the_result_is_rgb(transform):
    found = jpeg2000.decode(RCT, pixels(samples=3, allocated=8, model=transform))

    assert "RGB" == found.photometric
    assert np.array_equal(COLOR, found.values.array)


def test_colour_without_a_transform_keeps_its_model():
    for model in ("RGB", "YBR_FULL"):
        found = jpeg2000.decode(PLAIN, pixels(samples=3, allocated=8, model=model))
        assert (model, True) == (found.photometric, np.array_equal(COLOR, found.values.array))


def test_a_transform_that_the_codestream_does_not_have_is_refused():
    assert "pixels.color" == refusal(PLAIN, pixels(samples=3, allocated=8, model="YBR_RCT"))


def test_an_unsigned_codestream_of_signed_pixels_gets_its_sign():
    """Pixel Representation 1 in the file, none in the codestream: the same bits, read signed."""
    signed = ramp((1, 24, 16), "i2", 13)[0]
    masked = (signed & 0x1FFF).astype("u2")
    stream = imagecodecs.jpeg2k_encode(masked, bitspersample=13, **REVERSIBLE)
    found = jpeg2000.decode(stream, pixels(bits=13, is_signed=True)).values

    assert np.array_equal(signed, found.array)
    assert (13, True, "int16") == (found.bits, found.is_signed, found.array.dtype)


def test_a_signed_codestream_of_unsigned_pixels_loses_its_sign():
    signed = ramp((1, 24, 16), "i2", 16)[0]
    stream = imagecodecs.jpeg2k_encode(signed, **REVERSIBLE)
    found = jpeg2000.decode(stream, pixels()).values

    assert np.array_equal(signed.view("u2"), found.array)
    assert (16, False) == (found.bits, found.is_signed)


def test_a_shallower_codestream_is_read_in_the_described_container():
    stream = imagecodecs.jpeg2k_encode(COLOR[..., 0].copy(), **REVERSIBLE)
    found = jpeg2000.decode(stream, pixels(bits=12)).values

    assert np.array_equal(COLOR[..., 0], found.array)
    assert (12, "uint16") == (found.bits, found.array.dtype)


def test_boxes_around_the_codestream_are_taken_off():
    boxed = imagecodecs.jpeg2k_encode(VALUES, level=0, reversible=True, codecformat="JP2")

    assert boxed.startswith(jpeg2000_header.JP2_SIGNATURE)
    assert np.array_equal(VALUES, jpeg2000.decode(boxed, pixels()).values.array)


@pytest.mark.parametrize(
    ("data", "described", "code"),
    [
        (STREAM, pixels(rows=25), "pixels.dimensions"),
        (STREAM, pixels(columns=17), "pixels.dimensions"),
        (STREAM, pixels(samples=3), "pixels.components"),
        (STREAM, pixels(allocated=8), "pixels.precision"),
        (patched(SIZ + 2, pack(">II", 16_384, 16_384)), pixels(), "pixels.dimensions"),
        (
            patched(SIZ + 18, pack(">II", 1, 1), patched(SIZ + 2, pack(">II", 400, 400))),
            pixels(400, 400),
            "limit.tiles",
        ),
        (patched(SIZ + 18, pack(">II", 0, 0)), pixels(), "pixels.codestream"),
        (patched(SIZ + 10, pack(">II", 999, 999)), pixels(), "pixels.codestream"),
        (patched(SIZ + 34, pack(">H", 16_384)), pixels(), "pixels.codestream"),
        (patched(SIZ + 37, b"\2\2"), pixels(), "transfer_syntax.components"),
        (patched(COD + 2, pack(">H", 65_535)), pixels(), "limit.layers"),
        (STREAM[:30], pixels(), "pixels.codestream"),
        (STREAM[: COD - 4], pixels(), "pixels.codestream"),
        (STREAM[: COD + 20] + b"\xff\xd9", pixels(), "pixels.truncated"),
        (STREAM[:-40], pixels(), "pixels.truncated"),
        (b"", pixels(), "pixels.codestream"),
        (jpeg2000_header.JP2_SIGNATURE + bytes(40), pixels(), "pixels.codestream"),
        (
            jpeg2000_header.JP2_SIGNATURE + b"\0\0\0\1jp2c" + b"\xff" * 8 + STREAM,
            pixels(),
            "pixels.codestream",
        ),
    ],
    ids=[
        "rows",
        "columns",
        "samples",
        "8 bits",
        "16,384 square",
        "160,000 tiles",
        "tiles of 0",
        "offset outside",
        "16,384 components",
        "half size",
        "65,535 layers",
        "SIZ cut",
        "no COD",
        "no tile",
        "cut in the tile",
        "empty",
        "boxes of 0",
        "box of 2^64",
    ],
)
def test_a_codestream_that_contradicts_its_description_is_refused(data, described, code):
    assert code == refusal(data, described)


@pytest.mark.requirement("REG-07")
def test_an_irreversible_codestream_says_its_loss():
    lossy = imagecodecs.jpeg2k_encode(VALUES, level=60, reversible=False, codecformat="J2K")
    fast = imagecodecs.htj2k_encode(VALUES, level=0.01, reversible=False)
    fast_exact = imagecodecs.htj2k_encode(VALUES, reversible=True)

    assert "ISO_15444_1" == jpeg2000.decode(lossy, pixels()).lossy
    assert "ISO_15444_15" == jpeg2000.decode_high_throughput(fast, pixels()).lossy
    assert "" == jpeg2000.decode(STREAM, pixels()).lossy
    assert "" == jpeg2000.decode_high_throughput(fast_exact, pixels()).lossy


def test_a_high_throughput_codestream_cut_short_is_refused_not_filled():
    """OpenJPH returns a picture of what is left."""
    stream = imagecodecs.htj2k_encode(VALUES, reversible=True)
    for length in range(len(stream) - 2, len(stream) // 2, -29):
        with pytest.raises(DiascopeError) as caught:
            jpeg2000.decode_high_throughput(stream[:length], pixels())
        assert "pixels.truncated" == caught.value.code


@pytest.mark.requirement("security row 3")
def test_a_tile_part_cut_short_before_the_end_marker_is_refused_not_filled():
    stream = imagecodecs.htj2k_encode(VALUES, reversible=True)
    for length in range(len(stream) - 3, len(stream) // 2, -29):
        with pytest.raises(DiascopeError) as caught:
            jpeg2000.decode_high_throughput(stream[:length] + b"\xff\xd9", pixels())
        assert "pixels.truncated" == caught.value.code


@pytest.mark.requirement("security row 1")
@pytest.mark.parametrize("at", [SIZ + 26, SIZ + 30], ids=["x", "y"])
@pytest.mark.parametrize("offset", [1, 2**31, 2**32 - 1])
def test_a_first_tile_that_is_not_at_the_corner_is_refused_unread(at, offset):
    """OpenJPH took a minute for one. Standard: ISO/IEC 15444-1 B.3, equations B-3 and B-4."""
    stream = imagecodecs.htj2k_encode(VALUES, reversible=True)
    data = patched(stream.index(b"\xff\x51") - 2 + at, pack(">I", offset), stream)
    with pytest.raises(DiascopeError) as caught:
        jpeg2000_header.read(data)

    assert "pixels.codestream" == caught.value.code


@settings(max_examples=200, deadline=None)
@given(st.integers(4, len(STREAM) - 1), st.integers(1, 255))
def test_a_flipped_byte_gives_the_described_shape_or_our_error(at, change):
    try:
        found = jpeg2000.decode(patched(at, bytes([STREAM[at] ^ change])), pixels())
    except DiascopeError:
        return
    assert (24, 16) == found.values.array.shape
