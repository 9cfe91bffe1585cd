"""A presentation state applied to an image: pure functions from both to what the pipeline takes.

What a state does not say is an identity: no transformation of the image's own survives it. Each
function gives the values of one stage of PS3.4 N.2; the pipeline alone puts them in order.
Standard: PS3.4 N.2.
"""

from dataclasses import replace

from diascope import displayed_area, exact, frame_range, lut_sequences, overlay, presets
from diascope.displayed_area import DisplayedArea
from diascope.errors import PresentationStateError
from diascope.overlay import EMBEDDED_NOTICE, OVERLAY_NOTICE
from diascope.presentation import GREY_MODELS
from diascope.presentation_state import Modality, PresentationState, Voi
from diascope.values import (
    EncodedFrame,
    Instance,
    LookupTable,
    OverlayBits,
    OverlayPlane,
    PixelDescription,
    Shutter,
    StoredValues,
    Window,
)
from diascope.viewport import Plane, View


def image_of(image: Instance, state: PresentationState, index: int) -> Instance:
    """Return the instance as the state shows its frame `index`, from 0.

    Raises:
        PresentationStateError: `references`, the state is not for this frame; `image`, it is no
            grey one; `voi`, `area` or `overlay`, what it says of this frame is not complete.

    Standard: PS3.4 N.2: transformations of the state replace those of the image.
    """
    if not state.references.covers(image.sop, index + 1):
        raise PresentationStateError("references", "it is not for this image")
    pixels = described(image)
    modality, voi = state.modality, _voi(image, state, index)
    has_window = voi is not None and voi.window is not None
    return replace(
        image,
        modality=image.modality if _keeps_units(image, modality) else "",
        rescale_slope=modality.slope,
        rescale_intercept=modality.intercept,
        modality_lut=_modality_table(modality, pixels),
        lacks_rescale=False,
        windows=(voi.window,) if voi and voi.window else (),
        voi_luts=() if voi is None or has_window else _voi_tables(voi, modality, pixels),
        presentation_lut_shape=state.shape,
        presentation_lut=state.presentation_lut,
        overlays=planes(image, state),
        shutter=_shutter(state, pixels, index),
        shown_aspect=area_of(image, state, index).aspect,
        is_stated=True,
        notices=(*image.notices, *state.notices),
    )


def described(image: Instance) -> PixelDescription:
    """Return the pixel description of a grey image.

    Raises:
        PresentationStateError: `image`, it has none, or colours.

    Standard: PS3.3 A.33.1: the state is for grayscale images.
    """
    if image.pixels is None or image.pixels.photometric not in GREY_MODELS:
        raise PresentationStateError("image", "not a grayscale image")
    return image.pixels


def _keeps_units(image: Instance, modality: Modality) -> bool:
    """Whether values after the Modality LUT mean what they mean in the image itself."""
    own, stated = (
        tuple(map(exact.fraction, (each.rescale_slope or "1", each.rescale_intercept or "0")))
        if isinstance(each, Instance)
        else tuple(map(exact.fraction, (each.slope, each.intercept)))
        for each in (image, modality)
    )
    return own == stated and image.modality_lut is None and modality.table is None


def _modality_table(modality: Modality, pixels: PixelDescription) -> LookupTable | None:
    """Return the Modality LUT; its first value has the sign of the image's pixels (C.11.1.1)."""
    if modality.table is None or not pixels.is_signed:
        return modality.table
    return lut_sequences.signed(modality.table)


def _voi_tables(voi: Voi, modality: Modality, pixels: PixelDescription) -> tuple[LookupTable, ...]:
    """Return the VOI LUT; its first value is signed when modality values can be (C.11.2.1.1)."""
    if voi.table is None:
        return ()
    rescale = modality.slope, modality.intercept
    reach = lut_sequences.reach(pixels, rescale, modality.table)
    return (lut_sequences.fitting(voi.table, voi.vr, reach),)


def is_alike(state: PresentationState, one: tuple[str, int], other: tuple[str, int]) -> bool:
    """Tell whether a state shows two frames (SOP Instance UID, index from 0) in the same way.

    Standard: PS3.3 C.10.4, C.11.8: the same items are for both.
    """
    named = [each.references for each in state.vois]
    named += [each.references for each in state.areas]
    return all(
        each is None or each.covers(one[0], one[1] + 1) == each.covers(other[0], other[1] + 1)
        for each in named
    )


def _voi(image: Instance, state: PresentationState, index: int) -> Voi | None:
    """Return the one VOI transformation of a frame, None for an identity.

    Standard: PS3.3 C.11.8, Softcopy VOI LUT.
    """
    found = [
        each
        for each in state.vois
        if each.references is None or each.references.covers(image.sop, index + 1)
    ]
    if len(found) > 1:
        raise PresentationStateError("voi", f"{len(found)} VOI transformations of one image")
    return found[0] if found else None


def window_of(image: Instance, values: StoredValues) -> Window:
    """Return the VOI transformation of an image that a state has been applied to.

    Raises:
        PresentationStateError: `voi`, an identity of values that have no fixed range.

    Standard: PS3.4 N.2.1.3: without a VOI LUT, all that the Modality LUT can give.
    """
    if image.windows:
        return image.windows[0]
    if image.voi_luts:
        return presets.tables(image)[0]
    if image.modality_lut is None and not frame_range.has_table(values):
        raise PresentationStateError("voi", "no VOI transformation of values without a range")
    return presets.identity(image, values)


def area_of(image: Instance, state: PresentationState, index: int) -> DisplayedArea:
    """Return the one displayed area of a frame.

    Raises:
        PresentationStateError: `area`, there is none or more than one.

    Standard: PS3.3 C.10.4: every image that the state is for has one.
    """
    found = [
        each
        for each in state.areas
        if each.references is None or each.references.covers(image.sop, index + 1)
    ]
    if len(found) != 1:
        raise PresentationStateError("area", f"{len(found)} displayed areas of one image")
    return found[0]


def view_of(state: PresentationState, area: DisplayedArea, view: View, plane: Plane) -> View:
    """Turn the view as the state says, then show the displayed area in it.

    Standard: PS3.3 C.10.6, C.10.4.
    """
    turned = replace(view, rotation=state.rotation, flip=state.flip)
    return displayed_area.view_of(area, turned, plane)


def planes(image: Instance, state: PresentationState) -> tuple[OverlayPlane, ...]:
    """Return the overlays that are switched on, lowest layer first, in the grey of their layer.

    Those of the state come before those of the image with the same group.

    Raises:
        PresentationStateError: `overlay`, one of the image is to be seen and cannot be.

    Standard: PS3.3 C.11.7, Overlay Activation; C.10.7, Graphic Layer.
    """
    known = {plane.group: plane for plane in (*image.overlays, *state.overlays)}
    is_any_lost = not {OVERLAY_NOTICE, EMBEDDED_NOTICE}.isdisjoint(image.notices)
    if is_any_lost and not set(state.activated) <= set(known):
        raise PresentationStateError("overlay", "an overlay of the image cannot be used")
    ordered = sorted(state.activated.items(), key=lambda each: (each[1].order, each[0]))
    return tuple(
        replace(known[group], grey=layer.grey) for group, layer in ordered if group in known
    )


def overlays_of(
    image: Instance, state: PresentationState, held: tuple[OverlayBits, ...], index: int
) -> tuple[OverlayBits, ...]:
    """Return the overlays of a frame as `planes` orders them; `held` are the image's, unpacked.

    `image` is the one that the state has been applied to.

    Standard: PS3.3 C.9.2, C.11.7.
    """
    by_group = {each.group: each for each in held}
    own = {plane.group for plane in state.overlays}
    nothing = EncodedFrame(b"", index)
    found: list[OverlayBits] = []
    for plane in image.overlays:
        if plane.group in own:
            found += overlay.of_frame((plane,), nothing, described(image))
        elif plane.group in by_group:
            found.append(replace(by_group[plane.group], grey=plane.grey))
    return tuple(found)


def _shutter(state: PresentationState, pixels: PixelDescription, index: int) -> Shutter | None:
    if state.shutter is None or state.bitmap is None:
        return state.shutter
    bits = overlay.of_frame((state.bitmap,), EncodedFrame(b"", index), pixels)
    return replace(state.shutter, bitmap=bits[0]) if bits else None
