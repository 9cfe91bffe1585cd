"""What the file says of the size of its pixels beyond one spacing: detector, film, ultrasound.

Nothing is chosen here; `measurement` weighs it. Standard: PS3.3 10.7.1.3, C.8.5.5.
"""

import math
from fractions import Fraction
from struct import Struct

from diascope import sequences
from diascope.attributes import decimals, strings
from diascope.encoding import ULTRASOUND_REGIONS
from diascope.errors import Part10Error
from diascope.part10 import Part10
from diascope.sequences import Item
from diascope.values import SpacingBasis, UltrasoundRegion

FORMAT, UNITS, DELTAS = 0x00186012, (0x00186024, 0x00186026), (0x0018602C, 0x0018602E)
EDGES = (0x00186018, 0x0018601A, 0x0018601C, 0x0018601E)  # least x, y, largest x, y
PLANE = 1  # PS3.3 C.8.5.5.1.1, Region Spatial Format: 2D
CENTIMETRES = 3  # PS3.3 C.8.5.5.1.15, Physical Units X and Y Direction
MM_IN_CM = 10
MAX_REGIONS = 256  # our own: an image has a handful
REGIONS_NOTICE = "The ultrasound regions in the file cannot be used; sizes in them are in pixels."


def basis(outside: Part10, notices: list[str]) -> SpacingBasis:
    """Read what qualifies the pixel spacing.

    Standard: PS3.3 10.7.1.1, Pixel Spacing Calibration Type; C.8.7.2, Imager Pixel Spacing;
    C.8.7.5, Estimated Radiographic Magnification Factor; C.8.5.5, US Region Calibration.
    """
    imager = decimals(outside, 0x00181164, 2)
    magnification = decimals(outside, 0x00181114, 1)
    return SpacingBasis(
        calibration_type="\\".join(strings(outside, 0x00280A02)),
        imager=(imager[0], imager[1]) if imager else None,
        magnification=magnification[0] if magnification else "",
        regions=regions(outside, notices),
    )


def regions(outside: Part10, notices: list[str]) -> tuple[UltrasoundRegion, ...] | None:
    """Read the Sequence of Ultrasound Regions; None where it is there and cannot be used.

    Standard: PS3.3 C.8.5.5.
    """
    try:
        found = sequences.items(outside, ULTRASOUND_REGIONS)
        if len(found) <= MAX_REGIONS:
            return tuple(_region(item) for item in found)
    except Part10Error:
        pass
    notices.append(REGIONS_NOTICE)
    return None


def _region(item: Item) -> UltrasoundRegion:
    """Read one region: bounds in whole pixels, both of them inside.

    Standard: PS3.3 C.8.5.5.1.1 to C.8.5.5.1.18.
    """
    edges = [_number(item, tag, "I") for tag in EDGES]
    if None in edges:
        raise Part10Error("sequence", "an ultrasound region has no bounds")
    kind = [_number(item, tag, "H") for tag in (FORMAT, *UNITS)]
    across, down = (_number(item, tag, "d") for tag in DELTAS)
    is_length = kind == [PLANE, CENTIMETRES, CENTIMETRES] and across and down
    left, top, right, bottom = (int(edge or 0) for edge in edges)
    spacing = (_millimetres(down), _millimetres(across)) if is_length else None
    return UltrasoundRegion(left, top, right, bottom, spacing)


def _number(item: Item, tag: int, code: str) -> float | None:
    """Return a binary number, None where there is none. Standard: PS3.5 6.2: US, UL, FD."""
    value = item.value(tag)
    kind = Struct(("<" if item.encoding.is_little else ">") + code)
    number: float = kind.unpack(value)[0] if len(value) == kind.size else math.nan
    return number if math.isfinite(number) else None


def _millimetres(delta: float | None) -> Fraction:
    """Return the exact value of a double in cm as mm; an axis may run against the pixels."""
    return abs(Fraction(delta or 0)) * MM_IN_CM
