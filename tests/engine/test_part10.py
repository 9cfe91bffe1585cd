"""The bounded reader: parts are the original, and no file gets past it with a lie."""

import operator
import tracemalloc
from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import part10
from diascope.errors import DiascopeError, LimitExceeded, Part10Error
from diascope.limits import Limits
from diascope.parts import split
from tests.engine.part10_files import FILES, FOUR, GREY, changed
from tests.support import phantoms
from tests.support.phantoms import EXPLICIT, LITTLE, Image, ramp


def refusal(data, limits=None):
    with pytest.raises(DiascopeError) as caught:
        part10.read(data, *([limits] if limits else []))
    return caught.value.code


def test_the_uids_are_found():
    found = part10.read(FILES["implicit"])

    assert (phantoms.STUDY, phantoms.SERIES, phantoms.SOP, phantoms.CT_IMAGE) == (
        found.study,
        found.series,
        found.sop,
        found.sop_class,
    )


@pytest.mark.parametrize("name", list(FILES))
def test_a_truncated_file_never_yields_pixels(name):
    """Cut between two elements, a file is a shorter valid one; it has no picture then."""
    data = FILES[name]
    end = part10.read(data).pixels.stop if name != "deflated" else len(data) - 1
    for length in range(min(end, len(data))):
        try:
            found = part10.read(data[:length])
        except Part10Error:
            continue
        assert found.pixels is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "part10.no_preamble"),
        (b"\x89PNG" + bytes(300), "part10.no_preamble"),
        (FILES["explicit"][128:], "part10.no_preamble"),
        (FILES["explicit"][132 + 12 :], "part10.no_preamble"),
        (bytes(128) + b"DICM" + LITTLE.element(0x00020010, "UI", EXPLICIT), "part10.meta_length"),
        (FILES["explicit"].replace(b"UL\4\0", b"UL\4\0\xff\xff", 1), "limit.meta_bytes"),
        (phantoms.part10(b"", ""), "part10.transfer_syntax"),
        (phantoms.part10(b"", "1.2.../x"), "part10.uid"),
        (
            changed(_00280010=LITTLE.element(0x00280010, "UL", pack("<I", 6))),
            "part10.pixel_attributes",
        ),
        (changed(_00280010=LITTLE.element(0x00280010, "DS", "6 ")), "part10.pixel_attributes"),
        (changed(_00280010=LITTLE.us(0x00280010, 6, 6)), "part10.pixel_attributes"),
        (changed(_00280010=LITTLE.us(0x00280010, 0)), "part10.pixel_attributes"),
        (changed(_00280010=LITTLE.us(0x00280010, 7)), "part10.pixel_length"),
        (changed(_00280008=LITTLE.element(0x00280008, "IS", "2")), "part10.pixel_length"),
        (changed(_00280008=LITTLE.element(0x00280008, "IS", "0")), "part10.pixel_attributes"),
        (changed(_00280008=LITTLE.element(0x00280008, "IS", "-1")), "part10.pixel_attributes"),
        (
            changed(_00280008=LITTLE.element(0x00280008, "IS", "9" * 10_000)),
            "part10.pixel_attributes",
        ),
        (changed(_00280008=LITTLE.element(0x00280008, "IS", "2147483647")), "limit.frames"),
        (
            changed(
                _00280010=LITTLE.us(0x00280010, 65_535), _00280011=LITTLE.us(0x00280011, 65_535)
            ),
            "limit.frame_bytes",
        ),
        (changed(_00280001=LITTLE.us(0x00280010, 1)), "part10.order"),
        (changed(_7FE00009=LITTLE.element(0x7FE00009, "OD", bytes(48))), "part10.order"),
        (changed(_7FE00010=LITTLE.element(0x7FE00010, "OW", b"", 0xFFFFFFF0)), "part10.truncated"),
        (
            changed(_7FE00010=LITTLE.element(0x7FE00010, "OB", b"", 0xFFFFFFFF)),
            "part10.undefined_length",
        ),
        (changed(syntax=phantoms.RLE), "part10.fragments"),
        (
            phantoms.file(Image(GREY, phantoms.RLE, encoded=())).replace(
                b"\xfe\xff\0\xe0", b"\xfe\xff\1\xe0"
            ),
            "part10.fragments",
        ),
        (
            changed(
                syntax=phantoms.RLE,
                _7FE00010=LITTLE.element(
                    0x7FE00010,
                    "OB",
                    LITTLE.marker(0xFFFEE000) + LITTLE.marker(0xFFFEE0DD),
                    0xFFFFFFFF,
                ),
            ),
            "part10.pixel_length",
        ),
        (changed(drop={0x7FE00010}) + bytes(16), "part10.vr"),
    ],
    ids=[
        "empty",
        "png",
        "no preamble",
        "no meta",
        "no group length",
        "group length 4G",
        "no syntax",
        "syntax is no uid",
        "rows as UL",
        "rows as DS",
        "two rows",
        "no rows",
        "rows too many",
        "frames too many",
        "frames 0",
        "frames -1",
        "frames of 10,000 digits",
        "frames 2^31-1",
        "frame of 4 GB",
        "order",
        "two pixel data",
        "pixel data 4 GB",
        "native undefined",
        "compressed in one run",
        "no items",
        "no fragment",
        "junk after the last element",
    ],
)
def test_a_lie_is_refused(data, code):
    assert code == refusal(data)


@pytest.mark.requirement("security row 4")
@pytest.mark.parametrize("vr", ["SQ", "UL", "OB"])
def test_an_empty_size_of_another_vr_is_refused_not_taken_for_absent(vr):
    data = changed(_00280010=LITTLE.element(0x00280010, vr, b""))

    assert "part10.pixel_attributes" == refusal(data)


def test_uids_with_other_characters_are_refused():
    data = changed(_00080018=LITTLE.element(0x00080018, "UI", "../../../etc/passwd"))
    with pytest.raises(Part10Error) as caught:
        part10.read(data).sop  # noqa: B018 - the property checks

    assert "part10.uid" == caught.value.code


def test_swapped_bytes_of_odd_length_are_refused():
    """PS3.5 A.3: in OW of eight bits the bytes of each pair are swapped; one alone has no pair."""
    odd = phantoms.writer(phantoms.BIG).element(0x7FE00010, "OW", bytes(10), 9)[:-1]
    numbers = {0x00280010: 3, 0x00280011: 3, 0x00280100: 8, 0x00280101: 8, 0x00280102: 7}
    w = phantoms.writer(phantoms.BIG)
    small = {f"_{tag:08X}": w.us(tag, number) for tag, number in numbers.items()}

    assert "part10.pixel_length" == refusal(changed(syntax=phantoms.BIG, _7FE00010=odd, **small))


def test_half_sampled_colour_of_full_length_is_ambiguous_and_refused():
    image = Image(ramp((1, 4, 4, 3), "u1", 8), photometric="YBR_FULL_422")

    assert "part10.pixel_length" == refusal(phantoms.file(image))


@pytest.mark.parametrize(
    ("data", "notice"),
    [
        (
            phantoms.assemble(phantoms.identity(), preamble=b"MZ" + bytes(126)),
            part10.PREAMBLE_NOTICE,
        ),
        (FILES["explicit"] + b"PK\3\4" + bytes(40), part10.TRAILING_NOTICE),
        (FILES["implicit"] + b"%PDF-1.7 and the rest", part10.TRAILING_NOTICE),
        (FILES["deflated"] + b"%PDF-1.7 and the rest", part10.TRAILING_NOTICE),
        (FILES["rle"] + b"\0", part10.TRAILING_NOTICE),
        (
            changed(_7FE00010=LITTLE.element(0x7FE00010, "OW", GREY.tobytes() + bytes(4))),
            part10.SURPLUS_NOTICE,
        ),
    ],
    ids=["preamble", "zip", "pdf", "pdf after deflated", "one byte", "surplus"],
)
def test_what_is_odd_is_said_and_kept(data, notice):
    found = part10.read(data)
    parts = split(found)

    assert (notice,) == found.notices
    assert data == b"".join(data[part.start : part.stop] for part in parts)


def test_a_header_alone_says_that_there_are_more_pixels_than_it_describes():
    data = changed(_7FE00010=LITTLE.element(0x7FE00010, "OW", GREY.tobytes() + bytes(4)))
    header = data[: split(part10.read(data))[0].stop]

    assert (part10.SURPLUS_NOTICE,) == part10.read_header(header).notices


@pytest.mark.requirement("security row 10")
def test_a_deflate_bomb_costs_no_memory():
    """It is counted before anything is kept."""
    bomb = phantoms.part10(bytes((64 << 20) + 1), phantoms.DEFLATED)
    tracemalloc.start()
    try:
        assert "limit.inflate_ratio" == refusal(bomb)
        assert 16 << 20 > tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.requirement("security row 17")
def test_bytes_after_the_data_set_are_said_where_a_reader_is_told():
    """Only the whole shows them, so such a file is one part, and its header says it."""
    data = FILES["explicit"] + b"PK\3\4" + bytes(40)
    (whole,) = split(part10.read(data))

    assert ("whole", "trailing") == (whole.kind, whole.whole_reason)
    assert (part10.TRAILING_NOTICE,) == part10.read_header(data).notices


def test_a_deflate_bomb_stops_at_the_limit():
    bomb = phantoms.part10(bytes(2_000_000), phantoms.DEFLATED)

    assert "limit.inflate_ratio" == refusal(bomb, Limits(unrated_bytes=1_500_000))
    assert "limit.inflated_bytes" == refusal(bomb, Limits(inflated_bytes=1_500_000))


def test_a_blank_image_may_be_deflated_as_far_as_it_goes():
    """ADR 0030: 40 blank segments of 64 KiB take less than 3 KB."""
    data = phantoms.file(Image(np.zeros((40, 256, 256), "u1"), phantoms.DEFLATED))

    assert 3_000 > len(data)
    assert (40, 256, 256) == operator.itemgetter(4, 0, 1)(part10.read(data).layout)


def test_a_large_deflated_data_set_has_a_ratio():
    """65 MiB of 300 KB, most of which do not deflate."""
    noise = np.random.default_rng(7).integers(0, 256, 240_000, dtype="u1").tobytes()
    bomb = phantoms.part10(noise + bytes(65 << 20), phantoms.DEFLATED)

    assert 290_000 < len(bomb) < 320_000
    assert "limit.inflate_ratio" == refusal(bomb)


@pytest.mark.parametrize("text", ["+4", " +4 ", "+004", "4 "])
def test_a_number_of_frames_may_have_a_sign(text):
    """PS3.5 6.2, VR IS: an optional leading plus."""
    data = phantoms.file(Image(FOUR, extra={0x00280008: ("IS", text)}))

    assert 4 == part10.read(data).layout.frames


@pytest.mark.parametrize("text", ["++4", "-4", "+", "+-4", "4+", "+0", "+000000000004", "+ 4"])
def test_a_number_of_frames_that_is_none_is_refused(text):
    data = phantoms.file(Image(FOUR, extra={0x00280008: ("IS", text)}))

    assert "part10.pixel_attributes" == refusal(data)


@pytest.mark.parametrize(
    ("cut", "code"),
    [(-20, "part10.truncated"), (None, "part10.deflate")],
    ids=["truncated", "damaged"],
)
def test_a_broken_deflated_data_set_is_refused(cut, code):
    damaged = phantoms.part10(b"", phantoms.DEFLATED)[:-2] + b"\xff" * 40
    data = FILES["deflated"][:cut] if cut else damaged

    assert code == refusal(data)


def test_too_many_elements_are_refused():
    many = b"".join(LITTLE.element(0x00090010 + n, "SH", "ab") for n in range(60))

    assert "limit.elements" == refusal(phantoms.part10(many), Limits(elements=50))


def test_a_file_above_its_limit_is_refused():
    with pytest.raises(LimitExceeded):
        part10.read(FILES["explicit"], Limits(file_bytes=100))


@given(st.binary(max_size=200))
def test_any_bytes_after_the_meta_information_give_a_value_or_our_error(data):
    for syntax in phantoms.NATIVE:
        try:
            part10.read(phantoms.part10(data, syntax))
        except DiascopeError:
            continue
