"""A database is used only by the version whose tables it has."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from diascope_server import tables
from diascope_server.database import SCHEMA, connect, metadata
from diascope_server.errors import SetupRefused


@pytest.fixture
def made(tmp_path):
    """A database with its tables, which nobody has open."""
    engine = connect(tmp_path / "db.sqlite")
    with engine.begin() as connection:
        metadata.create_all(connection, [tables.users])
    engine.dispose()
    return tmp_path / "db.sqlite"


def renumber(path, number):
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(f"PRAGMA user_version = {number}")


def test_a_database_is_opened_again(made):
    engine = connect(made)
    with engine.begin() as connection:
        assert [] == connection.execute(tables.users.select()).all()
    engine.dispose()


@pytest.mark.parametrize("number", [0, SCHEMA - 1, SCHEMA + 1], ids=["none", "older", "newer"])
def test_tables_of_another_version_are_refused_and_left_alone(made, number):
    renumber(made, number)

    with pytest.raises(SetupRefused) as refused:
        connect(made)

    assert "setup.schema" == refused.value.code
    renumber(made, SCHEMA)
    connect(made).dispose()


def test_an_empty_file_is_one_to_make_tables_in(tmp_path):
    (tmp_path / "db.sqlite").touch()
    engine = connect(tmp_path / "db.sqlite")

    assert [] == inspect(engine).get_table_names()
    engine.dispose()


@pytest.mark.parametrize("content", [b"no database at all" * 99, b"SQLite format 3\0" + bytes(99)])
def test_what_is_no_database_is_said_so(tmp_path, content):
    (tmp_path / "db.sqlite").write_bytes(content)

    with pytest.raises(OperationalError):
        connect(tmp_path / "db.sqlite")
