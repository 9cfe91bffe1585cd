"""Rectangles, bars and letters of exact code values on an 8-bit square, for test patterns."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from diascope.phantom import lettering

SIZE = 1024
LEAST, MIDDLE, GREATEST = 0, 128, 255
Picture = NDArray[np.uint8]


class Box(NamedTuple):
    """A rectangle in pixels."""

    top: int
    left: int
    height: int
    width: int

    def inset(self, by: int) -> "Box":
        """Return the rectangle without a border of `by` pixels."""
        return Box(self.top + by, self.left + by, self.height - 2 * by, self.width - 2 * by)


def plain(level: int) -> Picture:
    """Return a whole picture of one code value."""
    return np.full((SIZE, SIZE), level, dtype=np.uint8)


def centered(row: int, column: int, height: int, width: int) -> Box:
    """Return the rectangle around a point."""
    return Box(row - height // 2, column - width // 2, height, width)


def fill(picture: Picture, box: Box, level: int) -> None:
    """Set a rectangle to one code value."""
    picture[box.top : box.top + box.height, box.left : box.left + box.width] = level


def bars(
    picture: Picture, box: Box, levels: tuple[int, int], width: int, *, upright: bool
) -> None:
    """Fill a rectangle with bars of `width` pixels, the first level first."""
    along = np.arange(box.width if upright else box.height) // width % 2
    line = np.where(along == 0, *levels).astype(np.uint8)
    area = picture[box.top : box.top + box.height, box.left : box.left + box.width]
    area[:] = line[None, :] if upright else line[:, None]


def ramp(picture: Picture, box: Box, *, upright: bool) -> None:
    """Fill a rectangle with all code values from 0 to 255, in equal steps, upward or rightward."""
    count = box.height if upright else box.width
    line = (np.arange(count) * (GREATEST + 1) // count).astype(np.uint8)
    area = picture[box.top : box.top + box.height, box.left : box.left + box.width]
    area[:] = line[::-1, None] if upright else line[None, :]


def write(picture: Picture, row: int, column: int, text: str, level: int, scale: int = 2) -> None:
    """Set the dots of a line of text, centred on a point, to one code value."""
    dots = lettering.stencil(text, scale)
    height, width = dots.shape
    box = centered(row, column, height, width)
    area = picture[box.top : box.top + height, box.left : box.left + width]
    area[dots] = level


def percent(share: int) -> int:
    """Return the code value of a percentage of full scale, to the nearest."""
    return (2 * GREATEST * share + 100) // 200
