"""The door to other people's codecs: their errors become ours, a lack of memory stays one."""

import pytest

from diascope.decode import codec
from diascope.errors import PixelDataError


def failing(error):
    def decode(_):
        raise error

    return decode


@pytest.mark.parametrize("error", [ValueError("Doe^Jane"), RuntimeError(), OSError()], ids=repr)
def test_a_codecs_error_becomes_ours_without_its_words(error):
    with pytest.raises(PixelDataError) as caught:
        codec.run(failing(error), b"")

    assert ("pixels.codec", type(error).__name__) == (caught.value.code, caught.value.detail)


def test_too_little_memory_is_not_a_damaged_file():
    with pytest.raises(MemoryError):
        codec.run(failing(MemoryError()), b"")


@pytest.mark.parametrize("after", [b"", b"\0", b"\xff", b"\0\0\xff", b" "], ids=bytes.hex)
def test_a_codestream_may_be_followed_by_padding(after):
    """PS3.5 A.4: a fragment has an even length; the byte that makes it so is not always zero."""
    codec.check_end(b"\xff\xd8 ..\xff\xd9" + after)


@pytest.mark.parametrize("after", [b"x ", b"  ", b"\xff\xd8"], ids=bytes.hex)
def test_a_codestream_without_an_end_is_not_filled(after):
    with pytest.raises(PixelDataError, match="no end"):
        codec.check_end(b"\xff\xd8 ..\xff\xd9" + after)


@pytest.mark.parametrize("after", [b"", b"\0", b"\xff\xff\0", b" "], ids=bytes.hex)
def test_padding_may_follow_the_place_where_a_codestream_ends(after):
    codec.check_rest(b"..\xff\xd9" + after, 4)


@pytest.mark.requirement("security row 3")
@pytest.mark.parametrize("after", [b"\xff\xd8\xff\xd9", b"\0\xff\xd9", b"  "], ids=bytes.hex)
def test_nothing_else_may_follow_it(after):
    """ADR 0025: one frame is one codestream."""
    with pytest.raises(PixelDataError, match="more follows") as caught:
        codec.check_rest(b"..\xff\xd9" + after, 4)

    assert "pixels.codestream" == caught.value.code
