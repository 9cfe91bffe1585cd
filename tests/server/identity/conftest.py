"""People in an empty database, and a clock that the test moves."""

import pytest

from diascope_server import tables
from diascope_server.database import connect, metadata
from diascope_server.identity.sessions import Sessions
from diascope_server.identity.users import Users
from diascope_server.settings import Settings
from diascope_server.store.fields import FieldKeys
from tests.support.keys import MemoryKeys

START_MS = 1_767_225_600_000


class Clock:
    """The time, until somebody moves it."""

    def __init__(self):
        self.now = START_MS

    def __call__(self):
        return self.now

    def pass_s(self, seconds):
        self.now += int(seconds * 1000)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def engine(tmp_path):
    made = connect(tmp_path / "db.sqlite")
    with made.begin() as connection:
        metadata.create_all(connection, [*tables.metadata.tables.values()])
    yield made
    made.dispose()


@pytest.fixture
def fields():
    return FieldKeys(MemoryKeys(b"identity"), "default")


@pytest.fixture
def users(engine, fields):
    return Users(engine, fields)


@pytest.fixture
def sessions(engine, fields, clock, tmp_path):
    settings = Settings(tmp_path, "i", "https://localhost", idle_s=900, absolute_s=43_200)
    return Sessions(engine, fields, settings, clock)
