"""Structure-aware mutations of valid files: the same bytes for the same seed and number.

What is changed is what parsers trust: lengths, tags, VRs, item and delimiter tags, the fields of
codestream headers; and now and then any byte at all.
"""

import random
from functools import cache
from struct import pack

from tests.hostile.families.nesting import undefined
from tests.hostile.seeds import CODECS, file
from tests.support import phantoms
from tests.support.phantoms import LITTLE, Image, ramp

TOKENS = (
    b"\xff\xff\xff\xff",
    b"\xfe\xff\xff\xff",
    b"\0\0\0\x80",
    b"\xff\xff\xff\x7f",
    b"\0\0\0\0",
    b"\xfe\xff\x00\xe0",
    b"\xfe\xff\x0d\xe0\0\0\0\0",
    b"\xfe\xff\xdd\xe0\0\0\0\0",
    b"\xfe\xff\x00\xe0\xff\xff\xff\xff",
    b"\xe0\x7f\x10\0OW\0\0",
    b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff",
    b"\x28\0\x10\0US\2\0\xff\xff",
    b"\x28\0\x08\0IS\2\x0099",
    b"\x02\0\x10\0UI",
    b"DICM",
    b"\xff\xff",
    b"\xff\xd8",
    b"\xff\xd9",
    b"\xff\xda",
    b"\xff\xc0\0\x0b",
    b"\xff\x4f\xff\x51",
    b"\xff\x90\0\x0a",
    b"\xff\x93",
    b"\xff\xf7",
    b"1e400",
    b"-1",
    b"\\\\\\\\",
    b"\x1b$B",
    b"nan",
    b"\x80",
    b"\x7f",
)
VRS = tuple(
    vr.encode()
    for vr in (
        *[
            "AE",
            "AS",
            "AT",
            "CS",
            "DA",
            "DS",
            "DT",
            "FD",
            "FL",
            "IS",
            "LO",
            "LT",
            "PN",
            "SH",
            "SL",
            "SS",
            "ST",
            "TM",
            "UI",
            "UL",
            "US",
        ],
        *sorted(phantoms.LONG_VRS),
        "??",
    )
)
MARKERS = (
    b"\xff\xc0",
    b"\xff\xc1",
    b"\xff\xc2",
    b"\xff\xc3",
    b"\xff\xf7",
    b"\xff\x51",
    b"\xff\x52",
    b"\xff\x5c",
    b"\xff\x90",
    b"\xff\xda",
    b"\xff\xc4",
    b"\xff\xdb",
)


@cache
def seeds():
    """Small valid files: every codec, nested sequences, tables, colour, several frames."""
    made = [file(codec) for codec in CODECS]
    made += [file(codec, 3) for codec in CODECS if not codec.is_lossy]
    made += [undefined(0x0040A730, depth, "SQ") for depth in (1, 3, 30)]
    made += [lut(0x00283010), lut(0x00283000), palette(), windows(), marked(), enhanced()]
    made += [phantoms.file(Image(ramp((1, 8, 6, 3), "u1", 8), syntax)) for syntax in COLOR]
    return tuple(made)


COLOR = (phantoms.EXPLICIT, phantoms.RLE, phantoms.JPEG_BASELINE, phantoms.JPEG_2000_LOSSLESS)


def lut(tag):
    item = LITTLE.us(0x00283002, 256, 0, 16) + LITTLE.element(
        0x00283006, "OW", bytes(range(256)) * 2
    )
    return file(CODECS[1], changes={tag: ("SQ", LITTLE.marker(phantoms.ITEM, len(item)) + item)})


def palette():
    tables = {0x00281101 + n: ("US", pack("<3H", 256, 0, 16)) for n in range(3)}
    tables |= {0x00281201 + n: ("OW", bytes(range(256)) * 2) for n in range(3)}
    frames = ramp((1, 8, 6), "u1", 8)
    return phantoms.file(Image(frames, photometric="PALETTE COLOR", extra=tables))


def windows():
    texts = {
        0x00281050: ("DS", "40\\100"),
        0x00281051: ("DS", "400\\50"),
        0x00281053: ("DS", "1.5"),
        0x00281052: ("DS", "-1024"),
        0x00281055: ("LO", "a\\b"),
        0x00100010: ("PN", "Doe^J=\x1b$B"),
        0x00080005: ("CS", "\\ISO 2022 IR 87"),
        0x00280030: ("DS", "0.5\\0.5"),
        0x00200032: ("DS", "0\\0\\0"),
        0x00200037: ("DS", "1\\0\\0\\0\\1\\0"),
    }
    return file(CODECS[1], changes=texts)


def marked():
    """An overlay, and shutters of each shape."""
    marks = {
        0x60000010: ("US", pack("<H", 24)),
        0x60000011: ("US", pack("<H", 20)),
        0x60000040: ("CS", "G"),
        0x60000050: ("SS", pack("<2h", 1, 1)),
        0x60000100: ("US", pack("<H", 1)),
        0x60000102: ("US", pack("<H", 0)),
        0x60003000: ("OW", bytes(range(60))),
        0x00181600: ("CS", "RECTANGULAR\\CIRCULAR\\POLYGONAL"),
        0x00181602: ("IS", "2"),
        0x00181604: ("IS", "18"),
        0x00181606: ("IS", "2"),
        0x00181608: ("IS", "20"),
        0x00181610: ("IS", "12\\10"),
        0x00181612: ("IS", "9"),
        0x00181620: ("IS", "1\\1\\1\\20\\24\\10"),
        0x00181622: ("US", pack("<H", 0)),
    }
    return file(CODECS[1], changes=marks)


def enhanced():
    """Three frames with functional groups: position, rescale and window of each."""
    frames = [
        LITTLE.sequence(0x00209113, LITTLE.element(0x00200032, "DS", f"0\\0\\{n}"))
        + LITTLE.sequence(0x00289132, WINDOW)
        + LITTLE.sequence(0x00289145, RESCALE)
        for n in range(3)
    ]
    shared = LITTLE.sequence(0x00209116, LITTLE.element(0x00200037, "DS", "1\\0\\0\\0\\1\\0"))
    shared += LITTLE.sequence(0x00289110, LITTLE.element(0x00280030, "DS", "0.5\\0.5"))
    tags = {0x52009229: LITTLE.sequence(0x52009229, shared)}
    tags[0x52009230] = LITTLE.sequence(0x52009230, *frames)
    return file(CODECS[1], 3, {tag: ("SQ", whole[12:]) for tag, whole in tags.items()})


WINDOW = LITTLE.element(0x00281050, "DS", "40") + LITTLE.element(0x00281051, "DS", "400")
RESCALE = LITTLE.element(0x00281052, "DS", "-1024") + LITTLE.element(0x00281053, "DS", "1")


def mutated(seed, number):
    """Execution `number` of a run with this seed: (index of the file it began as, its bytes)."""
    chance = random.Random(f"{seed}:{number}")
    index = chance.randrange(len(seeds()))
    data = bytearray(seeds()[index])
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        chance.choice(MUTATIONS)(data, chance)
        if not data:
            break
    return index, bytes(data)


def place(data, chance):
    """Any place, but seldom in the preamble."""
    return chance.randrange(min(128, len(data)) if len(data) > 256 else 0, len(data))


def flip(data, chance):
    data[place(data, chance)] ^= 1 << chance.randrange(8)


def byte(data, chance):
    data[place(data, chance)] = chance.choice(
        (0, 1, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256))
    )


def token(data, chance):
    at, new = place(data, chance), chance.choice(TOKENS)
    data[at : at + (len(new) if chance.random() < 0.7 else 0)] = new


def cut(data, chance):
    del data[place(data, chance) :]


def take_out(data, chance):
    at = place(data, chance)
    del data[at : at + chance.choice((1, 2, 4, 8, 20, 100))]


def repeat(data, chance):
    at, size = place(data, chance), chance.choice((1, 2, 8, 12, 30, 200))
    data[at:at] = data[at : at + size] * chance.choice((1, 1, 2, 50))


def swap_vr(data, chance):
    """Another VR where one stands."""
    start = place(data, chance)
    for at in range(start, min(start + 400, len(data) - 2)):
        if bytes(data[at : at + 2]) in VRS:
            data[at : at + 2] = chance.choice(VRS)
            return


def change_length(data, chance):
    """Another length behind a VR."""
    start = place(data, chance)
    for at in range(start, min(start + 400, len(data) - 8)):
        if bytes(data[at : at + 2]) in VRS:
            by = chance.choice((-2, -1, 1, 2, 100, 60_000))
            old = int.from_bytes(data[at + 2 : at + 4], "little")
            data[at + 2 : at + 4] = ((old + by) % 65_536).to_bytes(2, "little")
            return


def patch_codestream(data, chance):
    """A byte or two of a codestream's marker segments."""
    at = data.find(chance.choice(MARKERS), 300)
    if at > 0 and at + 24 < len(data):
        data[at + 2 + chance.randrange(20)] = chance.choice((0, 1, 2, 255, chance.randrange(256)))


def splice(data, chance):
    """The rest of another seed from some place on."""
    other = seeds()[chance.randrange(len(seeds()))]
    data[place(data, chance) :] = other[chance.randrange(128, len(other)) :]


MUTATIONS = (
    flip,
    byte,
    token,
    cut,
    take_out,
    repeat,
    swap_vr,
    change_length,
    patch_codestream,
    patch_codestream,
    splice,
    token,
    flip,
    byte,
)
