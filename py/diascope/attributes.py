"""What a header says of pixels, windows, palettes and place, read as the strings it holds.

No value here needs a character set or a sequence, so no other parser is asked. What cannot be
used is dropped with a sentence in `notices` when the picture stays right without it, and refused
when it does not. Standard: PS3.3 C.7.6 and C.11.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from types import MappingProxyType

from diascope import exact, lookup_tables
from diascope.elements import PIXEL_DATA
from diascope.errors import MalformedImage, Part10Error, PresentationError
from diascope.part10 import Part10
from diascope.texts import ascii_text
from diascope.values import LookupTable, LossyHistory, PatientGeometry, PixelDescription, Window

FUNCTIONS = frozenset({"LINEAR", "LINEAR_EXACT", "SIGMOID"})
ALWAYS_LOSSY = frozenset({"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"})
SPACINGS: Mapping[str, int] = MappingProxyType(
    {
        "PixelSpacing": 0x00280030,
        "ImagerPixelSpacing": 0x00181164,
        "NominalScannedPixelSpacing": 0x00182010,
    }
)

WINDOW_NOTICE = "A window in the file cannot be used and is left out."
SPACING_NOTICE = "The pixel spacing in the file cannot be used; sizes are in pixels."
FLOAT_NOTICE = "Floating-point pixel data cannot be shown by this version."
NO_DESCRIPTION_NOTICE = "The file does not describe its pixel data, so they are not shown."


def pixels(outside: Part10, notices: list[str]) -> PixelDescription | None:
    """Read the Image Pixel Description Macro; None when there is no picture to show.

    Raises:
        MalformedImage: `description`.

    Standard: PS3.3 C.7.6.3.
    """
    layout, element = outside.layout, outside.pixels
    if element is None:
        return None
    if layout is None or element.tag != PIXEL_DATA:
        notices.append(FLOAT_NOTICE if element.tag != PIXEL_DATA else NO_DESCRIPTION_NOTICE)
        return None
    stored, high, sign, planar = (
        outside.unsigned(tag) for tag in (0x00280101, 0x00280102, 0x00280103, 0x00280006)
    )
    if stored is None or high is None or sign not in {0, 1}:
        raise MalformedImage("description", "bits stored, high bit or sign are missing")
    if not 1 <= stored <= high + 1 <= layout.bits:
        raise MalformedImage("description", f"{stored} bits below bit {high} of {layout.bits}")
    return PixelDescription(
        rows=layout.rows,
        columns=layout.columns,
        samples_per_pixel=layout.samples,
        photometric=layout.photometric,
        bits_allocated=layout.bits,
        bits_stored=stored,
        high_bit=high,
        is_signed=sign == 1,
        is_planar=planar == 1,
        frames=layout.frames,
        transfer_syntax=outside.transfer_syntax,
    )


def rescale(outside: Part10) -> tuple[str, str]:
    """Return slope and intercept; one that is no number leaves every value in doubt.

    Raises:
        MalformedImage: `rescale`.

    Standard: PS3.3 C.11.1.1.2.
    """
    slope, intercept = (ascii_text(outside.value(tag)) for tag in (0x00281053, 0x00281052))
    if not (is_decimal(slope or "1") and is_decimal(intercept or "0")):
        raise MalformedImage("rescale", "slope or intercept is not a number")
    return slope or "1", intercept or "0"


def is_below_zero(pixels: PixelDescription | None, slope: str, intercept: str) -> bool:
    """Tell whether a rescale can give negative values, from the stored bits it is applied to.

    Standard: PS3.3 C.11.2.1.1, the sign of the first value mapped by a VOI LUT.
    """
    if pixels is None:
        return False
    span = 1 << pixels.bits_stored
    low = -(span // 2) if pixels.is_signed else 0
    factor, offset = exact.fraction(slope), exact.fraction(intercept)
    return any(factor * end + offset < 0 for end in (low, low + span - 1))


def windows(
    outside: Part10, explanations: Sequence[str], notices: list[str]
) -> tuple[Window, ...]:
    """Return the windows that can be applied, in the order of the file.

    Standard: PS3.3 C.11.2.1.2.
    """
    function = ascii_text(outside.value(0x00281056)) or "LINEAR"
    centers, widths = strings(outside, 0x00281050), strings(outside, 0x00281051)
    named = [*explanations, *[""] * len(centers)]
    found = [
        Window(center, width, function, name)
        for (center, width), name in zip(
            zip_longest(centers, widths, fillvalue=""), named, strict=False
        )
        if _is_usable(center, width, function)
    ]
    if len(found) < max(len(centers), len(widths)):
        notices.append(WINDOW_NOTICE)
    return tuple(found)


def _is_usable(center: str, width: str, function: str) -> bool:
    """Whether a window is one that C.11.2.1.2 allows: at least 1 wide, or above 0."""
    if function not in FUNCTIONS or not (is_decimal(center) and is_decimal(width)):
        return False
    least = exact.fraction(width)
    return least >= 1 if function == "LINEAR" else least > 0


def palette(outside: Part10) -> tuple[LookupTable, LookupTable, LookupTable] | None:
    """Read the three palettes of PALETTE COLOR; None when they are absent or segmented.

    Raises:
        MalformedImage: `table`.

    Standard: PS3.3 C.7.6.3.1.5 and C.7.6.3.1.6.
    """
    raw = [(outside.value(0x00281101 + n), outside.value(0x00281201 + n)) for n in range(3)]
    if not all(descriptor and data for descriptor, data in raw):
        return None
    is_signed = outside.unsigned(0x00280103) == 1
    is_little = outside.encoding.is_little
    red, green, blue = (
        lookup_tables.table(descriptor, data, is_signed=is_signed, is_little=is_little)
        for descriptor, data in raw
    )
    return red, green, blue


def lossy(outside: Part10) -> LossyHistory | None:
    """Say whether the image was ever compressed with loss, and how, in the file's own words.

    Standard: PS3.3 C.7.6.1.1.5.
    """
    ratio, method = (ascii_text(outside.value(tag)) for tag in (0x00282112, 0x00282114))
    is_lossy = ascii_text(outside.value(0x00282110)) == "01"
    return (
        LossyHistory(ratio, method)
        if is_lossy or outside.transfer_syntax in ALWAYS_LOSSY
        else None
    )


def geometry(outside: Part10, notices: list[str]) -> PatientGeometry:
    """Say where the image lies, as far as the top level of the file does.

    Standard: PS3.3 C.7.6.2.1.1, C.7.6.1.1.1, C.7.6.3.1.7, 10.7.1.3.
    """
    position = _decimals(outside, 0x00200032, 3)
    orientation = _decimals(outside, 0x00200037, 6)
    letters = strings(outside, 0x00200020)
    spacing, source = _spacing(outside, notices)
    return PatientGeometry(
        position=(position[0], position[1], position[2]) if position else None,
        orientation=_six(orientation) if orientation else None,
        patient_orientation=(letters[0], letters[1]) if len(letters) == 2 else None,
        spacing=spacing,
        spacing_source=source,
        aspect_ratio=_aspect_ratio(outside),
        frame_of_reference=_frame_of_reference(outside),
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
        found = _decimals(outside, tag, 2)
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


def strings(outside: Part10, tag: int) -> list[str]:
    """Return the values of a multi-valued string element; [] when it is absent or empty.

    Standard: PS3.5 6.4.
    """
    text = ascii_text(outside.value(tag))
    return [value.strip() for value in text.split("\\")] if text else []


def is_decimal(text: str) -> bool:
    """Whether the text is a finite decimal number. Standard: PS3.5 6.2, DS."""
    try:
        exact.fraction(text)
    except PresentationError:
        return False
    return True


def _decimals(outside: Part10, tag: int, count: int) -> list[str] | None:
    values = strings(outside, tag)
    return values if len(values) == count and all(map(is_decimal, values)) else None
