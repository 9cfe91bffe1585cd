"""The one place where a codec of other people's is called, and where its errors become ours."""

from collections.abc import Callable
from typing import Any

from diascope.errors import PixelDataError

END = b"\xff\xd9"  # EOI of JPEG and JPEG-LS, EOC of JPEG 2000
PADDING = b"\0\xff"  # a zero by PS3.5 A.4; some makers fill with 0xFF


def run(codec: Callable[..., Any], data: bytes, *arguments: Any, **options: Any) -> Any:
    """Return what the codec makes of one codestream.

    Raises:
        PixelDataError: `codec`, it could not.
        MemoryError: there is not enough for this frame.

    Standard: PS3.5 8.2 and Annex A.4.
    """
    try:
        return codec(data, *arguments, **options)
    except MemoryError:
        raise  # not the file's fault
    except Exception as error:  # noqa: BLE001 - every codec has an error class of its own
        raise PixelDataError("codec", type(error).__name__) from None


def check_end(data: bytes) -> None:
    """Look for the end marker at the end of the data.

    libjpeg and OpenJPH fill what is missing from a codestream cut short, and say nothing. One
    byte of any value may follow the end, since the length must be even: one maker adds a space.

    Raises:
        PixelDataError: `truncated`.

    Standard: ISO/IEC 10918-1 B.2.1, 14495-1 C.2.1, 15444-1 A.4.4.
    """
    if not any(each.endswith(END) for each in (data, data.rstrip(PADDING), data[:-1])):
        raise PixelDataError("truncated", "the codestream has no end")


def check_rest(data: bytes, stop: int) -> None:
    """Look at what follows a codestream that ends at `stop`: padding, and no other codestream.

    Raises:
        PixelDataError: `codestream`.

    Standard: PS3.5 A.4.
    """
    if len(data) > stop + 1 and data[stop:].strip(PADDING):
        raise PixelDataError("codestream", "more follows the end of the codestream")
