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
from diascope.part10 import Part10
from diascope.values import Integers, Shutter
from diascope.viewport import Plane

SHUTTER_NOTICE = "The shutter in the file cannot be used, so nothing is covered."
SHAPES = ("RECTANGULAR", "CIRCULAR", "POLYGONAL")
MAX_VERTICES = 1024  # our own: more than a hand or a detector draws
MOST = 2**31 - 1  # PS3.5 6.2, IS
_INTEGER = re.compile(r"[+-]?[0-9]{1,11}")

_SHAPE, _GREY = 0x00181600, 0x00181622
_EDGES = (0x00181602, 0x00181604, 0x00181606, 0x00181608)  # left, right, upper, lower
_CENTER, _RADIUS, _VERTICES = 0x00181610, 0x00181612, 0x00181620
Visible = NDArray[np.bool_]


def read(outside: Part10, notices: list[str]) -> Shutter | None:
    """Return an image's own shutter, None when it has none; one that is wrong is said.

    Standard: PS3.3 C.7.6.11.
    """
    try:
        return shutter_of(outside)
    except MalformedImage:
        notices.append(SHUTTER_NOTICE)
        return None


def shutter_of(outside: Part10) -> Shutter | None:
    """Read the Display Shutter attributes; the grey is 0 where the file does not state it.

    Raises:
        MalformedImage: `shutter`, a shape is unknown, or not described as it must be.

    Standard: PS3.3 C.7.6.11, table C.7-17a.
    """
    shapes = attributes.strings(outside, _SHAPE)
    if not shapes:
        return None
    if not set(shapes) <= set(SHAPES) or len(set(shapes)) < len(shapes):
        raise MalformedImage("shutter", "a shutter of an unknown shape")
    grey = outside.unsigned(_GREY)
    return Shutter(
        _rectangle(outside) if "RECTANGULAR" in shapes else None,
        _circle(outside) if "CIRCULAR" in shapes else None,
        _polygon(outside) if "POLYGONAL" in shapes else (),
        grey=grey or 0,
    )


def _rectangle(outside: Part10) -> tuple[int, int, int, int]:
    left, right, upper, lower = (_integers(outside, tag, 1)[0] for tag in _EDGES)
    return left, right, upper, lower


def _circle(outside: Part10) -> tuple[int, int, int]:
    row, column = _integers(outside, _CENTER, 2)
    radius = _integers(outside, _RADIUS, 1)[0]
    if radius < 0:
        raise MalformedImage("shutter", "a circle of a negative radius")
    return row, column, radius


def _polygon(outside: Part10) -> tuple[tuple[int, int], ...]:
    values = _integers(outside, _VERTICES, 0)
    if len(values) % 2 or not 6 <= len(values) <= 2 * MAX_VERTICES:
        raise MalformedImage("shutter", f"a polygon of {len(values)} numbers")
    return tuple(zip(values[::2], values[1::2], strict=True))


def _integers(outside: Part10, tag: int, count: int) -> list[int]:
    """Return the IS values of an element, exactly `count` of them unless that is 0."""
    numbers = [integer(text) for text in attributes.strings(outside, tag)]
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
    found = np.zeros((len(rows), len(columns)), dtype=np.bool_)
    for place, row in enumerate(rows.tolist()):
        found[place] = _in_polygon_row(vertices, row, columns)
    return found


def _in_polygon_row(vertices: tuple[tuple[int, int], ...], row: int, columns: Integers) -> Visible:
    """Tell which columns of one row lie in a polygon."""
    is_odd = np.zeros(len(columns), dtype=np.bool_)
    is_edge = np.zeros(len(columns), dtype=np.bool_)
    for (r1, c1), (r2, c2) in pairwise([*vertices, vertices[0]]):
        if not min(r1, r2) <= row <= max(r1, r2):
            continue
        if r1 == r2:
            is_edge |= (columns >= min(c1, c2)) & (columns <= max(c1, c2))
            continue
        # the edge meets this row at c1 + (row - r1) (c2 - c1) / (r2 - r1)
        above = (row - r1) * (c2 - c1) + c1 * (r2 - r1)
        whole, rest = divmod(above if r2 > r1 else -above, abs(r2 - r1))
        is_edge |= (columns == whole) & (rest == 0)
        if row < max(r1, r2):
            is_odd ^= columns <= whole if rest else columns < whole
    return is_odd | is_edge
