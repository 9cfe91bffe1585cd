"""`diascope user`: accounts. What is made here is shown once; every change is recorded with it."""

import argparse
import io
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from getpass import getpass
from typing import Any, TypeVar, cast

import segno
from sqlalchemy import Connection, Engine, update

from diascope.audit import event
from diascope_server import tables
from diascope_server.access.roles import ROLES
from diascope_server.cli import Result, command
from diascope_server.cli.home import opened
from diascope_server.errors import SetupRefused
from diascope_server.identity.sessions import Session, Sessions
from diascope_server.identity.users import Credentials, Users, normal_login
from diascope_server.installation import Installation

LONGEST_LINE = 4096  # of standard input: more than the longest password takes
Changed = TypeVar("Changed")


def add(commands: Any) -> None:
    """Add the commands below `user`."""
    summary = "Accounts: add, disable, list, password, reset."
    group = commands.add_parser("user", help=summary, description=summary)
    below = group.add_subparsers(required=True, metavar="COMMAND")
    parser = _about_one(below, "add", _add, "Make an account; shows its secrets once.")
    parser.add_argument(
        "--role",
        action="append",
        choices=sorted(ROLES),
        metavar="ROLE",
        help=f"{' or '.join(sorted(ROLES))}; may be given again (reader)",
    )
    parser.add_argument("--qr", action="store_true", help="show the second factor as a QR code")
    _about_one(below, "disable", _disable, "Refuse an account and end its sessions.")
    command(below, "list", _list, "List the accounts.")
    summary = (
        "Set an account's password and end its sessions.\n"
        "It is typed twice, or read as one line from standard input: at least 8 characters of\n"
        "any kind, since a second factor is always needed; common passwords are refused."
    )
    _about_one(below, "password", _password, summary)
    summary = "Give an account new secrets, enable it and end its sessions."
    parser = _about_one(below, "reset", _reset, summary)
    parser.add_argument("--qr", action="store_true", help="show the second factor as a QR code")


def _about_one(
    below: Any, name: str, run: Callable[[Namespace], Result], summary: str
) -> argparse.ArgumentParser:
    parser = command(below, name, run, summary)
    parser.add_argument("name", type=_login, metavar="NAME", help="the account's user name")
    return parser


def _login(text: str) -> str:
    if not text.isprintable():  # nor are bytes that are no text
        raise argparse.ArgumentTypeError("printable characters only")
    return text


def people(home: Installation) -> Users:
    """Return the accounts of an installation."""
    return Users(home.engine, home.fields)


class _Open:
    """To `Users` an engine; its transactions are a part of the one that is open."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execution_options(self, **_: Any) -> "_Open":
        return self

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        yield self._connection


def _people_within(home: Installation, connection: Connection) -> Users:
    return Users(cast("Engine", _Open(connection)), home.fields)


def make(home: Installation, name: str, roles: tuple[str, ...]) -> Credentials:
    """Make an account together with its record."""
    told: list[Credentials] = []

    def write(connection: Connection) -> None:
        told.append(_people_within(home, connection).add(name, roles, home.clock()))

    home.ledger.append_with(event.user_added(home.moment(), normal_login(name), roles), write)
    return told[0]


def renew(home: Installation, name: str) -> Credentials:
    """Give an account new secrets and enable it."""
    return _change(home, name, "secrets", lambda users: users.reset(name))


def _change(
    home: Installation, name: str, what: str, change: Callable[[Users], Changed]
) -> Changed:
    """Change an account and end its sessions together with the record of it."""
    user, done = people(home).find(name), []
    ended: list[str] = []
    rows = tables.sessions.c
    is_live = (rows.user_id == user.id) & rows.ended_ms.is_(None)
    ending = update(tables.sessions).where(is_live).values(ended_ms=home.clock())

    def write(connection: Connection) -> None:
        done.append(change(_people_within(home, connection)))
        ended.extend(connection.scalars(ending.returning(rows.id_hash)))

    home.ledger.append_with(event.user_changed(home.moment(), user.login, what), write)
    for session in _sessions(home, ended):
        home.record(event.timed_out(home.moment(session), what))
    return done[0]


def _sessions(home: Installation, ended: Sequence[str]) -> list[Session]:
    known = Sessions(home.engine, home.fields, home.settings, home.clock)
    return [found[0] for id_hash in ended if (found := known.find(id_hash))]


def qr(text: str) -> str:
    """Return a QR code for a dark or light terminal."""
    drawn = io.StringIO()
    segno.make(text, error="l").terminal(out=drawn, compact=True)
    return drawn.getvalue()


def _told(told: Credentials, *, with_qr: bool) -> Result:
    text = (
        f"user          {told.user}\npassword      {told.password}\n"
        f"TOTP secret   {told.totp_secret}\n{told.otpauth}"
    )
    value = {**asdict(told), "otpauth": told.otpauth}
    return Result(value, f"{text}\n{qr(told.otpauth)}" if with_qr else text)


def _add(chosen: Namespace) -> Result:
    with opened(chosen.data) as home:
        told = make(home, chosen.name, tuple(chosen.role or ["reader"]))
    return _told(told, with_qr=chosen.qr)


def _reset(chosen: Namespace) -> Result:
    with opened(chosen.data) as home:
        told = renew(home, chosen.name)
    return _told(told, with_qr=chosen.qr)


def _disable(chosen: Namespace) -> Result:
    with opened(chosen.data) as home:
        user = _change(home, chosen.name, "disabled", lambda users: users.disable(chosen.name))
    return Result({"user": user.login, "disabled": True}, f"{user.login} is disabled.")


def _password(chosen: Namespace) -> Result:
    password, login = _typed(), normal_login(chosen.name)
    with opened(chosen.data) as home:
        _change(home, login, "password", lambda users: users.set_password(chosen.name, password))
    return Result({"user": login, "password": "changed"}, f"{login} has a new password.")


def _typed() -> str:
    """Return a new password: typed twice, unseen, or one line of standard input."""
    if sys.stdin.isatty():
        password = getpass("New password: ")
        if getpass("Once more: ") != password:
            raise SetupRefused("password_twice", "the two are not alike")
        return password
    try:
        return sys.stdin.buffer.readline(LONGEST_LINE).decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SetupRefused("password_text", "one line of UTF-8") from error


def _list(chosen: Namespace) -> Result:
    with opened(chosen.data) as home:
        users = people(home).list()
    value = [
        {"user": user.login, "roles": list(user.roles), "disabled": user.is_disabled}
        for user in users
    ]
    lines = [
        f"{user.login:24} {', '.join(user.roles)}{' (disabled)' if user.is_disabled else ''}"
        for user in users
    ]
    return Result(value, "\n".join(lines) or "There are no accounts.")
