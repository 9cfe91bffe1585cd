"""A frame's bytes are the same from its own part and from the whole file."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import frames, instance, part10
from diascope.errors import DiascopeError, PixelDataError
from diascope.parts import split
from tests.support import phantoms
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import encoded_frame, image_of, parts_of, verified

FOUR = ramp((4, 6, 4))
SPLIT = {
    "explicit": Image(FOUR),
    "implicit": Image(FOUR, phantoms.IMPLICIT),
    "rle": Image(FOUR, phantoms.RLE),
    "fragments": Image(FOUR, phantoms.JPEG_LS, fragments=3),
    "one frame in fragments": Image(FOUR[:1], phantoms.JPEG_LS, fragments=5, table="none"),
}


@pytest.mark.parametrize("name", list(SPLIT))
def test_part_and_whole_give_the_same_frame(name):
    data = phantoms.file(SPLIT[name])
    image, parts, whole = image_of(data), parts_of(data), verified("whole", 0, data)

    for n in range(image.pixels.frames):
        from_part = frames.from_part(image, parts[n + 1], n)
        assert (n, from_part.data) == (from_part.index, frames.from_whole(image, whole, n).data)


@pytest.mark.parametrize("syntax", [phantoms.JPEG_LS, phantoms.JPEG_2000_LOSSLESS])
def test_fragments_without_a_table_are_joined_by_their_codestreams(syntax):
    joined = phantoms.file(Image(FOUR, syntax))
    loose = phantoms.file(Image(FOUR, syntax, fragments=3, table="none"))
    image, whole = image_of(loose), verified("whole", 0, loose)

    assert "whole" == split(part10.read(loose))[0].kind
    for n, part in enumerate(parts_of(joined)[1:5]):
        expected = frames.from_part(image_of(joined), part, n).data
        assert expected.rstrip(b"\0") == frames.from_whole(image, whole, n).data.rstrip(b"\0")


def test_packed_bits_begin_anew_with_each_frame():
    """PS3.5 8.1.1: frames of one bit a pixel follow each other without padding."""
    values = ramp((5, 3, 3), "u1", 1)
    data = phantoms.file(Image(values, bits_allocated=1, vr="OB"))
    image, (whole,) = image_of(data), parts_of(data)

    for n, frame in enumerate(values):
        bits = int.from_bytes(frames.from_whole(image, whole, n).data, "little")
        assert frame.reshape(-1).tolist() == [bits >> k & 1 for k in range(9)]


def test_fragments_that_tell_no_frames_apart_are_refused():
    image = Image(FOUR, phantoms.RLE, table="none", encoded=(b"ab" * 40,) * 4, fragments=3)
    data = phantoms.file(image)
    with pytest.raises(PixelDataError) as refusal:
        frames.from_whole(image_of(data), verified("whole", 0, data), 0)

    assert "pixels.boundaries" == refusal.value.code


@pytest.mark.requirement("security row 1")
@pytest.mark.parametrize("table", ["basic", "none"])
@pytest.mark.parametrize("stream", [(), (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(20),) * 4])
def test_more_codestreams_than_frames_are_refused(table, stream):
    """A decoder would show any one of them."""
    changes = {0x00280008: ("IS", "1")}
    image = Image(FOUR, phantoms.JPEG_LS, table=table, extra=changes, encoded=stream)
    data = phantoms.file(image)
    with pytest.raises(PixelDataError) as refusal:
        frames.from_whole(image_of(data), verified("whole", 0, data), 0)

    assert "pixels.boundaries" == refusal.value.code


@pytest.mark.parametrize("index", [-1, 4, 2**40])
def test_a_frame_that_is_not_there_is_refused(index):
    data = phantoms.file(SPLIT["explicit"])
    for cut in (frames.from_part, frames.from_whole):
        with pytest.raises(PixelDataError) as refusal:
            cut(image_of(data), verified("whole", 0, data), index)
        assert "pixels.index" == refusal.value.code


def test_an_instance_without_pixels_has_no_frame():
    data = phantoms.assemble(phantoms.identity())
    with pytest.raises(PixelDataError) as refusal:
        frames.from_whole(image_of(data), verified("whole", 0, data), 0)

    assert "pixels.none" == refusal.value.code


def test_a_whole_file_that_holds_other_pixels_than_its_instance_is_refused():
    described = image_of(phantoms.file(SPLIT["explicit"]))
    empty = phantoms.assemble(phantoms.identity())
    with pytest.raises(PixelDataError):
        frames.from_whole(described, verified("whole", 0, empty), 0)


def test_an_instance_may_claim_more_frames_than_the_whole_file_holds():
    data = phantoms.file(Image(FOUR, phantoms.RLE))
    image = image_of(data)
    claimed = replace(image, pixels=replace(image.pixels, frames=9))
    with pytest.raises(DiascopeError):
        frames.from_whole(claimed, verified("whole", 0, data), 8)


@given(st.binary(max_size=80))
def test_any_bytes_as_a_frame_part_give_bytes_or_our_error(data):
    image = instance.parse(parts_of(phantoms.file(SPLIT["rle"]))[0])
    try:
        assert len(encoded_frame(image, [None, verified("frame", 0, data)], 0).data) < len(data)
    except DiascopeError:
        return
