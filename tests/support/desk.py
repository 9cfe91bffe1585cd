"""A session at a site without a server: handlers are called directly, and the ledger can stall."""

from contextlib import contextmanager
from dataclasses import dataclass, replace

from diascope.errors import DiascopeError
from diascope_server.beacons import chains, intake
from diascope_server.beacons.intake import Received
from diascope_server.http.call import Call
from diascope_server.http.replies import refusal
from diascope_server.identity.sessions import Session
from diascope_server.ledger import Ledger
from diascope_server.site import Site
from diascope_server.studies import routes
from tests.support.client import Document, Reply


class Clock:
    """The time, until somebody moves it."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def pass_s(self, seconds):
        self.now += seconds * 1000


@dataclass
class Desk:
    """One session, and the connection of its page."""

    home: Site
    stalled: Site
    session: Session
    is_stalled: bool = False

    @classmethod
    def at(cls, installation, user, clock=None):
        home = installation.home
        home = replace(home, clock=clock or home.clock)
        site = Site.of(home)
        _, session = site.sessions.start(site.users.find(user))
        nobody = Ledger(home.settings, home.engine, home.keys, timeout_s=0.05)
        return cls(site, Site.of(replace(home, ledger=nobody)), session)

    @property
    def site(self):
        return self.stalled if self.is_stalled else self.home

    @contextmanager
    def stall(self):
        """Nobody sequences for the length of a block."""
        self.is_stalled = True
        yield self.stalled
        self.is_stalled = False

    def post(self, path, body):
        """Answer a page's requests for a nonce and a chain as the routes would."""
        if path == "/api/nonce":
            return {"nonce": self.home.nonces.issue(self.session.id_hash)}
        assert path == "/api/chains"
        return chains.enrol(self.site, self.session, body)

    def request(self, method, path, body, headers):
        """Answer a page's request to open a study."""
        handle = path.split("/")[3]
        sent = {name.lower(): value for name, value in headers.items()}
        call = Call(method, path, {"handle": handle}, sent, body, "", "127.0.0.1")
        try:
            answer = routes.open_study(self.site, self.session, call)
        except DiascopeError as error:
            answer = refusal(error)
        return Reply(answer.status_code, dict(answer.headers), answer.body)

    def enrolled(self):
        """Return a document that has enrolled, and trusts the answer."""
        page = Document(self)
        self.post("/api/chains", page.enrolment())
        page.prev = chains.find(self.home, page.chain).genesis
        return page

    def take(self, beacon, *, waited=False):
        return intake.take(self.site, Received(**beacon, waited=waited))

    def events(self, kind=None):
        found = [event for _, event in self.home.ledger.records()]
        return [event for event in found if kind in (None, event.type)]

    def records(self, page):
        return [each for each in self.events() if each.detail.get("chain") == page.chain]
