"""How a JPEG 2000 codestream is cut up, and how much a codec must keep for it.

Codecs make a record for each precinct and each code-block before they read any of them: 146 bytes
of precincts of one sample made one take 2 GB. Standard: ISO/IEC 15444-1 A.6 and B.5 to B.7.
"""

from typing import NamedTuple

import numpy as np

from diascope.errors import PixelDataError
from diascope.limits import DEFAULT_LIMITS

COD, COC = 0xFF52, 0xFF53
SAMPLES_A_RECORD = 128  # what one record may stand for; by precincts of 64 x 64 it is 2,000
PLACES_A_RECORD = 256  # a place for a packet is 2 bytes, a record about 500
_MAX_LEVELS, _LARGEST = 32, 15  # A.6.1: decomposition levels, exponent of a precinct's side
_HT = 0x40  # ISO/IEC 15444-15 A.4: the code-block style of high throughput
_BLOCK_SIDE, _BLOCK_AREA = 10, 12  # A.6.1: exponents of a code-block's sides, and their sum


class Coding(NamedTuple):
    """One COD, or one COC, whose layers and colour transform are those of a COD."""

    levels: int
    block: tuple[int, int]
    precincts: tuple[tuple[int, int], ...]
    is_reversible: bool
    is_high_throughput: bool
    layers: int = 0
    has_color_transform: bool = True


class Grid(NamedTuple):
    """The image area and its tiles on the reference grid. Standard: ISO/IEC 15444-1 A.5.1, B.3."""

    x: int
    y: int
    x0: int
    y0: int
    width: int
    height: int
    tile_x: int
    tile_y: int

    @property
    def across(self) -> int:
        """How many tiles stand side by side."""
        return -(-(self.x - self.tile_x) // self.width)

    @property
    def down(self) -> int:
        """How many tiles stand one above the other."""
        return -(-(self.y - self.tile_y) // self.height)

    def spans(self) -> tuple["Spans", "Spans"]:
        """Return where the tiles begin and end, in x and in y."""
        return (
            _spans(self.x0, self.x, self.tile_x, self.width, self.across),
            _spans(self.y0, self.y, self.tile_y, self.height, self.down),
        )


class Spans(NamedTuple):
    """The tiles' extent along one axis."""

    starts: np.ndarray
    stops: np.ndarray


def _spans(start: int, stop: int, first: int, size: int, count: int) -> Spans:
    edges = first + size * np.arange(count + 1, dtype=np.int64)
    return Spans(np.maximum(edges[:-1], start), np.minimum(edges[1:], stop))


def of_cod(body: bytes) -> Coding:
    """Read a COD segment.

    Raises:
        PixelDataError: `codestream`.

    Standard: ISO/IEC 15444-1 A.6.1.
    """
    if len(body) < 10:
        raise PixelDataError("codestream", "COD is cut short")
    found = _style(body[5:], has_precincts=bool(body[0] & 1))
    layers = int.from_bytes(body[2:4], "big")
    return found._replace(layers=layers, has_color_transform=body[4] == 1)


def of_coc(body: bytes, components: int) -> Coding:
    """Read a COC segment.

    Raises:
        PixelDataError: `codestream`.

    Standard: ISO/IEC 15444-1 A.6.2.
    """
    at = 1 if components < 257 else 2
    if len(body) < at + 6:
        raise PixelDataError("codestream", "COC is cut short")
    return _style(body[at + 1 :], has_precincts=bool(body[at] & 1))


def _style(body: bytes, *, has_precincts: bool) -> Coding:
    """Read what COD and COC have in common. Standard: ISO/IEC 15444-1 A.6.1, SPcod."""
    levels, block = body[0], (body[1] + 2, body[2] + 2)
    if levels > _MAX_LEVELS or max(block) > _BLOCK_SIDE or sum(block) > _BLOCK_AREA:
        raise PixelDataError("codestream", "no such levels or code-blocks")
    sizes = body[5 : 6 + levels] if has_precincts else bytes([0xFF]) * (levels + 1)
    if len(sizes) != levels + 1 or any(not (size & 15 and size >> 4) for size in sizes[1:]):
        raise PixelDataError("codestream", "no such precincts")
    precincts = tuple((size & 15, size >> 4) for size in sizes)
    return Coding(levels, block, precincts, body[4] == 1, bool(body[3] & _HT))


def check(codings: frozenset[Coding], grid: Grid, components: int) -> None:
    """Refuse a codestream for which a codec would keep far more records than samples need.

    All tiles and components are counted as the worst of the codings has them.

    Raises:
        LimitExceeded: `precincts`.

    Standard: ISO/IEC 15444-1 B.6, B.7.
    """
    samples = (grid.x - grid.x0) * (grid.y - grid.y0) * components
    axes = grid.spans()
    worst = _worst(codings)
    depth = max(coding.levels for coding in worst) + 1
    places = depth * max(coding.layers for coding in codings)
    for coding in worst:
        count = components * records(coding, axes, places)
        DEFAULT_LIMITS.check("precincts", count - samples // SAMPLES_A_RECORD)


def _worst(codings: frozenset[Coding]) -> list[Coding]:
    """Return, for each number of levels, one coding with the smallest sizes that any has."""
    found: dict[int, Coding] = {}
    for each in codings:
        least = found.setdefault(each.levels, each)
        pairs = zip(least.precincts, each.precincts, strict=True)
        precincts = tuple(_smaller(*pair) for pair in pairs)
        found[each.levels] = least._replace(
            block=_smaller(least.block, each.block), precincts=precincts
        )
    return list(found.values())


def _smaller(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return min(one[0], other[0]), min(one[1], other[1])


def records(coding: Coding, axes: tuple[Spans, Spans], places: int) -> int:
    """Count precincts, code-blocks and places for packets of one component in all tiles.

    For each tile in turn there are `places` as often as it has precincts in one resolution.

    Standard: ISO/IEC 15444-1 B.6, B.7.
    """
    found, most = 0, 1
    for resolution, sizes in enumerate(coding.precincts):
        level = coding.levels - resolution
        cells = [_cells(axis, level, 0, size) for axis, size in zip(axes, sizes, strict=True)]
        across, down = cells
        found += int(across.sum()) * int(down.sum()) + _blocks(coding, resolution, axes)
        most = max(most, int(across.max()) * int(down.max()))
    return found + places * most // PLACES_A_RECORD


def _blocks(coding: Coding, resolution: int, axes: tuple[Spans, Spans]) -> int:
    """Count the code-blocks of a resolution's sub-bands. Standard: ISO/IEC 15444-1 B.5, B.7."""
    inner = resolution > 0
    level = coding.levels - resolution + inner
    low, high = [], []
    for axis, size, own in zip(axes, coding.precincts[resolution], coding.block, strict=True):
        side = min(own, size - inner)
        low.append(int(_cells(axis, level, 0, side).sum()))
        high.append(int(_cells(axis, level, 1, side).sum()))
    if not inner:
        return low[0] * low[1]
    return high[0] * low[1] + low[0] * high[1] + high[0] * high[1]


def _cells(axis: Spans, level: int, band: int, size: int) -> np.ndarray:
    """Count cells of 2^size that each tile touches, in a sub-band. Equation B-15."""
    offset = band << level >> 1
    start, stop = (-(-(edges - offset) >> level) for edges in axis)
    return np.where(stop > start, -(-stop >> size) - (start >> size), 0)
