"""The one SQLAlchemy metadata, and how a connection is opened.

Every field that names, dates or identifies a person is sealed before it gets here. SQLite runs in
WAL mode with `synchronous=FULL`: what was committed survives a power cut.

Once the tables are made, an authorizer lets our own connections read and write rows and nothing
else, and only who sequences may change the ledger's (ADR 0016). It holds inside our processes; an
editor of the file is found, not prevented.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event
from sqlalchemy.exc import OperationalError

from diascope_server.errors import SetupRefused

metadata = MetaData()

SCHEMA = 2  # raised with every change of a table or trigger: nothing is migrated yet (ADR 0012)
READING = "diascope_reading"
SEQUENCING = "diascope_sequencing"
BUSY_MS = 10_000  # a writer waits this long for another before it fails
PRAGMAS = (
    f"busy_timeout={BUSY_MS}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "recursive_triggers=ON",  # else REPLACE deletes without asking a trigger
)
OTHER_SCHEMA = "its database is of another version of Diascope; serve it with that one"
HARMLESS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_SAVEPOINT,
}
WRITES = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
LEDGER = "ledger_"  # begins the names of its tables
LEDGER_INBOX = (sqlite3.SQLITE_INSERT, "ledger_pending")


def connect(path: Path) -> Engine:
    """Open the SQLite file at `path`.

    Raises:
        SetupRefused: its tables are of another version.
    """
    engine = create_engine(f"sqlite+pysqlite:///{path}", hide_parameters=True)
    event.listen(engine, "connect", _configure)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        options = connection.get_execution_options()
        connection.info[SEQUENCING] = options.get(SEQUENCING, False)
        is_reading = options.get(READING, False)
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")

    engine.connect().close()  # another version is refused here, not at the first request
    return engine


def _configure(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN IMMEDIATE ourselves
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        (is_made,) = connection.execute("SELECT count(*) > 0 FROM sqlite_master").fetchone()
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        connection.close()
        raise OperationalError("connect", None, error) from error
    if is_made and schema != SCHEMA:
        connection.close()
        raise SetupRefused("schema", OTHER_SCHEMA)
    if is_made:
        _guard(connection, record.info)


@event.listens_for(metadata, "after_create")
def _made(_metadata: MetaData, connection: Any, **_options: Any) -> None:
    """Say which tables these are; the connection that made them makes no others."""
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
    _guard(connection.connection.dbapi_connection, connection.info)


def _guard(connection: Any, info: dict[Any, Any]) -> None:
    """Let a connection do what a server does: no other tables, triggers, files or settings."""

    def is_allowed(action: int, name: str | None) -> bool:
        if action not in WRITES:
            is_watching = (action, name) == (sqlite3.SQLITE_PRAGMA, "data_version")
            return is_watching or action in HARMLESS
        if str(name).startswith(LEDGER):
            return info.get(SEQUENCING, False) or (action, name) == LEDGER_INBOX
        return not str(name).startswith("sqlite_")

    connection.set_authorizer(
        lambda action, name, *_: (
            sqlite3.SQLITE_OK if is_allowed(action, name) else sqlite3.SQLITE_DENY
        )
    )


def reading(engine: Engine) -> Engine:
    """Return the same database for reading: transactions that never wait for a writer."""
    return engine.execution_options(**{READING: True})


def sequencing(engine: Engine) -> Engine:
    """Return the same database for whoever holds the ledger's lease, or asks for it."""
    return engine.execution_options(**{SEQUENCING: True})
