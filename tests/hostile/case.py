"""One hostile file and what must become of it, written from the rules before anything runs.

    refuse(...)   a typed refusal, with one of the codes that the broken rules have
    right(...)    the stored values given here, and the sentences that must stand beside them
    empty(...)    no picture: a valid instance that holds none, of which nothing is rendered

A file that breaks several rules at once may be refused for any of them: it lists their codes.
"""

import hashlib
from dataclasses import dataclass, field

import numpy as np

EMPTY = "no picture"
ANYTHING = "a typed refusal or a picture"  # of a mutation, of which nobody knows which


@dataclass(frozen=True, eq=False)
class Case:
    """`refused` are the codes that are right; without any, `stored` must be what is decoded."""

    row: int
    name: str
    data: bytes = field(repr=False)
    refused: frozenset[str] = frozenset()
    stored: str = ""
    notices: frozenset[str] = frozenset()
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def file(self):
        return f"row{self.row:02}-{self.name}.dcm"

    @property
    def is_empty(self):
        return EMPTY in self.refused


def stored_sha256(frames):
    """SHA-256 of stored values: little endian, (frames, rows, columns[, samples])."""
    plain = np.ascontiguousarray(frames)
    return hashlib.sha256(plain.astype(plain.dtype.newbyteorder("<")).tobytes()).hexdigest()


def refuse(row, name, data, *codes):
    return Case(row, name, data, refused=frozenset(codes))


def right(row, name, data, frames, *notices, **texts):
    return Case(row, name, data, frozenset(), stored_sha256(frames), frozenset(notices), texts)


def empty(row, name, data, **texts):
    return Case(row, name, data, frozenset({EMPTY}), texts=texts)
