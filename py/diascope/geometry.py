"""Where an image lies in the patient and how large its pixels are, as the strings of the file.

Standard: PS3.3 C.7.6.2.1.1, C.7.6.1.1.1, C.7.6.3.1.7, 10.7.1.3.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from diascope import calibration, exact
from diascope.attributes import decimals, strings
from diascope.errors import Part10Error
from diascope.limits import MAX_STRETCH
from diascope.part10 import Part10
from diascope.values import PatientGeometry

SPACINGS: Mapping[str, int] = MappingProxyType(
    {
        "PixelSpacing": 0x00280030,
        "ImagerPixelSpacing": 0x00181164,
        "NominalScannedPixelSpacing": 0x00182010,
    }
)

SPACING_NOTICE = "The pixel spacing in the file cannot be used; sizes are in pixels."
SHAPE_NOTICE = "The pixel shape in the file cannot be right; pixels are shown square."


def read(outside: Part10, notices: list[str]) -> PatientGeometry:
    """Say where the image lies, as far as the top level of the file does.

    Standard: PS3.3 C.7.6.2.1.1, C.7.6.1.1.1, C.7.6.3.1.7, 10.7.1.3.
    """
    position = decimals(outside, 0x00200032, 3)
    orientation = decimals(outside, 0x00200037, 6)
    letters = strings(outside, 0x00200020)
    spacing, source = _spacing(outside, notices)
    aspect_ratio = _aspect_ratio(outside)
    height, width = (exact.fraction(each) for each in spacing) if spacing else aspect_ratio
    if not Fraction(1, MAX_STRETCH) <= Fraction(height) / width <= MAX_STRETCH:
        notices.append(SHAPE_NOTICE)
        spacing, source, aspect_ratio = None, "", (1, 1)
    return PatientGeometry(
        position=(position[0], position[1], position[2]) if position else None,
        orientation=_six(orientation) if orientation else None,
        patient_orientation=(letters[0], letters[1]) if len(letters) == 2 else None,
        spacing=spacing,
        spacing_source=source,
        aspect_ratio=aspect_ratio,
        frame_of_reference=_frame_of_reference(outside),
        anatomical_type="\\".join(strings(outside, 0x00102210)),
        basis=calibration.basis(outside, notices),
    )


def _frame_of_reference(outside: Part10) -> str:
    """Return the Frame of Reference UID; one that is no UID relates the image to nothing."""
    try:
        return outside.uid(0x00200052)
    except Part10Error:
        return ""


def _six(values: Sequence[str]) -> tuple[str, str, str, str, str, str]:
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def _spacing(outside: Part10, notices: list[str]) -> tuple[tuple[str, str] | None, str]:
    """Return (row, column) spacing in mm and the attribute that says so, the patient's first."""
    for keyword, tag in SPACINGS.items():
        if not outside.value(tag).strip(b" \0"):
            continue
        found = decimals(outside, tag, 2)
        if found and all(exact.fraction(each) > 0 for each in found):
            return (found[0], found[1]), keyword
        notices.append(SPACING_NOTICE)
        return None, ""
    return None, ""


def _aspect_ratio(outside: Part10) -> tuple[int, int]:
    """Return vertical to horizontal pixel size, 1:1 unless the file has two positive numbers."""
    values = strings(outside, 0x00280034)
    if len(values) == 2 and all(value.isdigit() and len(value) <= 12 for value in values):
        vertical, horizontal = int(values[0]), int(values[1])
        return (vertical, horizontal) if vertical and horizontal else (1, 1)
    return 1, 1
