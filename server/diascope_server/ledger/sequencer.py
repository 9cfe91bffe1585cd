"""The one process that gives entries their place.

The order of a batch, and what a crash after each step leaves:

1. entries durable     files that no checkpoint covers; the same rows come again, and replace them
2. tiles durable       the same
3. checkpoint signed   nothing on disk; the note is lost
4. head swapped        the batch is in the ledger; the checkpoint file is one behind
5. checkpoint published, rows acknowledged
                       nothing to repair

Starting does step 5 for whatever was swapped and not acknowledged, then goes on: recovery is the
same code as a batch. Rows are taken in the order of their ids and never leave the table before
step 5, so a place can only ever get one content, whoever sequences.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, func, select, update

from diascope.audit.merkle import leaf_hash
from diascope.audit.tile_tree import TILE_WIDTH, Tile, TileTree
from diascope.errors import AuditError
from diascope_server.database import connect, reading, sequencing
from diascope_server.keys.provider import KeyProvider
from diascope_server.ledger import head as heads
from diascope_server.ledger import lease, recovery
from diascope_server.ledger.commits import Commits
from diascope_server.ledger.entries import EntrySeal, bundle_name, tile_name
from diascope_server.ledger.errors import LeaseLost, LedgerBroken
from diascope_server.ledger.tables import head, pending
from diascope_server.ledger.tables import lease as leases
from diascope_server.settings import Settings
from diascope_server.store import durable

BATCH_ROWS = 1024
POLL_S, IDLE_POLL_S = 0.005, 0.02  # how soon a waiting row is seen: soon after another, or not
BUSY_S = 2.0  # after a batch, the next one is expected for so long
RETRY_S = 0.1  # between attempts to get the lease
KEEP_MS = 60_000  # an acknowledged row stays this long for whoever waits for it


def _nothing(_step: str) -> None:
    """Be told that a step is complete."""


class Sequencer:
    """Extends the ledger under one fencing token."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        provider: KeyProvider,
        fence: int,
        reached: Callable[[str], None] = _nothing,
    ) -> None:
        """Finish what a crash left, and load the tree's right edge.

        `reached` is told the name of each step as it completes.

        Raises:
            LedgerBroken: files and database disagree.
            LeaseLost: somebody else sequences.
        """
        self._settings, self._engine, self._provider = settings, sequencing(engine), provider
        self._reader, self._fence, self._reached = reading(engine), fence, reached
        self._seal = EntrySeal(settings, provider)
        with self._engine.begin() as connection:
            self._check_fence(connection)
            newest = recovery.begin(settings, provider, connection, fence)
        self._published = recovery.read_published(settings, provider, newest)
        self._publish()
        self._tree, self._tail = recovery.load(settings, provider, newest)

    def step(self) -> int:
        """Sequence the rows that wait, if any, and return how many.

        Raises:
            LedgerBroken: a row that is not ours, or a checkpoint file that somebody changed.
            LeaseLost: somebody else sequences.
        """
        rows = self._waiting()
        if not rows:
            return 0
        batch = [self._open_row(row.sealed) for row in rows]
        tree, tiles = self._tree.append([leaf_hash(record) for record in batch])
        records = [*self._tail, *batch]
        written = [*self._write_entries(records), *self._write_tiles(tiles)]
        note = heads.sign(self._settings, self._provider, tree)
        self._reached("signed")
        self._swap([row.id for row in rows], tree, note)
        self._publish()
        self._tree, self._tail = tree, records[len(records) - tree.size % TILE_WIDTH :]
        for path in written:
            _sweep(path)
        return len(rows)

    def _waiting(self) -> Sequence[Any]:
        waiting = select(pending.c.id, pending.c.sealed).where(pending.c.index.is_(None))
        with self._reader.connect() as connection:
            return connection.execute(waiting.order_by(pending.c.id).limit(BATCH_ROWS)).all()

    def _open_row(self, sealed: bytes) -> bytes:
        try:
            return self._seal.open_row(sealed)
        except AuditError as error:
            raise LedgerBroken("pending") from error

    def _write(self, name: str, data: bytes) -> Path:
        path = self._settings.ledger / name
        durable.write(path, data)
        return path

    def _write_entries(self, records: Sequence[bytes]) -> list[Path]:
        first, written = self._tree.size // TILE_WIDTH, []
        for start in range(0, len(records), TILE_WIDTH):
            bundle, index = records[start : start + TILE_WIDTH], first + start // TILE_WIDTH
            sealed = self._seal.seal_bundle(bundle, index)
            written.append(self._write(bundle_name(index, len(bundle)), sealed))
        self._reached("entries")
        return written

    def _write_tiles(self, tiles: dict[Tile, tuple[bytes, ...]]) -> list[Path]:
        written = [
            self._write(tile_name(tile, len(hashes)), b"".join(hashes))
            for tile, hashes in tiles.items()
        ]
        self._reached("tiles")
        return written

    def _swap(self, ids: Sequence[int], tree: TileTree, note: bytes) -> None:
        """Move the head from our size to the new one, and give the rows their places, at once."""
        places = [{"row": row, "place": place} for place, row in enumerate(ids, self._tree.size)]
        moved = update(head).where(head.c.size == self._tree.size)
        placed = update(pending).where(pending.c.id == bindparam("row"))
        with self._engine.begin() as connection:
            self._check_fence(connection)
            values = {"size": tree.size, "note": note, "fence": self._fence}
            if connection.execute(moved.values(values)).rowcount != 1:
                raise LeaseLost("lease")
            connection.execute(
                placed.values(index=bindparam("place"), size=tree.size, root=tree.root.hex()),
                places,
            )
        self._reached("swapped")

    def _check_fence(self, connection: Connection) -> None:
        if connection.execute(select(leases.c.fence)).scalar() != self._fence:
            raise LeaseLost("lease")

    def _publish(self) -> None:
        """Publish the head and acknowledge what it covers; nothing to do costs one commit.

        The database's write lock is held meanwhile, so that a stalled holder of an old lease
        cannot put an old checkpoint over a new one.
        """
        now, place = lease.now_ms(), heads.path(self._settings)
        covered = pending.c.index.is_not(None) & pending.c.acknowledged_ms.is_(None)
        last = select(func.max(pending.c.index)).scalar_subquery()
        outdated = (pending.c.acknowledged_ms < now - KEEP_MS) & (pending.c.index < last)
        with self._engine.begin() as connection:
            self._check_fence(connection)
            note = connection.execute(select(head.c.note)).scalar_one()
            if recovery.read_file(place) != self._published:
                raise LedgerBroken("checkpoint", "the published checkpoint was changed")
            if note != self._published:
                durable.write(place, note)
            self._published = note
            self._reached("published")
            connection.execute(update(pending).where(covered).values(acknowledged_ms=now))
            connection.execute(delete(pending).where(outdated))
        self._reached("acknowledged")


def _sweep(path: Path) -> None:
    """Delete shorter versions of a tile; a crash before this leaves files that nothing reads.

    No fence holds here: this process may have stalled since the swap, so what is wider is another
    sequencer's, and so is a draft.
    """
    is_partial = path.parent.suffix == ".p"
    folder = path.parent if is_partial else path.with_name(path.name + ".p")
    width = int(path.name) if is_partial else TILE_WIDTH
    for other in folder.glob("*"):
        if other.name.isdecimal() and int(other.name) < width:
            other.unlink(missing_ok=True)
    if not is_partial:
        with suppress(OSError):  # it is not there, or holds a draft
            folder.rmdir()


def run(settings: Settings, provider: KeyProvider, stop: threading.Event) -> None:
    """Sequence until `stop` is set; waits as long as another process holds the lease.

    Raises:
        LedgerBroken: the ledger must be looked at before it can grow.
    """
    engine = connect(settings.database)
    try:
        while not stop.is_set():
            fence = lease.acquire(engine)
            if fence is None:
                stop.wait(RETRY_S)
                continue
            try:
                _sequence(settings, provider, engine, fence, stop)
            except LeaseLost:
                continue
            finally:
                lease.extend(engine, fence, 0)
    finally:
        engine.dispose()


def _sequence(
    settings: Settings,
    provider: KeyProvider,
    engine: Engine,
    fence: int,
    stop: threading.Event,
) -> None:
    sequencer = Sequencer(settings, engine, provider, fence)
    commits, renewed, worked = Commits(engine), time.monotonic(), 0.0
    try:
        while not stop.is_set():
            now = time.monotonic()
            if commits.has_changed() and sequencer.step():
                worked = now
            else:
                time.sleep(POLL_S if now - worked < BUSY_S else IDLE_POLL_S)
            if now - renewed > lease.RENEW_S:
                renewed = now
                if not lease.extend(engine, fence):
                    return
    finally:
        commits.close()
