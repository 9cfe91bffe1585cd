"""Parts in order are the original, and no part begins where there is doubt."""

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import part10
from diascope.errors import DiascopeError, EngineFault
from diascope.parts import frame_fragments, split
from tests.engine.part10_files import CASES, FILES, FOUR, WHOLE, changed
from tests.support import phantoms
from tests.support.phantoms import EXPLICIT, LITTLE, Image, ramp


@pytest.mark.requirement("INT-02")
@pytest.mark.parametrize("name", list(FILES))
def test_the_parts_in_order_are_the_original(name):
    data = FILES[name]
    parts = split(part10.read(data))

    assert data == b"".join(data[part.start : part.stop] for part in parts)


@pytest.mark.parametrize("name", [name for name in FILES if name not in WHOLE])
def test_a_file_is_cut_into_header_frames_and_trailer(name):
    parts = split(part10.read(FILES[name]))
    kinds = [(part.kind, part.index) for part in parts if part.kind != "trailer"]

    assert [("header", 0), *(("frame", n) for n in range(len(CASES[name].frames)))] == kinds


@pytest.mark.parametrize(("name", "reason"), list(WHOLE.items()), ids=list(WHOLE))
def test_a_file_whose_frames_are_not_certain_stays_whole(name, reason):
    parts = split(part10.read(FILES[name]))

    assert [("whole", 0, reason)] == [(p.kind, p.index, p.whole_reason) for p in parts]


def test_a_file_without_pixels_stays_whole():
    (whole,) = split(part10.read(phantoms.assemble(phantoms.identity())))

    assert "no_pixels" == whole.whole_reason


@pytest.mark.parametrize("tag", [0x7FE00008, 0x7FE00009], ids=["float", "double"])
def test_floating_point_pixels_are_cut_like_others(tag):
    size = 4 if tag == 0x7FE00008 else 8
    pixels = LITTLE.element(tag, "OF" if size == 4 else "OD", bytes(24 * size))
    bits = LITTLE.us(0x00280100, 8 * size)
    described = {"_00280100": bits, f"_{tag:08X}": pixels}
    parts = split(part10.read(changed(drop={0x7FE00010}, **described)))

    assert ["header", "frame"] == [part.kind for part in parts]
    assert 24 * size == parts[1].stop - parts[1].start


def test_pixels_without_a_description_stay_whole():
    (whole,) = split(part10.read(changed(drop={0x00280010})))

    assert "pixel_description" == whole.whole_reason


def test_a_native_frame_part_holds_the_frame_alone():
    data = FILES["frames"]
    frames = [p for p in split(part10.read(data)) if p.kind == "frame"]

    for frame, part in zip(FOUR, frames, strict=True):
        assert frame.tobytes() == data[part.start : part.stop]


def test_a_compressed_frame_part_begins_with_its_item_tag():
    data = FILES["fragments-table"]
    for part in split(part10.read(data))[1:-1]:
        assert b"\xfe\xff\0\xe0" == data[part.start : part.start + 4]


def test_the_header_part_can_be_read_alone():
    for name, data in FILES.items():
        if name in WHOLE:
            continue
        whole = part10.read(data)
        header = split(whole)[0]
        alone = part10.read_header(data[: header.stop])

        assert list(whole.elements)[: len(alone.elements)] == list(alone.elements)
        assert whole.layout == alone.layout


def test_a_header_alone_cannot_be_split():
    with pytest.raises(EngineFault):
        split(part10.read_header(FILES["explicit"]))


def test_an_offset_table_that_lies_falls_back_to_one_fragment_a_frame():
    data = FILES["rle"]
    table = part10.read(data).fragments[0]
    wrong = data[: table.start + 4] + pack("<I", 7) + data[table.start + 8 :]

    assert split(part10.read(data)) == split(part10.read(wrong))


def test_native_pixel_data_have_no_fragments():
    assert frame_fragments(part10.read(FILES["frames"])) is None


def test_an_offset_table_of_an_odd_size_is_not_read():
    three = LITTLE.marker(phantoms.ITEM, 6) + bytes(6)
    items = b"".join(LITTLE.marker(phantoms.ITEM, 2) + b"ab" for _ in range(3))
    value = three + items + LITTLE.marker(phantoms.SEQUENCE_END)
    pixels = LITTLE.element(0x7FE00010, "OB", value, phantoms.UNDEFINED)
    frames = LITTLE.element(0x00280008, "IS", "2")
    data = changed(syntax=phantoms.RLE, _00280008=frames, _7FE00010=pixels)

    assert "fragments" == split(part10.read(data))[0].whole_reason


def test_an_offset_table_that_lies_about_fragments_is_not_believed():
    data = FILES["fragments-table"]
    table = part10.read(data).fragments[0]
    for offset in (0, 7, 0xFFFFFFF0):
        wrong = data[: table.start + 4] + pack("<I", offset) + data[table.start + 8 :]
        (whole,) = split(part10.read(wrong))
        assert "fragments" == whole.whole_reason


@settings(max_examples=300)
@given(st.sampled_from(list(FILES)), st.data())
def test_a_flipped_byte_gives_a_file_or_our_error(name, data):
    original = FILES[name]
    at = data.draw(st.integers(0, len(original) - 1))
    flipped = bytearray(original)
    flipped[at] ^= data.draw(st.integers(1, 255))
    try:
        parts = split(part10.read(bytes(flipped)))
    except DiascopeError:
        return
    assert len(original) == sum(part.stop - part.start for part in parts)


@settings(max_examples=40)
@given(
    st.integers(1, 5), st.integers(1, 9), st.integers(1, 9),
    st.sampled_from([EXPLICIT, phantoms.IMPLICIT, phantoms.BIG, phantoms.RLE]),
)  # fmt: skip
def test_parts_cover_any_shape_of_image(frames, rows, columns, syntax):
    data = phantoms.file(Image(ramp((frames, rows, columns)), syntax))
    parts = split(part10.read(data))

    assert data == b"".join(data[part.start : part.stop] for part in parts)
    assert frames == sum(part.kind == "frame" for part in parts)
