"""Synthetic grayscale softcopy presentation states, the same bytes every time.

Written from PS3.3 A.33.1 alone, with the writer of the phantoms; independent of the engine.
Elements are {tag: (VR, value)}; the value of an SQ is a list of such dicts.
"""

from struct import pack

import numpy as np

from tests.support import phantoms
from tests.support.phantoms import EXPLICIT, SOP, STUDY

GSPS = "1.2.840.10008.5.1.4.1.1.11.1"
STATE_SERIES, STATE = "1.2.826.0.1.21", "1.2.826.0.1.31"
NUMBERS = {"US": "H", "SS": "h", "SL": "i", "UL": "I", "FL": "f"}


def encoded(w, vr, value):
    if vr == "SQ":
        return b"".join(
            w.marker(phantoms.ITEM, len(item)) + item
            for item in (dataset(each, w) for each in value)
        )
    if vr in NUMBERS:
        numbers = value if isinstance(value, tuple | list) else (value,)
        return pack(f"{w.order}{len(numbers)}{NUMBERS[vr]}", *numbers)
    if isinstance(value, tuple | list):
        return "\\".join(map(str, value))
    return value


def dataset(elements, w=phantoms.LITTLE):
    """The bytes of a data set or an item, in ascending order."""
    return b"".join(
        w.element(tag, vr, encoded(w, vr, value)) for tag, (vr, value) in sorted(elements.items())
    )


def file(elements, syntax=EXPLICIT):
    """The whole file of a state."""
    return phantoms.part10(dataset(elements, phantoms.writer(syntax)), syntax)


def reference(sop=SOP, frames=()):
    """An item of a Referenced Image Sequence."""
    item = {0x00081150: ("UI", phantoms.CT_IMAGE), 0x00081155: ("UI", sop)}
    return item | ({0x00081160: ("IS", frames)} if frames else {})


def images(*references):
    """A Referenced Image Sequence, to be put into an item."""
    return {0x00081140: ("SQ", list(references))}


def area(top_left, bottom_right, mode="SCALE TO FIT", **changes):
    """An item of the Displayed Area Selection Sequence; corners are (column, row) from 1."""
    item = {
        0x00700052: ("SL", top_left),
        0x00700053: ("SL", bottom_right),
        0x00700100: ("CS", mode),
        0x00700102: ("IS", (1, 1)),
    }
    return item | by_tag(changes)


def by_tag(changes):
    """Keyword arguments `_00700103=("FL", 2.0)` as elements."""
    return {int(name[1:], 16): value for name, value in changes.items()}


def window(center, width, function=""):
    """An item of the Softcopy VOI LUT Sequence."""
    item = {0x00281050: ("DS", str(center)), 0x00281051: ("DS", str(width))}
    return item | ({0x00281056: ("CS", function)} if function else {})


def lut(entries, first=0, bits=16):
    """An item of a LUT sequence."""
    return {
        0x00283002: ("US", (len(entries) & 0xFFFF, first & 0xFFFF, bits)),
        0x00283006: ("OW", np.asarray(entries, "<u2").tobytes()),
    }


def layer(name="LAYER", order=1, grey=None):
    """An item of the Graphic Layer Sequence."""
    item = {0x00700002: ("CS", name), 0x00700062: ("IS", str(order))}
    return item | ({} if grey is None else {0x00700066: ("US", grey)})


def graphic(kind, *points, units="PIXEL", filled=""):
    """A graphic object; points are (column, row)."""
    values = tuple(value for point in points for value in point)
    item = {
        0x00700005: ("CS", units),
        0x00700020: ("US", 2),
        0x00700021: ("US", len(points)),
        0x00700022: ("FL", values),
        0x00700023: ("CS", kind),
    }
    return item | ({0x00700024: ("CS", filled)} if filled else {})


def text(value, box=None, anchor=None, units="PIXEL", align="LEFT", visible="N"):
    """A text object; `box` is ((column, row), (column, row))."""
    item = {0x00700006: ("ST", value)}
    if box is not None:
        item |= {
            0x00700003: ("CS", units),
            0x00700010: ("FL", box[0]),
            0x00700011: ("FL", box[1]),
            0x00700012: ("CS", align),
        }
    if anchor is not None:
        item |= {
            0x00700004: ("CS", units), 0x00700014: ("FL", anchor), 0x00700015: ("CS", visible),
        }  # fmt: skip
    return item


def annotation(texts=(), graphics=(), layer_name="LAYER"):
    """An item of the Graphic Annotation Sequence."""
    item = {0x00700002: ("CS", layer_name)}
    if texts:
        item[0x00700008] = ("SQ", list(texts))
    if graphics:
        item[0x00700009] = ("SQ", list(graphics))
    return item


def overlay(points, origin=(1, 1), group=0x6000, layer_name="LAYER"):
    """An overlay plane of the state itself, switched on in a layer ("" for off)."""
    base = group << 16
    return {
        base | 0x10: ("US", points.shape[0]),
        base | 0x11: ("US", points.shape[1]),
        base | 0x40: ("CS", "G"),
        base | 0x50: ("SS", origin),
        base | 0x100: ("US", 1),
        base | 0x102: ("US", 0),
        base | 0x1001: ("CS", layer_name),
        base | 0x3000: ("OB", np.packbits(points.reshape(-1), bitorder="little").tobytes()),
    }


def state(areas, references=(), sop=STATE, **changes):
    """The elements of a state; a change of None drops one."""
    series = {0x0020000E: ("UI", phantoms.SERIES), **images(*(references or [reference()]))}
    elements = {
        0x00080016: ("UI", GSPS),
        0x00080018: ("UI", sop),
        0x00080060: ("CS", "PR"),
        0x00081115: ("SQ", [series]),
        0x00100010: ("PN", "Made^Up"),
        0x0020000D: ("UI", STUDY),
        0x0020000E: ("UI", STATE_SERIES),
        0x0070005A: ("SQ", list(areas)),
        0x00700080: ("CS", "MADE"),
        0x00700081: ("LO", "made for a test"),
        0x00700082: ("DA", "20260102"),
        0x00700083: ("TM", "0304"),
        0x00700084: ("PN", "Tester^Tess"),
        0x20500020: ("CS", "IDENTITY"),
    }
    return {tag: value for tag, value in (elements | by_tag(changes)).items() if value is not None}
