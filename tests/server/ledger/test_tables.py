"""SQL cannot change the past: by the triggers alone, and not at all on a server's connection."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import DatabaseError

from diascope_server.database import connect, reading, sequencing

PLACED = 'UPDATE ledger_pending SET "index" = {}, size = 4, root = \'\' WHERE "index" IS NULL'
REFUSED = {
    "shrink-the-head": "UPDATE ledger_head SET size = 1",
    "same-size-other-note": "UPDATE ledger_head SET note = x'00'",
    "older-fence": "UPDATE ledger_head SET size = 99, fence = 0",
    "delete-the-head": "DELETE FROM ledger_head",
    "replace-the-head": "INSERT OR REPLACE INTO ledger_head VALUES (1, 1, x'00', 9)",
    "ignore-the-head": "INSERT OR IGNORE INTO ledger_head VALUES (1, 1, x'00', 9)",
    "upsert-the-head": "INSERT INTO ledger_head VALUES (1, 1, x'00', 9)"
    " ON CONFLICT (id) DO UPDATE SET size = 1",
    "second-head": "INSERT INTO ledger_head VALUES (2, 0, x'00', 1)",
    "move-the-head": "UPDATE OR REPLACE ledger_head SET id = 2",
    "older-lease": "UPDATE ledger_lease SET fence = 0",
    "delete-the-lease": "DELETE FROM ledger_lease",
    "replace-the-lease": "REPLACE INTO ledger_lease VALUES (1, 0, 0)",
    "change-a-record": "UPDATE ledger_pending SET sealed = x'00'",
    "replace-a-record": "REPLACE INTO ledger_pending (id, sealed)"
    " SELECT max(id), x'00' FROM ledger_pending",
    "swap-records": "UPDATE OR REPLACE ledger_pending SET id = 1 WHERE id = 2",
    "move-a-record": 'UPDATE ledger_pending SET "index" = 7',
    "move-it-to-another-tree": "UPDATE ledger_pending SET size = 99, root = '' WHERE id = 1",
    "place-it-beyond-the-head": PLACED.format(3),
    "place-it-where-another-is": PLACED.format(2),
    "place-it-where-another-was": PLACED.format(-1),
    "make-room-at-the-end": 'DELETE FROM ledger_pending WHERE "index" = 2',
    "delete-a-waiting-record": "DELETE FROM ledger_pending WHERE acknowledged_ms IS NULL",
    "acknowledge-without-a-place": "UPDATE ledger_pending SET acknowledged_ms = 1",
    "insert-with-a-place": 'INSERT INTO ledger_pending (sealed, "index", size, root)'
    " VALUES (x'00', 0, 1, '')",
    "insert-acknowledged": "INSERT INTO ledger_pending (sealed, acknowledged_ms)"
    " VALUES (x'00', 1)",
    "insert-where-none-can-follow": "INSERT INTO ledger_pending (id, sealed) VALUES (-1, x'00')",
}
NO = "not authorized|may not be modified"
DENIED = {
    "drop-a-trigger": "DROP TRIGGER ledger_head_0",
    "drop-a-table": "DROP TABLE ledger_pending",
    "another-trigger": "CREATE TRIGGER x AFTER INSERT ON users BEGIN SELECT 1; END",
    "temporary-trigger": "CREATE TEMP TRIGGER x AFTER INSERT ON users BEGIN SELECT 1; END",
    "another-table": "CREATE TABLE x (id INTEGER)",
    "rename-a-table": "ALTER TABLE ledger_head RENAME TO x",
    "another-file": "ATTACH DATABASE ':memory:' AS x",
    "writable-schema": "PRAGMA writable_schema = ON",
    "edit-the-schema": "UPDATE sqlite_master SET sql = ''",
    "reset-the-ids": "UPDATE sqlite_sequence SET seq = 0",
    "quiet-replace": "PRAGMA recursive_triggers = OFF",
    "another-schema-number": "PRAGMA user_version = 0",
}
DENIED_BUT_TO_THE_SEQUENCER = {
    "grow-the-head": "UPDATE ledger_head SET size = 99",
    "make-a-head": "INSERT INTO ledger_head VALUES (1, 0, x'00', 1)",
    "take-the-lease": "UPDATE ledger_lease SET fence = 99",
    "acknowledge": "UPDATE ledger_pending SET acknowledged_ms = 1",
    "clear-away": "DELETE FROM ledger_pending",
}


def named(statements):
    return {"argvalues": statements.values(), "ids": statements.keys()}


@pytest.fixture
def written(place):
    """Three records with their places, one that waits."""
    place.write(3)
    with place.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO ledger_pending (sealed) VALUES (x'00')")
    return place


@pytest.mark.parametrize("statement", **named(REFUSED))
@pytest.mark.requirement("AUD-15")
def test_the_past_is_append_only_whoever_connects(written, statement):
    """A connection that sets nothing: no authorizer, and REPLACE deletes without a trigger."""
    with closing(sqlite3.connect(written.settings.database)) as plain:
        before = list(plain.iterdump())
        with pytest.raises(sqlite3.IntegrityError), plain:
            plain.execute(statement)

        assert before == list(plain.iterdump())


@pytest.mark.parametrize("statement", **named(DENIED | DENIED_BUT_TO_THE_SEQUENCER))
@pytest.mark.requirement("AUD-15")
def test_a_servers_connection_cannot_even_try(written, statement):
    with (
        pytest.raises(DatabaseError, match=NO),
        written.engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize("statement", **named(DENIED))
@pytest.mark.requirement("AUD-15")
def test_nor_can_the_sequencers(written, statement):
    engine = sequencing(written.engine)
    with pytest.raises(DatabaseError, match=NO), engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_every_connection_is_guarded_also_of_the_next_process(written):
    again = reading(connect(written.settings.database))  # two at once
    with again.connect() as first, again.connect() as second:
        for connection in (first, second):
            with pytest.raises(DatabaseError, match=NO):
                connection.exec_driver_sql("DROP TABLE ledger_head")
    again.dispose()


def test_who_sequenced_once_may_not_write_as_somebody_else(written):
    """The right belongs to the transaction, not to the pooled connection."""
    with sequencing(written.engine).begin() as connection:
        connection.exec_driver_sql("UPDATE ledger_lease SET fence = 99")

    with (
        pytest.raises(DatabaseError, match=NO),
        written.engine.begin() as connection,
    ):
        connection.exec_driver_sql("UPDATE ledger_lease SET fence = 100")
