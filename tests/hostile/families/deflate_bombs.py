"""Row 10: a little that becomes a lot: deflated data sets, JPIP's deflated forms, deflated frames.

A mebibyte of zeros deflates to a block that can stand in a row, so bombs cost nothing to make.
Standard: PS3.5 A.5, A.4.13; RFC 1951.
"""

import zlib
from functools import cache

import numpy as np

from tests.hostile.case import refuse, right
from tests.hostile.seeds import CODECS, encoded, file
from tests.support import phantoms
from tests.support.phantoms import (
    CT_IMAGE,
    DEFLATED,
    DEFLATED_DATASETS,
    LITTLE,
    SOP,
    Image,
    part10,
)

ROW = 10
FRAME = next(codec for codec in CODECS if codec.name == "deflated_frame")
BOMB = ("limit.inflate_ratio", "limit.inflated_bytes")
SMALL = 64  # MiB; with the head of its element, one of so many is larger (ADR 0030)
NAMES = dict(zip(DEFLATED_DATASETS, ("set", "jpip", "jpip_htj2k"), strict=True))


def cases():
    for syntax, name in NAMES.items():
        for mebibytes in (1, 4, 64, 512, 1024, 4096):
            data = meta(syntax) + opening() + zeros(mebibytes)
            codes = BOMB if mebibytes >= SMALL else ("part10.truncated",)
            yield refuse(ROW, f"{name}-{mebibytes}-MiB", data, *codes)
        yield from broken(syntax, name)
    yield from blank()
    yield from nested()
    yield from frames()


@cache
def block():
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(bytes(1 << 20)) + deflater.flush(zlib.Z_FULL_FLUSH)


def zeros(mebibytes):
    """So many mebibytes of zeros, and the end of the stream."""
    return block() * mebibytes + b"\3\0"


def opening():
    """A stored block: the head of an element that asks for four gigabytes."""
    head = LITTLE.element(0x00431010, "OB", b"", 0xFFFFFFFE)
    return (
        b"\0" + len(head).to_bytes(2, "little") + (len(head) ^ 0xFFFF).to_bytes(2, "little") + head
    )


def meta(syntax):
    """Preamble and meta information of a file whose data set follows."""
    group = LITTLE.element(0x00020001, "OB", b"\0\1")
    for tag, uid in ((0x00020002, CT_IMAGE), (0x00020003, SOP), (0x00020010, syntax)):
        group += LITTLE.element(tag, "UI", uid)
    first = LITTLE.element(0x00020000, "UL", len(group).to_bytes(4, "little"))
    return bytes(128) + b"DICM" + first + group


def blank():
    """Nothing deflates as far as an image of nothing: 2.6 MB of 3 KB, and it is right."""
    for shape in ((1, 64, 64), (40, 256, 256)):
        pixels = np.zeros(shape, "u1")
        data = phantoms.file(Image(pixels, DEFLATED))
        yield right(ROW, f"set-blank-{shape[0]}x{shape[1]}x{shape[2]}", data, pixels)


def broken(syntax, name):
    """What inflate itself must refuse."""
    good = part10(LITTLE.us(0x00280010, 5), syntax)
    at = len(meta(syntax))
    made = {
        "empty": b"",
        "zlib_header": zlib.compress(bytes(50)),
        "gzip_header": b"\x1f\x8b\x08" + bytes(20),
        "reserved_block": b"\x07\0",
        "no_end": good[at : at + 4],
        "stored_length": b"\1\5\0\0\0",
        "distance_too_far": b"\x63\0\x82\1\0",
        "noise": bytes(range(1, 200)),
        "ones": b"\xff" * 64,
    }
    for kind, data in made.items():
        codes = ("part10.deflate", "part10.truncated", "part10.vr", "part10.order")
        yield refuse(ROW, f"{name}-{kind}", good[:at] + data, *codes)


def nested():
    """A bomb that inflates to a bomb is inflated once, and then is no data set."""
    inner = meta(DEFLATED) + zeros(64)
    outer = part10(inner, DEFLATED)
    codes = ("part10.vr", "part10.truncated", "part10.order", "part10.length", *BOMB)
    yield refuse(ROW, "a-bomb-in-a-bomb", outer, *codes)


def frames():
    """A frame that inflates to more, or to less, than is described."""
    for mebibytes in (1, 64, 1024):
        data = file(FRAME, streams=(zeros(mebibytes),))
        yield refuse(ROW, f"frame-{mebibytes}-MiB", data, "pixels.length")
    good = encoded(FRAME)[0]
    for length in (0, 1, 2, 10, len(good) // 2, len(good) - 2):
        data = file(FRAME, streams=(good[:length] + b"\0",))
        yield refuse(ROW, f"frame-cut-at-{length}", data, "pixels.truncated", "pixels.codec")
    for name, data in (("twice", good * 2), ("and-more", good + b"PK\3\4")):
        yield refuse(ROW, f"frame-{name}", file(FRAME, streams=(data,)), "pixels.length")
