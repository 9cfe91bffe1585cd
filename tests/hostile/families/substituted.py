"""Row 4: the attributes that say how large a frame is, with another VR or another size.

Parsers read them differently, which is how sizes come to differ. Standard: PS3.3 C.7.6.3,
PS3.5 6.2.
"""

from struct import pack

from tests.hostile.case import refuse, right
from tests.hostile.seeds import (
    ALLOCATED_TAG,
    CODECS,
    COLUMNS,
    COLUMNS_TAG,
    FRAMES_TAG,
    HIGH_TAG,
    ROWS,
    ROWS_TAG,
    SAMPLES_TAG,
    SIGN_TAG,
    STORED_TAG,
    file,
    truth,
)

ROW = 4
EXPLICIT, BIG, RLE = (
    next(codec for codec in CODECS if codec.name == name) for name in ("explicit", "big", "rle")
)
IMPLICIT = CODECS[0]
ATTRIBUTES = {
    "rows": (ROWS_TAG, ROWS), "columns": (COLUMNS_TAG, COLUMNS), "samples": (SAMPLES_TAG, 1),
    "allocated": (ALLOCATED_TAG, 16), "stored": (STORED_TAG, 12), "high": (HIGH_TAG, 11),
    "sign": (SIGN_TAG, 0),
}  # fmt: skip
CODES = ("part10.pixel_attributes", "malformed.description", "part10.pixel_length")


def cases():
    for codec in (EXPLICIT, BIG, RLE):
        order = ">" if codec is BIG else "<"
        for name, (tag, number) in ATTRIBUTES.items():
            for vr, value in substitutes(number, order).items():
                data = file(codec, changes={tag: (vr.split("_")[0], value)})
                yield refuse(ROW, f"{codec.name}-{name}-as-{vr}", data, *CODES)
    yield from implicit()
    yield from frame_counts()


def substitutes(number, order):
    """The same number, and larger ones, as every other VR would write them."""
    text = f"{number:<2}".encode()
    return {
        "UL": pack(order + "I", number), "SL": pack(order + "i", number),
        "SS": pack(order + "h", number), "UN": pack(order + "H", number),
        "UN_4": pack(order + "I", number), "UV": pack(order + "Q", number),
        "SV": pack(order + "q", -number - 1), "FL": pack(order + "f", number),
        "FD": pack(order + "d", number), "DS": text, "IS": text, "LO": text,
        "OB": pack(order + "H", number), "OW": pack(order + "H", number),
        "AT": pack(order + "HH", number, 0), "UL_huge": pack(order + "I", 0xFFFFFFFF),
        "US_2": pack(order + "HH", number, number), "US_3": pack(order + "3H", *[number] * 3),
        "US_4096": pack(order + "H", number) * 2_048, "SQ": b"",
    }  # fmt: skip


def implicit():
    """Without a VR only the size tells; two bytes are the only right one."""
    for name, (tag, number) in ATTRIBUTES.items():
        for size in (4, 6, 8, 64):
            value = pack("<H", number) + bytes(size - 2)
            data = file(IMPLICIT, changes={tag: ("US", value)})
            yield refuse(ROW, f"implicit-{name}-of-{size}-bytes", data, *CODES)


def frame_counts():
    """Number of Frames is text: as numbers it is none, and absent it is one."""
    for vr, value in (("US", b"\1\0"), ("UL", b"\1\0\0\0"), ("FD", pack("<d", 1.0))):
        data = file(EXPLICIT, changes={FRAMES_TAG: (vr, value)})
        yield refuse(ROW, f"explicit-frames-as-{vr}", data, "part10.pixel_attributes")
    for n, value in enumerate((b"", b"  ", b"1 ", b" 1", b"01", b"0000000001", b"1\0")):
        data = file(EXPLICIT, changes={FRAMES_TAG: ("IS", value)})
        yield right(ROW, f"explicit-one-frame-{n}", data, truth(EXPLICIT))
