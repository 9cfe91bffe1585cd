"""JPEG: the frame header is held against the description, and colour stays as it is coded."""

import re
from io import BytesIO
from itertools import pairwise
from struct import pack

import imagecodecs
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.decode import jpeg, jpeg_header
from diascope.errors import DiascopeError
from diascope.values import PixelDescription
from tests.support import codestreams, phantoms
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import decoded_frames

GREY = ramp((1, 24, 16), "u1", 8)[0]
COLOR = ramp((1, 24, 16, 3), "u1", 8)[0]
STREAM = imagecodecs.jpeg8_encode(GREY, level=90)
JFIF = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
ADOBE = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0"


def pixels(rows=24, columns=16, samples=1, bits=8, allocated=8, photometric="", is_signed=False):
    model = photometric or ("MONOCHROME2" if samples == 1 else "RGB")
    return PixelDescription(
        rows, columns, samples, model, allocated, bits, bits - 1, is_signed, False, 1,
        phantoms.JPEG_BASELINE,
    )  # fmt: skip


def refusal(data, described):
    with pytest.raises(DiascopeError) as caught:
        jpeg.decode(data, described)
    return caught.value.code


def with_frame_header(data, at, value):
    """Change bytes of the frame header: 0 precision, 1 rows, 3 columns, 5 components."""
    start = data.index(b"\xff\xc0") + 4 + at
    return data[:start] + value + data[start + len(value) :]


def three(*markers, identifiers=b"\1\2\3", sampling=b"\x11\x11\x11"):
    """A three-component frame header as `read` sees it, with markers before it."""
    body = pack(">BHHB", 8, 24, 16, 3)
    for n in range(3):
        body += bytes([identifiers[n], sampling[n], 0])
    frame = b"\xff\xc0" + pack(">H", len(body) + 2) + body
    return jpeg_header.read(b"\xff\xd8" + b"".join(markers) + frame + b"\xff\xda\0\2")


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("syntax", [phantoms.JPEG_LOSSLESS, phantoms.JPEG_LOSSLESS_SV1])
@pytest.mark.parametrize(
    ("dtype", "bits"), [("u1", 8), ("u2", 12), ("u2", 16), ("i2", 16), ("i1", 8)],
    ids=["8", "12", "16", "16 signed", "8 signed"],
)  # fmt: skip
def test_lossless_gives_the_values_written(dtype, bits, syntax):
    values = ramp((2, 24, 16), dtype, bits)
    image = Image(values, syntax, bits_stored=bits)
    found = [frame.values.array for frame in decoded_frames(phantoms.file(image))]

    assert np.array_equal(values, np.stack(found))
    assert values.dtype == found[0].dtype


@pytest.mark.requirement("IMG-05")
def test_baseline_grey_is_what_pydicom_gives_with_pillow():
    pytest.importorskip("PIL", reason="Pillow is pydicom's decoder here; Pyodide has none")
    data = phantoms.file(Image(GREY[None], phantoms.JPEG_BASELINE))
    (found,) = decoded_frames(data)

    assert np.array_equal(pydicom.dcmread(BytesIO(data)).pixel_array, found.values.array)


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("syntax", [phantoms.JPEG_SPECTRAL, phantoms.JPEG_PROGRESSIVE])
@pytest.mark.parametrize("name", ["grey", "colour"])
def test_progressive_gives_what_the_same_coefficients_give_in_sequence(name, syntax):
    """ISO/IEC 10918-1 G: the order in which coefficients are sent changes no sample."""
    values = codestreams.smooth(1 if name == "grey" else 3)[None]
    model = "MONOCHROME2" if name == "grey" else "YBR_FULL"

    def decoded(kind, syntax):
        stream = codestreams.stored(f"{name}-{kind}.jpg")
        image = Image(values, syntax, photometric=model, encoded=(stream,))
        return decoded_frames(phantoms.file(image))[0]

    found, twin = decoded("progressive", syntax), decoded("sequential", phantoms.JPEG_BASELINE)

    assert b"\xff\xc2" in codestreams.stored(f"{name}-progressive.jpg")
    assert np.array_equal(twin.values.array, found.values.array)
    assert ("ISO_10918_1", twin.photometric) == (found.lossy, found.photometric)
    if name == "grey":
        assert np.abs(found.values.array.astype(int) - values[0]).max() <= 3


@pytest.mark.requirement("security row 4")
def test_a_progressive_bomb_of_scans_is_refused():
    """Each scan goes over the whole image again: libjpeg-turbo advises a limit."""
    stream = codestreams.stored("grey-progressive.jpg")
    scan = stream[stream.rindex(b"\xff\xda") : -2]
    described = pixels(32, 48)

    assert jpeg.decode(stream, described).values.bits == 8
    assert "pixels.codestream" == refusal(stream[:-2] + scan * 10 + stream[-2:], described)
    assert "limit.scans" == refusal(stream[:-2] + scan * 1000 + stream[-2:], described)


MARKERS = re.compile(rb"\xff[\xc4\xda\xd9]")


@pytest.mark.requirement("IMG-05", "security row 4")
@pytest.mark.parametrize("name", ["grey", "colour"])
def test_any_scan_cut_short_is_refused_not_filled(name):
    """A progressive image has many scans, and libjpeg makes up what is missing of each."""
    stream = codestreams.stored(f"{name}-progressive.jpg")
    samples = 1 if name == "grey" else 3
    described = pixels(32, 48, samples, photometric="" if samples == 1 else "YBR_FULL")
    edges = [found.start() for found in MARKERS.finditer(stream)]
    scans = [(a, b) for a, b in pairwise(edges) if stream[a + 1] == 0xDA]

    assert 3 < len(scans)
    for start, stop in scans:
        for cut in (4, 6):
            if stop - cut > start + 2 + stream[start + 3]:
                short = stream[: stop - cut] + stream[stop:]
                assert refusal(short, described) in {"pixels.truncated", "pixels.codec"}


@pytest.mark.requirement("IMG-05")
def test_restart_intervals_are_each_held_to_be_whole():
    """ISO/IEC 10918-1 B.2.1: coded data end at each restart marker too."""
    header = STREAM[: STREAM.index(b"\xff\xda")]
    scan = b"\xff\xda\0\x08\1\1\0\0\x3f\0"
    stream = header + scan + b"ab\xff\0c\xff\xd0de\xff\xff\xd1f\xff\xd9\0"
    whole, twin = (
        codestreams.stored("grey-restarts.jpg"),
        codestreams.stored("grey-sequential.jpg"),
    )
    restart = whole.index(b"\xff\xd1")
    described = pixels(32, 48)

    assert np.array_equal(
        jpeg.decode(twin, described).values.array, jpeg.decode(whole, described).values.array
    )
    for cut in (1, 2, 5):
        assert "pixels.truncated" == refusal(whole[: restart - cut] + whole[restart:], described)
    ends = list(jpeg_header.coded_ends(stream))

    assert [b"\xff\xd0", b"\xff\xff\xd1", b"\xff\xd9"] == [
        stream[at : at + size] for at, size in zip(ends, (2, 3, 2), strict=True)
    ]


def test_twelve_bits_stay_twelve_bits():
    values = ramp((1, 24, 16), "u2", 12)
    image = Image(values, phantoms.JPEG_EXTENDED, bits_stored=12)
    (found,) = decoded_frames(phantoms.file(image))

    assert (12, "uint16") == (found.values.bits, found.values.array.dtype)
    assert int(found.values.array.max()) > 3500


def test_a_lossy_value_beyond_bits_stored_is_kept_and_its_bits_said():
    """Twelve-bit JPEG of a ten-bit image overshoots; wrapping it would make white black."""
    checks = np.indices((16, 16)).sum(axis=0) % 3 == 0
    data = imagecodecs.jpeg8_encode((checks * 1023).astype("u2"), level=20, bitspersample=12)
    found = jpeg.decode(data, pixels(16, 16, bits=10, allocated=16)).values

    assert int(found.array.max()) > 1023
    assert 12 == found.bits


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("model", ["RGB", "YBR_FULL", "YBR_FULL_422"])
def test_colour_components_come_back_as_coded(model):
    """No transform in the codec: with slight loss, each component is near what was written."""
    smooth = np.stack([np.add.outer(np.arange(24), np.arange(16)) * k for k in (2, 4, 6)], axis=-1)
    values = smooth.astype("u1")
    image = Image(values[None], phantoms.JPEG_BASELINE, photometric=model)
    (found,) = decoded_frames(phantoms.file(image))
    off = np.abs(found.values.array.astype(int) - values)

    assert ("RGB" if model == "RGB" else "YBR_FULL") == found.photometric
    assert off[..., 0].mean() < 4


@pytest.mark.parametrize(
    ("header", "photometric", "model"),
    [
        (three(), "RGB", "RGB"),
        (three(), "YBR_FULL", "YBR_FULL"),
        (three(), "YBR_FULL_422", "YBR_FULL"),
        (three(JFIF), "RGB", "YBR_FULL"),
        (three(ADOBE + b"\0"), "YBR_FULL", "RGB"),
        (three(ADOBE + b"\1"), "RGB", "YBR_FULL"),
        (three(JFIF, ADOBE + b"\0"), "RGB", "YBR_FULL"),
        (three(JFIF, identifiers=b"RGB"), "YBR_FULL", "RGB"),
        (three(sampling=b"\x21\x11\x11"), "RGB", "YBR_FULL"),
        (three(sampling=b"\x21\x11\x11"), "YBR_PARTIAL_422", "YBR_PARTIAL_422"),
        (three(JFIF), "YBR_PARTIAL_422", "YBR_FULL"),
        (three(), "YBR_PARTIAL_420", "YBR_PARTIAL_420"),
    ],
    ids=[
        "file RGB", "file YBR", "file 422", "JFIF", "Adobe 0", "Adobe 1", "JFIF before Adobe",
        "identifiers RGB", "unequal sampling", "partial range", "JFIF before the file",
        "another model",
    ],
)  # fmt: skip
def test_the_codestream_says_its_colour_model_else_the_file(header, photometric, model):
    assert model == jpeg.color_model(header, photometric)


@pytest.mark.parametrize(
    ("data", "described", "code"),
    [
        (STREAM, pixels(rows=25), "pixels.dimensions"),
        (STREAM, pixels(columns=15), "pixels.dimensions"),
        (STREAM, pixels(samples=3), "pixels.components"),
        (with_frame_header(STREAM, 1, pack(">HH", 65_500, 65_500)), pixels(), "pixels.dimensions"),
        (with_frame_header(STREAM, 0, b"\x0c"), pixels(), "pixels.precision"),
        (with_frame_header(STREAM, 5, b"\xff"), pixels(), "pixels.codestream"),
        (STREAM.replace(b"\xff\xc0", b"\xff\xc9"), pixels(), "transfer_syntax.process"),
        (STREAM[: STREAM.index(b"\xff\xc0") + 6], pixels(), "pixels.codestream"),
        (STREAM[:2], pixels(), "pixels.codestream"),
        (b"\xff\xd8\xff", pixels(), "pixels.codestream"),
        (b"", pixels(), "pixels.codestream"),
        (b"\xff\xd8" + b"\xff\xda\0\2" * 1001, pixels(), "limit.scans"),
        (STREAM[: STREAM.index(b"\xff\xda")], pixels(), "pixels.truncated"),
        (STREAM[:-2], pixels(), "pixels.truncated"),
        (STREAM[:400] + b"\0", pixels(), "pixels.truncated"),
        (STREAM[: STREAM.index(b"\xff\xda")] + b"\xff\xd9", pixels(), "pixels.truncated"),
    ],
    ids=[
        "rows", "columns", "samples", "65,500 square", "12 bits in 8", "255 components",
        "arithmetic", "cut in the header", "only SOI", "half a marker", "empty", "1001 scans",
        "no scan", "no end", "cut in the scan", "no scan but an end",
    ],
)  # fmt: skip
def test_a_codestream_that_contradicts_its_description_is_refused(data, described, code):
    assert code == refusal(data, described)


@pytest.mark.requirement("REG-07")
def test_every_process_but_the_lossless_one_says_its_loss():
    """A lossy frame in a file whose transfer syntax is called lossless is still lossy."""
    lossless = imagecodecs.jpeg8_encode(GREY, lossless=True, predictor=1)
    color = imagecodecs.jpeg8_encode(COLOR, level=90)

    assert "" == jpeg.decode(lossless, pixels()).lossy
    assert "ISO_10918_1" == jpeg.decode(STREAM, pixels()).lossy
    assert "ISO_10918_1" == jpeg.decode(color, pixels(samples=3)).lossy


def test_fill_bytes_before_a_marker_are_skipped():
    filled = STREAM.replace(b"\xff\xc0", b"\xff\xff\xff\xc0", 1)

    assert np.array_equal(
        jpeg.decode(STREAM, pixels()).values.array, jpeg.decode(filled, pixels()).values.array
    )


@pytest.mark.requirement("security row 3")
@pytest.mark.parametrize("options", [{"level": 90}, {"lossless": True}], ids=["lossy", "lossless"])
def test_a_scan_cut_short_is_refused_not_filled(options):
    """libjpeg makes up what is missing before the end marker."""
    stream = imagecodecs.jpeg8_encode(GREY, **options)
    for length in range(len(stream) - 3, len(stream) * 3 // 4, -7):
        cut = stream[:length] + b"\xff\xd9"
        assert refusal(cut, pixels()) in {"pixels.truncated", "pixels.codec"}


@settings(max_examples=200)
@given(st.integers(2, len(STREAM) - 1), st.integers(1, 255))
def test_a_flipped_byte_gives_the_described_shape_or_our_error(at, change):
    flipped = bytearray(STREAM)
    flipped[at] ^= change
    try:
        assert (24, 16) == jpeg.decode(bytes(flipped), pixels()).values.array.shape
    except DiascopeError:
        return
