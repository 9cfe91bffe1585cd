"""What a viewport shows, in words: the reply to the page and the body of the signed record.

Numbers are integers or the decimal strings of windows, so that both can be hashed. The forms are
sections 7 and 9 of the wire formats.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from diascope import corners, graphics, orientation, presets, sampling, states
from diascope.display import Pixels
from diascope.mixing import Mask, Samples
from diascope.presentation_state import PresentationState
from diascope.stack import Slot
from diascope.values import Instance, OverlayBits, StoredValues, Window
from diascope.viewport import Plane, View

LAYOUT = "1x1"


@dataclass(frozen=True, slots=True)
class Screen:
    """One viewport of the page, in device pixels."""

    id: str
    width: int
    height: int
    device_pixel_ratio_e6: int = 1_000_000
    scale_verified: bool = False


@dataclass(frozen=True, slots=True)
class Presentation:
    """What one viewport shows and how; `window` is None for colour."""

    stack: int
    position: int
    window: Window | None
    invert: bool
    view: View
    overlays: bool = True
    state: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded frame, ready to sample: stored values, or RGB when the image has colour.

    `hidden` tells which pixels are padding, None when none are.
    """

    slot: Slot
    image: Instance
    values: StoredValues
    samples: Samples
    plane: Plane
    parts: tuple[str, ...]
    overlays: tuple[OverlayBits, ...] = ()
    hidden: Mask | None = None
    state: PresentationState | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """A finished picture: its pixels and the reply that goes with them."""

    reply: dict[str, Any]
    pixels: Pixels


def reply(
    screen: Screen,
    shown: Presentation,
    frame: Frame,
    count: int,
    generation: int,
    offered: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Return the `painted` reply of the bridge; `offered` lists the image's states."""
    view = shown.view
    how = sampling.interpolation(view, frame.plane)
    seen = corners.Seen(
        shown.position,
        count,
        frame.slot.frame + 1,
        shown.window,
        view.zoom_e6,
        view.mode,
        how,
        view.rotation,
        view.flip,
        states.said(frame.state.label) if frame.state else "",
        len(offered),
    )
    drawn = graphics_of(screen, shown, frame)
    return {
        "viewport": screen.id,
        "generation": generation,
        "width": view.width,
        "height": view.height,
        "corners": corners.corners(frame.image, seen),
        "orientation": orientation.sides(frame.image.geometry, view),
        "state": {**state(shown, frame, count, how), "presentation_states": [*offered]},
        "graphics": drawn,
        "graphics_sha256": graphics.digest(drawn),
    }


def graphics_of(screen: Screen, shown: Presentation, frame: Frame) -> list[graphics.Drawn]:
    """Return what is drawn over the pixels of a view. Standard: PS3.3 C.10.5."""
    if frame.state is None or not shown.overlays:
        return []
    ratio_e6 = screen.device_pixel_ratio_e6
    return graphics.drawn(
        frame.state, frame.image, frame.slot.frame, shown.view, frame.plane, ratio_e6
    )


def state(shown: Presentation, frame: Frame, count: int, how: str) -> dict[str, Any]:
    """Return what the page's controls need to know."""
    image = frame.image
    return {
        "stack": shown.stack,
        "position": shown.position,
        "count": count,
        "sop": image.sop,
        "frame": frame.slot.frame + 1,
        "window": window(shown.window),
        "presets": [preset(each) for each in presets.offered(image)],
        "invert": shown.invert,
        "mode": shown.view.mode,
        "zoom_e6": shown.view.zoom_e6,
        "rotation": shown.view.rotation,
        "flip": shown.view.flip,
        "overlays": shown.overlays,
        "has_overlays": bool(frame.overlays or image.shutter or _annotations(frame)),
        "presentation_state": shown.state,
        "interpolation": how,
        "exact": True,
        "lossy": corners.lossy(image.lossy),
        "photometric": image.pixels.photometric if image.pixels else "",
        "icc_profile": image.icc_profile,
    }


def _annotations(frame: Frame) -> bool:
    return frame.state is not None and bool(frame.state.annotations)


def view_body(
    screen: Screen, shown: Presentation, frame: Frame, generation: int, drawn_sha256: str
) -> dict[str, Any]:
    """Return the part of a `view` record that one viewport knows; the reader adds the study."""
    return {
        "series": frame.image.series,
        "sop": frame.image.sop,
        "frame": frame.slot.frame + 1,
        "parts": list(frame.parts),
        "presentation": presentation(shown, frame, drawn_sha256),
        "viewport": {
            "id": screen.id,
            "width": screen.width,
            "height": screen.height,
            "device_pixel_ratio_e6": screen.device_pixel_ratio_e6,
            "scale_verified": screen.scale_verified,
        },
        "layout_id": LAYOUT,
        "generation": generation,
        "exact": True,
    }


def presentation(shown: Presentation, frame: Frame, drawn_sha256: str) -> dict[str, Any]:
    """Return how an image is shown, in numbers from which it can be drawn again."""
    view = shown.view
    return {
        "voi": window(shown.window),
        "invert": shown.invert,
        "zoom_e6": view.zoom_e6,
        "center_column_e6": view.center_column_e6,
        "center_row_e6": view.center_row_e6,
        "mode": view.mode,
        "interpolation": sampling.interpolation(view, frame.plane),
        "rotation": view.rotation,
        "flip": view.flip,
        "state": shown.state,
        "overlays": shown.overlays,
        "graphics_sha256": drawn_sha256,
    }


def window(chosen: Window | None) -> dict[str, str]:
    """Return a VOI transformation in words; only a window has numbers.

    Standard: PS3.3 C.11.2.1.2, C.11.2.1.3.
    """
    if chosen is None:
        return {"function": "NONE", "center": "", "width": "", "explanation": ""}
    has_numbers = chosen.function not in {"LUT", "NONE"}
    return {
        "function": chosen.function,
        "center": chosen.center if has_numbers else "",
        "width": chosen.width if has_numbers else "",
        "explanation": chosen.explanation,
    }


def preset(offered: presets.Preset) -> dict[str, str]:
    """Return one entry of the page's list of presets."""
    numbers = {"center": offered.window.center, "width": offered.window.width}
    return {"id": offered.id, "label": offered.label, **numbers}
