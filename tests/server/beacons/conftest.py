"""The server's parts without a server: a site whose ledger the test can stall."""

from dataclasses import dataclass, replace

import pytest

from diascope_server.beacons import chains, intake
from diascope_server.beacons.intake import Received
from diascope_server.identity.sessions import Session
from diascope_server.ledger import Ledger
from diascope_server.site import Site
from tests.support.client import Document
from tests.support.server import install


@dataclass
class Desk:
    """One session at a site, and the connection of its page."""

    home: Site
    stalled: Site
    session: Session
    is_stalled: bool = False

    @property
    def site(self):
        return self.stalled if self.is_stalled else self.home

    def post(self, path, body):
        """Answer a page as the routes would."""
        if path == "/api/nonce":
            return {"nonce": self.home.nonces.issue(self.session.id_hash)}
        assert path == "/api/chains"
        return chains.enrol(self.site, self.session, body)

    def enrolled(self):
        """Return a document that has enrolled, and trusts the answer."""
        page = Document(self)
        self.post("/api/chains", page.enrolment())
        page.prev = chains.find(self.home, page.chain).genesis
        return page

    def take(self, beacon, *, waited=False):
        return intake.take(self.site, Received(**beacon, waited=waited))

    def records(self, page):
        events = [event for _, event in self.home.ledger.records()]
        return [each for each in events if each.detail.get("chain") == page.chain]


class Clock:
    """The time, until somebody moves it."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def pass_s(self, seconds):
        self.now += seconds * 1000


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
    home = replace(installation.home, clock=clock)
    nobody = Ledger(home.settings, home.engine, home.keys, timeout_s=0.05)
    site = Site.of(home)
    user = site.users.find(installation.people["reader"].user)
    _, session = site.sessions.start(user)
    return Desk(site, Site.of(replace(home, ledger=nobody)), session)
