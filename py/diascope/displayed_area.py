"""Displayed Area: which part of the image a presentation state shows, and how large.

Standard: PS3.3 C.10.4, Displayed Area Module; C.10.6, Spatial Transformation Module.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from diascope import attributes, exact, sequences, state_references, state_values, viewport
from diascope.errors import PresentationStateError
from diascope.part10 import Part10
from diascope.sequences import Item
from diascope.state_references import References
from diascope.viewport import E6, LEAST_ZOOM_E6, MOST_ZOOM_E6, Plane, View

MAX_AREAS = 20_000  # our own, as the items of a file
MODES = ("SCALE TO FIT", "MAGNIFY")

_AREAS, _ORIGIN = 0x0070005A, 0x00480301
_TOP_LEFT, _BOTTOM_RIGHT, _MODE = 0x00700052, 0x00700053, 0x00700100
_SPACING, _ASPECT, _MAGNIFICATION = 0x00700101, 0x00700102, 0x00700103
_ROTATION, _FLIP = 0x00700042, 0x00700041


@dataclass(frozen=True, slots=True)
class DisplayedArea:
    """One item: corner pixels as (column, row) from 1, as they stand after turning.

    `aspect` is how tall and how wide a pixel is shown; `magnification` is device pixels for each
    image pixel, None for as large as it goes. `references` None means every image.
    """

    references: References | None
    top_left: tuple[int, int]
    bottom_right: tuple[int, int]
    aspect: tuple[str, str]
    magnification: Fraction | None

    @property
    def columns(self) -> tuple[int, int]:
        """First and last column, from 1.

        Standard: PS3.3 C.10.4.
        """
        first, last = sorted((self.top_left[0], self.bottom_right[0]))
        return first, last

    @property
    def rows(self) -> tuple[int, int]:
        """First and last row, from 1.

        Standard: PS3.3 C.10.4.
        """
        first, last = sorted((self.top_left[1], self.bottom_right[1]))
        return first, last


def read(outside: Part10, rotation: int, *, flip: bool) -> tuple[DisplayedArea, ...]:
    """Read the Displayed Area Selection Sequence of a state that turns like this.

    Raises:
        PresentationStateError: `area`, one is not complete or contradicts the turn;
            `true_size`, it asks for millimetres of a screen whose size nobody knows.

    Standard: PS3.3 C.10.4.
    """
    with state_values.refused_as(PresentationStateError("area")):
        listed = sequences.items(outside, _AREAS)[: MAX_AREAS + 1]
        found = tuple(_area(item, rotation, flip=flip) for item in listed)
    if not found:
        raise PresentationStateError("area", "it names no displayed area")
    return found


def _area(item: Item, rotation: int, *, flip: bool) -> DisplayedArea:
    mode = state_values.code(item, _MODE)
    if mode == "TRUE SIZE":
        raise PresentationStateError("true_size", "the size of this screen's pixels is not known")
    if mode not in MODES or state_values.code(item, _ORIGIN) not in {"", "FRAME"}:
        raise PresentationStateError("area", "an unknown Presentation Size Mode or origin")
    corners = [state_values.numbers(item, tag, "SL", 2) for tag in (_TOP_LEFT, _BOTTOM_RIGHT)]
    if not all(corners):
        raise PresentationStateError("area", "a displayed area without its corners")
    (left, top), (right, bottom) = corners
    _check_turn((right - left, bottom - top), rotation, flip=flip)
    return DisplayedArea(
        state_references.of_item(item),
        (left, top),
        (right, bottom),
        _pixel_aspect(item),
        _magnified(item) if mode == "MAGNIFY" else None,
    )


def _check_turn(way: tuple[int, int], rotation: int, *, flip: bool) -> None:
    """Refuse corners that are not top left and bottom right once the image is turned.

    They are image coordinates named by where they end up (C.10.4), so they say the turn a second
    time; a state that says two different ones was made in another order, or wrongly.
    """
    across, down = way
    for _ in range(rotation // 90):
        across, down = -down, across
    if flip:
        across = -across
    if across < 0 or down < 0:
        raise PresentationStateError("area", "corners that contradict rotation and flip")


def _pixel_aspect(item: Item) -> tuple[str, str]:
    """Return how tall and how wide a pixel is, from its spacing or its ratio."""
    ratio = [str(number) for number in state_values.whole(item, _ASPECT)]
    height_width = attributes.strings(item, _SPACING) or ratio
    if len(height_width) != 2 or any(exact.fraction(side) <= 0 for side in height_width):
        raise PresentationStateError("area", "a displayed area without a pixel aspect ratio")
    return height_width[0], height_width[1]


def _magnified(item: Item) -> Fraction:
    ratio = state_values.fractions(item, _MAGNIFICATION, 1)
    if not ratio or not LEAST_ZOOM_E6 <= ratio[0] * E6 <= MOST_ZOOM_E6:
        raise PresentationStateError("area", "a magnification out of range")
    return ratio[0]


def turn(outside: Part10) -> tuple[int, bool]:
    """Read Image Rotation, then Image Horizontal Flip; (0, False) when neither is there.

    Raises:
        PresentationStateError: `turn`, one is missing or has another value.

    Standard: PS3.3 C.10.6.
    """
    with state_values.refused_as(PresentationStateError("turn")):
        rotation = state_values.numbers(outside, _ROTATION, "US", 1)
        flip = state_values.code(outside, _FLIP)
    if not rotation and not flip:
        return 0, False
    if len(rotation) != 1 or rotation[0] not in viewport.ROTATIONS or flip not in {"Y", "N"}:
        raise PresentationStateError("turn", "an unknown rotation or flip")
    return rotation[0], flip == "Y"


def view_of(area: DisplayedArea, view: View, plane: Plane) -> View:
    """Show the area, all of it and as large as it goes, or magnified as it says, in a turned view.

    Raises:
        PresentationStateError: `area`, its middle lies outside the image.

    Standard: PS3.3 C.10.4, SCALE TO FIT and MAGNIFY.
    """
    (first_column, last_column), (first_row, last_row) = area.columns, area.rows
    column_e6 = (first_column - 1 + last_column) * E6 // 2
    row_e6 = (first_row - 1 + last_row) * E6 // 2
    if not (0 <= column_e6 <= plane.columns * E6 and 0 <= row_e6 <= plane.rows * E6):
        raise PresentationStateError("area", "the middle of the area lies outside the image")
    centered = replace(view, center_column_e6=column_e6, center_row_e6=row_e6, mode="free")
    if area.magnification is not None:
        return _magnify(centered, plane, exact.round_half_up(area.magnification * E6))
    if (area.columns, area.rows) == ((1, plane.columns), (1, plane.rows)):
        return viewport.fit(view, plane)
    along_row, along_column = view.sides
    across = Fraction(along_row) / ((last_column - first_column + 1) * plane.column_stretch)
    down = Fraction(along_column) / ((last_row - first_row + 1) * plane.row_stretch)
    zoom_e6 = min(max(int(min(across, down) * E6), 1), MOST_ZOOM_E6)
    return viewport.settled(replace(centered, zoom_e6=zoom_e6), plane)


def _magnify(view: View, plane: Plane, zoom_e6: int) -> View:
    """Magnify around the centre; at 1 each image pixel is exactly one of the display."""
    if zoom_e6 == E6:
        return viewport.one_to_one(view, plane)
    return viewport.settled(replace(view, zoom_e6=zoom_e6), plane)
