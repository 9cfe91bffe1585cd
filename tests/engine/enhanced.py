"""Multi-frame phantoms with functional groups, in every encoding, by the names of their macros."""

from struct import pack, unpack

import numpy as np

from tests.support import phantoms
from tests.support.phantoms import Image
from tests.support.stored_parts import image_of

SHARED, PER_FRAME = 0x52009229, 0x52009230
PIXEL_VALUES, FRAME_VOI, MEASURES = 0x00289145, 0x00289132, 0x00289110
POSITION, ORIENTATION, CONTENT = 0x00209113, 0x00209116, 0x00209111
FRAMES = np.arange(3 * 6 * 4, dtype="u2").reshape(3, 6, 4) * 50


class Groups:
    """Writes macros in one encoding; an item is the bytes of its elements."""

    def __init__(self, syntax=phantoms.EXPLICIT, *, undefined=False):
        self.syntax, self.undefined = syntax, undefined
        self.w = phantoms.writer(syntax)

    def macro(self, tag, *items):
        return self.w.sequence(tag, *(items or (b"",)), undefined=self.undefined)

    def rescale(self, slope, intercept):
        elements = ((0x00281052, intercept), (0x00281053, slope), (0x00281054, "HU"))
        return self.macro(
            PIXEL_VALUES, b"".join(self.w.element(t, "DS", v) for t, v in elements if v)
        )

    def window(self, center, width, explanation="", function="", luts=b""):
        named = (
            (0x00281050, "DS", center), (0x00281051, "DS", width),
            (0x00281055, "LO", explanation), (0x00281056, "CS", function),
        )  # fmt: skip
        inside = b"".join(self.w.element(tag, vr, text) for tag, vr, text in named if text)
        return self.macro(FRAME_VOI, inside + luts)

    def text(self, macro, tag, value, vr="DS"):
        return self.macro(macro, self.w.element(tag, vr, value))

    def doubles(self, tag, *numbers):
        return self.w.element(tag, "FD", pack(f"{self.w.order}{len(numbers)}d", *numbers))

    def unsigned(self, tag, *numbers):
        return self.w.element(tag, "UL", pack(f"{self.w.order}{len(numbers)}I", *numbers))

    def item(self, *macros):
        """One functional group: its macros in ascending order, as PS3.5 7.1 demands."""
        return b"".join(sorted(macros, key=lambda data: unpack(self.w.order + "HH", data[:4])))

    def raw(self, shared=None, per_frame=None):
        """The two sequences, for `Image.raw`."""
        return {
            tag: self.macro(tag, *items)
            for tag, items in ((SHARED, shared), (PER_FRAME, per_frame))
            if items is not None
        }


def file(groups, shared=None, per_frame=None, frames=FRAMES, **options):
    """A file with functional groups."""
    raw = {**groups.raw(shared, per_frame), **options.pop("raw", {})}
    return phantoms.file(Image(frames, groups.syntax, raw=raw, **options))


def parsed(*arguments, **options):
    return image_of(file(*arguments, **options))
