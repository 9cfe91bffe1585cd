"""Local accounts: kept sealed, found by HMAC of the login, checked with both factors at once."""

import json
import secrets
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError as NotUnique

from diascope_server import tables
from diascope_server.access.roles import ROLES
from diascope_server.database import reading
from diascope_server.errors import SetupRefused, SignInRefused
from diascope_server.identity import passwords, totp
from diascope_server.store.fields import FieldKeys

LONGEST_LOGIN = 128


@dataclass(frozen=True, slots=True)
class User:
    """One account, as the rest of the server knows it."""

    id: str
    login: str
    roles: tuple[str, ...]
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a new or reset user is told once."""

    user: str
    password: str
    totp_secret: str

    @property
    def otpauth(self) -> str:
        """The address for an authenticator app."""
        return totp.uri(self.totp_secret, self.user)


def normal_login(login: str) -> str:
    """Return the one form under which a login is kept and found."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _check_new(name: str, roles: tuple[str, ...]) -> None:
    if not 0 < len(name) <= LONGEST_LOGIN or not name.isprintable():
        raise SetupRefused("login")
    if not roles or not set(roles) <= set(ROLES):
        raise SetupRefused("role", ", ".join(ROLES))


@cache
def stand_in() -> tuple[str, str]:
    """Return the hash and secret that unknown users are checked against; nothing fits them.

    Made once; call it at start, so that the first unknown user takes no longer than others.
    """
    return passwords.hash_password(secrets.token_hex(16)), totp.new_secret()


class Users:
    """The `users` table."""

    def __init__(self, engine: Engine, fields: FieldKeys) -> None:
        """Use the database."""
        self._engine = engine
        self._reader = reading(engine)
        self._fields = fields

    def subject(self, login: str) -> str:
        """Return the HMAC by which an account is found and throttled."""
        return self._fields.index("login", normal_login(login))

    def add(self, login: str, roles: tuple[str, ...], now_ms: int) -> Credentials:
        """Make an account with a random password and a new second factor.

        Raises:
            SetupRefused: unusable login or role, or the login exists.
        """
        name, user = normal_login(login), secrets.token_hex(16)
        _check_new(name, roles)
        told, secret_columns = self._new_secrets(user, name)
        row = {
            "id": user,
            "login_index": self.subject(name),
            "login": self._fields.seal("users.login", user, name),
            "roles": json.dumps(sorted(set(roles))),
            "disabled": False,
            "created_ms": now_ms,
            **secret_columns,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(tables.users.insert().values(row))
        except NotUnique as error:
            raise SetupRefused("login_taken") from error
        return told

    def _new_secrets(self, user: str, login: str) -> tuple[Credentials, dict[str, Any]]:
        told = Credentials(login, passwords.new_password(), totp.new_secret())
        encoded = passwords.hash_password(told.password)
        return told, {
            "password": self._fields.seal("users.password", user, encoded),
            "totp_secret": self._fields.seal("users.totp_secret", user, told.totp_secret),
            "totp_last_step": 0,
        }

    def reset(self, login: str) -> Credentials:
        """Give an account a new password and second factor, and enable it."""
        user = self.find(login)
        told, secret_columns = self._new_secrets(user.id, user.login)
        self._change(user, disabled=False, **secret_columns)
        return told

    def disable(self, login: str) -> User:
        """Refuse this account from now on; its sessions end at their next request."""
        user = self.find(login)
        self._change(user, disabled=True)
        return user

    def set_password(self, login: str, password: str) -> None:
        """Set a chosen password after checking the rules."""
        user = self.find(login)
        passwords.check_new(password, user.login)
        encoded = passwords.hash_password(password)
        self._change(user, password=self._fields.seal("users.password", user.id, encoded))

    def _change(self, user: User, **columns: Any) -> None:
        with self._engine.begin() as connection:
            rows = tables.users
            connection.execute(update(rows).where(rows.c.id == user.id).values(columns))

    def find(self, login: str) -> User:
        """Return one account.

        Raises:
            SetupRefused: there is none.
        """
        row = self._row(login)
        if row is None:
            raise SetupRefused("no_such_user")
        return self._user(row)

    def list(self) -> list[User]:
        """Return every account, by login."""
        with self._reader.begin() as connection:
            rows = connection.execute(select(tables.users)).all()
        return sorted((self._user(row) for row in rows), key=lambda user: user.login)

    def _row(self, login: str) -> Any:
        with self._reader.begin() as connection:
            wanted = tables.users.c.login_index == self.subject(login)
            return connection.execute(select(tables.users).where(wanted)).one_or_none()

    def _user(self, row: Any) -> User:
        login = self._fields.open("users.login", row.id, row.login)
        return User(row.id, login, tuple(json.loads(row.roles)), row.disabled)

    def verify(self, login: str, password: str, code: str, now_ms: int) -> User:
        """Check both factors, always both, and spend the code.

        Raises:
            SignInRefused: the same for every reason.
        """
        row = self._row(login)
        encoded, secret = stand_in()
        if row is not None:
            encoded = self._fields.open("users.password", row.id, row.password)
            secret = self._fields.open("users.totp_secret", row.id, row.totp_secret)
        is_right = passwords.is_password(encoded, password)
        step = totp.matching_step(secret, code, now_ms)
        if row is None or not is_right or step is None or row.disabled:
            raise SignInRefused("refused")
        self._spend(row.id, step)
        return self._user(row)

    def _spend(self, user: str, step: int) -> None:
        """Move the user's last step forward, once, whoever else tries in this moment."""
        rows = tables.users
        newer = (rows.c.id == user) & (rows.c.totp_last_step < step)
        with self._engine.begin() as connection:
            spent = connection.execute(update(rows).where(newer).values(totp_last_step=step))
        if spent.rowcount != 1:
            raise SignInRefused("refused")
