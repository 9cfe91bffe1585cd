"""The whole ledger, checked again from its files and the database's head; nothing is repaired.

Signature of the checkpoint, every bundle and entry, every hash tile, the root, the head, the
beacon chains. The report names each thing that does not fit by its place in the ledger's folder.
What this cannot see: a ledger that was rewritten as a whole by whoever holds the checkpoint key,
and files and database put back together to an older state; outside copies of checkpoints show
those.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from diascope.audit import merkle, record
from diascope.audit.checkpoint import Checkpoint
from diascope.audit.tile_tree import TILE_WIDTH, Tile, tile_sizes
from diascope.errors import AuditError, UntrustedInput
from diascope_server.database import connect
from diascope_server.keys.provider import KeyProvider
from diascope_server.ledger import head as heads
from diascope_server.ledger import snapshot
from diascope_server.ledger.chains import ChainReader
from diascope_server.ledger.entries import EntrySeal, bundle_name, split_tile, tile_name
from diascope_server.ledger.snapshot import Snapshot
from diascope_server.settings import Settings

PUBLISH_S = 1.0  # between the swap of the head and its publication, at most, while one sequences
POLL_S = 0.05

Hash: TypeAlias = bytes | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What broke, where: `entry 17 in tile/entries/000`, `tile/0/000`, `checkpoint`, `head`."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, and all that did not fit. `gaps` are beacons that never arrived."""

    size: int
    root: str
    chains: int
    beacons: int
    gaps: int
    problems: tuple[Problem, ...]

    @property
    def is_intact(self) -> bool:
        """Nothing was found. The exit status of `diascope audit verify` hangs on this."""
        return not self.problems


def verify(settings: Settings, provider: KeyProvider) -> Report:
    """Check the ledger of an installation, which may be in use meanwhile."""
    if not settings.database.exists():
        return Report(0, "", 0, 0, 0, (Problem("head", "there is no database"),))
    engine = connect(settings.database)
    try:
        until = time.monotonic() + PUBLISH_S
        now = snapshot.take(settings, engine)
        while now.note != now.published and time.monotonic() < until:
            time.sleep(POLL_S)
            now = snapshot.take(settings, engine)
    finally:
        engine.dispose()
    return _Check(settings, provider, now).report()


class _Check:
    """One pass over one snapshot; a hash that cannot be known is `None`."""

    def __init__(self, settings: Settings, provider: KeyProvider, now: Snapshot) -> None:
        self._settings, self._provider, self._now = settings, provider, now
        self._seal = EntrySeal(settings, provider)
        self._chains = ChainReader(provider.public_key("receipt"))
        self._problems: list[Problem] = []

    def report(self) -> Report:
        """Check everything, in the order in which one thing rests on another."""
        head = self._check_heads()
        leaves: list[Hash] = []
        if head is not None:
            entries = [
                each for index in _bundles(head.size) for each in self._check_bundle(*index)
            ]
            leaves = self._check_leaves(head, entries)
            self._check_repeats(entries)
            self._check_upper_tiles(head.size, leaves)
        return Report(
            head.size if head else 0,
            _root(leaves).hex(),
            self._chains.chains,
            self._chains.beacons,
            self._chains.gaps,
            tuple(self._problems),
        )

    def _found(self, where: str, what: str) -> None:
        self._problems.append(Problem(where, what))

    def _check_heads(self) -> Checkpoint | None:
        """Check the published checkpoint and the head; return what to check the rest against."""
        published = self._check_note("checkpoint", self._now.published)
        head = self._check_note("head", self._now.note)
        if self._now.published is None:
            self._found("checkpoint", "missing")
        if head is not None and head.size != self._now.size:
            self._found("head", "the database's size is not the one that is signed")
        if published is not None and head is not None and self._now.note != self._now.published:
            self._found("head", f"size {head.size}, but {published.size} is published")
        return head or published

    def _check_note(self, where: str, note: bytes | None) -> Checkpoint | None:
        try:
            return heads.verify(self._settings, self._provider, note or b"")
        except (AuditError, UntrustedInput) as error:
            self._found(where, error.code)
            return None

    def _check_bundle(self, index: int, width: int) -> list[Hash]:
        """Open one bundle, check its entries, and return their leaf hashes."""
        name = bundle_name(index, width)
        try:
            bundle = self._seal.open_bundle(self._now.read(name) or b"", index, width)
        except AuditError as error:
            self._found(name, f"cannot be opened ({error.code})")
            return [None] * width
        for place, data in enumerate(bundle, index * TILE_WIDTH):
            try:
                self._chains.take(record.parse(data))
            except (AuditError, UntrustedInput) as error:
                self._found(f"entry {place} in {name}", f"{error.code} {error.detail}".strip())
        return [merkle.leaf_hash(data) for data in bundle]

    def _check_leaves(self, head: Checkpoint, entries: Sequence[Hash]) -> list[Hash]:
        """Check level 0 against the entries, and both against the root; return what is right."""
        tiles = [
            each
            for index in _bundles(head.size)
            for each in self._read_tile((0, index[0]), index[1])
        ]
        by_entries = [entry or tile for entry, tile in zip(entries, tiles, strict=True)]
        by_tiles = [tile or entry for entry, tile in zip(entries, tiles, strict=True)]
        is_by_tiles = _root(by_entries) != head.root == _root(by_tiles)
        for place, pair in enumerate(zip(by_entries, by_tiles, strict=True)):
            if pair[0] != pair[1]:
                self._blame(place, head.size, is_entry=is_by_tiles)
        right = by_tiles if is_by_tiles else by_entries
        if by_entries == by_tiles and None not in right and _root(right) != head.root:
            self._found("checkpoint", "its root is not that of the entries")
        return right

    def _blame(self, place: int, size: int, *, is_entry: bool) -> None:
        index = place // TILE_WIDTH
        width = min(TILE_WIDTH, size - index * TILE_WIDTH)
        if is_entry:
            where = f"entry {place} in {bundle_name(index, width)}"
            self._found(where, "is not the entry that the tree holds")
        else:
            self._found(tile_name((0, index), width), f"does not hold the hash of entry {place}")

    def _read_tile(self, tile: Tile, width: int) -> list[Hash]:
        name = tile_name(tile, width)
        try:
            return list(split_tile(self._now.read(name) or b"", width))
        except AuditError as error:
            self._found(name, f"cannot be read ({error.code})")
            return [None] * width

    def _check_repeats(self, entries: Sequence[Hash]) -> None:
        """Find an entry that stands twice: each has its own salt, so somebody copied a row."""
        seen: dict[bytes, int] = {}
        for place, leaf in enumerate(entries):
            if leaf is not None and seen.setdefault(leaf, place) != place:
                self._found(f"entry {place}", f"repeats entry {seen[leaf]}")

    def _check_upper_tiles(self, size: int, leaves: Sequence[Hash]) -> None:
        """Check each tile above level 0 against the full tiles below it."""
        row, level = leaves, 0
        for tile, width in tile_sizes(size).items():
            if tile[0] == 0:
                continue
            if tile[0] > level:
                row, level = _level_above(row), tile[0]
            start = tile[1] * TILE_WIDTH
            known = row[start : start + width]
            for stored, expected in zip(self._read_tile(tile, width), known, strict=True):
                if None not in (stored, expected) and stored != expected:
                    self._found(tile_name(tile, width), "a hash is not the root of its tile below")


def _bundles(size: int) -> list[tuple[int, int]]:
    """Return index and width of all bundles, which are those of the tiles of level 0."""
    return [(index, width) for (level, index), width in tile_sizes(size).items() if level == 0]


def _root(leaves: Sequence[Hash]) -> bytes:
    """Return the root, or nothing if a leaf is not known."""
    known = [leaf for leaf in leaves if leaf is not None]
    return merkle.root(known) if len(known) == len(leaves) else b""


def _level_above(row: Sequence[Hash]) -> list[Hash]:
    """Return the root of each full tile of a level, where all its hashes are known."""
    full = len(row) // TILE_WIDTH * TILE_WIDTH
    return [_root(row[start : start + TILE_WIDTH]) or None for start in range(0, full, TILE_WIDTH)]
