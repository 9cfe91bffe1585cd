"""The one SQLAlchemy metadata, and how a connection is opened.

Every field that names, dates or identifies a person is sealed before it gets here. SQLite runs in
WAL mode with `synchronous=FULL`: what was committed survives a power cut.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event

metadata = MetaData()

READING = "diascope_reading"
BUSY_MS = 10_000  # a writer waits this long for another before it fails


def connect(path: Path) -> Engine:
    """Open the SQLite file at `path` with foreign keys, WAL and full synchronisation."""
    engine = create_engine(f"sqlite+pysqlite:///{path}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN IMMEDIATE ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={BUSY_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        reading = connection.get_execution_options().get(READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def reading(engine: Engine) -> Engine:
    """Return the same database for reading: transactions that never wait for a writer."""
    return engine.execution_options(**{READING: True})
