"""The bounded reader: parts are the original, and no file gets past it with a lie."""

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import part10
from diascope.errors import DiascopeError, EngineFault, LimitExceeded, Part10Error
from diascope.limits import Limits
from tests.support import phantoms
from tests.support.phantoms import EXPLICIT, LITTLE, Image, ramp

GREY = ramp((1, 6, 4))
FOUR = ramp((4, 6, 4))
CASES = {
    "explicit": Image(GREY),
    "implicit": Image(GREY, phantoms.IMPLICIT),
    "big": Image(GREY, phantoms.BIG),
    "frames": Image(FOUR),
    "planar": Image(ramp((2, 5, 3, 3), "u1", 8), is_planar=True),
    "odd": Image(ramp((1, 3, 3), "u1", 8), vr="OB"),
    "trailer": Image(FOUR, extra={0xFFFCFFFC: ("OB", bytes(6))}),
    "rle": Image(FOUR, phantoms.RLE),
    "rle-no-table": Image(FOUR, phantoms.RLE, table="none"),
    "rle-extended": Image(FOUR, phantoms.RLE, table="extended"),
    "fragments-table": Image(FOUR, phantoms.JPEG_LS, fragments=3),
    "fragments-one-frame": Image(GREY, phantoms.JPEG_LS, fragments=3, table="none"),
    "fragments-no-table": Image(FOUR, phantoms.JPEG_LS, fragments=3, table="none"),
    "bits-aligned": Image(ramp((3, 4, 4), "u1", 1), bits_allocated=1, vr="OB"),
    "bits-packed": Image(ramp((3, 3, 3), "u1", 1), bits_allocated=1, vr="OB"),
    "bytes-swapped": Image(ramp((2, 3, 3), "u1", 8), phantoms.BIG),
    "deflated": Image(GREY, phantoms.DEFLATED),
}
FILES = {name: phantoms.file(image) for name, image in CASES.items()}
WHOLE = {
    "fragments-no-table": "fragments",
    "bits-packed": "bit_packed",
    "bytes-swapped": "byte_swapped",
    "deflated": "deflated",
}


def refusal(data, limits=None):
    with pytest.raises(DiascopeError) as caught:
        part10.read(data, *([limits] if limits else []))
    return caught.value.code


def changed(drop=(), syntax=EXPLICIT, **elements):
    """The explicit phantom with other elements, by name of the tag in hex: _00280010=bytes."""
    image = phantoms.identity(syntax)
    w = phantoms.writer(syntax)
    numbers = {
        0x00280002: 1, 0x00280010: 6, 0x00280011: 4, 0x00280100: 16, 0x00280101: 12,
        0x00280102: 11, 0x00280103: 0,
    }  # fmt: skip
    image |= {tag: w.us(tag, number) for tag, number in numbers.items()}
    image[0x00280004] = w.element(0x00280004, "CS", "MONOCHROME2")
    image[0x7FE00010] = w.element(0x7FE00010, "OW", GREY.tobytes())
    image |= {int(name[1:], 16): value for name, value in elements.items()}
    return phantoms.assemble({t: v for t, v in image.items() if t not in drop}, syntax)


@pytest.mark.requirement("INT-02")
@pytest.mark.parametrize("name", list(FILES))
def test_the_parts_in_order_are_the_original(name):
    data = FILES[name]
    parts = part10.split(part10.read(data))

    assert data == b"".join(data[part.start : part.stop] for part in parts)


@pytest.mark.parametrize("name", [name for name in FILES if name not in WHOLE])
def test_a_file_is_cut_into_header_frames_and_trailer(name):
    parts = part10.split(part10.read(FILES[name]))
    kinds = [(part.kind, part.index) for part in parts if part.kind != "trailer"]

    assert [("header", 0), *(("frame", n) for n in range(len(CASES[name].frames)))] == kinds


@pytest.mark.parametrize(("name", "reason"), list(WHOLE.items()), ids=list(WHOLE))
def test_a_file_whose_frames_are_not_certain_stays_whole(name, reason):
    parts = part10.split(part10.read(FILES[name]))

    assert [("whole", 0, reason)] == [(p.kind, p.index, p.whole_reason) for p in parts]


def test_a_file_without_pixels_stays_whole():
    (whole,) = part10.split(part10.read(phantoms.assemble(phantoms.identity())))

    assert "no_pixels" == whole.whole_reason


def test_pixels_without_a_description_stay_whole():
    (whole,) = part10.split(part10.read(changed(drop={0x00280010})))

    assert "pixel_description" == whole.whole_reason


def test_a_native_frame_part_holds_the_frame_alone():
    data = FILES["frames"]
    frames = [p for p in part10.split(part10.read(data)) if p.kind == "frame"]

    for frame, part in zip(FOUR, frames, strict=True):
        assert frame.tobytes() == data[part.start : part.stop]


def test_a_compressed_frame_part_begins_with_its_item_tag():
    data = FILES["fragments-table"]
    for part in part10.split(part10.read(data))[1:-1]:
        assert b"\xfe\xff\0\xe0" == data[part.start : part.start + 4]


def test_the_header_part_can_be_read_alone():
    for name, data in FILES.items():
        if name in WHOLE:
            continue
        whole = part10.read(data)
        header = part10.split(whole)[0]
        alone = part10.read_header(data[: header.stop])

        assert whole.dataset == alone.dataset
        assert whole.layout == alone.layout


def test_a_header_alone_cannot_be_split():
    with pytest.raises(EngineFault):
        part10.split(part10.read_header(FILES["explicit"]))


def test_the_uids_are_found():
    found = part10.read(FILES["implicit"])

    assert (phantoms.STUDY, phantoms.SERIES, phantoms.SOP, phantoms.CT_IMAGE) == (
        found.study,
        found.series,
        found.sop,
        found.sop_class,
    )


def test_an_offset_table_that_lies_falls_back_to_one_fragment_a_frame():
    data = FILES["rle"]
    table = part10.read(data).fragments[0]
    wrong = data[: table.start + 4] + pack("<I", 7) + data[table.start + 8 :]

    assert part10.split(part10.read(data)) == part10.split(part10.read(wrong))


def test_native_pixel_data_have_no_fragments():
    assert part10.frame_fragments(part10.read(FILES["frames"])) is None


def test_an_offset_table_of_an_odd_size_is_not_read():
    three = LITTLE.marker(phantoms.ITEM, 6) + bytes(6)
    items = b"".join(LITTLE.marker(phantoms.ITEM, 2) + b"ab" for _ in range(3))
    value = three + items + LITTLE.marker(phantoms.SEQUENCE_END)
    pixels = LITTLE.element(0x7FE00010, "OB", value, phantoms.UNDEFINED)
    frames = LITTLE.element(0x00280008, "IS", "2")
    data = changed(syntax=phantoms.RLE, _00280008=frames, _7FE00010=pixels)

    assert "fragments" == part10.split(part10.read(data))[0].whole_reason


def test_an_offset_table_that_lies_about_fragments_is_not_believed():
    data = FILES["fragments-table"]
    table = part10.read(data).fragments[0]
    for offset in (0, 7, 0xFFFFFFF0):
        wrong = data[: table.start + 4] + pack("<I", offset) + data[table.start + 8 :]
        (whole,) = part10.split(part10.read(wrong))
        assert "fragments" == whole.whole_reason


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


def test_uids_with_other_characters_are_refused():
    data = changed(_00080018=LITTLE.element(0x00080018, "UI", "../../../etc/passwd"))
    with pytest.raises(Part10Error) as caught:
        part10.read(data).sop  # noqa: B018 - the property checks

    assert "part10.uid" == caught.value.code


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
    parts = part10.split(found)

    assert (notice,) == found.notices
    assert data == b"".join(data[part.start : part.stop] for part in parts)


def test_a_deflate_bomb_stops_at_the_limit():
    bomb = phantoms.part10(bytes(2_000_000), phantoms.DEFLATED)

    assert "limit.inflate_ratio" == refusal(bomb)
    assert "limit.inflated_bytes" == refusal(
        bomb, Limits(inflated_bytes=1_500_000, inflate_ratio=10_000)
    )


@pytest.mark.parametrize(
    ("cut", "code"),
    [(-20, "part10.truncated"), (None, "part10.deflate")],
    ids=["truncated", "damaged"],
)
def test_a_broken_deflated_data_set_is_refused(cut, code):
    start = part10.read(FILES["deflated"]).dataset_start
    data = FILES["deflated"][:cut] if cut else FILES["deflated"][:start] + b"\xff" * 40

    assert code == refusal(data)


def test_too_many_elements_are_refused():
    many = b"".join(LITTLE.element(0x00090010 + n, "SH", "ab") for n in range(60))

    assert "limit.elements" == refusal(phantoms.part10(many), Limits(elements=50))


def test_a_file_above_its_limit_is_refused():
    with pytest.raises(LimitExceeded):
        part10.read(FILES["explicit"], Limits(file_bytes=100))


@settings(max_examples=300)
@given(st.sampled_from(list(FILES)), st.data())
def test_a_flipped_byte_gives_a_file_or_our_error(name, data):
    original = FILES[name]
    at = data.draw(st.integers(0, len(original) - 1))
    flipped = bytearray(original)
    flipped[at] ^= data.draw(st.integers(1, 255))
    try:
        parts = part10.split(part10.read(bytes(flipped)))
    except DiascopeError:
        return
    assert len(original) == sum(part.stop - part.start for part in parts)


@given(st.binary(max_size=200))
def test_any_bytes_after_the_meta_information_give_a_value_or_our_error(data):
    for syntax in phantoms.NATIVE:
        try:
            part10.read(phantoms.part10(data, syntax))
        except DiascopeError:
            continue


@settings(max_examples=40)
@given(
    st.integers(1, 5), st.integers(1, 9), st.integers(1, 9),
    st.sampled_from([EXPLICIT, phantoms.IMPLICIT, phantoms.BIG, phantoms.RLE]),
)  # fmt: skip
def test_parts_cover_any_shape_of_image(frames, rows, columns, syntax):
    data = phantoms.file(Image(ramp((frames, rows, columns)), syntax))
    parts = part10.split(part10.read(data))

    assert data == b"".join(data[part.start : part.stop] for part in parts)
    assert frames == sum(part.kind == "frame" for part in parts)
