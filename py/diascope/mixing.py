"""What is shown between image pixels: neighbours summed by their weights, rounded once.

Integers are exact: 8-bit weights, floor(x + 1/2) at the end of the sum. Floating-point values are
summed in double precision in one stated order, each operation rounded as IEEE 754 says, so that
no two machines differ. Padding is never mixed: a device pixel is padding when the pixel (or box)
that its middle lies in is, and elsewhere only real neighbours are weighed. Standard: PS3.4 N.2;
PS3.3 C.7.5.1.1.2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.generic]
Mask = NDArray[np.bool_]
WHOLE = 256  # the sum of a pair's weights
HALF = WHOLE // 2


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Samples (rows, columns[, 3]), and which are padding; None when none are."""

    values: Samples
    hidden: Mask | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One direction of a view: device pixels `start` .. `start + len(lower)` lie in the image.

    `lower` and `upper` are the two pixels (or boxes of `box` pixels) to mix, `weights` the share
    of the upper one in 1/256.
    """

    start: int
    box: int
    lower: NDArray[np.intp]
    upper: NDArray[np.intp]
    weights: NDArray[np.int64]

    @property
    def nearest(self) -> NDArray[np.intp]:
        """The pixel or box that the middle of each device pixel lies in.

        Standard: PS3.4 N.2 leaves the way of scaling open.
        """
        return np.where(self.weights < HALF, self.lower, self.upper)


def pick(grid: Grid, rows: Axis, columns: Axis) -> Grid:
    """Take the pixel under each device pixel, without mixing. Standard: PS3.4 N.2."""
    hidden = None if grid.hidden is None else grid.hidden[rows.lower][:, columns.lower]
    return Grid(grid.values[rows.lower][:, columns.lower], hidden)


def mix(grid: Grid, rows: Axis, columns: Axis) -> Grid:
    """Mix four neighbours by their weights (bilinear). Standard: PS3.4 N.2."""
    mixed = (_mix_floats if _is_float(grid.values) else _mix)(grid.values, rows, columns)
    if grid.hidden is None:
        return Grid(mixed)
    hidden = grid.hidden[rows.nearest][:, columns.nearest]
    touched = np.zeros_like(hidden)
    for row in (rows.lower, rows.upper):
        for column in (columns.lower, columns.upper):
            touched |= grid.hidden[row][:, column]
    at = np.nonzero(touched & ~hidden)
    mixed[at] = _real_sum(grid, grid.hidden, rows, columns, at)
    return Grid(mixed, hidden)


def box_means(grid: Grid, row_box: int, column_box: int) -> Grid:
    """Average boxes of row_box x column_box pixels, cut off at the far edges, to the nearest.

    Only real pixels count; a box without any is padding. Standard: PS3.3 C.7.5.1.1.2.
    """
    values, hidden = grid.values, None
    rows, columns = values.shape[:2]
    counts = np.outer(_lengths(rows, row_box), _lengths(columns, column_box))
    if grid.hidden is not None:
        values = np.where(_over(grid.hidden, values), values.dtype.type(0), values)
        counts = _integer_sums(~grid.hidden, row_box, column_box)
        hidden = counts == 0
        counts = np.maximum(counts, 1)
    divisor = _over(counts, values)
    if _is_float(values):
        means = _float_sums(values, row_box, column_box) / divisor
        return Grid(np.clip(means, values.min(), values.max()), hidden)
    total = _integer_sums(values, row_box, column_box)
    return Grid(((2 * total + divisor) // (2 * divisor)).astype(values.dtype), hidden)


def _over(plane: NDArray[Any], values: Samples) -> NDArray[Any]:
    """Return one number a pixel in a shape that meets each of its samples."""
    return plane if values.ndim == 2 else plane[..., None]


def _is_float(values: Samples) -> bool:
    return values.dtype.kind == "f"


def _lengths(extent: int, box: int) -> NDArray[np.int64]:
    """Return the pixels in each box along one side; the last may have fewer."""
    return np.diff(np.arange(0, extent, box), append=extent).astype(np.int64)


def _integer_sums(values: Samples, row_box: int, column_box: int) -> NDArray[np.int64]:
    rows, columns = (
        np.arange(0, values.shape[0], row_box),
        np.arange(0, values.shape[1], column_box),
    )
    summed = np.add.reduceat(values, columns, axis=1, dtype=np.int64)
    total: NDArray[np.int64] = np.add.reduceat(summed, rows, axis=0)
    return total


def _float_sums(values: Samples, row_box: int, column_box: int) -> NDArray[np.float64]:
    """Add the pixels of each box row by row: numpy's own sums have no promised order."""
    rows, columns = (
        len(_lengths(extent, box))
        for extent, box in zip(values.shape, (row_box, column_box), strict=True)
    )
    filled = np.zeros((rows * row_box, columns * column_box))
    filled[: values.shape[0], : values.shape[1]] = values
    total = np.zeros((rows, columns))
    with np.errstate(over="ignore"):  # what overflows is clipped to the largest value there
        for row in range(row_box):
            for column in range(column_box):
                total += filled[row::row_box, column::column_box]
    return total


def _mix(values: Samples, rows: Axis, columns: Axis) -> Samples:
    """Mix integers: exact in 32 bits for 16-bit values, in 64 for others; round once."""
    wide = _wide_type(values.dtype)
    tail = (1,) * (values.ndim - 2)
    across = columns.weights.astype(wide).reshape(1, -1, *tail)
    down = rows.weights.astype(wide).reshape(-1, 1, *tail)
    used, lower = np.unique(np.concatenate([rows.lower, rows.upper]), return_inverse=True)
    source = values[used].astype(wide)
    left, right = source[:, columns.lower], source[:, columns.upper]
    right -= left
    right *= across
    left <<= 8
    left += right
    upper_rows = left[lower[len(rows.lower) :]]
    lower_rows = left[lower[: len(rows.lower)]]
    upper_rows *= down
    lower_rows *= WHOLE - down
    upper_rows += lower_rows
    upper_rows += 1 << 15
    upper_rows >>= 16
    mixed: Samples = upper_rows.astype(values.dtype)
    return mixed


def _mix_floats(values: Samples, rows: Axis, columns: Axis) -> Samples:
    """Mix floating-point values, along the rows and then down; weights are exact there."""
    across, down = columns.weights / WHOLE, rows.weights[:, None] / WHOLE
    source = values.astype(np.float64, copy=False)
    with np.errstate(over="ignore"):  # at the very end of the range, where the clip undoes it
        upper, lower = (
            line[:, columns.lower] * (1 - across) + line[:, columns.upper] * across
            for line in (source[rows.lower], source[rows.upper])
        )
        mixed = upper * (1 - down) + lower * down
    return np.clip(mixed, source.min(), source.max())


def _real_sum(
    grid: Grid, hidden: Mask, rows: Axis, columns: Axis, at: tuple[NDArray[np.intp], ...]
) -> Samples:
    """Mix again at the device pixels `at` (rows, columns), of real neighbours alone."""
    is_float, (y, x) = _is_float(grid.values), at
    kind = np.dtype(np.float64 if is_float else np.int64)
    total: NDArray[Any] = np.zeros((len(y), *grid.values.shape[2:]), kind)
    weight: NDArray[Any] = np.zeros((len(y), *(1,) * (grid.values.ndim - 2)), kind)
    for row, down in ((rows.lower, WHOLE - rows.weights), (rows.upper, rows.weights)):
        for column, across in (
            (columns.lower, WHOLE - columns.weights),
            (columns.upper, columns.weights),
        ):
            place = row[y], column[x]
            share = np.where(hidden[place], 0, down[y] * across[x]).astype(kind)
            share = share.reshape(weight.shape)
            total += share * grid.values[place].astype(kind)
            weight += share
    summed: Samples = total / weight if is_float else (2 * total + weight) // (2 * weight)
    return summed


def _wide_type(kind: np.dtype[np.generic]) -> type[np.signedinteger | np.unsignedinteger]:
    """Return the type that holds value * 65536 + 32768 exactly."""
    if kind.itemsize > 2:
        return np.int64
    return np.uint32 if kind.kind == "u" else np.int32


Averager = Callable[[Grid, int, int], Grid]
