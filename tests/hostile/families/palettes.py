"""Row 5, palettes: tables that do not fit their descriptor, and images that do not fit the table.

Standard: PS3.3 C.7.6.3.1.5 and C.7.6.3.1.6.
"""

from struct import pack

import numpy as np

from tests.hostile.case import refuse, right
from tests.support import phantoms
from tests.support.phantoms import Image, ramp

ROW = 5
FIRST_DESCRIPTOR, FIRST_DATA = 0x00281101, 0x00281201
INDICES = ramp((1, 24, 20), "u1", 8)
WIDE = ramp((1, 24, 20), "u2", 16)
BROKEN = ("malformed.table", "photometric.palette")


def cases():
    yield from descriptors()
    yield from missing()
    yield from beyond()
    yield large()


def entries(count, bits=16):
    values = np.arange(count, dtype="u4") * 257 % 65_536
    return values.astype("<u2" if bits > 8 else "u1").tobytes()


def file(frames, descriptor, data, *, planes=(0, 1, 2), model="PALETTE COLOR", **extra):
    tables = {FIRST_DESCRIPTOR + n: ("US", pack("<3H", *descriptor)) for n in planes}
    tables |= {FIRST_DATA + n: ("OW", data) for n in planes}
    tables |= {int(name[1:], 16): value for name, value in extra.items()}
    return phantoms.file(Image(frames, photometric=model, extra=tables))


def descriptors():
    """The descriptor asks for other data than there are."""
    for count in (0, 1, 2, 16, 255, 257, 4096, 65_535):
        for held in (0, 2, 100, 256, 65_536):
            if held != (count or 65_536):
                data = file(INDICES, (count, 0, 16), entries(held))
                yield refuse(ROW, f"palette-{count}-entries-{held}-held", data, *BROKEN)
    for bits in (0, 1, 7, 17, 24, 32, 255, 65_535):
        data = file(INDICES, (256, 0, bits), entries(256))
        yield refuse(ROW, f"palette-of-{bits}-bits", data, *BROKEN)
    for size in (0, 2, 4, 8, 600):
        extra = {f"_{FIRST_DESCRIPTOR:08x}": ("US", bytes(size))}
        data = file(INDICES, (256, 0, 16), entries(256), **extra)
        yield refuse(ROW, f"palette-descriptor-of-{size}-bytes", data, *BROKEN)


def missing():
    for planes in ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2)):
        data = file(INDICES, (256, 0, 16), entries(256), planes=planes)
        name = "".join(map(str, planes)) or "none"
        yield refuse(ROW, f"palette-only-{name}", data, *BROKEN)


def beyond():
    """Values outside the table take its first or last entry: PS3.3 C.7.6.3.1.5."""
    for count in (1, 2, 3, 16, 255):
        for first in (0, 1, 200, 32_767, 65_535):
            data = file(INDICES, (count, first, 16), entries(count))
            yield right(ROW, f"palette-{count}-entries-from-{first}", data, INDICES)
    for first in (0, 40_000, 65_535):
        data = file(WIDE, (16, first, 16), entries(16))
        yield right(ROW, f"palette-wide-from-{first}", data, WIDE)
    data = file(WIDE, (0, 0, 16), entries(65_536))
    yield right(ROW, "palette-of-65536-entries", data, WIDE)


def large():
    """The largest table under four megapixels: what Orthanc multiplied into 32 bits."""
    frames = np.tile(np.arange(65_536, dtype="u2"), 64).reshape(1, 2048, 2048)
    return right(
        ROW, "palette-65536-large-frame", file(frames, (0, 0, 16), entries(65_536)), frames
    )
