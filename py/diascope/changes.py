"""Pure changes of a presentation: how an image opens, what the next keeps, what a control sets."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from diascope import gestures, modality_lut, pipeline, presets, stated, viewport, voi_lut
from diascope.errors import CommandError, PresentationError
from diascope.painted import Frame, Presentation, Screen
from diascope.presentation_state import PresentationState
from diascope.values import Window
from diascope.viewport import View

Change = Callable[[Presentation, Frame, Any], Presentation]


def opened(frame: Frame, stack: int, position: int, screen: Screen) -> Presentation:
    """Return how an image looks at first: default window, all of it, or as its state says."""
    view = View(screen.width, screen.height)
    state = frame.state
    if state is not None:
        area = stated.area_of(frame.image, state, frame.slot.frame)
        view = stated.view_of(state, area, view, frame.plane)
        window = stated.window_of(frame.image, frame.values)
        return Presentation(stack, position, window, invert=False, view=view, state=state.sop)
    view = viewport.fit(view, frame.plane)
    is_grey = pipeline.is_grey(frame.image)
    default = presets.default(frame.image, frame.values) if is_grey else None
    return Presentation(stack, position, default, invert=False, view=view)


def next_in_series(
    before: Presentation, frame: Frame, stack: int, position: int, *, is_alike: bool
) -> Presentation:
    """Return how the next image of a series looks: window and inversion stay.

    So do zoom and turning in a stack that `is_alike`: of the same plane and size.
    """
    view = viewport.settled(before.view, frame.plane)
    if not is_alike:
        view = viewport.fit(View(before.view.width, before.view.height), frame.plane)
    if (stack, position) == (before.stack, before.position):
        return replace(before, view=view)
    window = kept_window(before.window, frame)
    return replace(before, stack=stack, position=position, window=window, view=view)


def kept_window(window: Window | None, frame: Frame) -> Window | None:
    """Return the same window for another image, or its default where it cannot have it.

    What was computed from one frame keeps its numbers in the next and loses its name.
    """
    image, values = frame.image, frame.values
    if not pipeline.is_grey(image):
        return None
    if window is None:
        return presets.default(image, values)
    if window.function == "NONE":
        return presets.identity(image, values)
    try:
        presets.voi(image, window)
    except PresentationError:
        return presets.default(image, values)
    is_computed = window.explanation in presets.COMPUTED and window not in image.windows
    return replace(window, explanation="") if is_computed else window


def scrolled(
    before: Presentation, frame: Frame, stack: int, position: int, *, is_alike: tuple[bool, bool]
) -> Presentation:
    """Return how the next image of a series looks, where a presentation state may be applied.

    `is_alike` tells whether its stack is like the one before, and whether the state shows both
    images in the same way. Then they are one look, and what the reader changed stays; else the
    image looks as the state says, or, where the state is not for it, as it opens.

    Standard: PS3.4 N.2.
    """
    is_one_state = (frame.state.sop if frame.state else "") == before.state
    if is_one_state and (frame.state is None or all(is_alike)):
        return next_in_series(before, frame, stack, position, is_alike=is_alike[0])
    screen = Screen("", before.view.width, before.view.height)
    return replace(opened(frame, stack, position, screen), overlays=before.overlays)


def stated_frame(frame: Frame, state: PresentationState) -> Frame:
    """Return a frame as a presentation state shows it.

    Raises:
        PresentationStateError: it cannot be applied to this frame completely.

    Standard: PS3.4 N.2.
    """
    index = frame.slot.frame
    image = stated.image_of(frame.image, state, index)
    overlays = stated.overlays_of(image, state, frame.overlays, index)
    plane = pipeline.plane(image)
    return replace(frame, image=image, plane=plane, overlays=overlays, state=state)


def changed(shown: Presentation, frame: Frame, change: Mapping[str, Any]) -> Presentation:
    """Apply the one change that the page's message names.

    Raises:
        CommandError: `change`, it does not name exactly one known thing of the right type.
        PresentationError: the image cannot have it.
    """
    if len(change) != 1:
        raise CommandError("change")
    ((name, value),) = change.items()
    if name not in CHANGES or type(value) is not CHANGES[name][0]:
        raise CommandError("change")
    return CHANGES[name][1](shown, frame, value)


def dragged(shown: Presentation, frame: Frame, by: tuple[int, int]) -> Presentation:
    """Return the presentation after a window drag; colour has no window to drag."""
    if shown.window is None:
        return shown
    window = shown.window
    if window.function not in gestures.DRAGGED and not window.width:
        window = presets.of_frame(frame.image, frame.values, cut=0)
    apart = modality_lut.apart(frame.image)
    return replace(shown, window=gestures.drag_window(window, *by, apart))


def _window(shown: Presentation, _: Frame, value: Mapping[str, Any]) -> Presentation:
    """Set a window by its numbers; its function stays, or is the one named, or LINEAR."""
    if shown.window is None or not all(isinstance(each, str) for each in value.values()):
        raise CommandError("change")
    center, width = (value.get(name, "").strip(" \0") for name in ("center", "width"))
    current = shown.window.function if shown.window.function in gestures.DRAGGED else "LINEAR"
    window = Window(center, width, value.get("function", current))
    if window.function not in gestures.DRAGGED:
        raise PresentationError("function", "unknown VOI LUT Function")
    voi_lut.checked(window)
    return replace(shown, window=window)


def _preset(shown: Presentation, frame: Frame, name: str) -> Presentation:
    for offered in presets.offered(frame.image):
        if offered.id == name:
            window = presets.resolved(frame.image, frame.values, offered.window)
            return replace(shown, window=window)
    raise CommandError("preset")


def _mode(shown: Presentation, frame: Frame, mode: str) -> Presentation:
    if mode not in {"fit", "one_to_one"}:
        raise CommandError("change")
    arrange = viewport.fit if mode == "fit" else viewport.one_to_one
    return replace(shown, view=arrange(shown.view, frame.plane))


def _zoom(shown: Presentation, frame: Frame, zoom_e6: int) -> Presentation:
    return replace(shown, view=viewport.zoomed(shown.view, frame.plane, zoom_e6))


def _rotate(shown: Presentation, frame: Frame, degrees: int) -> Presentation:
    """Turn what is seen by a quarter or a half."""
    if degrees not in {90, -90, 180}:
        raise CommandError("change")
    return replace(shown, view=viewport.rotated(shown.view, frame.plane, degrees))


def _rotation(shown: Presentation, frame: Frame, degrees: int) -> Presentation:
    """Turn the image to a given rotation."""
    if degrees not in viewport.ROTATIONS:
        raise CommandError("change")
    return replace(shown, view=viewport.rotated_to(shown.view, frame.plane, degrees))


def _flip(shown: Presentation, frame: Frame, way: str) -> Presentation:
    """Mirror what is seen."""
    if way not in {"horizontal", "vertical"}:
        raise CommandError("change")
    is_vertical = way == "vertical"
    return replace(shown, view=viewport.flipped(shown.view, frame.plane, is_vertical=is_vertical))


def _invert(shown: Presentation, _: Frame, invert: bool) -> Presentation:
    return replace(shown, invert=invert)


def _overlays(shown: Presentation, _: Frame, overlays: bool) -> Presentation:
    return replace(shown, overlays=overlays)


def _reset(shown: Presentation, frame: Frame, _: bool) -> Presentation:
    screen = Screen("", shown.view.width, shown.view.height)
    return opened(frame, shown.stack, shown.position, screen)


CHANGES: dict[str, tuple[type, Change]] = {
    "window": (dict, _window),
    "preset": (str, _preset),
    "mode": (str, _mode),
    "zoom_e6": (int, _zoom),
    "rotate": (int, _rotate),
    "rotation": (int, _rotation),
    "flip": (str, _flip),
    "invert": (bool, _invert),
    "overlays": (bool, _overlays),
    "reset": (bool, _reset),
}
