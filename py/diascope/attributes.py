"""What a header says of pixels, windows and palettes, read as the strings it holds.

What cannot be used is dropped with a sentence in `notices` when the picture stays right without
it, and refused when it does not. Standard: PS3.3 C.7.6 and C.11.
"""

from itertools import zip_longest

from diascope import exact, transfer_syntaxes
from diascope.encoding import DOUBLE_PIXEL_DATA, FLOAT_PIXEL_DATA, PIXEL_DATA
from diascope.errors import MalformedImage, PresentationError
from diascope.limits import DEFAULT_LIMITS
from diascope.part10 import Part10
from diascope.pixel_layout import PixelLayout
from diascope.sequences import Source
from diascope.texts import Decoder, ascii_text
from diascope.values import LossyHistory, PixelDescription, Window

FUNCTIONS = frozenset({"LINEAR", "LINEAR_EXACT", "SIGMOID"})
GREY = frozenset({"MONOCHROME1", "MONOCHROME2"})
ONE_SAMPLE = GREY | {"PALETTE COLOR"}  # PS3.3 C.7.6.3.1.2
CONTRADICTIONS = frozenset({("MONOCHROME1", "IDENTITY"), ("MONOCHROME2", "INVERSE")})
# The kinds of pixel data, and the Bits Allocated of those that have only one: C.7.6.24, C.7.6.25
KINDS = {PIXEL_DATA: "integer", FLOAT_PIXEL_DATA: "float", DOUBLE_PIXEL_DATA: "double"}
FLOATING_BITS = {"float": 32, "double": 64}
RESCALE = (0x00281053, 0x00281052)  # slope, intercept
MAX_WINDOWS = 64  # our own: what a person can choose from
ALWAYS_LOSSY = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 53, 55, 111))
WINDOW_NOTICE = "A window in the file cannot be used and is left out."
POLARITY_NOTICE = (
    "The file contradicts itself on which end of the scale is bright; "
    "its Presentation LUT Shape is followed."
)
NO_DESCRIPTION_NOTICE = "The file does not describe its pixel data, so they are not shown."


def pixels(outside: Part10, notices: list[str]) -> PixelDescription | None:
    """Read the Image Pixel Description Macro; None when there is no picture to show.

    Raises:
        MalformedImage: `description`.
        ReferencedPixelsError: `referenced`, they are at another address.

    Standard: PS3.3 C.7.6.3; C.7.6.24 and C.7.6.25 of floating-point pixels.
    """
    layout, element = outside.layout, outside.pixels
    if element is None:
        if outside.transfer_syntax in transfer_syntaxes.REFERENCED:
            transfer_syntaxes.refuse(outside.transfer_syntax)
        return None
    if layout is None:
        notices.append(NO_DESCRIPTION_NOTICE)
        return None
    if layout.photometric in ONE_SAMPLE and layout.samples != 1:
        raise MalformedImage("description", f"{layout.samples} samples a pixel of one value")
    kind = KINDS[element.tag]
    is_integer = kind == "integer"
    stored, high, is_signed = _bits(outside, layout) if is_integer else _floating(kind, layout)
    return PixelDescription(
        rows=layout.rows,
        columns=layout.columns,
        samples_per_pixel=layout.samples,
        photometric=layout.photometric,
        bits_allocated=layout.bits,
        bits_stored=stored,
        high_bit=high,
        is_signed=is_signed,
        is_planar=outside.unsigned(0x00280006) == 1,
        frames=layout.frames,
        transfer_syntax=outside.transfer_syntax,
        kind=kind,
    )


def _floating(kind: str, layout: PixelLayout) -> tuple[int, int, bool]:
    """Return what `_bits` does for values that use all their bits and have a sign."""
    if layout.bits != FLOATING_BITS[kind] or layout.photometric not in GREY:
        raise MalformedImage("description", f"{kind} pixels of {layout.bits} bits, or in colour")
    return layout.bits, layout.bits - 1, True


def _bits(outside: Part10, layout: PixelLayout) -> tuple[int, int, bool]:
    """Return Bits Stored, High Bit and whether the values have a sign."""
    stored, high, sign = (outside.unsigned(tag) for tag in (0x00280101, 0x00280102, 0x00280103))
    if stored is None or high is None or sign not in {0, 1}:
        raise MalformedImage("description", "bits stored, high bit or sign are missing")
    if not 1 <= stored <= high + 1 <= layout.bits:
        raise MalformedImage("description", f"{stored} bits below bit {high} of {layout.bits}")
    return stored, high, sign == 1


def presentation_lut_shape(
    outside: Part10, pixels: PixelDescription | None, notices: list[str]
) -> str:
    """Return Presentation LUT Shape, "" when absent; it decides even where it contradicts.

    Standard: PS3.3 C.11.6.1.2: IDENTITY belongs to MONOCHROME2, INVERSE to MONOCHROME1.
    """
    shape = ascii_text(outside.value(0x20500020))
    if pixels is not None and (pixels.photometric, shape) in CONTRADICTIONS:
        notices.append(POLARITY_NOTICE)
    return shape


def rescale(source: Source) -> tuple[str, str]:
    """Return slope and intercept; one that is no number leaves every value in doubt.

    Raises:
        MalformedImage: `rescale`.

    Standard: PS3.3 C.11.1.1.2.
    """
    slope, intercept = (ascii_text(source.value(tag)) for tag in RESCALE)
    if not (is_decimal(slope or "1") and is_decimal(intercept or "0")):
        raise MalformedImage("rescale", "slope or intercept is not a number")
    return slope or "1", intercept or "0"


def windows(source: Source, decode: Decoder, notices: list[str]) -> tuple[Window, ...]:
    """Return the windows that can be applied, in the order of the file.

    Standard: PS3.3 C.11.2.1.2.
    """
    function = ascii_text(source.value(0x00281056)) or "LINEAR"
    centers, widths = strings(source, 0x00281050), strings(source, 0x00281051)
    named = [*decode("LO", source.value(0x00281055)), *[""] * len(centers)]
    found = [
        Window(center, width, function, name)
        for (center, width), name in zip(
            list(zip_longest(centers, widths, fillvalue=""))[:MAX_WINDOWS], named, strict=False
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


def strings(source: Source, tag: int) -> list[str]:
    """Return the values of a multi-valued string element; [] when it is absent or empty.

    Raises:
        LimitExceeded: `values`, there are too many.

    Standard: PS3.5 6.4.
    """
    values = source.value(tag).strip(b" \0").split(b"\\")
    DEFAULT_LIMITS.check("values", len(values))
    return [ascii_text(value) for value in values] if values != [b""] else []


def is_decimal(text: str) -> bool:
    """Whether the text is a finite decimal number. Standard: PS3.5 6.2, DS."""
    try:
        exact.fraction(text)
    except PresentationError:
        return False
    return True


def decimals(source: Source, tag: int, count: int) -> list[str] | None:
    """Return exactly `count` decimal strings, None where the file has others or none.

    Standard: PS3.5 6.2, DS, and 6.4.
    """
    values = strings(source, tag)
    return values if len(values) == count and all(map(is_decimal, values)) else None
