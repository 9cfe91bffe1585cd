"""Sessions: an opaque 256-bit cookie, kept as its SHA-256, ended by the server's clock.

Idle and absolute time-outs are decided here and nowhere else. Roles and the account's state are
read anew at every request, so disabling a user ends their sessions at once.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Select, select, update

from diascope_server import tables
from diascope_server.clock import Clock
from diascope_server.database import reading
from diascope_server.errors import SessionRefused
from diascope_server.identity.users import User
from diascope_server.settings import Settings
from diascope_server.store.fields import FieldKeys

TOKEN_BYTES = 32
SEEN_GRAIN = 20  # a session is marked as seen at most so many times in its idle time


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in, or was."""

    id_hash: str
    user_id: str
    user: str
    roles: tuple[str, ...]
    created_ms: int
    seen_ms: int

    @property
    def short(self) -> str:
        """The name of the session in records: the first 16 hex digits of its hash."""
        return self.id_hash[:16]


def hash_token(token: str) -> str:
    """Return the name under which a cookie's session is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """The `sessions` table."""

    def __init__(
        self, engine: Engine, fields: FieldKeys, settings: Settings, clock: Clock
    ) -> None:
        """Use the time-outs of the installation and the given clock."""
        self._engine = engine
        self._reader = reading(engine)
        self._fields = fields
        self._idle_ms = settings.idle_s * 1000
        self._absolute_ms = settings.absolute_s * 1000
        self._clock = clock

    def start(self, user: User) -> tuple[str, Session]:
        """Begin a session and return its cookie, which is never seen again."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        session = Session(hash_token(token), user.id, user.login, user.roles, now, now)
        row = {
            "id_hash": session.id_hash,
            "user_id": user.id,
            "created_ms": now,
            "seen_ms": now,
        }
        with self._engine.begin() as connection:
            connection.execute(tables.sessions.insert().values(row))
        return token, session

    def require(self, token: str) -> Session:
        """Return the live session of a cookie.

        Raises:
            SessionRefused: no cookie, unknown, ended, timed out, or the user is disabled.
        """
        session = self.live(hash_token(token)) if token else None
        if session is None:
            raise SessionRefused("missing")
        return session

    def live(self, id_hash: str) -> Session | None:
        """Return a session that has neither ended nor timed out, of a user who is not disabled."""
        with self._reader.begin() as connection:
            wanted = _joined().where(tables.sessions.c.id_hash == id_hash)
            row = connection.execute(wanted).one_or_none()
        if row is None or row.ended_ms is not None or row.disabled:
            return None
        return None if self.expires_in_ms(row.created_ms, row.seen_ms) <= 0 else self._of(row)

    def expires_in_ms(self, created_ms: int, seen_ms: int) -> int:
        """Return how long a session last seen then has left, 0 or less when it is over."""
        ends = min(seen_ms + self._idle_ms, created_ms + self._absolute_ms)
        return ends - self._clock()

    def find(self, id_hash: str) -> tuple[Session, int | None] | None:
        """Return a session in any state and when it ended, for records that come late."""
        with self._reader.begin() as connection:
            wanted = _joined().where(tables.sessions.c.id_hash == id_hash)
            row = connection.execute(wanted).one_or_none()
        return None if row is None else (self._of(row), row.ended_ms)

    def _of(self, row: Any) -> Session:
        login = self._fields.open("users.login", row.user_id, row.login)
        roles = tuple(json.loads(row.roles))
        return Session(row.id_hash, row.user_id, login, roles, row.created_ms, row.seen_ms)

    def touch(self, session: Session) -> None:
        """Note that the user is there; spares the disk when that was noted a moment ago."""
        now = self._clock()
        if now - session.seen_ms < self._idle_ms // SEEN_GRAIN:
            return
        rows = tables.sessions
        is_live = (rows.c.id_hash == session.id_hash) & rows.c.ended_ms.is_(None)
        with self._engine.begin() as connection:
            connection.execute(update(rows).where(is_live).values(seen_ms=now))

    def end(self, session: Session) -> bool:
        """End a session; whether this call was the one that ended it."""
        rows = tables.sessions
        is_live = (rows.c.id_hash == session.id_hash) & rows.c.ended_ms.is_(None)
        with self._engine.begin() as connection:
            ended = connection.execute(update(rows).where(is_live).values(ended_ms=self._clock()))
        return ended.rowcount == 1

    def reason(self, session: Session) -> str:
        """Say why a session that is over is over."""
        now = self._clock()
        if session.created_ms <= now - self._absolute_ms:
            return "absolute"
        return "idle" if session.seen_ms <= now - self._idle_ms else "disabled"

    def over(self) -> list[Session]:
        """Return the sessions whose time is up or whose user is disabled, not yet ended."""
        rows, now = tables.sessions, self._clock()
        is_over = (
            (rows.c.seen_ms <= now - self._idle_ms)
            | (rows.c.created_ms <= now - self._absolute_ms)
            | tables.users.c.disabled
        )
        with self._reader.begin() as connection:
            wanted = _joined().where(rows.c.ended_ms.is_(None), is_over)
            return [self._of(row) for row in connection.execute(wanted)]


def _joined() -> Select[Any]:
    users = tables.users.c
    return select(tables.sessions, users.login, users.roles, users.disabled).join(tables.users)
