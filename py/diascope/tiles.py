"""Tiles of a whole-slide image: how much of a frame lies inside the Total Pixel Matrix.

Some writers compress the tiles at the right and at the bottom edge with fewer columns and rows
than the image describes. What lies inside is the only other size that a codestream may have
(ADR 0027). Nothing is refused here: where the file leaves a doubt, all of a frame lies inside.
Standard: PS3.3 C.8.12.4 and C.7.6.17.3.
"""

from collections.abc import Iterator
from dataclasses import replace
from struct import unpack

from diascope import functional_groups
from diascope.attributes import strings
from diascope.errors import DiascopeError
from diascope.part10 import Part10
from diascope.sequences import Item, Source
from diascope.texts import ascii_text
from diascope.values import Instance, PixelDescription, Tiling

IMAGE_TYPE, MATRIX_COLUMNS, MATRIX_ROWS = 0x00080008, 0x00480006, 0x00480007
ORGANIZATION, CONCATENATION, FRAME_OFFSET = 0x00209311, 0x00209161, 0x00209228
SLIDE_POSITION, COLUMN_POSITION, ROW_POSITION = 0x0048021A, 0x0048021E, 0x0048021F
FULL, BY_POSITION = "TILED_FULL", frozenset({"TILED_SPARSE", ""})
NOT_TILED = frozenset({"THUMBNAIL", "LABEL", "OVERVIEW"})  # C.7.6.17.3: one frame, its own extent
UNKNOWN = (-1, -1)


def read(outside: Part10, pixels: PixelDescription | None) -> Tiling | None:
    """Return the Total Pixel Matrix and how the frames are laid over it; None where none are.

    Standard: PS3.3 C.8.12.4, Total Pixel Matrix Columns and Rows; C.7.6.17.3.
    """
    rows, columns = (_number(outside, tag, "I") for tag in (MATRIX_ROWS, MATRIX_COLUMNS))
    kind, organization = strings(outside, IMAGE_TYPE)[2:3], ascii_text(outside.value(ORGANIZATION))
    if pixels is None or not rows or not columns or not NOT_TILED.isdisjoint(kind):
        return None
    if organization in BY_POSITION:
        return Tiling(rows, columns, None)
    first = _first(outside, pixels.frames, _across(columns, pixels) * _down(rows, pixels))
    return Tiling(rows, columns, first) if organization == FULL and first is not None else None


def _first(outside: Part10, frames: int, tiles: int) -> int | None:
    """Return how many frames come before the file's own, None where its planes are not whole.

    Standard: PS3.3 C.7.6.16, Concatenation Frame Offset Number.
    """
    if outside.value(CONCATENATION) or outside.value(FRAME_OFFSET):
        return _number(outside, FRAME_OFFSET, "I")
    return 0 if frames % tiles == 0 else None


def of_frame(image: Instance, index: int) -> Instance:
    """Return the instance whose description says what of frame `index` (from 0) is covered.

    Standard: PS3.3 C.7.6.17.3.
    """
    if image.tiling is None or image.pixels is None:
        return image
    return replace(image, pixels=replace(image.pixels, covered=covered(image, index)))


def covered(image: Instance, index: int) -> tuple[int, int] | None:
    """Return the (rows, columns) of frame `index` (from 0) inside the Total Pixel Matrix.

    They begin at its top left corner. None is all of it: where the image is not tiled, where
    order and position contradict each other, or where the tile does not begin inside.

    Standard: PS3.3 C.8.12.4 and C.7.6.17.3; C.8.12.6.1, Plane Position (Slide).
    """
    pixels, tiling = image.pixels, image.tiling
    if pixels is None or tiling is None:
        return None
    corners = {*_in_order(tiling, pixels, index), *_stated(image, index)}
    row, column = corners.pop() if len(corners) == 1 else UNKNOWN
    if not (0 <= row < tiling.rows and 0 <= column < tiling.columns):
        return None
    return min(pixels.rows, tiling.rows - row), min(pixels.columns, tiling.columns - column)


def _in_order(tiling: Tiling, pixels: PixelDescription, index: int) -> Iterator[tuple[int, int]]:
    """Yield where a tile begins, (row, column) from 0, when the order of frames says so.

    Tiles follow each other along the row, then down; every plane and optical path begins anew.

    Standard: PS3.3 C.7.6.17.3, TILED_FULL.
    """
    if tiling.first is not None:
        across, down = _across(tiling.columns, pixels), _down(tiling.rows, pixels)
        row, column = divmod((tiling.first + index) % (across * down), across)
        yield row * pixels.rows, column * pixels.columns


def _stated(image: Instance, index: int) -> Iterator[tuple[int, int]]:
    """Yield where a tile begins when its functional groups say so, UNKNOWN when they confuse.

    Standard: PS3.3 C.8.12.6.1: positions count from 1.
    """
    said: list[str] = []
    try:
        item = functional_groups.macros(image, index, said).find(SLIDE_POSITION)
    except DiascopeError:
        yield UNKNOWN
        return
    if said:
        yield UNKNOWN
    if item is not None:
        yield _position(item)


def _position(item: Item) -> tuple[int, int]:
    row, column = (_number(item, tag, "i") for tag in (ROW_POSITION, COLUMN_POSITION))
    return UNKNOWN if row is None or column is None else (row - 1, column - 1)


def _number(source: Source, tag: int, form: str) -> int | None:
    """Read one UL ("I") or SL ("i"), None where there is not exactly one.

    Standard: PS3.5 6.2.
    """
    data = source.value(tag)
    if len(data) != 4 or source.elements[tag].vr not in {"", "UL" if form == "I" else "SL"}:
        return None
    number: int = unpack(("<" if source.encoding.is_little else ">") + form, data)[0]
    return number


def _across(columns: int, pixels: PixelDescription) -> int:
    return -(-columns // pixels.columns)


def _down(rows: int, pixels: PixelDescription) -> int:
    return -(-rows // pixels.rows)
