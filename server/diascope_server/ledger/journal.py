"""How every process writes into the ledger: put a sealed row down, wait for its place.

A return means that the entry is in the tree, under a signed checkpoint, on disk. A time-out means
only that nobody said so in time: the row stays and may still be sequenced, so the ledger can say
more than happened, never less.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from diascope.audit import record
from diascope.audit.event import AuditEvent
from diascope.errors import DiascopeError
from diascope_server.database import reading
from diascope_server.keys.provider import KeyProvider
from diascope_server.ledger import head as heads
from diascope_server.ledger import lease, read
from diascope_server.ledger.entries import EntrySeal
from diascope_server.ledger.errors import LeaseLost, LedgerBroken, LedgerUnavailable
from diascope_server.ledger.orders import Appended, Order
from diascope_server.ledger.sequencer import Sequencer
from diascope_server.ledger.tables import pending
from diascope_server.settings import Settings

TIMEOUT_S = 5.0
POLL_S = 0.004
SELECT_IDS = 500  # SQLite allows more variables; this keeps one read short


class Head(NamedTuple):
    """Size and root of the ledger; `root` is hex."""

    size: int
    root: str


class Ledger:
    """The ledger as everyone but the sequencer sees it; any thread may call it."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        provider: KeyProvider,
        *,
        may_sequence: bool = False,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Share `engine` with the rest of the process.

        `may_sequence` is for commands: while no sequencer lives, they are it. Their provider must
        hold the `checkpoint` key. The web process must not.
        """
        self._settings, self._engine, self._provider = settings, engine, provider
        self._reader, self._may_sequence = reading(engine), may_sequence
        self._timeout_s = timeout_s
        self._seal = EntrySeal(settings, provider)
        self._fresh: list[Order] = []
        self._open: list[Order] = []
        self._turn = threading.Lock()

    def append(self, event: AuditEvent) -> Appended:
        """Record one event.

        Raises:
            LedgerUnavailable: not acknowledged in time.
            AuditError: the event is not one that can be recorded.
        """
        return self.append_many([event])[0]

    def append_many(self, events: Sequence[AuditEvent]) -> list[Appended]:
        """Record events in this order, though others may come between them.

        Whichever waiting thread finds the turn free inserts and reads for all of them: a hundred
        callers cost one commit and one read.

        Raises:
            LedgerUnavailable: not all acknowledged in time.
            AuditError: an event is not one that can be recorded; none is.
        """
        order = Order([self._sealed(event) for event in events])
        self._fresh.append(order)
        return self._wait(order)

    def append_with(self, event: AuditEvent, write: Callable[[Connection], None]) -> Appended:
        """Record one event in the same transaction as the rows that it is about: both or neither.

        Raises:
            LedgerUnavailable: not acknowledged in time; if the rows stand, so does the record, and
                it will be sequenced: `catch_up`.
            AuditError: the event is not one that can be recorded; nothing was written.
        """
        order = Order([self._sealed(event)])
        try:
            with self._engine.begin() as connection:
                write(connection)
                order.ids = self._place(connection, order.rows)
        except OperationalError as error:  # locked for too long, or the disk is full
            raise LedgerUnavailable("unavailable") from error
        return self._wait_open(order)[0]

    def catch_up(self) -> None:
        """Wait until the ledger holds everything that was put down before this call.

        What stands in the database since an earlier time-out may be answered after this.

        Raises:
            LedgerUnavailable: not acknowledged in time.
        """
        waiting = select(func.max(pending.c.id)).where(pending.c.acknowledged_ms.is_(None))
        with self._reader.connect() as connection:
            last = connection.scalar(waiting)
        if last is not None:  # places are given in the order of ids
            self._wait_open(Order([], [last]))

    def _wait_open(self, order: Order) -> list[Appended]:
        with self._turn:
            self._open.append(order)
        return self._wait(order)

    def _wait(self, order: Order) -> list[Appended]:
        until = time.monotonic() + self._timeout_s
        while not order.told.is_set() and time.monotonic() < until:
            if self._turn.acquire(blocking=False):
                try:
                    self._exchange()
                finally:
                    self._turn.release()
            order.told.wait(POLL_S)
        if order.places is None:
            order.told.set()  # so that nobody asks for its rows again
            if isinstance(order.error, LedgerBroken):
                raise order.error
            raise LedgerUnavailable("unavailable") from order.error
        return order.places

    def _sealed(self, event: AuditEvent) -> bytes:
        return self._seal.seal_row(record.to_bytes(event, secrets.token_bytes(record.SALT_BYTES)))

    def _exchange(self) -> None:
        """Insert what is new, then settle what is acknowledged."""
        orders = [self._fresh.pop(0) for _ in range(len(self._fresh))]
        self._open = [each for each in [*self._open, *orders] if not each.told.is_set()]
        try:
            if orders:
                self._insert(orders)
            if self._may_sequence:
                self._sequence()
            places = self._places([row for order in self._open for row in order.ids])
        except (DiascopeError, SQLAlchemyError, OSError) as error:
            for order in self._open:
                order.settle(None, error)
            return
        for order in self._open:
            if all(row in places for row in order.ids):
                order.settle([places[row] for row in order.ids])

    def _insert(self, orders: Sequence[Order]) -> None:
        rows = [row for order in orders for row in order.rows]
        with self._engine.begin() as connection:
            ids = iter(self._place(connection, rows))
        for order in orders:
            order.ids = list(islice(ids, len(order.rows)))

    def _place(self, connection: Connection, rows: Sequence[bytes]) -> list[int]:
        placed = insert(pending).returning(pending.c.id, sort_by_parameter_order=True)
        values = [{"sealed": row} for row in rows]
        return list(connection.scalars(placed, values)) if values else []

    def _places(self, ids: Sequence[int]) -> dict[int, Appended]:
        """Return the places of the rows that are acknowledged."""
        chosen = select(pending.c.id, pending.c.index, pending.c.size, pending.c.root)
        chosen = chosen.where(pending.c.acknowledged_ms.is_not(None))
        with self._reader.connect() as connection:
            found = chain.from_iterable(
                connection.execute(chosen.where(pending.c.id.in_(ids[start : start + SELECT_IDS])))
                for start in range(0, len(ids), SELECT_IDS)
            )
            return {row: Appended(*place) for row, *place in found}

    def _sequence(self) -> None:
        """Sequence all that waits, unless somebody else does."""
        fence = lease.acquire(self._engine) if lease.is_free(self._reader) else None
        if fence is None:
            return
        try:
            sequencer = Sequencer(self._settings, self._engine, self._provider, fence)
            while sequencer.step():
                lease.extend(self._engine, fence)
        except LeaseLost:
            return
        finally:
            lease.extend(self._engine, fence, 0)

    def note(self) -> bytes:
        """Return the newest published checkpoint as its signed note.

        Raises:
            LedgerUnavailable: nothing was ever published.
        """
        try:
            return heads.path(self._settings).read_bytes()
        except OSError as error:
            raise LedgerUnavailable("unavailable") from error

    def checkpoint(self) -> Head:
        """Return size and root of the newest published checkpoint, its signature checked.

        Raises:
            LedgerUnavailable: nothing was ever published.
            AuditError, SignatureError: the file is not what this site signed.
        """
        head = heads.verify(self._settings, self._provider, self.note())
        return Head(head.size, head.root.hex())

    def records(self, first: int = 0) -> Iterator[tuple[int, AuditEvent]]:
        """Yield index and event from `first` to the newest, as the files have them now.

        Raises:
            AuditError: an entry cannot be opened or read; `fsck` says which.
        """
        return read.records(self._settings, self._engine, self._provider, first)
