"""The Merkle tree: RFC 6962's hashes, every proof of every small tree, and no forged one."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.audit import merkle
from diascope.errors import AuditError
from tests.support import vector_files

SIZES = 600
RECORDS = [f"record {number}".encode() for number in range(SIZES)]
LEAVES = [merkle.leaf_hash(record) for record in RECORDS]
CASES = vector_files.read("merkle")


def naive_root(leaves):
    """RFC 6962 2.1 word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    left, right = naive_root(leaves[:split]), naive_root(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def remembering():
    """A `Subtree` over LEAVES that computes each range once, by the naive rule."""
    known = {}

    def subtree(start, end):
        if (start, end) not in known:
            if end - start == 1:
                known[start, end] = LEAVES[start]
            else:
                middle = start + (1 << (end - start - 1).bit_length() - 1)
                both = subtree(start, middle) + subtree(middle, end)
                known[start, end] = hashlib.sha256(b"\x01" + both).digest()
        return known[start, end]

    return subtree


SUBTREE = remembering()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@pytest.mark.requirement("AUD-11")
def test_vector(case):
    """Records as hex lines have the root that the file says."""
    records = [bytes.fromhex(line) for line in case.payload.decode().splitlines()]

    root = merkle.root([merkle.leaf_hash(record) for record in records])

    assert case.expect == root.hex()


def test_the_empty_tree_is_the_hash_of_nothing():
    assert hashlib.sha256().digest() == merkle.root([])


def test_leaves_and_nodes_are_hashed_apart():
    """A node can never pass as a record (RFC 9162 2.1.1)."""
    assert merkle.leaf_hash(LEAVES[0] + LEAVES[1]) != merkle.node_hash(LEAVES[0], LEAVES[1])


def test_a_record_that_no_bundle_can_hold_is_refused():
    assert 32 == len(merkle.leaf_hash(bytes(merkle.MAX_LEAF_BYTES)))
    with pytest.raises(AuditError) as refused:
        merkle.leaf_hash(bytes(merkle.MAX_LEAF_BYTES + 1))
    assert "audit.size" == refused.value.code


def test_roots_of_all_sizes_equal_the_naive_tree():
    assert [naive_root(LEAVES[:size]) for size in range(0, SIZES + 1, 7)] == [
        merkle.root(LEAVES[:size]) for size in range(0, SIZES + 1, 7)
    ]
    assert all(SUBTREE(0, size) == merkle.root(LEAVES[:size]) for size in range(1, SIZES + 1))


@pytest.mark.requirement("AUD-11")
def test_inclusion_is_proved_in_trees_of_all_sizes():
    """In every tree of 1 to 600 leaves; all leaves up to 80, then edges and every 13th."""
    for size in range(1, SIZES + 1):
        root = SUBTREE(0, size)
        chosen = range(size) if size <= 80 else {0, 1, size // 2, size - 1, *range(0, size, 13)}
        for index in chosen:
            proof = merkle.inclusion_proof(index, size, SUBTREE)
            assert root == merkle.verify_inclusion(LEAVES[index], index, size, proof, root)


@pytest.mark.requirement("AUD-11")
def test_consistency_is_proved_between_trees_of_all_sizes():
    """From every size to 600 other ones: all pairs up to 80, then edges and every 13th."""
    for size in range(1, SIZES + 1):
        root = SUBTREE(0, size)
        every = range(1, size + 1)
        chosen = every if size <= 80 else {1, 2, size - 1, size, *range(1, size, 13)}
        for old in chosen:
            proof = merkle.consistency_proof(old, size, SUBTREE)
            assert root == merkle.verify_consistency(old, size, SUBTREE(0, old), root, proof)


def test_subtrees_of_a_list_are_its_ranges():
    assert SUBTREE(8, 13) == merkle.subtree_of(LEAVES)(8, 13)


def test_the_empty_tree_begins_every_tree():
    root = SUBTREE(0, 5)

    assert root == merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, root, [])
    assert merkle.EMPTY_ROOT == merkle.verify_consistency(
        0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, []
    )


ALTERATIONS = {
    "another-leaf": lambda index, size, proof: (LEAVES[-1], index, size, proof),
    "another-index": lambda index, size, proof: (LEAVES[index], index ^ 1, size, proof),
    "index-outside": lambda index, size, proof: (LEAVES[index], size, size, proof),
    "negative-index": lambda index, size, proof: (LEAVES[index], -1, size, proof),
    "too-short": lambda index, size, proof: (LEAVES[index], index, size, proof[:-1]),
    "too-long": lambda index, size, proof: (LEAVES[index], index, size, [*proof, proof[0]]),
    "swapped": lambda index, size, proof: (LEAVES[index], index, size, proof[::-1]),
    "short-hash": lambda index, size, proof: (LEAVES[index], index, size, [b"", *proof[1:]]),
}


@pytest.mark.parametrize("alter", ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_an_altered_inclusion_proof_is_refused(alter):
    size, index = 300, 77
    proof = merkle.inclusion_proof(index, size, SUBTREE)

    with pytest.raises(AuditError) as refused:
        merkle.verify_inclusion(*alter(index, size, proof), SUBTREE(0, size))
    assert "audit.inclusion" == refused.value.code


def test_a_tree_is_not_larger_than_its_proof():
    """The only leaf of a tree of one is not the first of two under the same root."""
    assert LEAVES[0] == merkle.verify_inclusion(LEAVES[0], 0, 1, [], LEAVES[0])
    with pytest.raises(AuditError):
        merkle.verify_inclusion(LEAVES[0], 0, 2, [], LEAVES[0])


@given(st.integers(2, SIZES), st.data())
@settings(max_examples=100, deadline=None)
def test_one_flipped_bit_of_a_proof_is_refused(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, SUBTREE)
    place = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytearray(proof[place])
    flipped[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
    proof[place] = bytes(flipped)

    with pytest.raises(AuditError):
        merkle.verify_inclusion(LEAVES[index], index, size, proof, SUBTREE(0, size))


@given(st.integers(2, SIZES), st.data())
@settings(max_examples=100, deadline=None)
def test_a_rewritten_past_is_never_consistent(size, data):
    """No proof of the honest tree connects a root with one leaf changed."""
    old = data.draw(st.integers(1, size - 1))
    forged = list(LEAVES[:old])
    forged[data.draw(st.integers(0, old - 1))] = merkle.leaf_hash(b"another history")
    proof = merkle.consistency_proof(old, size, SUBTREE)

    with pytest.raises(AuditError) as refused:
        merkle.verify_consistency(old, size, merkle.root(forged), SUBTREE(0, size), proof)
    assert "audit.consistency" == refused.value.code


ROOT_5, ROOT_8 = SUBTREE(0, 5), SUBTREE(0, 8)
PROOF_5_8 = merkle.consistency_proof(5, 8, SUBTREE)
PROOF_4_8 = merkle.consistency_proof(4, 8, SUBTREE)
INCONSISTENT = {
    "shrunk": (8, 5, ROOT_8, ROOT_5, PROOF_5_8),
    "same-size-other-root": (8, 8, ROOT_5, ROOT_8, []),
    "same-size-with-proof": (8, 8, ROOT_8, ROOT_8, PROOF_5_8),
    "empty-with-a-root": (0, 8, ROOT_5, ROOT_8, []),
    "empty-to-empty-with-a-root": (0, 0, merkle.EMPTY_ROOT, ROOT_8, []),
    "negative": (-1, 8, ROOT_5, ROOT_8, PROOF_5_8),
    "no-proof": (5, 8, ROOT_5, ROOT_8, []),
    "no-proof-power-of-two": (4, 8, SUBTREE(0, 4), ROOT_8, []),
    "too-short": (5, 8, ROOT_5, ROOT_8, PROOF_5_8[:-1]),
    "too-long": (5, 8, ROOT_5, ROOT_8, [*PROOF_5_8, ROOT_5]),
    "too-long-power-of-two": (4, 8, SUBTREE(0, 4), ROOT_8, [*PROOF_4_8, ROOT_5]),
    "short-hash": (5, 8, ROOT_5, ROOT_8, [b"", *PROOF_5_8[1:]]),
    "larger-than-it-is": (1, 3, LEAVES[0], SUBTREE(0, 2), [LEAVES[1]]),
    "other-new-root": (5, 8, ROOT_5, SUBTREE(0, 7), PROOF_5_8),
}


@pytest.mark.parametrize("claim", INCONSISTENT.values(), ids=INCONSISTENT.keys())
def test_a_false_consistency_claim_is_refused(claim):
    with pytest.raises(AuditError) as refused:
        merkle.verify_consistency(*claim)
    assert "audit.consistency" == refused.value.code


OUTSIDE = {
    "leaf-after-the-end": lambda: merkle.inclusion_proof(5, 5, SUBTREE),
    "leaf-before-the-start": lambda: merkle.inclusion_proof(-1, 5, SUBTREE),
    "from-nothing": lambda: merkle.consistency_proof(0, 5, SUBTREE),
    "backwards": lambda: merkle.consistency_proof(6, 5, SUBTREE),
}


@pytest.mark.parametrize("prove", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_there_is_no_proof_outside_the_tree(prove):
    with pytest.raises(AuditError) as refused:
        prove()
    assert "audit.range" == refused.value.code
