"""Where an image lies in the patient and how large its pixels are, as the strings of the file.

Standard: PS3.3 C.7.6.2.1.1, C.7.6.1.1.1, C.7.6.3.1.7, 10.7.1.3.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from diascope import calibration, exact
from diascope.attributes import decimals, strings
from diascope.errors import Part10Error
from diascope.limits import MAX_STRETCH
from diascope.part10 import Part10
from diascope.sequences import Item, Source
from diascope.values import PatientGeometry

SPACINGS: Mapping[str, int] = MappingProxyType(
    {
        "PixelSpacing": 0x00280030,
        "ImagerPixelSpacing": 0x00181164,
        "NominalScannedPixelSpacing": 0x00182010,
    }
)

PIXEL_MEASURES, PIXEL_PROPERTIES = 0x00289110, 0x00289443
PLANE_POSITION, PLANE_ORIENTATION, FRAME_ORIENTATION = 0x00209113, 0x00209116, 0x00209450

SPACING_NOTICE = "The pixel spacing in the file cannot be used; sizes are in pixels."
SHAPE_NOTICE = "The pixel shape in the file cannot be right; pixels are shown square."


def read(outside: Part10, notices: list[str]) -> PatientGeometry:
    """Say where the image lies, as far as the top level of the file does.

    Standard: PS3.3 C.7.6.2.1.1, C.7.6.1.1.1, C.7.6.3.1.7, 10.7.1.3.
    """
    spacing, source = _spacing(outside, notices)
    aspect_ratio = _aspect_ratio(outside)
    height, width = (exact.fraction(each) for each in spacing) if spacing else aspect_ratio
    if _is_too_long(Fraction(height) / width):
        notices.append(SHAPE_NOTICE)
        spacing, source, aspect_ratio = None, "", (1, 1)
    return PatientGeometry(
        position=position(outside),
        orientation=orientation(outside),
        patient_orientation=_letters(outside),
        spacing=spacing,
        spacing_source=source,
        aspect_ratio=aspect_ratio,
        frame_of_reference=_frame_of_reference(outside),
        anatomical_type="\\".join(strings(outside, 0x00102210)),
        basis=calibration.basis(outside, notices),
    )


def position(source: Source) -> tuple[str, str, str] | None:
    """Return Image Position (Patient). Standard: PS3.3 C.7.6.2.1.1 and C.7.6.16.2.3."""
    found = decimals(source, 0x00200032, 3)
    return (found[0], found[1], found[2]) if found else None


def orientation(source: Source) -> tuple[str, str, str, str, str, str] | None:
    """Return Image Orientation (Patient). Standard: PS3.3 C.7.6.2.1.1 and C.7.6.16.2.4."""
    found = decimals(source, 0x00200037, 6)
    return _six(found) if found else None


def of_frame(
    shared: PatientGeometry, find: Callable[[int], Item | None], notices: list[str]
) -> PatientGeometry:
    """Return the geometry of one frame: what a macro says, else what holds for all frames.

    `find` returns the item of a functional group macro that holds for the frame.

    Standard: PS3.3 C.7.6.16.2.1, C.7.6.16.2.3, C.7.6.16.2.4, C.7.6.16.2.15 and C.8.19.6.4.
    """
    changes: dict[str, Any] = {}
    if (plane := find(PLANE_POSITION)) is not None:
        changes["position"] = position(plane)
    if (plane := find(PLANE_ORIENTATION)) is not None:
        changes["orientation"] = orientation(plane)
    if (plane := find(FRAME_ORIENTATION)) is not None:
        changes["patient_orientation"] = _letters(plane)
    for measures in map(find, (PIXEL_MEASURES, PIXEL_PROPERTIES)):
        if measures is not None and not measures.elements.keys().isdisjoint(SPACINGS.values()):
            return replace(shared, **changes, **_measured(measures, notices))
    return replace(shared, **changes)


def _measured(measures: Item, notices: list[str]) -> dict[str, Any]:
    """Return the size of a frame's pixels, without one that gives them no possible shape."""
    spacing, source = _spacing(measures, notices)
    if spacing and _is_too_long(exact.fraction(spacing[0]) / exact.fraction(spacing[1])):
        notices.append(SHAPE_NOTICE)
        return {"spacing": None, "spacing_source": "", "aspect_ratio": (1, 1)}
    return {"spacing": spacing, "spacing_source": source}


def _letters(source: Source) -> tuple[str, str] | None:
    """Return Patient Orientation, of the rows and of the columns."""
    letters = strings(source, 0x00200020)
    return (letters[0], letters[1]) if len(letters) == 2 else None


def _is_too_long(ratio: Fraction) -> bool:
    return not Fraction(1, MAX_STRETCH) <= ratio <= MAX_STRETCH


def _frame_of_reference(outside: Part10) -> str:
    """Return the Frame of Reference UID; one that is no UID relates the image to nothing."""
    try:
        return outside.uid(0x00200052)
    except Part10Error:
        return ""


def _six(values: Sequence[str]) -> tuple[str, str, str, str, str, str]:
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def _spacing(outside: Source, notices: list[str]) -> tuple[tuple[str, str] | None, str]:
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
