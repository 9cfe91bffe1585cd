"""What is painted over the picture: first the shutter, then the overlays on top of it.

No other order can be written here: `painted` is the only door. Shutter and overlays belong to
image pixels, so they turn and move with the image; each device pixel takes what stands at the
image pixel beneath its middle, and nothing is mixed. An overlay may reach beyond the image.
Standard: PS3.4 N.2.3, shutter, then pre-spatial annotation.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from diascope import sampling, shutter, viewport
from diascope.display import FULL_SCALE, GREYS, Pixels
from diascope.sampling import Sampled
from diascope.values import Integers, OverlayBits, Shutter
from diascope.viewport import E6, Plane, View

MOST_P_VALUE = 65_535  # PS3.3 C.10.7 and C.7.6.11: P-Values of 16 bits
Levels = NDArray[np.int16]
CLEAR = -1  # nothing is painted here


def painted(pixels: Pixels, levels: Levels | None) -> Pixels:
    """Return the pixels of a view with its marks: (height, width), `levels` by `of_view`.

    Standard: PS3.4 N.2.3.
    """
    if levels is None:
        return pixels
    covered = GREYS[np.maximum(levels, 0)]
    return np.where(levels == CLEAR, pixels, covered).astype("<u4", copy=False)


def of_view(
    cover: Shutter | None, overlays: tuple[OverlayBits, ...], view: View, plane: Plane
) -> Levels | None:
    """Return the grey level painted at each device pixel, -1 for none; None when all are.

    Standard: PS3.4 N.2.3: the shutter first, then overlays in their order.
    """
    if cover is None and not overlays:
        return None
    base = viewport.unturned(view)
    rows, columns = under(base, plane)
    levels = np.full((len(rows), len(columns)), CLEAR, dtype=np.int16)
    if cover is not None:
        _close(levels, cover, rows, columns, plane)
    for overlay in overlays:
        levels[_points(overlay, rows, columns)] = grey(overlay.grey)
    return sampling.turned(Sampled(levels, 0, 0), view).array.astype(np.int16, copy=False)


def _close(
    levels: Levels, cover: Shutter, rows: Integers, columns: Integers, plane: Plane
) -> None:
    """Paint the occluded pixels of the image; around it there is nothing to occlude."""
    down = _within(rows, plane.rows)
    across = _within(columns, plane.columns)
    closed = ~shutter.is_open(cover, rows[down], columns[across], plane)
    if cover.bitmap is not None:
        closed |= _points(cover.bitmap, rows, columns)[down, across]
    levels[down, across][closed] = grey(cover.grey)


def _within(places: Integers, extent: int) -> slice:
    """Return which of the ascending places lie in the image."""
    first, last = np.searchsorted(places, [0, extent])
    return slice(int(first), int(last))


def _points(overlay: OverlayBits, rows: Integers, columns: Integers) -> NDArray[np.bool_]:
    """Tell which device pixels an overlay's points cover, in the unturned view."""
    row, column = rows - (overlay.origin[0] - 1), columns - (overlay.origin[1] - 1)
    down = _within(row, overlay.points.shape[0])
    across = _within(column, overlay.points.shape[1])
    found = np.zeros((len(rows), len(columns)), dtype=np.bool_)
    found[down, across] = overlay.points[row[down].astype(np.intp)][
        :, column[across].astype(np.intp)
    ]
    return found


def under(view: View, plane: Plane) -> tuple[Integers, Integers]:
    """Return the image row (column) beneath the middle of each device pixel of an unturned view.

    Numbered from 0; below 0 or too large outside the image.

    Standard: PS3.3 C.7.6.3, rows and columns.
    """
    zoom = Fraction(view.zoom_e6, E6)
    return (
        _middles(view.height, view.center_row_e6, zoom * plane.row_stretch),
        _middles(view.width, view.center_column_e6, zoom * plane.column_stretch),
    )


def _middles(size: int, center_e6: int, scale: Fraction) -> Integers:
    # u(j) = center + (2j + 1 - size) / (2 scale), as (first + step * j) / unit, as in `sampling`
    unit = 2 * E6 * scale.numerator
    step = 2 * E6 * scale.denominator
    first = 2 * center_e6 * scale.numerator + (1 - size) * E6 * scale.denominator
    return np.array([(first + step * j) // unit for j in range(size)], dtype=np.int64)


def grey(p_value: int) -> int:
    """Return the level of a P-Value of 16 bits, the nearest, halves upward. Standard: PS3.14 7."""
    return (2 * FULL_SCALE * p_value + MOST_P_VALUE) // (2 * MOST_P_VALUE)
