"""What a reader may choose: the file's windows and tables, the usual ones, and the default.

A choice is always a `Window` in words that a record can hold: LUT names an item of the VOI LUT
Sequence by its explanation, NONE spans the whole modality output.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from diascope import exact, modality_lut
from diascope.errors import PresentationError, UnsupportedImage
from diascope.texts import visible
from diascope.values import Instance, LookupTable, ModalityValues, StoredValues, Window

TABLE_BITS = 16  # stored values beyond this have no table, and no monochrome scanner makes them
SPANNED, AUTOMATIC = "Full range of this image", "Auto"
COMPUTED = (SPANNED, AUTOMATIC)  # true of the frame they were computed from, of no other
ROUNDED_SPAN = 10  # automatic windows wider than this get whole numbers
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
    return () if image.has_frame_groups else COMMON.get(image.modality, ())


def _numbers(window: Window) -> tuple[object, ...]:
    """Return what a window does: its function with its numbers, or its name where it has none."""
    if not window.center:
        return window.function, window.explanation
    return window.function, exact.fraction(window.center), exact.fraction(window.width)


def tables(image: Instance) -> list[Window]:
    """Name each item of the VOI LUT Sequence as a window of the function LUT."""
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
    """Return the choice with numbers in it: AUTO and NONE are computed from the frame."""
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
    """
    if window.function != "LUT":
        return window
    for name, lut in zip(tables(image), image.voi_luts, strict=True):
        if name.explanation == window.explanation:
            return lut
    raise PresentationError("lut", "this image has no such VOI LUT")


def identity(image: Instance, frame: StoredValues) -> Window:
    """Span all modality values that the stored bits can give. Standard: PS3.3 C.11.2.1.2.1."""
    reached = modality_lut.apply(every_stored_value(frame), image)
    low, high = exact.bounds(reached.numerators)
    span = (Fraction(low, reached.denominator), Fraction(high, reached.denominator))
    return replace(spanning(*span), function="NONE", explanation="Full range")


def of_frame(image: Instance, frame: StoredValues, cut: int) -> Window:
    """Span the frame's own values, without the lowest and highest `cut` per cent.

    Rounded outward to whole numbers when the span is wide enough for that not to matter.
    """
    low, high = percentiles(frame, modality_lut.apply(every_stored_value(frame), image), cut)
    if high - low > ROUNDED_SPAN:
        low, high = Fraction(low.numerator // low.denominator), Fraction(-(-high // 1))
    return replace(spanning(low, high), explanation=AUTOMATIC)


def percentiles(
    frame: StoredValues, reached: ModalityValues, cut: int
) -> tuple[Fraction, Fraction]:
    """Return the modality values with `cut` per cent of the frame's pixels below and above.

    `reached` holds the modality value of each possible stored value, in ascending stored order.
    """
    order = np.argsort(reached.numerators, kind="stable")
    low, _ = stored_range(frame.bits, is_signed=frame.is_signed)
    found = frame.array.astype(np.intp).reshape(-1) - low
    below = np.cumsum(np.bincount(found, minlength=len(order))[order])
    rank = frame.array.size * cut // 100
    places = np.searchsorted(below, [rank, frame.array.size - 1 - rank], side="right")
    first, last = (int(reached.numerators[order[place]]) for place in places)
    return Fraction(first, reached.denominator), Fraction(last, reached.denominator)


def spanning(low: Fraction, high: Fraction) -> Window:
    """Return the LINEAR window that maps low..high onto the full scale."""
    center, width = (low + high + 1) / 2, high - low + 1
    return Window(exact.decimal_text(center), exact.decimal_text(width))


def stored_range(bits: int, *, is_signed: bool) -> tuple[int, int]:
    """Return the least and greatest value of `bits`. Standard: PS3.5 8.1.1.

    Raises:
        UnsupportedImage: `bits`, more than 16 have no table.
    """
    if not 1 <= bits <= TABLE_BITS:
        raise UnsupportedImage("bits", "monochrome images have at most 16 bits here")
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if is_signed else (0, 2**bits - 1)


def every_stored_value(like: StoredValues) -> StoredValues:
    """Return all stored values of the frame's kind, ascending, shape (2^bits,)."""
    low, high = stored_range(like.bits, is_signed=like.is_signed)
    return StoredValues(np.arange(low, high + 1), like.bits, like.is_signed)


def _label(window: Window) -> str:
    return window.explanation or f"{window.center} / {window.width}"
