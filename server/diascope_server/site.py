"""What the web process holds besides: people, their sessions, and the study list."""

from dataclasses import dataclass

from diascope_server.identity.nonces import Nonces
from diascope_server.identity.sessions import Sessions
from diascope_server.identity.users import Users, stand_in
from diascope_server.installation import Installation
from diascope_server.studies.newest import NewestManifests
from diascope_server.studies.worklist import Worklist


@dataclass(frozen=True, slots=True)
class Site(Installation):
    """Everything a handler may need, made once at start."""

    users: Users
    sessions: Sessions
    nonces: Nonces
    worklist: Worklist
    newest: NewestManifests

    @classmethod
    def of(cls, home: Installation) -> "Site":
        """Add people and studies to an installation."""
        stand_in()
        shared = {name: getattr(home, name) for name in Installation.__slots__}
        return cls(
            **shared,
            users=Users(home.engine, home.fields),
            sessions=Sessions(home.engine, home.fields, home.settings, home.clock),
            nonces=Nonces(home.engine, home.clock),
            worklist=Worklist(home.engine, home.fields),
            newest=NewestManifests(home.ledger),
        )

    def checkpoint(self) -> dict[str, object]:
        """Return size and root of the ledger as the page keeps them."""
        head = self.ledger.checkpoint()
        return {"size": head.size, "root": head.root}
