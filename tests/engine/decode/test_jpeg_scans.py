"""JPEG: every scan and every restart interval of the image is there, and nothing beside it."""

from struct import pack

import imagecodecs
import numpy as np
import pytest

from diascope.decode import jpeg, jpeg_header, jpeg_scans, jpegls
from diascope.decode.jpeg_header import JpegHeader
from diascope.decode.jpeg_scans import Scan
from diascope.errors import DiascopeError
from diascope.values import PixelDescription
from tests.support import codestreams, phantoms
from tests.support.jpeg_scans import (
    COLOR,
    END,
    GREY,
    RESTARTS,
    SOS,
    cut,
    encode,
    jpeg_ls,
    parts,
    places,
    segment,
    without,
)

SHORT = {"pixels.codestream", "pixels.truncated", "pixels.codec"}
INTERVALS = {"baseline": encode(GREY, "baseline", 8), "lossless": encode(GREY, "lossless", 512)}
APART = {name: encode(COLOR, name) for name in INTERVALS} | {"jpeg-ls": jpeg_ls(COLOR)}
PROGRESSIVE = parts(codestreams.stored("colour-progressive.jpg"))


def decode(data, values):
    samples = values.shape[2] if values.ndim == 3 else 1
    model = "RGB" if samples == 3 else "MONOCHROME2"
    described = PixelDescription(
        *values.shape[:2], samples, model, 8, 8, 7, False, False, 1, phantoms.JPEG_BASELINE
    )
    is_ls = jpeg_header.read(data).process == jpeg_header.SOF_LS
    return (jpegls if is_ls else jpeg).decode(data, described).values.array


def refusal(data, values=GREY):
    with pytest.raises(DiascopeError) as caught:
        decode(data, values)
    return caught.value.code


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize(
    ("stream", "values"),
    [*((each, GREY) for each in INTERVALS.values()), *((each, COLOR) for each in APART.values())],
    ids=[*(f"{name} intervals" for name in INTERVALS), *(f"{name} scans" for name in APART)],
)
def test_intervals_and_scans_of_one_component_give_the_values_written(stream, values):
    assert np.array_equal(values, decode(stream, values))


@pytest.mark.requirement("security row 3")
@pytest.mark.parametrize("name", [*INTERVALS])
@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_an_interval_left_out_is_refused(name, count):
    """Eight left out leave the numbers in turn: their count tells."""
    every = parts(INTERVALS[name])
    found = places(every, *RESTARTS)

    assert 15 == len(found)
    for start in (0, 4, 15 - count):
        dropped = without(every, *found[start : start + count])
        assert "pixels.truncated" == refusal(dropped)


@pytest.mark.parametrize("name", [*INTERVALS])
def test_an_interval_too_many_or_out_of_turn_is_refused(name):
    every = parts(INTERVALS[name])
    found = places(every, *RESTARTS)
    swapped = list(every)
    swapped[found[2]], swapped[found[3]] = every[found[3]], every[found[2]]

    assert "pixels.truncated" == refusal(b"".join([*every[:-1], every[found[7]], END]))
    assert "pixels.truncated" == refusal(b"".join(swapped))
    assert "pixels.codestream" == refusal(every[0] + b"\xff\xd0" + b"".join(every[1:]))


GREY_ONE, HALVED = ((1, 0x22),), ((1, 0x22), (2, 0x11), (3, 0x11))
MEANS = Scan((0, 1, 2), 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("process", "components", "scan", "interval", "expected"),
    [
        (0xC0, GREY_ONE, Scan((0,), 0, 63, 0, 0), 1, 4 * 6 - 1),
        (0xC0, HALVED, MEANS, 1, 2 * 3 - 1),
        (0xC0, HALVED, MEANS, 4, 1),
        (0xC0, HALVED, MEANS, 6, 0),
        (0xC0, HALVED, MEANS, 0, 0),
        (0xC2, HALVED, Scan((0,), 1, 63, 0, 0), 1, 4 * 6 - 1),
        (0xC2, HALVED, Scan((1,), 1, 63, 0, 0), 1, 2 * 3 - 1),
        (0xC3, GREY_ONE, Scan((0,), 1, 0, 0, 0), 42, 25 - 1),
        (0xC3, HALVED, MEANS, 21, 13 - 1),
    ],
    ids=[
        "one component", "interleaved", "a rest", "none", "without", "details of one",
        "details of a halved one", "lossless", "lossless interleaved",
    ],
)  # fmt: skip
def test_an_interval_is_counted_in_mcus(process, components, scan, interval, expected):
    """ISO/IEC 10918-1 A.2: 25 x 42 samples; one component alone has no padding to whole MCUs."""
    header = JpegHeader(process, 8, 25, 42, components, is_jfif=False, adobe=-1)

    assert expected == jpeg_scans.restarts(header, scan, interval)


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("is_progressive", [False, True], ids=["sequential", "progressive"])
def test_intervals_as_another_encoder_writes_them(subsampling, is_progressive):
    """Pillow's, of odd sides: of all components together and, in progression, of each alone."""
    pytest.importorskip("PIL", reason="Pyodide has no Pillow")
    from io import BytesIO  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415

    values, stream = np.random.default_rng(1).integers(0, 256, (45, 67, 3), "u1"), BytesIO()
    options = {"subsampling": subsampling, "progressive": is_progressive}
    Image.fromarray(values).save(stream, "JPEG", restart_marker_blocks=4, **options)
    every = parts(stream.getvalue())

    assert values.shape == decode(b"".join(every), values).shape
    assert "pixels.truncated" == refusal(without(every, places(every, *RESTARTS)[-1]), values)


@pytest.mark.requirement("security row 3")
@pytest.mark.parametrize("name", [*APART])
def test_a_component_has_one_scan(name):
    every = parts(APART[name])
    for scan in places(every, SOS):
        twice = b"".join([*every[:scan], every[scan], *every[scan:]])
        assert "pixels.truncated" == refusal(without(every, scan), COLOR)
        assert "pixels.codestream" == refusal(twice, COLOR)


@pytest.mark.requirement("security row 3")
def test_a_progression_goes_down_to_the_last_bit_of_every_coefficient():
    """Each scan left out, and each end before the last scan."""
    found = places(PROGRESSIVE, SOS)

    assert 10 == len(found)
    for scan in found:
        assert "pixels.truncated" == refusal(without(PROGRESSIVE, scan), COLOR)
        assert "pixels.truncated" == refusal(b"".join([*PROGRESSIVE[:scan], END]), COLOR)


@pytest.mark.parametrize("again", range(10))
def test_no_scan_of_a_progression_comes_twice(again):
    scan = places(PROGRESSIVE, SOS)[again]
    twice = b"".join([*PROGRESSIVE[: scan + 1], *PROGRESSIVE[scan:]])

    assert refusal(twice, COLOR) in {"pixels.codestream", "pixels.truncated"}


def progressive(*scans):
    """A codestream of 8 x 8 samples; each scan is (first, last, Ah and Al), with a zero after."""
    head = b"\xff\xd8" + segment(0xC2, pack(">BHHB", 8, 8, 8, 1) + b"\1\x11\0")
    made = [segment(SOS, bytes([1, 1, 0, *each])) + b"\0" for each in scans]
    return b"".join([head, *made, END])


@pytest.mark.parametrize(
    ("scans", "code"),
    [
        ([(0, 0, 0), (1, 63, 0)], ""),
        ([(0, 0, 0), (1, 9, 0)], ""),
        ([(0, 0, 0), (1, 5, 0), (6, 9, 0)], ""),
        ([(0, 0, 1), (1, 63, 2), (1, 63, 0x21), (0, 0, 0x10), (1, 63, 0x10)], ""),
        ([(0, 0, 0)], "pixels.truncated"),
        ([(0, 0, 0), (1, 8, 0)], "pixels.truncated"),
        ([(0, 0, 0), (2, 63, 0)], "pixels.truncated"),
        ([(1, 63, 0)], "pixels.truncated"),
        ([(1, 63, 0), (0, 0, 0)], "pixels.truncated"),
        ([(0, 0, 1), (1, 63, 0)], "pixels.truncated"),
        ([(0, 0, 0), (1, 63, 1)], "pixels.truncated"),
        ([(0, 0, 0), (1, 63, 2), (1, 63, 0x10)], "pixels.truncated"),
        ([(0, 0, 0), (1, 63, 0x10)], "pixels.truncated"),
        ([(0, 0, 0), (1, 63, 2), (1, 63, 0x20)], "pixels.codestream"),
        ([(0, 0, 0), (1, 63, 0), (1, 63, 0)], "pixels.codestream"),
        ([(0, 0, 0), (1, 63, 0), (1, 63, 0x10)], "pixels.codestream"),
        ([(0, 63, 0)], "pixels.codestream"),
        ([(0, 0, 0), (9, 1, 0)], "pixels.codestream"),
        ([(0, 0, 0), (1, 64, 0)], "pixels.codestream"),
    ],
    ids=[
        "all", "first nine", "two bands", "full progression", "means alone", "eight details",
        "not the first", "no means", "details first", "a bit of the means", "a bit of details",
        "a step left out", "no first step", "two bits at once", "a band twice", "a bit twice",
        "means with details", "backwards", "65 coefficients",
    ],
)  # fmt: skip
def test_what_a_progression_must_send(scans, code):
    """G.1.1.1 asks for means and for all bits of what is sent; libjpeg makes up nine details."""
    data = progressive(*scans)
    try:
        jpeg_scans.check(data, jpeg_header.read(data))
        found = ""
    except DiascopeError as error:
        found = error.code

    assert code == found


@pytest.mark.requirement("security row 3")
@pytest.mark.parametrize(
    "stream", [*APART.values(), b"".join(PROGRESSIVE)], ids=[*APART, "progressive"]
)
@pytest.mark.parametrize("bytes_", [b"\0", b"\x11\x22"], ids=bytes.hex)
def test_bytes_of_no_segment_hide_no_cut(stream, bytes_):
    """libjpeg passes over them to the next marker; so a scan cut short was once not seen."""
    every = parts(stream)
    for scan in places(every, SOS):
        half = [*every[:scan], bytes_, cut(every[scan]), *every[scan + 1 :]]
        assert refusal(b"".join(half), COLOR) in SHORT
    first = places(every, SOS)[0]

    assert "pixels.codestream" == refusal(
        b"".join([*every[:first], bytes_, *every[first:]]), COLOR
    )


@pytest.mark.requirement("security row 3")
@pytest.mark.parametrize("name", [*APART])
def test_a_frame_is_one_codestream(name):
    stream = APART[name]

    assert np.array_equal(COLOR, decode(stream + b"\0\xff", COLOR))
    assert np.array_equal(COLOR, decode(stream + b" ", COLOR))
    for rest in (stream, b"\0\0" + stream, b"junk" + END, END):
        assert "pixels.codestream" == refusal(stream + rest, COLOR)


def with_scan_header(at, value):
    """The baseline scans apart, with another byte in the second scan's header."""
    every = parts(APART["baseline"])
    scan = places(every, SOS)[1]
    every[scan] = every[scan][:at] + bytes([value]) + every[scan][at + 1 :]
    return b"".join(every)


def with_segment(marker, body):
    """The intervals, with a segment before the frame header."""
    return INTERVALS["baseline"][:2] + segment(marker, body) + INTERVALS["baseline"][2:]


@pytest.mark.parametrize(
    ("data", "values", "code"),
    [
        (with_scan_header(3, 7), COLOR, "pixels.codestream"),
        (with_scan_header(4, 0), COLOR, "pixels.codestream"),
        (with_scan_header(4, 4), COLOR, "pixels.codestream"),
        (with_scan_header(5, 9), COLOR, "pixels.codestream"),
        (with_scan_header(5, 1), COLOR, "pixels.truncated"),
        (INTERVALS["baseline"].replace(b"\1\x11\0", b"\1\x01\0", 1), GREY, "pixels.codestream"),
        (INTERVALS["baseline"].replace(b"\1\x11\0", b"\1\x15\0", 1), GREY, "pixels.codestream"),
        (with_segment(0xDC, pack(">H", 63)), GREY, "pixels.dimensions"),
        (INTERVALS["baseline"][:-2] + segment(0xFE, b"." + END), GREY, "pixels.truncated"),
        (INTERVALS["baseline"].replace(b"\xff\xd0", b"\xff\xff\0"), GREY, "pixels.codestream"),
        (b"\xff\xd8" + INTERVALS["baseline"], GREY, "pixels.codestream"),
    ],
    ids=[
        "length", "no component", "four components", "an unknown one", "one twice", "no sampling",
        "sampling 5", "other lines", "an end in a comment", "ones and a zero", "two starts",
    ],
)  # fmt: skip
def test_headers_that_contradict_each_other_are_refused(data, values, code):
    assert code == refusal(data, values)


def test_lines_told_again_are_those_of_the_frame_header():
    assert np.array_equal(GREY, decode(with_segment(0xDC, pack(">H", 64)), GREY))


def test_components_of_one_name_are_taken_in_their_order():
    """libjpeg gives them names of its own; a scan of all needs none."""
    stream = imagecodecs.jpeg8_encode(COLOR, level=90)
    frame = stream.index(b"\xff\xc0") + 10
    scan = stream.index(b"\xff\xda") + 5
    header = jpeg_header.read(stream)
    named = header._replace(components=tuple((1, each) for _, each in header.components))
    same = bytearray(stream)
    same[frame : frame + 9 : 3] = same[scan : scan + 6 : 2] = b"\1\1\1"

    jpeg_scans.check(bytes(same), named)
    assert named.components == jpeg_header.read(bytes(same)).components
