"""What a reader may choose: the file's windows and tables, the usual ones, and the default.

A choice is always a `Window` in words that a record can hold: LUT names an item of the VOI LUT
Sequence by its explanation, NONE spans the whole modality output.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from diascope import exact, frame_range
from diascope.errors import PresentationError
from diascope.texts import visible
from diascope.values import Instance, LookupTable, StoredValues, Window

SPANNED, AUTOMATIC = "Full range of this image", "Auto"
COMPUTED = (SPANNED, AUTOMATIC)  # true of the frame they were computed from, of no other
ROUNDED_SPAN = 10  # automatic windows wider than this get whole numbers
EXACT_DIGITS = 5  # of windows over floating-point values
LEAST_MAGNITUDE = -38  # powers of ten; no unit has smaller values, and `exact` writes 40 decimals
# Usual CT settings (centre, width in HU).
COMMON: dict[str, tuple[tuple[str, str, str], ...]] = {
    "CT": (
        ("Brain", "40", "80"),
        ("Subdural", "75", "215"),
        ("Lung", "-600", "1500"),
        ("Mediastinum", "40", "400"),
        ("Abdomen", "50", "350"),
        ("Liver", "60", "160"),
        ("Bone", "500", "2000"),
    ),
}


@dataclass(frozen=True, slots=True)
class Preset:
    """A named choice; `id` is what the page sends back."""

    id: str
    label: str
    window: Window


@dataclass(frozen=True, slots=True)
class Look:
    """How an image is shown: the window (its default when None), a reversal, marks over it."""

    window: Window | None = None
    invert: bool = False
    overlays: bool = True


def offered(image: Instance) -> tuple[Preset, ...]:
    """Return the presets of an image: the file's first, then the usual ones of its modality.

    A window that stands there already, under whatever name, is not offered again.

    Standard: PS3.3 C.11.2.1.2.
    """
    if image.pixels is None or image.pixels.samples_per_pixel != 1 or image.palette:
        return ()
    fixed = [
        *(Preset(f"file-{i}", _label(w), w) for i, w in enumerate(image.windows)),
        *(Preset(f"lut-{i}", w.explanation, w) for i, w in enumerate(tables(image))),
        *(
            Preset(label.lower(), label, Window(center, width, "LINEAR", label))
            for label, center, width in _common(image)
        ),
        Preset("full", "Full range", Window("", "", "NONE", "Full range")),
        Preset("auto", AUTOMATIC, Window("", "", "AUTO", AUTOMATIC)),
    ]
    different: dict[tuple[object, ...], Preset] = {}
    for preset in fixed:
        different.setdefault(_numbers(preset.window), preset)
    return tuple(different.values())


def _common(image: Instance) -> tuple[tuple[str, str, str], ...]:
    """Return the usual settings; none are in the unit of values whose rescale was not read."""
    return () if image.lacks_rescale else COMMON.get(image.modality, ())


def _numbers(window: Window) -> tuple[object, ...]:
    """Return what a window does: its function with its numbers, or its name where it has none."""
    if not window.center:
        return window.function, window.explanation
    return window.function, exact.fraction(window.center), exact.fraction(window.width)


def tables(image: Instance) -> list[Window]:
    """Name each item of the VOI LUT Sequence as a window of the function LUT.

    Standard: PS3.3 C.11.2.1.1.
    """
    return [
        Window("", "", "LUT", visible(f"LUT {i}: {lut.explanation}".removesuffix(": ")))
        for i, lut in enumerate(image.voi_luts, start=1)
    ]


def default(image: Instance, frame: StoredValues) -> Window:
    """Return the window before anybody chose one.

    The file's first window, else its first VOI LUT, else the whole range: of the 8-bit scale, or
    of the values in this frame, because few scanners use all their bits.

    Standard: PS3.3 C.11.2.1.2: no default is defined, so it is stated here and shown.
    """
    if image.windows:
        return image.windows[0]
    if image.voi_luts:
        return tables(image)[0]
    if frame.bits <= 8:
        return identity(image, frame)
    return replace(of_frame(image, frame, cut=0), explanation=SPANNED)


def resolved(image: Instance, frame: StoredValues, window: Window | None) -> Window:
    """Return the choice with numbers in it: AUTO and NONE are computed from the frame.

    Standard: PS3.3 C.11.2.1.2.
    """
    if window is None:
        return default(image, frame)
    if window.function == "AUTO":
        return of_frame(image, frame, cut=1)
    if window.function == "NONE" and not window.width:
        return identity(image, frame)
    return window


def voi(image: Instance, window: Window) -> Window | LookupTable:
    """Return what `voi_lut.apply` needs: the window itself, or the table it names.

    Raises:
        PresentationError: `lut`, this image has no such table.

    Standard: PS3.3 C.11.2.1.
    """
    if window.function != "LUT":
        return window
    for name, lut in zip(tables(image), image.voi_luts, strict=True):
        if name.explanation == window.explanation:
            return lut
    raise PresentationError("lut", "this image has no such VOI LUT")


def identity(image: Instance, frame: StoredValues) -> Window:
    """Span all modality values that the stored bits can give.

    Behind the Modality LUT of a presentation state it is all that its entries can be. Of more than
    16 bits few are used, and floating-point values have no such span: there it is the span of the
    frame's own values.

    Standard: PS3.3 C.11.2.1.2.1; PS3.4 N.2.1.3.
    """
    if image.is_stated and image.modality_lut is not None:
        span = Fraction(0), Fraction(2**image.modality_lut.bits - 1)
    elif frame_range.has_table(frame):
        span = frame_range.of_bits(image, frame)
    else:
        return replace(of_frame(image, frame, cut=0), explanation=SPANNED)
    return replace(spanning(*span), function="NONE", explanation="Full range")


def of_frame(image: Instance, frame: StoredValues, cut: int) -> Window:
    """Span the frame's own values, without padding and the lowest and highest `cut` per cent.

    Rounded outward, to whole numbers, when the span is wide enough for that not to matter.

    Standard: PS3.3 C.11.2.1.2.1, of floating-point values C.11.2.1.3.2; C.7.5.1.1.2.
    """
    low, high = frame_range.percentiles(image, frame, cut)
    if frame.array.dtype.kind == "f":
        return replace(spanning_exactly(low, high), explanation=AUTOMATIC)
    if high - low > ROUNDED_SPAN:
        low, high = Fraction(low.numerator // low.denominator), Fraction(-(-high // 1))
    return replace(spanning(low, high), explanation=AUTOMATIC)


def spanning(low: Fraction, high: Fraction) -> Window:
    """Return the LINEAR window that maps low..high onto the full scale.

    Standard: PS3.3 C.11.2.1.2.1.
    """
    center, width = (low + high + 1) / 2, high - low + 1
    return Window(exact.decimal_text(center), exact.decimal_text(width))


def spanning_exactly(low: Fraction, high: Fraction) -> Window:
    """Return the LINEAR_EXACT window around low..high with a handful of digits.

    Both ends move outward by less than a ten-thousandth of the span.

    Standard: PS3.3 C.11.2.1.3.2.
    """
    span = high - low or abs(high) or Fraction(1)
    magnitude = len(str(span.numerator)) - len(str(span.denominator))  # of ten, within 1
    unit = Fraction(10) ** max(magnitude - EXACT_DIGITS, LEAST_MAGNITUDE)
    first, last = low // unit, -(-high // unit)
    last += first == last
    center, width = (first + last) * unit / 2, (last - first) * unit
    return Window(exact.decimal_text(center), exact.decimal_text(width), "LINEAR_EXACT")


def _label(window: Window) -> str:
    return window.explanation or f"{window.center} / {window.width}"
