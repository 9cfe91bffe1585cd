"""Display shutters: which pixels of an image stay visible, and the grey of the rest.

A pixel belongs to a shape when its middle does, edges included. Standard: PS3.3 C.7.6.11.
"""

import re
from itertools import pairwise
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from diascope import attributes
from diascope.errors import MalformedImage
from diascope.sequences import Source
from diascope.values import Integers, Shutter
from diascope.viewport import Plane

SHUTTER_NOTICE = "The shutter in the file cannot be used, so nothing is covered."
SHAPES = ("RECTANGULAR", "CIRCULAR", "POLYGONAL")
MAX_VERTICES = 1024  # our own: more than a hand or a detector draws
MOST_COORDINATE = 1_000_000  # our own: of a vertex; no image has so many pixels a side
MOST = 2**31 - 1  # PS3.5 6.2, IS
_INTEGER = re.compile(r"[+-]?[0-9]{1,11}")

_SHAPE, _GREY = 0x00181600, 0x00181622
_EDGES = (0x00181602, 0x00181604, 0x00181606, 0x00181608)  # left, right, upper, lower
_CENTER, _RADIUS, _VERTICES = 0x00181610, 0x00181612, 0x00181620
Visible = NDArray[np.bool_]


def read(source: Source, notices: list[str]) -> Shutter | None:
    """Return an image's own shutter, None when it has none; one that is wrong is said.

    Standard: PS3.3 C.7.6.11.
    """
    try:
        return shutter_of(source)
    except MalformedImage:
        notices.append(SHUTTER_NOTICE)
        return None


def shutter_of(source: Source) -> Shutter | None:
    """Read the Display Shutter attributes; the grey is 0 where the file does not state it.

    Raises:
        MalformedImage: `shutter`, a shape is unknown, or not described as it must be.

    Standard: PS3.3 C.7.6.11, table C.7-17a.
    """
    shapes = attributes.strings(source, _SHAPE)
    if not shapes:
        return None
    if not set(shapes) <= set(SHAPES) or len(set(shapes)) < len(shapes):
        raise MalformedImage("shutter", "a shutter of an unknown shape")
    grey = source.unsigned(_GREY)
    return Shutter(
        _rectangle(source) if "RECTANGULAR" in shapes else None,
        _circle(source) if "CIRCULAR" in shapes else None,
        _polygon(source) if "POLYGONAL" in shapes else (),
        grey=grey or 0,
    )


def _rectangle(source: Source) -> tuple[int, int, int, int]:
    left, right, upper, lower = (_integers(source, tag, 1)[0] for tag in _EDGES)
    return left, right, upper, lower


def _circle(source: Source) -> tuple[int, int, int]:
    row, column = _integers(source, _CENTER, 2)
    radius = _integers(source, _RADIUS, 1)[0]
    if radius < 0:
        raise MalformedImage("shutter", "a circle of a negative radius")
    return row, column, radius


def _polygon(source: Source) -> tuple[tuple[int, int], ...]:
    values = _integers(source, _VERTICES, 0)
    is_far = max(map(abs, values), default=0) > MOST_COORDINATE
    if len(values) % 2 or not 6 <= len(values) <= 2 * MAX_VERTICES or is_far:
        raise MalformedImage("shutter", f"a polygon of {len(values)} numbers")
    return tuple(zip(values[::2], values[1::2], strict=True))


def _integers(source: Source, tag: int, count: int) -> list[int]:
    """Return the IS values of an element, exactly `count` of them unless that is 0."""
    numbers = [integer(text) for text in attributes.strings(source, tag)]
    if (count and len(numbers) != count) or None in numbers:
        raise MalformedImage("shutter", f"tag {tag:08X} holds {len(numbers)} values")
    return [number for number in numbers if number is not None]


def integer(text: str) -> int | None:
    """Read an integer string, None when it is none. Standard: PS3.5 6.2, VR IS."""
    plain = text.strip(" \0")
    number = int(plain) if _INTEGER.fullmatch(plain) else MOST + 1
    return number if abs(number) <= MOST else None


def is_open(shutter: Shutter, rows: Integers, columns: Integers, plane: Plane) -> Visible:
    """Tell which pixels stay visible: (len(rows), len(columns)), numbered from 0.

    Several shapes leave what all of them leave. Standard: PS3.3 C.7.6.11.
    """
    row, column = rows + 1, columns + 1
    visible = np.ones((len(rows), len(columns)), dtype=np.bool_)
    if shutter.rectangle is not None:
        left, right, upper, lower = shutter.rectangle
        visible &= ((row >= upper) & (row <= lower))[:, None]
        visible &= (column >= left) & (column <= right)
    if shutter.circle is not None:
        visible &= in_circle(shutter.circle, row, column, plane)
    if shutter.polygon:
        visible &= in_polygon(shutter.polygon, row, column)
    return visible


def in_circle(
    circle: tuple[int, int, int], rows: Integers, columns: Integers, plane: Plane
) -> Visible:
    """Tell which pixels lie in a circle; its radius is measured along a row.

    Pixels that are not square are weighed by their sides, so that the circle is round as seen.

    Standard: PS3.3 C.7.6.11, Radius of Circular Shutter.
    """
    row, column, radius = circle
    ratio = (plane.row_stretch / plane.column_stretch) ** 2
    left = [radius**2 - ratio * (each - row) ** 2 for each in rows.tolist()]
    reach = [isqrt(int(rest)) if rest >= 0 else -1 for rest in left]
    inside: Visible = abs(columns - column) <= np.array(reach, dtype=np.int64)[:, None]
    return inside


def in_polygon(
    vertices: tuple[tuple[int, int], ...], rows: Integers, columns: Integers
) -> Visible:
    """Tell which pixels lie in a polygon or on its edges, by the even-odd rule, in integers.

    Standard: PS3.3 C.7.6.11, Vertices of the Polygonal Shutter: closed from last to first.
    """
    (rows, at_row), (columns, at_column) = (
        np.unique(each, return_inverse=True) for each in (rows, columns)
    )
    ends = np.zeros((len(rows), len(columns) + 1), dtype=np.bool_)
    edges = np.zeros((len(rows), len(columns)), dtype=np.bool_)
    for one, other in pairwise([*vertices, vertices[0]]):
        if one[0] == other[0]:
            first, last = sorted((one[1], other[1]))
            edges |= (rows == one[0])[:, None] & (columns >= first) & (columns <= last)
        else:
            upper, lower = sorted((one, other))
            _cross(upper, lower, rows, columns, ends, edges)
    # a pixel is inside when an odd number of edges passes to the right of it
    passed = np.logical_xor.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    inside: Visible = passed[:, 1:] | edges
    return inside[at_row][:, at_column]


def _cross(
    upper: tuple[int, int],
    lower: tuple[int, int],
    rows: Integers,
    columns: Integers,
    ends: Visible,
    edges: Visible,
) -> None:
    """Note where an edge meets each row: after how many columns, and on which of them exactly."""
    (top, start), (bottom, end) = upper, lower
    met = np.flatnonzero((rows >= top) & (rows <= bottom))
    whole, rest = np.divmod((rows[met] - top) * (end - start), bottom - top)
    column = start + whole
    before = np.searchsorted(columns, np.where(rest > 0, column + 1, column))
    is_counted = rows[met] < bottom  # a vertex belongs to the edge below it alone
    ends[met[is_counted], before[is_counted]] ^= True
    is_on = (rest == 0) & np.isin(column, columns)
    edges[met[is_on], np.searchsorted(columns, column[is_on])] = True
