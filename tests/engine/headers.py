"""Phantom headers with more elements, read into instances."""

from struct import pack

import numpy as np
import pytest

from diascope.errors import DiascopeError
from tests.support import phantoms
from tests.support.phantoms import LITTLE, Image, ramp
from tests.support.stored_parts import image_of

GREY = ramp((1, 6, 4))
TABLE = np.arange(16, dtype="<u2") * 256


def image(frames=GREY, syntax=phantoms.EXPLICIT, **extra):
    """Parse a phantom with more elements: `_00281050=("DS", "40")`."""
    more = {int(name[1:], 16): value for name, value in extra.items() if name[0] == "_"}
    options = {name: value for name, value in extra.items() if name[0] != "_"}
    return image_of(phantoms.file(Image(frames, syntax, extra=more, **options)))


def refusal(**extra):
    with pytest.raises(DiascopeError) as caught:
        image(**extra)
    return caught.value.code


def lut(first=0, bits=16, entries=TABLE, vr="US", explanation="curve"):
    return (
        LITTLE.element(
            0x00283002, vr, pack("<2H", len(entries), first & 0xFFFF) + pack("<H", bits)
        )
        + LITTLE.element(0x00283003, "LO", explanation)
        + LITTLE.element(0x00283006, "OW", entries.tobytes())
    )


def items(*datasets):
    return "SQ", b"".join(LITTLE.marker(phantoms.ITEM, len(each)) + each for each in datasets)
