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
