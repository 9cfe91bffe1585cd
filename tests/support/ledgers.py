"""A ledger in a folder of its own: settings, database, keys, and what tests do to them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, update

from diascope.audit import event
from diascope.audit.event import AuditEvent, Moment, Source
from diascope_server import database
from diascope_server.database import sequencing
from diascope_server.ledger import Ledger, fsck, lease, tables
from diascope_server.ledger.sequencer import Sequencer
from diascope_server.settings import Settings
from tests.support.keys import MemoryKeys

MEMORY = Path("/dev/shm")  # noqa: S108  # syncing is free there, and a test cuts no power
NOW = Moment(1_767_225_600_000, Source("test", "web"))


def note(number: int) -> AuditEvent:
    """An event that can be told from all others."""
    return event.audit_read(NOW, {"number": number})


@dataclass(frozen=True)
class Place:
    """One installation's ledger."""

    settings: Settings
    engine: Engine
    keys: MemoryKeys

    @property
    def folder(self) -> Path:
        return self.settings.ledger

    def ledger(self, **options) -> Ledger:
        return Ledger(self.settings, self.engine, self.keys, **options)

    def command(self) -> Ledger:
        """A ledger that sequences by itself while nobody else does."""
        return self.ledger(may_sequence=True)

    def write(self, count: int, first: int = 0):
        return self.command().append_many([note(first + each) for each in range(count)])

    def numbers(self) -> list[int]:
        return [found.detail["number"] for _, found in self.ledger().records()]

    def verify(self) -> fsck.Report:
        return fsck.verify(self.settings, self.keys)

    def broken(self) -> list[str]:
        return [problem.where for problem in self.verify().problems]

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def expire_lease(self) -> None:
        """Let the time pass that a dead holder's lease lasts."""
        with sequencing(self.engine).begin() as connection:
            connection.execute(update(tables.lease).values(expires_ms=0))

    def sequencer(self, **options) -> Sequencer:
        """A sequencer with a new lease, whoever had it."""
        self.expire_lease()
        fence = lease.acquire(self.engine)
        assert fence is not None
        return Sequencer(self.settings, self.engine, self.keys, fence, **options)

    @contextmanager
    def unguarded(self) -> Iterator:
        """A connection of somebody who edits the file: no authorizer and no trigger stops him."""
        engine = create_engine(f"sqlite+pysqlite:///{self.settings.database}")
        with engine.begin() as connection:
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.exec_driver_sql(query).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield connection
        engine.dispose()


@contextmanager
def temporary(folder: Path | None = None) -> Iterator[Place]:
    """Make an empty installation in memory, or in `folder`, and end it."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as inside:
        place = begin(folder or Path(inside))
        yield place
        place.engine.dispose()


def begin(folder: Path, seed: bytes = b"ledger") -> Place:
    """Make an empty installation."""
    settings = Settings(folder, "test", "https://localhost:8443")
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    engine = database.connect(settings.database)
    database.metadata.create_all(engine)
    return Place(settings, engine, MemoryKeys(seed))
