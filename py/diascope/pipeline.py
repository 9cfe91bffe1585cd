"""THE MAP: stored bytes to screen pixels, one stage a line.

`render_frame` is the whole pixel path and the reference: every stage runs on the pixels
themselves. `grey_pixels` is its fast path: the same stages run once for each possible stored
value (`grey_table`), or, of values too many for a table, the places where each grey begins
(`grey_steps`); tests hold them equal. Standard: PS3.4 N.2 (grayscale), PS3.3 C.7.6.3.1.2 (colour).
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from diascope import (
    color,
    decode,
    display,
    exact,
    frame_range,
    frames,
    functional_groups,
    fused,
    instance,
    integrity,
    marks,
    modality_lut,
    overlay,
    padding,
    presentation,
    presets,
    sampling,
    stated,
    steps,
    tiles,
    viewport,
    voi_lut,
)
from diascope.display import Pixels
from diascope.errors import PhotometricError, PresentationError
from diascope.manifest import PartEntry
from diascope.mixing import Samples
from diascope.presentation_state import PresentationState
from diascope.presets import Look
from diascope.values import (
    ColorValues,
    DecodedFrame,
    EncodedFrame,
    Instance,
    LookupTable,
    LossyHistory,
    PixelDescription,
    PValues,
    Rgba,
    StoredBytes,
    StoredValues,
    VerifiedBytes,
    VoiValues,
    Window,
)
from diascope.viewport import Plane, View

SQUARE_WITHIN = Fraction(1, 1000)  # spacings that differ less are rounding, not shape


def render_frame(
    parts: Sequence[tuple[StoredBytes, PartEntry]],
    index: int,
    look: Look,
    view: View,
    state: PresentationState | None = None,
) -> Rgba:
    """Render one frame: `parts` are the whole instance, or its header and that frame.

    A presentation state replaces every transformation of the image; `view` is used as it is.

    Raises:
        DiascopeError: the bytes are not those of the manifest, or cannot be shown.

    Standard: PS3.4 N.2.
    """
    verified = [integrity.verify(stored, entry) for stored, entry in parts]
    image = functional_groups.of_frame(instance.parse(verified[0]), index)
    image = as_shown(tiles.of_frame(image, index), index, state)
    encoded = encoded_frame(image, verified, index)
    decoded = decode.decode_frame(encoded, described(image))
    hidden = padding.hidden(decoded.values, image)
    samples = shown_samples(image, decoded)
    sampled = sampling.sample(samples, view, plane(image), hidden=hidden)
    if is_grey(image):
        window = chosen(image, decoded.values, look.window, state)
        inside = grey_stages(image, like(decoded.values, sampled), window, invert=look.invert)
    else:
        inside = color_stage(sampled.array, invert=look.invert)
    placed = sampling.place(inside, sampled, view)
    if not look.overlays:
        return display.to_rgba(placed)
    overlays = overlay.of_frame(image.overlays, encoded, described(image))
    levels = marks.of_view(image.shutter, overlays, view, plane(image))
    return display.to_rgba(marks.painted(placed, levels))


def as_shown(image: Instance, index: int, state: PresentationState | None) -> Instance:
    """Return the instance as a state shows its frame, or as it is. Standard: PS3.4 N.2."""
    return image if state is None else stated.image_of(image, state, index)


def chosen(
    image: Instance, values: StoredValues, window: Window | None, state: PresentationState | None
) -> Window:
    """Return the window with its numbers; None is the state's, or the image's default.

    Standard: PS3.3 C.11.2.1.2; PS3.4 N.2.1.3.
    """
    if window is None and state is not None:
        return stated.window_of(image, values)
    return presets.resolved(image, values, window)


def grey_stages(image: Instance, values: StoredValues, window: Window, *, invert: bool) -> Pixels:
    """Run the grey stages on stored values of any shape; RGBA pixels of that shape.

    Standard: PS3.4 N.2.1, the grayscale transformation sequence.
    """
    modality_values = modality_lut.apply(values, image)
    voi_values = voi_lut.apply(modality_values, presets.voi(image, window))
    return display.to_pixels(presented(image, voi_values, window, invert=invert))


def presented(image: Instance, values: VoiValues, window: Window, *, invert: bool) -> PValues:
    """Return P-Values by the Presentation LUT Sequence, else by the Presentation LUT Shape.

    Raises:
        PresentationError: `precision`, a SIGMOID has 256 exact levels and the table may have more.

    Standard: PS3.3 C.11.6.1.
    """
    if image.presentation_lut is None:
        photometric, shape = described(image).photometric, image.presentation_lut_shape
        return presentation.apply(values, photometric, shape, invert=invert)
    if window.function == "SIGMOID":
        raise PresentationError("precision", "a SIGMOID before a Presentation LUT")
    return presentation.look_up(values, image.presentation_lut, invert=invert)


def grey_pixels(
    image: Instance,
    frame: StoredValues,
    samples: Samples,
    window: Window,
    *,
    invert: bool,
) -> Pixels:
    """Return the pixels of sampled stored values, in their shape; `frame` is where they are from.

    The fast form of `grey_stages`. Standard: PS3.4 N.2.1.
    """
    if frame_range.has_table(frame):
        table: Pixels = grey_table(image, frame, window, invert=invert)
        looked_up: Pixels = table[samples]
        return looked_up
    found = grey_steps(image, frame, window, invert=invert)
    if found is not None:
        return found.of(samples)
    return grey_stages(
        image, StoredValues(samples, frame.bits, frame.is_signed), window, invert=invert
    )


def grey_steps(
    image: Instance, frame: StoredValues, window: Window, *, invert: bool
) -> steps.Steps | None:
    """Return the pixel of every stored value by where each grey begins; None: run the stages.

    Standard: PS3.4 N.2.1.
    """
    is_float = frame.array.dtype.kind == "f"
    voi, rescale = presets.voi(image, window), modality_lut.coefficients(image)
    if image.modality_lut is None and isinstance(voi, Window):
        if image.presentation_lut is not None:
            last = len(image.presentation_lut.entries) - 1
            every = VoiValues(np.arange(last + 1, dtype=np.int64), max(last, 1))
            pixels = display.to_pixels(presented(image, every, window, invert=invert))
            return steps.of_presentation_lut(voi, pixels, *rescale, is_float=is_float)
        shape, photometric = image.presentation_lut_shape, described(image).photometric
        is_inverse = presentation.is_inverse(photometric, shape) != invert
        return steps.of_window(voi, *rescale, is_inverse=is_inverse, is_float=is_float)
    plain = replace(image, rescale_slope="1", rescale_intercept="0")
    table = voi if isinstance(voi, LookupTable) else None
    if image.modality_lut is not None:
        plain, table, rescale = image, image.modality_lut, (Fraction(1), Fraction(0))
    if table is None:
        return None
    entries = np.arange(len(table.entries), dtype=np.int64) + table.first_mapped
    pixels = grey_stages(plain, StoredValues(entries, 32, is_signed=True), window, invert=invert)
    return steps.of_entries(table.first_mapped, pixels, *rescale, is_float=is_float)


def grey_table(image: Instance, frame: StoredValues, window: Window, *, invert: bool) -> Pixels:
    """Return the pixel of each stored value, in the order of the bit patterns (-1 comes last).

    So `table[values]` is right for signed and unsigned arrays alike, without a copy.
    Standard: PS3.4 N.2.1.
    """
    span = frame_range.stored_range(frame.bits, is_signed=frame.is_signed)
    shape, photometric = image.presentation_lut_shape, described(image).photometric
    is_inverse = presentation.is_inverse(photometric, shape) != invert
    greys = None
    is_plain = image.modality_lut is None and image.presentation_lut is None
    if is_plain and window.function in fused.CROSSINGS:
        greys = fused.greys(*modality_lut.coefficients(image), window, span, is_inverse)
    if greys is None:
        every = frame_range.every_stored_value(frame)
        table = grey_stages(image, every, window, invert=invert)
    else:
        table = display.GREYS[greys]
    return np.roll(table, span[0])


def color_stage(samples: Samples, *, invert: bool) -> Pixels:
    """Return RGBA pixels of sampled 8-bit RGB. Standard: PS3.3 C.7.6.3.1.2."""
    plain = samples.astype(np.uint8, copy=False)
    return display.color_pixels(ColorValues(display.FULL_SCALE - plain if invert else plain))


def shown_samples(image: Instance, decoded: DecodedFrame) -> Samples:
    """Return what is interpolated: the stored values of a grey image, the RGB of a colour one.

    A value that is no finite number becomes 0; `padding.hidden` tells where it was.

    Standard: PS3.4 N.2; PS3.3 C.7.6.24.
    """
    if is_grey(image):
        return finite(decoded.values.array)
    return color.apply(decoded.values, decoded.photometric, image).array


def finite(values: Samples) -> Samples:
    """Return the values with 0 for those that are not finite numbers; the dtype is kept.

    Standard: PS3.3 C.7.6.24 and C.7.6.25.
    """
    if values.dtype.kind != "f":
        return values
    is_finite = np.isfinite(values)
    return values if is_finite.all() else np.where(is_finite, values, values.dtype.type(0))


def with_history(image: Instance, decoded: DecodedFrame) -> Instance:
    """Return the instance that also says what only its pixels tell: loss, no numbers, no image.

    Standard: PS3.3 C.7.6.1.1.5, Lossy Image Compression; C.7.5.1.1.2; C.7.6.17.3.
    """
    said = padding.notices(decoded.values, image)
    if said:
        image = replace(image, notices=(*image.notices, *said))
    if image.lossy is not None or not decoded.lossy:
        return image
    return replace(image, lossy=LossyHistory("", decoded.lossy))


def like(values: StoredValues, sampled: sampling.Sampled) -> StoredValues:
    """Give the sampled array the bits and sign of the frame it came from.

    Standard: PS3.4 N.2.
    """
    return StoredValues(sampled.array, values.bits, values.is_signed)


def encoded_frame(image: Instance, verified: Sequence[VerifiedBytes], index: int) -> EncodedFrame:
    """Take the frame from its own part, or cut it from the whole. Standard: PS3.5 A.4."""
    if len(verified) == 1:
        return frames.from_whole(image, verified[0], index)
    return frames.from_part(image, verified[1], index)


def described(image: Instance) -> PixelDescription:
    """Return the pixel description of an image that has one.

    Raises:
        PhotometricError: `no_pixels`, the instance is not an image.

    Standard: PS3.3 C.7.6.3.
    """
    if image.pixels is None:
        raise PhotometricError("no_pixels")
    return image.pixels


def is_grey(image: Instance) -> bool:
    """Tell whether the grey path applies. Standard: PS3.3 C.7.6.3.1.2."""
    return described(image).photometric in presentation.GREY_MODELS


def plane(image: Instance) -> Plane:
    """Describe the image's plane; pixels are as tall to wide as their spacing, or as stated.

    A presentation state has the last word (PS3.3 C.10.4).

    Standard: PS3.3 10.7.1.3, Pixel Spacing; C.7.6.3.1.7, Pixel Aspect Ratio.
    """
    pixels, spacing = described(image), image.geometry.spacing
    height, width = (Fraction(part) for part in image.geometry.aspect_ratio)
    if spacing is not None:
        height, width = (exact.fraction(part) for part in spacing)
    if image.shown_aspect is not None:
        height, width = (exact.fraction(part) for part in image.shown_aspect)
    is_square = min(height, width) <= 0 or abs(height / width - 1) < SQUARE_WITHIN
    return viewport.plane(
        pixels.rows, pixels.columns, Fraction(1) if is_square else height / width
    )
