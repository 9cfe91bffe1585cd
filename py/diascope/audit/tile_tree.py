"""The Merkle tree as tiles of 256 hashes: how it grows and how it is stored.

A tile of level 0 holds leaf hashes; a hash of level n + 1 is the root of a full tile of level n.
Full tiles never change. Standard: c2sp.org/tlog-tiles.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from diascope.audit.merkle import EMPTY_ROOT, Subtree, join, peaks_of, perfect_root

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT  # hashes in a full tile

Tile: TypeAlias = tuple[int, int]
"""Level and index of a tile."""


@dataclass(frozen=True, slots=True)
class TileTree:
    """A tree as its right edge: the unfinished tile of each level, lowest first.

    Enough to grow and to know the root; about 256 hashes a level, whatever the size.
    """

    size: int = 0
    edge: tuple[tuple[bytes, ...], ...] = ()

    def append(self, leaves: Sequence[bytes]) -> tuple["TileTree", dict[Tile, tuple[bytes, ...]]]:
        """Return the grown tree and every tile that is new or longer, as its hashes."""
        written: dict[Tile, tuple[bytes, ...]] = {}
        edge, new, level = list(self.edge), list(leaves), 0
        while new:
            held = edge[level] if level < len(edge) else ()
            first = (self.size >> TILE_HEIGHT * level) // TILE_WIDTH
            tiles = _tiles([*held, *new])
            written |= {(level, first + each): tile for each, tile in enumerate(tiles)}
            new = [perfect_root(tile) for tile in tiles if len(tile) == TILE_WIDTH]
            edge[level : level + 1] = [tiles[-1] if len(tiles[-1]) < TILE_WIDTH else ()]
            level += 1
        return TileTree(self.size + len(leaves), tuple(edge)), written

    @property
    def root(self) -> bytes:
        """The Merkle Tree Hash."""
        peaks = [peak for tile in reversed(self.edge) for peak in peaks_of(tile)]
        return join(peaks) if peaks else EMPTY_ROOT


def _tiles(hashes: Sequence[bytes]) -> list[tuple[bytes, ...]]:
    return [
        tuple(hashes[start : start + TILE_WIDTH]) for start in range(0, len(hashes), TILE_WIDTH)
    ]


def tile_sizes(size: int) -> dict[Tile, int]:
    """Return every tile of a tree of `size` and its width in hashes. c2sp.org/tlog-tiles."""
    sizes: dict[Tile, int] = {}
    level = 0
    while width := size >> TILE_HEIGHT * level:
        full, rest = divmod(width, TILE_WIDTH)
        sizes |= {(level, index): TILE_WIDTH for index in range(full)}
        sizes |= {(level, full): rest} if rest else {}
        level += 1
    return sizes


def subtree_of(tile: Callable[[int, int], Sequence[bytes]]) -> Subtree:
    """Return the `Subtree` of stored tiles; `tile(level, index)` gives a tile's hashes."""

    def perfect(start: int, bit: int) -> bytes:
        level = bit // TILE_HEIGHT
        index, offset = divmod(start >> TILE_HEIGHT * level, TILE_WIDTH)
        hashes = tile(level, index)[offset : offset + (1 << bit % TILE_HEIGHT)]
        return perfect_root(hashes)

    def subtree(start: int, end: int) -> bytes:
        peaks = []
        for bit in reversed(range((end - start).bit_length())):
            if (end - start) >> bit & 1:
                peaks.append(perfect(start, bit))
                start += 1 << bit
        return join(peaks)

    return subtree
