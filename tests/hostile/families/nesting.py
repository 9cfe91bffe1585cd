"""Rows 2, 11 and 12: sequences in sequences, and values longer than anything.

Deep ones are made from the inside out by arithmetic, so that 20,000 levels cost no time.
Standard: PS3.5 7.5; the limits are those of security.md, section 2.
"""

from struct import pack

from tests.hostile.case import refuse, right
from tests.hostile.seeds import CODECS, file, plain, truth, values
from tests.support.phantoms import IMPLICIT as IMPLICIT_SYNTAX
from tests.support.phantoms import (
    ITEM,
    ITEM_END,
    LITTLE,
    LONG_VRS,
    SEQUENCE_END,
    UNDEFINED,
    Writer,
)

MOST = 32
DEPTHS = (1, 2, 31, MOST, MOST + 1, 34, 64, 128, 250, 400, 1000, 2000, 20_000)
PUBLIC, PRIVATE = 0x0040A730, 0x00431010  # Content Sequence; a tag of an odd group
_SHORT = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US"
SHORT_VRS = _SHORT.split()
NO_SEQUENCES = sorted((LONG_VRS - {"SQ", "UN"}) | set(SHORT_VRS))
IMPLICIT = Writer(is_explicit=False)


def cases():
    yield from depths()
    yield from long_values()
    yield from broken()
    yield from wide()


def depths():
    for tag, where in ((PUBLIC, "public"), (PRIVATE, "private")):
        for depth in DEPTHS:
            for vr in ("SQ", "UN"):
                for form in ("undefined", "defined"):
                    yield of_depth(tag, where, depth, vr, form)
    for depth in DEPTHS:
        yield implicit(depth)
        yield mixed(depth)


def of_depth(tag, where, depth, vr, form):
    """UN of a defined length is a plain value, whatever it may hold: PS3.5 6.2.2."""
    data = plain({tag: (vr, nest(tag, depth, vr, form))})
    if form == "undefined":
        data = undefined(tag, depth, vr)
    name = f"{where}-{vr}-{form}-{depth}_deep"
    if depth > MOST and (vr == "SQ" or form == "undefined"):
        return refuse(11, name, data, "limit.depth")
    return right(11, name, data, values())


def nest(tag, depth, vr, form, step=20):
    """The value of the outermost of `depth` sequences, each in an item of a defined length."""
    head = pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode() + b"\0\0"
    inner = [
        pack("<HHI", 0xFFFE, 0xE000, step * (depth - 1 - n)) + head
        + pack("<I", max(step * (depth - 1 - n) - 12, 0))
        for n in range(depth - 1)
    ]  # fmt: skip
    return b"".join(inner) + pack("<HHI", 0xFFFE, 0xE000, 0)


def undefined(tag, depth, vr, writer=LITTLE, syntax=None):
    """A file whose sequence of undefined length is spliced in where `tag` belongs.

    What stands in a UN of undefined length has implicit VR: PS3.5 6.2.2, note 2.
    """
    inner = IMPLICIT if vr == "UN" else writer
    item = inner.marker(ITEM, UNDEFINED)
    opened = inner.element(tag, vr, b"", UNDEFINED) + item
    closed = inner.marker(ITEM_END) + inner.marker(SEQUENCE_END)
    whole = writer.element(tag, vr, b"", UNDEFINED) + item
    whole += opened * (depth - 1) + closed * depth
    return spliced(tag, whole, CODECS[0] if syntax == IMPLICIT_SYNTAX else CODECS[1], writer)


def spliced(tag, bytes_, codec, writer=LITTLE):
    """A valid file with the bytes of one whole element put where it belongs."""
    marked = file(codec, changes={tag: ("UT", b"\xa5\x5a" * 4)})
    placed = writer.element(tag, "UT", b"\xa5\x5a" * 4)
    assert marked.count(placed) == 1
    return marked.replace(placed, bytes_)


def implicit(depth):
    data = undefined(PUBLIC, depth, "SQ", IMPLICIT, IMPLICIT_SYNTAX)
    name = f"implicit-undefined-{depth}_deep"
    if depth > MOST:
        return refuse(11, name, data, "limit.depth")
    return right(11, name, data, truth(CODECS[0]))


def mixed(depth):
    """Defined and undefined lengths take turns."""
    inside = b""
    for n in range(min(depth, 400)):
        inside = LITTLE.sequence(PUBLIC, inside, undefined=n % 2 == 0)
    data = spliced(PUBLIC, inside, CODECS[1])
    name = f"mixed-{depth}_deep"
    if depth > MOST:
        return refuse(11, name, data, "limit.depth")
    return right(11, name, data, values())


def long_values():
    """Each VR with a length beyond the end, and with an undefined one."""
    for vr in (*NO_SEQUENCES, "SQ", "UN"):
        is_long = vr in LONG_VRS
        lengths = (0xFFFFFFFE, 0x80000000, 0x7FFFFFFF) if is_long else (0xFFFF, 0xFFFE, 0x8000)
        for length in lengths:
            element = LITTLE.element(PRIVATE, vr, b"\0\0", length)
            data = spliced(PRIVATE, element, CODECS[1])
            yield refuse(2, f"{vr}-length-{length:x}", data, "part10.truncated", "part10.length")
        if is_long and vr not in {"SQ", "UN"}:
            element = LITTLE.element(PRIVATE, vr, b"\0\0", UNDEFINED)
            data = spliced(PRIVATE, element, CODECS[1])
            yield refuse(2, f"{vr}-undefined-length", data, "part10.undefined_length")
    for vr in ("??", "\0\0", "ZZ", "sq", "  ", "OX", "SQ\0"[1:], "\xff\xff"):
        head = pack("<HH", PRIVATE >> 16, PRIVATE & 0xFFFF) + vr.encode("latin-1") + pack("<H", 2)
        data = spliced(PRIVATE, head + b"\0\0", CODECS[1])
        yield refuse(2, f"vr-{vr.encode('latin-1').hex()}", data, "part10.vr")
    for size in (1 << 16, 1 << 20, 8 << 20):  # long, and nothing wrong with it
        data = plain({PRIVATE: ("UT", b"x" * size)})
        yield right(2, f"UT-of-{size}-bytes", data, values())


def broken():
    """Items and delimiters where they do not belong."""
    item, end, stop = (LITTLE.marker(tag) for tag in (ITEM, ITEM_END, SEQUENCE_END))
    endless = LITTLE.marker(ITEM, UNDEFINED)
    element = LITTLE.us(0x00280010, 5)
    insides = {
        "no_item": element + stop, "no_end": endless, "item_without_end": endless + element,
        "end_without_item": end + stop, "two_stops": stop + stop, "end_of_length_4":
        LITTLE.marker(SEQUENCE_END, 4), "item_end_of_length_4": endless
        + LITTLE.marker(ITEM_END, 4) + stop, "stop_in_item": endless + stop,
        "item_in_item": endless + item + stop, "item_past_the_end": LITTLE.marker(ITEM, 1 << 30),
        "unknown_marker": LITTLE.marker(0xFFFEE0FF) + stop,
    }  # fmt: skip
    codes = {"part10.sequence", "part10.truncated", "part10.length", "part10.order"}
    for name, inside in insides.items():
        for tag, where in ((PUBLIC, "public"), (PRIVATE, "private")):
            whole = LITTLE.element(tag, "SQ", b"", UNDEFINED) + inside
            yield refuse(
                11, f"{where}-{name}", spliced(tag, whole, CODECS[1]), *codes, "part10.vr"
            )
    for extra in (-8, -4, -1, 1, 4, 100):
        item = LITTLE.marker(ITEM, len(element) + extra) + element
        whole = LITTLE.element(PUBLIC, "SQ", item)
        data = spliced(PUBLIC, whole, CODECS[1])
        yield refuse(11, f"item_length_off_by_{extra}", data, *codes)
    for marker in (ITEM, ITEM_END, SEQUENCE_END):
        for tag in (PUBLIC, PRIVATE):
            data = spliced(tag, LITTLE.marker(marker), CODECS[1])
            yield refuse(11, f"{marker:08x}-at-the-top-{tag:08x}", data, "part10.order")


def wide():
    """Row 12: much to print, which nobody prints: a tag browser must not either."""
    leaf = LITTLE.element(0x0008103E, "LO", "Made up")
    for items in (100, 5_000, 20_000):
        whole = LITTLE.sequence(PUBLIC, *[leaf] * items)
        yield right(12, f"{items}_items", spliced(PUBLIC, whole, CODECS[1]), values())
    for items in (20_001, 50_000):
        whole = LITTLE.sequence(PUBLIC, *[b""] * items)
        yield refuse(12, f"{items}_items", spliced(PUBLIC, whole, CODECS[1]), "limit.items")
    for depth, items in ((30, 600), (16, 1_200), (8, 2_000)):
        inside = leaf
        for _ in range(depth - 1):
            inside = LITTLE.sequence(PUBLIC, inside)
        whole = LITTLE.sequence(PUBLIC, *[inside] * items)
        many = items * depth > 20_000
        data = spliced(PUBLIC, whole, CODECS[1])
        if many:
            yield refuse(12, f"{items}_items-{depth}_deep", data, "limit.items", "limit.elements")
        else:
            yield right(12, f"{items}_items-{depth}_deep", data, values())
