"""Row 13: functional groups that hold too much, in every encoding, and those that may hold much.

What a file may hold grows with its frames, inside the per-frame groups alone (ADR 0030).
Standard: PS3.3 C.7.6.16; PS3.5 7.5 and 6.2.2.
"""

from struct import pack

import numpy as np

from tests.hostile.case import refuse, right
from tests.support import phantoms
from tests.support.phantoms import EXPLICIT, ITEM, LITTLE, Image, Writer, ramp

ROW = 13
GROUPS, CONTENT, POSITION, PRIVATE = 0x52009230, 0x00209111, 0x00209113, 0x00431010
IMPLICIT = Writer(is_explicit=False)
FORMS = {"implicit": (phantoms.IMPLICIT, "SQ"), "as_UN": (EXPLICIT, "UN")}
FRAMES = 100  # of which a file may hold 113,000 elements and 22,000 items


def cases():
    yield from unseen()
    yield from grown()
    yield from not_grown()
    yield from most_of_all()


def unseen():
    """Where nothing but a dictionary says that a value is a sequence."""
    for name, (syntax, vr) in FORMS.items():
        for count, each in ((8, 20_000), (2, 60_000), (130_000, 0)):
            code = "limit.elements" if each else "limit.items"
            data = made([items(each)] * count, 2, syntax, vr)
            yield refuse(ROW, f"groups-{name}-{count}x{each}", data, code)
        macro = IMPLICIT.element(POSITION, "SQ", marked(items(120_000)))
        yield refuse(ROW, f"macro-{name}", made([macro] * 2, 2, syntax, vr), "limit.elements")
        macro = IMPLICIT.element(CONTENT, "SQ", marked(items(90_000)))
        data = made([macro], 1, syntax, vr)
        yield right(ROW, f"macro-{name}-of-90000", data, pixels(1))


def grown():
    """As much as the frames permit, and one more."""
    full = [empty(1_000)] * (FRAMES - 1)
    for last in (5_000, 5_001):
        data = made([*full, empty(last)], FRAMES)
        if last == 5_000:
            yield right(ROW, f"groups-of-1000-one-of-{last}", data, pixels(FRAMES))
        else:
            yield refuse(ROW, f"groups-of-1000-one-of-{last}", data, "limit.elements")
    for each in (215, 230):
        data = made([LITTLE.sequence(CONTENT, *[b""] * each)] * FRAMES, FRAMES)
        if each == 215:
            yield right(ROW, f"groups-with-{each}-items", data, pixels(FRAMES))
        else:
            yield refuse(ROW, f"groups-with-{each}-items", data, "limit.items")
    data = made([empty(1_140)] * FRAMES, FRAMES)
    yield refuse(ROW, "groups-of-1140", data, "limit.elements")


def not_grown():
    """What stands elsewhere, and what frames do that are not there."""
    data = made([b""] * 2_000, 2_000, extra={PRIVATE: LITTLE.sequence(PRIVATE, empty(100_001))})
    yield refuse(ROW, "elements-beside-2000-groups", data, "limit.elements")
    frames = {0x00280008: LITTLE.element(0x00280008, "IS", "100000")}
    codes = ("part10.pixel_length", "limit.items", "limit.elements")
    data = made([b""] * 30_000, 1, extra=frames)
    yield refuse(ROW, "30000-groups-of-100000-frames-that-are-not-there", data, *codes)
    data = made([empty(100)] * 2_000, 1, extra=frames)
    yield refuse(ROW, "2000-groups-of-100000-frames-that-are-not-there", data, *codes)


def most_of_all():
    """However many frames there are."""
    data = made([empty(126)] * 8_000, 8_000)
    yield refuse(ROW, "a-million-elements-in-groups", data, "limit.elements")
    inside = LITTLE.sequence(CONTENT, *[b""] * 19)
    data = made([inside] * 20_001, 20_001)
    yield refuse(ROW, "400000-items-in-groups", data, "limit.items")


def items(count):
    """The inside of an item in Implicit VR."""
    return empty(count, implicit=True)


def empty(count, *, implicit=False):
    """Elements without a value, each with a tag of its own."""
    form = "<HHI" if implicit else "<HH2sH"
    rest = (0,) if implicit else (b"LO", 0)
    each = 0xE000
    return b"".join(
        pack(form, 0x0029 + 2 * (n // each), 0x1000 + n % each, *rest) for n in range(count)
    )


def marked(inside):
    return IMPLICIT.marker(ITEM, len(inside)) + inside


def pixels(frames):
    return ramp((frames, 2, 2), "u1", 8)


def made(groups, frames, syntax=EXPLICIT, vr="SQ", extra=None):
    """A file of so many small frames with these groups."""
    value = b"".join(map(marked, groups))
    raw = {GROUPS: phantoms.writer(syntax).element(GROUPS, vr, value), **(extra or {})}
    return phantoms.file(Image(np.ascontiguousarray(pixels(frames)), syntax, raw=raw))
