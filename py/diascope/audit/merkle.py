"""The Merkle tree of the ledger: hashes, roots and proofs.

A leaf is SHA-256(0x00 ‖ record), a node SHA-256(0x01 ‖ left ‖ right). `verify_*` recompute a root
from a proof and raise; they never answer with a flag. Proofs are made from a `Subtree`, which
knows the hash of any range of leaves that the tree really has: from a list (`subtree_of`) or from
stored tiles (`tile_tree.subtree_of`). Standard: RFC 6962 2.1, RFC 9162 2.1.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final, TypeAlias

from diascope.errors import AuditError

HASH_BYTES: Final = 32
MAX_LEAF_BYTES: Final = 65_535  # c2sp.org/tlog-tiles: uint16 length prefix
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Subtree: TypeAlias = Callable[[int, int], bytes]
"""Start and end of a range of leaves → its Merkle Tree Hash."""


def leaf_hash(record: bytes) -> bytes:
    """Hash one record. Standard: RFC 9162 2.1.1.

    Raises:
        AuditError: `audit.size`, the record does not fit an entry bundle.
    """
    if len(record) > MAX_LEAF_BYTES:
        raise AuditError("size", f"a record of {len(record)} bytes")
    return hashlib.sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees. Standard: RFC 9162 2.1.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle Tree Hash of a list of leaf hashes. Standard: RFC 9162 2.1.1."""
    return join(peaks_of(leaves)) if leaves else EMPTY_ROOT


def join(peaks: Sequence[bytes]) -> bytes:
    """Join perfect subtrees, largest first, into the root of the tree that they cut up."""
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks))


def peaks_of(leaves: Sequence[bytes]) -> list[bytes]:
    """Return the roots of the perfect subtrees of a list, largest first."""
    peaks, start = [], 0
    for bit in reversed(range(len(leaves).bit_length())):
        if len(leaves) >> bit & 1:
            peaks.append(perfect_root(leaves[start : start + (1 << bit)]))
            start += 1 << bit
    return peaks


def perfect_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a power of two of leaves."""
    row = list(leaves)
    while len(row) > 1:
        row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def _split(size: int) -> int:
    """Return the largest power of two below `size`. Standard: RFC 9162 2.1.1."""
    return 1 << (size - 1).bit_length() - 1


def subtree_of(leaves: Sequence[bytes]) -> Subtree:
    """Return the `Subtree` of leaf hashes held in memory."""
    return lambda start, end: root(leaves[start:end])


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Prove that a leaf is in the tree of `size`: the sibling hashes, from the leaf up.

    Raises:
        AuditError: `audit.range`, the tree has no such leaf.

    Standard: RFC 9162 2.1.3.1.
    """
    if not 0 <= index < size:
        raise AuditError("range")
    proof, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(subtree(middle, end))
            end = middle
        else:
            proof.append(subtree(start, middle))
            start = middle
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> bytes:
    """Return the root after checking that `leaf` stands at `index` below it.

    Raises:
        AuditError: `audit.inclusion`.

    Standard: RFC 9162 2.1.3.2.
    """
    if not 0 <= index < size or any(len(each) != HASH_BYTES for each in proof):
        raise AuditError("inclusion")
    position, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise AuditError("inclusion", "the proof is too long")
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    if last != 0 or current != expected_root:
        raise AuditError("inclusion")
    return current


def consistency_proof(old_size: int, new_size: int, subtree: Subtree) -> list[bytes]:
    """Prove that the tree of `old_size` is the beginning of the tree of `new_size`.

    Raises:
        AuditError: `audit.range`, sizes that are not 0 < old ≤ new.

    Standard: RFC 9162 2.1.4.1.
    """
    if not 0 < old_size <= new_size:
        raise AuditError("range")
    proof, start, end, is_whole = [], 0, new_size, True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(subtree(middle, end))
            end = middle
        else:
            proof.append(subtree(start, middle))
            start, is_whole = middle, False
    if not is_whole:
        proof.append(subtree(start, end))
    return proof[::-1]


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bytes:
    """Return the new root after checking that nothing before `old_size` was changed.

    An empty old tree is the beginning of every tree; equal sizes need equal roots and no proof.

    Raises:
        AuditError: `audit.consistency`.

    Standard: RFC 9162 2.1.4.2.
    """
    if old_size in (0, new_size) and not proof:
        roots = (old_root, old_root) if old_size else (EMPTY_ROOT, new_root)
    elif 0 < old_size < new_size and all(len(each) == HASH_BYTES for each in proof):
        roots = _both_roots(old_size, new_size, old_root, proof)
    else:
        raise AuditError("consistency")
    if (old_root, new_root) != roots or (new_size == 0 and new_root != EMPTY_ROOT):
        raise AuditError("consistency")
    return new_root


def _both_roots(
    old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Recompute the old and the new root from one proof. Standard: RFC 9162 2.1.4.2, 4-7."""
    is_perfect = old_size & (old_size - 1) == 0  # then the old root itself starts the path
    path = [old_root, *proof] if is_perfect else list(proof)
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    if not path:
        raise AuditError("consistency")
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise AuditError("consistency", "the proof is too long")
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise AuditError("consistency", "the proof is too short")
    return old, new
