"""Nonces that make a signed request new: bound to a session, good once, for a minute."""

import secrets

from sqlalchemy import Engine, delete

from diascope_server import tables
from diascope_server.clock import Clock
from diascope_server.errors import ProofRefused
from diascope_server.keys.jwk import b64u

LIFE_MS = 60_000  # wire.md 4
NONCE_BYTES = 16


class Nonces:
    """The `nonces` table."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        """Use the database and the given clock."""
        self._engine = engine
        self._clock = clock

    def issue(self, session: str) -> str:
        """Return a new nonce for the session with this hash."""
        nonce = b64u(secrets.token_bytes(NONCE_BYTES))
        row = {"nonce": nonce, "session": session, "expires_ms": self._clock() + LIFE_MS}
        with self._engine.begin() as connection:
            connection.execute(tables.nonces.insert().values(row))
        return nonce

    def spend(self, nonce: str, session: str) -> None:
        """Use a nonce up; of many at once one succeeds.

        Raises:
            ProofRefused: unknown, used, too old, or another session's.
        """
        rows = tables.nonces.c
        is_good = (rows.nonce == nonce) & (rows.session == session)
        with self._engine.begin() as connection:
            spent = connection.execute(
                delete(tables.nonces).where(is_good & (rows.expires_ms > self._clock()))
            )
        if spent.rowcount != 1:
            raise ProofRefused("nonce")

    def sweep(self) -> None:
        """Forget the ones nobody used."""
        with self._engine.begin() as connection:
            connection.execute(
                delete(tables.nonces).where(tables.nonces.c.expires_ms <= self._clock())
            )
