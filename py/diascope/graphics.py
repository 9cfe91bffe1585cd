"""Text and graphics of a presentation state as integers of a view, to be drawn over its pixels.

Coordinates are 1/64 of a device pixel from the view's top left corner. What belongs to the image
turns and moves with it; what belongs to the displayed area keeps to its edges as it is turned.
Text is never mirrored. Standard: PS3.3 C.10.5; PS3.4 N.2.3.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from diascope import marks, stated
from diascope.audit import canonical
from diascope.exact import round_half_up
from diascope.graphic_annotation import Graphic, Place, Point, Text
from diascope.presentation_state import PresentationState
from diascope.values import Instance
from diascope.viewport import E6, Plane, View

UNIT = 64  # coordinates a device pixel
TEXT_SIZE = 16  # of letters, in pixels of 1/96 inch as the page counts them
LINE_HEIGHT = Fraction(5, 4)
Drawn = dict[str, Any]


class Axis(NamedTuple):
    """One axis of the screen: which coordinate of a place it follows, how fast, and from where."""

    follows: int
    scale: Fraction
    start: Fraction


@dataclass(frozen=True, slots=True)
class Sheet:
    """What places things on a view: the axes of the screen by the units of a place."""

    axes: Mapping[str, tuple[Axis, Axis]]
    letter: Fraction

    def at(self, place: Place) -> Point:
        """Return a place as (x, y) in device pixels. Standard: PS3.3 C.10.5, PIXEL and DISPLAY."""
        across, down = self.axes[place.units]
        x = across.start + across.scale * place.point[across.follows]
        return x, down.start + down.scale * place.point[down.follows]


def on_screen(view: View, plane: Plane, column: Fraction, row: Fraction) -> Point:
    """Return where an image point, in pixels from the first one's corner, lies on the screen.

    Rotated clockwise, then mirrored. Standard: PS3.3 C.10.6.
    """
    zoom = Fraction(view.zoom_e6, E6)
    x = (column - Fraction(view.center_column_e6, E6)) * zoom * plane.column_stretch
    y = (row - Fraction(view.center_row_e6, E6)) * zoom * plane.row_stretch
    for _ in range(view.rotation // 90):
        x, y = -y, x
    return Fraction(view.width, 2) + (-x if view.flip else x), Fraction(view.height, 2) + y


def drawn(
    state: PresentationState,
    image: Instance,
    index: int,
    view: View,
    plane: Plane,
    pixel_ratio_e6: int = E6,
) -> list[Drawn]:
    """Return what is drawn over frame `index`, from 0, lowest layer first, as plain data.

    Standard: PS3.3 C.10.5, C.10.7; PS3.4 N.2.3.
    """
    sheet = _sheet(state, image, index, view, plane, pixel_ratio_e6)
    shown = [
        each
        for each in state.annotations
        if each.references is None or each.references.covers(image.sop, index + 1)
    ]
    return [
        {**item, "grey": marks.grey(each.layer.grey)}
        for each in sorted(shown, key=lambda one: one.layer.order)
        for item in (
            *(_graphic(graphic, sheet) for graphic in each.graphics),
            *(item for text in each.texts for item in _text(text, sheet)),
        )
    ]


def digest(items: list[Drawn]) -> str:
    """Return the SHA-256 of the canonical JSON of what is drawn, "" when nothing is.

    Standard: RFC 8785 3.2, FIPS 180-4.
    """
    return hashlib.sha256(canonical.to_bytes(items)).hexdigest() if items else ""


def _sheet(
    state: PresentationState, image: Instance, index: int, view: View, plane: Plane, ratio_e6: int
) -> Sheet:
    area = stated.area_of(image, state, index)
    corners = [
        on_screen(view, plane, Fraction(column), Fraction(row))
        for column in (area.columns[0] - 1, area.columns[1])
        for row in (area.rows[0] - 1, area.rows[1])
    ]
    xs, ys = ([corner[axis] for corner in corners] for axis in (0, 1))
    displayed = Axis(0, max(xs) - min(xs), min(xs)), Axis(1, max(ys) - min(ys), min(ys))
    axes = {"PIXEL": _image_axes(view, plane), "DISPLAY": displayed}
    return Sheet(axes, TEXT_SIZE * Fraction(ratio_e6, E6))


def _image_axes(view: View, plane: Plane) -> tuple[Axis, Axis]:
    """Return the screen's axes by image coordinates; turned sideways, they follow each other's."""
    zero, one = Fraction(0), Fraction(1)
    start = on_screen(view, plane, zero, zero)
    steps = on_screen(view, plane, one, zero), on_screen(view, plane, zero, one)
    follows = (1, 0) if view.is_sideways else (0, 1)
    across, down = (
        Axis(follows[axis], steps[follows[axis]][axis] - start[axis], start[axis])
        for axis in (0, 1)
    )
    return across, down


def _graphic(graphic: Graphic, sheet: Sheet) -> Drawn:
    points = [sheet.at(place) for place in graphic.places]
    if graphic.kind == "CIRCLE":
        (x, y), (on_x, on_y) = points
        return _ellipse((x, y), (on_x - x, on_y - y), (y - on_y, on_x - x), graphic)
    if graphic.kind == "ELLIPSE":
        (x1, y1), (x2, y2), (x3, y3), (x4, y4) = points
        middle = ((x1 + x2) / 2, (y1 + y2) / 2)
        return _ellipse(
            middle, ((x2 - x1) / 2, (y2 - y1) / 2), ((x4 - x3) / 2, (y4 - y3) / 2), graphic
        )
    kind = {"POINT": "point", "POLYLINE": "polyline", "INTERPOLATED": "curve"}[graphic.kind]
    placed = curve(points) if kind == "curve" else points
    is_filled = graphic.is_filled and points[0] == points[-1] and len(points) > 2
    return {"kind": kind, "points": _integers(placed), "filled": is_filled}


def _ellipse(middle: Point, one: Point, other: Point, graphic: Graphic) -> Drawn:
    """Describe an ellipse by its middle and two half axes as vectors; no root is taken."""
    points = _integers([middle, one, other])
    return {"kind": "ellipse", "points": points, "filled": graphic.is_filled}


def curve(points: list[Point]) -> list[Point]:
    """Return a smooth curve through all points as cubic Béziers: start, then (c, c, end) each.

    The rule is the uniform Catmull-Rom spline: at each point the curve runs parallel to the line
    from the one before to the one after; at open ends it runs towards the neighbour, and a closed
    curve runs on. Thirds of these ways are fractions, so that nothing is rounded before the end.

    Standard: PS3.3 C.10.5, INTERPOLATED: some form of curve through the points, in their order.
    """
    is_closed = points[0] == points[-1] and len(points) > 2
    before, after = (points[-2], points[1]) if is_closed else (points[0], points[-1])
    around = [before, *points, after]
    found = [points[0]]
    for at, (start, end) in enumerate(pairwise(points)):
        (x0, y0), (x3, y3) = around[at], around[at + 3]
        found.append((start[0] + (end[0] - x0) / 6, start[1] + (end[1] - y0) / 6))
        found.append((end[0] - (x3 - start[0]) / 6, end[1] - (y3 - start[1]) / 6))
        found.append(end)
    return found


def _text(text: Text, sheet: Sheet) -> Iterator[Drawn]:
    """Place each line of a text; an anchor that is to be seen is a dot, tied to the box."""
    anchor = None if text.anchor is None else sheet.at(text.anchor)
    corner, turn, wide = _frame(text, sheet, anchor)
    if anchor is not None and text.is_anchor_visible:
        yield {"kind": "point", "points": _integers([anchor]), "filled": False}
        if text.box is not None:
            tie = [_nearest([sheet.at(place) for place in text.box], anchor), anchor]
            yield {"kind": "polyline", "points": _integers(tie), "filled": False}
    shift = {"LEFT": Fraction(0), "CENTER": wide / 2, "RIGHT": wide}[text.align]
    lines = []
    for number, line in enumerate(text.lines):
        x, y = _turned((shift, sheet.letter * (1 + LINE_HEIGHT * number)), turn)
        place = _integers([(corner[0] + x, corner[1] + y)])
        lines.append({"x": place[0], "y": place[1], "text": line})
    yield {
        "kind": "text",
        "lines": lines,
        "align": text.align.lower(),
        "rotation": 90 * turn,
        "size": round_half_up(sheet.letter * UNIT),
    }


def _frame(text: Text, sheet: Sheet, anchor: Point | None) -> tuple[Point, int, Fraction]:
    """Return where text starts, how many quarters clockwise it is turned, and its box's width.

    It runs from the box's top left to its bottom right corner, wherever a turn has put them; a
    mirror puts them as a quarter does, and text in a mirrored picture runs so.

    Standard: PS3.3 C.10.5.1.1, Unformatted Text Value.
    """
    if text.box is None:
        x, y = anchor or (Fraction(0), Fraction(0))
        return (x + sheet.letter / 2, y - sheet.letter * LINE_HEIGHT), 0, Fraction(0)
    (x1, y1), (x2, y2) = (sheet.at(place) for place in text.box)
    turn = {(False, False): 0, (True, False): 1, (True, True): 2, (False, True): 3}[
        x2 < x1, y2 < y1
    ]
    return (x1, y1), turn, abs(y2 - y1) if turn % 2 else abs(x2 - x1)


def _turned(way: Point, quarters: int) -> Point:
    x, y = way
    for _ in range(quarters):
        x, y = -y, x
    return x, y


def _nearest(box: list[Point], point: Point) -> Point:
    """Return the point of a box that lies nearest to another."""
    (x1, y1), (x2, y2) = box
    x = min(max(point[0], min(x1, x2)), max(x1, x2))
    return x, min(max(point[1], min(y1, y2)), max(y1, y2))


def _integers(points: list[Point]) -> list[int]:
    return [round_half_up(value * UNIT) for point in points for value in point]
