"""An image that stands in memory before each hostile one, and must never come out of it.

Its bytes are one rare value of eight, over and over. A decoder that reads beyond what it was given
would carry it into the picture (security.md, row 3).
"""

from functools import cache

import numpy as np

from diascope.errors import DiascopeError
from tests.support import phantoms
from tests.support.stored_parts import decoded_frames

PATTERN = bytes.fromhex("c4175ae90b3dd286")
SIDE = 64
SYNTAXES = (
    phantoms.EXPLICIT, phantoms.RLE, phantoms.JPEG_LOSSLESS_SV1, phantoms.JPEG_LS,
    phantoms.JPEG_2000_LOSSLESS, phantoms.HTJ2K_LOSSLESS,
)  # fmt: skip


@cache
def files():
    """The canary, once a family of codecs."""
    values = np.frombuffer(PATTERN * (SIDE * SIDE // 4), "<u2").reshape(1, SIDE, SIDE)
    return tuple(phantoms.file(phantoms.Image(values, syntax)) for syntax in SYNTAXES)


def show(data):
    """Decode a canary with the codec that the next file may use: all of them take their turn."""
    try:
        (frame,) = decoded_frames(files()[len(data) % len(files())])
    except DiascopeError as error:
        raise AssertionError("the canary itself does not decode") from error
    assert is_in(frame.values.array)


def is_in(array):
    """Whether eight bytes of the canary stand anywhere in an array, at any offset."""
    plain = array.tobytes()
    return any(PATTERN[at:] + PATTERN[:at] in plain for at in range(0, 8, 2))
