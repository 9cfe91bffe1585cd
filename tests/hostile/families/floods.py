"""Row 13: too many elements, values, characters and character sets; numbers that are none.

Standard: PS3.5 6.2 and 6.4, PS3.3 C.12.1.1.2; the limits are those of security.md, section 2.
"""

from struct import pack

from diascope.attributes import WINDOW_NOTICE
from tests.hostile.case import refuse, right
from tests.hostile.families.nesting import spliced
from tests.hostile.seeds import CODECS, plain, values
from tests.support.phantoms import LITTLE

ROW = 13
MOST = 100_000
CHARACTER_SET, NAME, PRIVATE = 0x00080005, 0x00100010, 0x00431010
CENTER, WIDTH, SLOPE, INTERCEPT = 0x00281050, 0x00281051, 0x00281053, 0x00281052
IMAGE_TYPE = 0x00080008
READ_TEXTS = {
    0x0008103E: "LO",
    0x00081030: "LO",
    0x00080080: "LO",
    0x00100020: "LO",
    0x00080050: "SH",
    NAME: "PN",
    0x00080090: "PN",
    0x00181030: "LO",
}
NO_NUMBERS = {
    "nan": "nan",
    "inf": "inf",
    "minus_inf": "-Infinity",
    "1e400": "1e400",
    "1e-400": "1e-400",
    "hex": "0x10",
    "text": "one",
    "two_points": "1.2.3",
    "underscore": "1_0",
    "digits": "9" * 65,
    "10k_digits": "9" * 10_000,
    "exponent": "1e999999999",
    "arabic": "\u0661",
    "comma": "1,5",
    "blank_inside": "1 5",
    "nul_inside": "1\x005",
    "sign": "+-1",
    "minus": "-",
    "point": ".",
}


def cases():
    yield from elements()
    yield from many_values()
    yield from long_texts()
    yield from character_sets()
    yield from numbers()


def elements():
    for count in (1_000, 50_000, MOST - 100):
        yield right(ROW, f"{count}-elements", flooded(count), values())
    for count in (MOST + 1, 250_000, 1_000_000):
        yield refuse(ROW, f"{count}-elements", flooded(count), "limit.elements")
    for count in (50_000, MOST + 1, 400_000):
        leaf = LITTLE.element(0x00080060, "CS", "")
        data = spliced(0x0040A730, LITTLE.sequence(0x0040A730, leaf * count), CODECS[1])
        if count > MOST:
            yield refuse(ROW, f"{count}-elements-in-an-item", data, "limit.elements")
        else:
            yield right(ROW, f"{count}-elements-in-an-item", data, values())


def flooded(count):
    """Empty private elements, each with a tag of its own, before the image's."""
    each = 0xF000
    heads = [
        pack("<HH2sH", 0x0029 + 2 * (n // each), 0x1000 + n % each, b"LO", 0) for n in range(count)
    ]
    return spliced(0x00291000, b"".join(heads), CODECS[1])


def many_values():
    """A value of each text that is read, and of windows and LUTs, with very many parts."""
    for tag, vr in READ_TEXTS.items():
        for count in (70_000, 300_000, 1_000_000):
            data = (
                plain({tag: (vr, b"\\" * count)}) if vr == "UT" else long(tag, vr, b"\\" * count)
            )
            yield refuse(
                ROW, f"{tag:08x}-{count}-values", data, "limit.values", "limit.text_bytes"
            )
    for count in (2, 100, 5_000):
        numbers = "\\".join(["40"] * count)
        data = plain({CENTER: ("DS", numbers[:65_534]), WIDTH: ("DS", numbers[:65_534])})
        yield right(ROW, f"{count}-windows", data, values())
    for tag in (0x00081140, 0x00180050):
        data = long(tag, "UC", b"1\\" * 500_000)
        yield right(ROW, f"{tag:08x}-a-million-unread-values", data, values())
    data = long(IMAGE_TYPE, "UC", b"1\\" * 500_000)
    yield refuse(ROW, "image-type-of-500001-values", data, "limit.values")


def long(tag, vr, value):
    """A text longer than its VR's length can say is written as UN, as PS3.5 6.2.2 has it."""
    written = "UN" if vr not in {"UC", "UT"} else vr
    return spliced(tag, LITTLE.element(tag, written, value), CODECS[1])


def long_texts():
    for tag, vr in READ_TEXTS.items():
        for size in ((1 << 20) + 2, 4 << 20):
            data = long(tag, vr, b"A" * size)
            yield refuse(ROW, f"{tag:08x}-{size}-characters", data, "limit.text_bytes")
        data = plain({tag: (vr, b"A" * 60_000)})
        yield right(ROW, f"{tag:08x}-60000-characters", data, values())
    for size in (1 << 20, 8 << 20):
        data = long(PRIVATE, "UT", b"A" * size)
        yield right(ROW, f"an-unread-text-of-{size}", data, values())


def character_sets():
    """Unknown and absurd ones: the default repertoire stands in, and nothing runs away."""
    terms = (
        "ISO_IR 999",
        "utf-7",
        "punycode",
        "idna",
        "rot13",
        "zlib",
        "unicode_escape",
        "hex",
        "ISO_IR 100\\ISO 2022 IR 87",
        "\\",
        "ISO 2022 IR 6\\ISO 2022 IR 58",
        "GB18030",
        "ISO_IR 192",
        "\\ISO 2022 IR 149",
        "../../x",
        "mbcs",
        "raw_unicode_escape",
    )
    for n, term in enumerate(terms):
        for m, name in enumerate((b"Doe^John", b"\x1b$B\x1b(B" * 20, b"\xff\xfe\x80^\xe2\x82")):
            changes = {CHARACTER_SET: ("CS", term), NAME: ("PN", name)}
            yield right(ROW, f"character-set-{n}-name-{m}", plain(changes), values())
    for count in (17, 1_000, 6_000):
        term = "\\".join(["ISO 2022 IR 87"] * count)[:65_000]
        data = plain({CHARACTER_SET: ("CS", term), NAME: ("PN", b"A^B")})
        codes = "malformed.parse"
        if len(term) > 256:
            yield refuse(ROW, f"{count}-character-sets", data, codes)
        else:
            yield right(ROW, f"{count}-character-sets", data, values())
    data = long(CHARACTER_SET, "CS", b"ISO_IR 192\\" * 66_000)
    yield refuse(ROW, "66000-character-sets", data, "malformed.parse")
    for size in (1_000, 60_000):
        changes = {CHARACTER_SET: ("CS", "\\ISO 2022 IR 87"), NAME: ("PN", b"\x1b" * size)}
        yield right(ROW, f"{size}-escapes-in-a-name", plain(changes), values())
        changes = {CHARACTER_SET: ("CS", "ISO_IR 192"), NAME: ("PN", b"=^" * (size // 2))}
        yield right(ROW, f"{size}-carets-in-a-name", plain(changes), values())


def numbers():
    """DS that are no finite decimals: the window is left out, the rescale refused."""
    for name, text in NO_NUMBERS.items():
        value = text.encode("utf-8")
        for tag, which in ((SLOPE, "slope"), (INTERCEPT, "intercept")):
            data = plain({tag: ("DS", value)})
            yield refuse(ROW, f"{which}-{name}", data, "malformed.rescale", "limit.text_bytes")
        for tag, which in ((CENTER, "center"), (WIDTH, "width")):
            both = {CENTER: ("DS", "40"), WIDTH: ("DS", "400"), tag: ("DS", value)}
            yield right(ROW, f"{which}-{name}", plain(both), values(), WINDOW_NOTICE)
    for width in ("0", "-1", "0.5", "-1e30", "1e-9"):
        both = {CENTER: ("DS", "40"), WIDTH: ("DS", width)}
        yield right(ROW, f"width-of-{width}", plain(both), values(), WINDOW_NOTICE)
