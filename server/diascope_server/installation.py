"""What every process of one installation shares: its keys, database, objects and record."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from diascope.audit.event import Actor, AuditEvent, Moment, Source, Subject, integrity_alert
from diascope.errors import UntrustedInput
from diascope_server.clock import Clock, now_ms
from diascope_server.database import connect, reading
from diascope_server.identity.sessions import Session
from diascope_server.keys.provider import KeyProvider
from diascope_server.ledger.journal import Ledger
from diascope_server.settings import Settings
from diascope_server.store import sealing
from diascope_server.store.fields import FieldKeys
from diascope_server.store.objects import ObjectStore


@dataclass(frozen=True, slots=True)
class Installation:
    """One process's view of an installation; made by `open_installation`."""

    settings: Settings
    process: str
    engine: Engine
    reader: Engine
    keys: KeyProvider
    fields: FieldKeys
    objects: ObjectStore
    ledger: Ledger
    clock: Clock
    actor: Actor | None
    """Who runs the process, when nobody is signed in: the operator of a command."""

    def moment(self, session: Session | None = None) -> Moment:
        """Return now, here, by whom: what an event begins with."""
        actor = self.actor
        if session is not None:
            actor = Actor(session.user, session.roles, session.short)
        return Moment(self.clock(), Source(self.settings.installation, self.process), actor)

    def record(self, event: AuditEvent) -> int:
        """Have an event in the ledger, signed and durable, and return its index.

        Raises:
            LedgerUnavailable: nobody acknowledged it in time. What it was for must not happen.
        """
        return self.ledger.append(event).index

    @contextmanager
    def alerting(self, moment: Moment, name: str, subject: Subject | None) -> Iterator[None]:
        """Record a security alert when stored bytes prove changed, and refuse all the same."""
        try:
            yield
        except UntrustedInput as error:
            self.record(integrity_alert(moment, error.code, name, subject))
            raise

    def binding(self, *identity: str) -> bytes:
        """Return the associated data of a part: study, series, sop, kind, index, dek_id."""
        return sealing.binding(self.settings.installation, self.settings.tenant, *identity)

    def key_context(self, handle: str, dek_id: str) -> dict[str, str]:
        """Return what a study's wrapped data key is bound to."""
        names = (self.settings.installation, self.settings.tenant, handle, dek_id)
        return sealing.key_context(*names)


def open_installation(
    settings: Settings,
    process: str,
    keys: KeyProvider,
    *,
    may_sequence: bool,
    actor: Actor | None = None,
) -> Installation:
    """Open what `process` shares with the others, by the server's own clock.

    `may_sequence` is for commands, which extend the ledger themselves while nobody serves.
    """
    engine = connect(settings.database)
    return Installation(
        settings=settings,
        process=process,
        engine=engine,
        reader=reading(engine),
        keys=keys,
        fields=FieldKeys(keys, settings.tenant),
        objects=ObjectStore(settings.objects),
        ledger=Ledger(settings, engine, keys, may_sequence=may_sequence),
        clock=now_ms,
        actor=actor,
    )
