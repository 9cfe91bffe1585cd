"""A page that enrols and sends beacons, at a site whose ledger the test can stall."""

import pytest

from tests.support.desk import Clock, Desk
from tests.support.server import install


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    made = install(tmp_path_factory.mktemp("beacons") / "data")
    made.people["reader"] = made.new_person()
    yield made
    made.close()


@pytest.fixture
def clock(installation):
    return Clock(installation.home.clock())


@pytest.fixture
def desk(installation, clock):
    return Desk.at(installation, installation.people["reader"].user, clock)
