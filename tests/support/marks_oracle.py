"""Where each device pixel of a view lies in the image, and what covers it there: said once more.

From the clauses alone, one pixel at a time, in fractions; this imports nothing of Diascope.
Rotation is clockwise and comes before the mirror (PS3.3 C.10.6).
"""

from fractions import Fraction

import numpy as np

E6 = 1_000_000


def image_point(x, y, view):
    """The image point (column, row), in pixels from its corner, at a point of the screen.

    `view` is a dict in the words of a record; square pixels unless `stretch` (column, row) says.
    """
    dx, dy = x - Fraction(view["width"], 2), y - Fraction(view["height"], 2)
    if view.get("flip"):
        dx = -dx
    for _ in range(view.get("rotation", 0) // 90):  # undo a quarter turn clockwise
        dx, dy = dy, -dx
    across, down = view.get("stretch", (1, 1))
    zoom = Fraction(view["zoom_e6"], E6)
    column = Fraction(view["center_column_e6"], E6) + dx / (zoom * across)
    row = Fraction(view["center_row_e6"], E6) + dy / (zoom * down)
    return column, row


def each_pixel(view):
    """Yield (y, x, row, column): device pixels, and the image pixel under each one's middle.

    Turns are by right angles, so each image axis follows one axis of the screen.
    """
    half = Fraction(1, 2)
    down = [image_point(half, y + half, view) for y in range(view["height"])]
    across = [image_point(x + half, half, view) for x in range(view["width"])]
    is_sideways = view.get("rotation", 0) % 180 == 90
    rows = [point[1].__floor__() for point in (across if is_sideways else down)]
    columns = [point[0].__floor__() for point in (down if is_sideways else across)]
    for y in range(view["height"]):
        for x in range(view["width"]):
            yield (y, x, rows[x], columns[y]) if is_sideways else (y, x, rows[y], columns[x])


def grey(p_value):
    """A P-Value of 16 bits in 8 bits, to the nearest."""
    return (Fraction(255 * p_value, 65535) + Fraction(1, 2)).__floor__()


def is_inside_polygon(row, column, vertices):
    """Even-odd rule by winding a ray; a point on an edge is inside."""
    inside = False
    for (r1, c1), (r2, c2) in zip(vertices, [*vertices[1:], vertices[0]], strict=True):
        cross = (c2 - c1) * (row - r1) - (r2 - r1) * (column - c1)
        if (
            cross == 0
            and min(r1, r2) <= row <= max(r1, r2)
            and min(c1, c2) <= column <= max(c1, c2)
        ):
            return True
        if (r1 > row) != (r2 > row) and column < c1 + Fraction((row - r1) * (c2 - c1), r2 - r1):
            inside = not inside
    return inside


def is_visible(row, column, shutter, stretch=(1, 1)):
    """Whether a pixel (from 1) is left visible; `shutter` is a dict of the clause's shapes."""
    answers = [True]
    if "rectangle" in shutter:
        left, right, upper, lower = shutter["rectangle"]
        answers.append(left <= column <= right and upper <= row <= lower)
    if "circle" in shutter:
        center_row, center_column, radius = shutter["circle"]
        across = Fraction(stretch[0]) * (column - center_column)
        down = Fraction(stretch[1]) * (row - center_row)
        answers.append(across**2 + down**2 <= (Fraction(stretch[0]) * radius) ** 2)
    if "polygon" in shutter:
        answers.append(is_inside_polygon(row, column, shutter["polygon"]))
    return all(answers)


def drawn(view, size, pixel, shutter=None, overlays=()):
    """Draw a view: (height, width) of 8-bit greys.

    `size` is (rows, columns); `pixel(row, column)` the grey beneath. The shutter covers image
    pixels; `overlays` are (points, (row, column) of the first from 1, P-Value), painted last.
    """
    out = np.zeros((view["height"], view["width"]), dtype=np.uint8)
    for y, x, row, column in each_pixel(view):
        if 0 <= row < size[0] and 0 <= column < size[1]:
            out[y, x] = pixel(row, column)
            is_open = shutter is None or is_visible(
                row + 1, column + 1, shutter, view.get("stretch", (1, 1))
            )
            if not is_open:
                out[y, x] = grey(shutter["grey"])
        for points, origin, p_value in overlays:
            at = row - origin[0] + 1, column - origin[1] + 1
            is_there = all(0 <= n < m for n, m in zip(at, points.shape, strict=True))
            if is_there and points[at]:
                out[y, x] = grey(p_value)
    return out
