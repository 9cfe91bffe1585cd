"""Rows 16 and 17: files that are also something else, before the preamble's end or after the set.

The bytes are kept and the reader is told. Standard: PS3.10 7.1, the preamble; PS3.5 7.1.
"""

from diascope.part10 import PREAMBLE_NOTICE, TRAILING_NOTICE
from tests.hostile.case import refuse, right
from tests.hostile.families.signatures import FOREIGN
from tests.hostile.seeds import CODECS, file, plain, truth, values

WITHIN = frozenset(FOREIGN) - {"nifti"}  # whose head begins with a length and is long
EXPLICIT, RLE, J2K, DEFLATED = (
    next(codec for codec in CODECS if codec.name == name)
    for name in ("explicit", "rle", "jpeg_2000_lossless", "deflated")
)


def cases():
    for name in sorted(FOREIGN):
        yield preamble(name)
        yield both(name)
        for codec in (EXPLICIT, RLE, J2K, DEFLATED):
            yield trailing(name, codec)
    yield from odd_preambles()
    yield from ends()


def preamble(name):
    magic = FOREIGN[name][:128]
    data = magic + bytes(128 - len(magic)) + plain()[128:]
    return right(16, f"preamble-{name}", data, values(), PREAMBLE_NOTICE)


def trailing(name, codec):
    """What follows must not read as a next element: it would be one, were it in order."""
    data = file(codec) + FOREIGN[name] + bytes(50)
    return right(17, f"{codec.name}-and-{name}", data, truth(codec), TRAILING_NOTICE)


def both(name):
    magic = FOREIGN[name][:128]
    data = magic + bytes(128 - len(magic)) + plain()[128:] + b"PK\5\6" + bytes(18)
    return right(17, f"both-{name}", data, values(), PREAMBLE_NOTICE, TRAILING_NOTICE)


def odd_preambles():
    for n, bytes_ in enumerate((b"\xff" * 128, b"DICM" * 32, b"A" * 128, bytes(127) + b"\1")):
        data = bytes_ + plain()[128:]
        yield right(16, f"preamble-of-bytes-{n}", data, values(), PREAMBLE_NOTICE)
    for size in (0, 1, 64, 127, 129, 256):
        data = bytes(size) + plain()[128:]
        yield refuse(16, f"preamble-of-length-{size}", data, "part10.no_preamble")
    yield refuse(16, "a-file-in-a-file", b"DICM" + plain(), "part10.no_preamble")


def ends():
    for size in (1, 2, 7, 8, 1_000, 1 << 20):
        data = plain() + bytes(size)
        yield right(17, f"{size}-zeros-after", data, values(), TRAILING_NOTICE)
    data = plain() + plain()
    yield right(17, "a-file-after-a-file", data, values(), TRAILING_NOTICE)
    data = plain({0xFFFCFFFC: ("OB", b"%PDF-1.7" + bytes(100))})
    yield right(17, "padding-that-holds-a-pdf", data, values())
    assert WITHIN
