"""The tree as tiles: growth in any steps gives the same tiles, root and proofs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.audit import merkle, tile_tree
from diascope.audit.tile_tree import TILE_WIDTH, TileTree

MANY = 256 * 256 + 300  # three levels
LEAVES = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(MANY)]


def grow(steps):
    """Append in steps of these sizes; return the tree and the newest form of every tile."""
    tree, stored, start = TileTree(), {}, 0
    for step in steps:
        tree, written = tree.append(LEAVES[start : start + step])
        stored |= written
        start += step
    return tree, stored


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_growth_in_any_steps_gives_one_tree(steps):
    tree, stored = grow(steps)

    assert (tree, stored) == grow([sum(steps)])
    assert merkle.root(LEAVES[: sum(steps)]) == tree.root
    assert tile_tree.tile_sizes(tree.size) == {tile: len(held) for tile, held in stored.items()}


def test_only_new_or_longer_tiles_are_written():
    tree, _ = TileTree().append(LEAVES[:300])

    _, written = tree.append(LEAVES[300:310])

    assert {(0, 1): tuple(LEAVES[256:310])} == written


def test_the_empty_tree_has_the_empty_root_and_no_tile():
    assert merkle.EMPTY_ROOT == TileTree().root
    assert {} == tile_tree.tile_sizes(0)
    assert (TileTree(), {}) == TileTree().append([])


SIZES = {
    256: {(0, 0): 256, (1, 0): 1},
    257: {(0, 0): 256, (0, 1): 1, (1, 0): 1},
    512: {(0, 0): 256, (0, 1): 256, (1, 0): 2},
}


@pytest.mark.parametrize(("size", "tiles"), SIZES.items(), ids=[str(size) for size in SIZES])
def test_tiles_of_a_size(size, tiles):
    assert tiles == tile_tree.tile_sizes(size)


def test_tiles_of_seventy_thousand_are_those_of_the_specification():
    """c2sp.org/tlog-tiles: 273 full and 1 of 112, one full and 1 of 17, 1 of width 1."""
    sizes = tile_tree.tile_sizes(70_000)

    assert 273 == sum(1 for (level, _), width in sizes.items() if (level, width) == (0, 256))
    partial = {tile: width for tile, width in sizes.items() if width < TILE_WIDTH}
    assert {(0, 273): 112, (1, 1): 17, (2, 0): 1} == partial


@pytest.fixture(scope="module")
def large():
    return grow([MANY])


def test_proofs_from_tiles_hold_in_three_levels(large):
    tree, stored = large
    subtree = tile_tree.subtree_of(lambda level, index: stored[level, index])

    for index in (0, 255, 256, 65_535, 65_536, MANY - 1):
        proof = merkle.inclusion_proof(index, MANY, subtree)
        merkle.verify_inclusion(LEAVES[index], index, MANY, proof, tree.root)
    for old in (1, 256, 257, 65_536, 65_537, MANY):
        proof = merkle.consistency_proof(old, MANY, subtree)
        old_root = merkle.root(LEAVES[:old])
        assert tree.root == merkle.verify_consistency(old, MANY, old_root, tree.root, proof)
