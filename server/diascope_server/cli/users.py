"""`diascope user`: accounts. Passwords and second factors are made here and shown once."""

import io
from argparse import Namespace
from dataclasses import asdict
from typing import Any

import segno

from diascope.audit import event
from diascope_server.access.roles import ROLES
from diascope_server.cli import Result, command
from diascope_server.cli.home import opened
from diascope_server.identity.users import Credentials, Users
from diascope_server.installation import Installation


def add(commands: Any) -> None:
    """Add the commands below `user`."""
    group = commands.add_parser("user", help="Accounts: add, disable, list, reset.")
    below = group.add_subparsers(required=True, metavar="COMMAND")
    parser = command(below, "add", _add, "Make an account; shows its secrets once.")
    parser.add_argument("name")
    parser.add_argument(
        "--role", action="append", choices=sorted(ROLES), help="may be given again (reader)"
    )
    parser.add_argument("--qr", action="store_true", help="show the second factor as a QR code")
    parser = command(below, "disable", _disable, "Refuse an account and end its sessions.")
    parser.add_argument("name")
    command(below, "list", _list, "List the accounts.")
    parser = command(below, "reset", _reset, "Give an account new secrets and enable it.")
    parser.add_argument("name")
    parser.add_argument("--qr", action="store_true", help="show the second factor as a QR code")


def people(home: Installation) -> Users:
    """Return the accounts of an installation."""
    return Users(home.engine, home.fields)


def make(home: Installation, name: str, roles: tuple[str, ...]) -> Credentials:
    """Make an account and record it."""
    told = people(home).add(name, roles, home.clock())
    home.record(event.user_added(home.moment(), told.user, roles))
    return told


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
        told = people(home).reset(chosen.name)
        home.record(event.user_changed(home.moment(), told.user, "secrets"))
    return _told(told, with_qr=chosen.qr)


def _disable(chosen: Namespace) -> Result:
    with opened(chosen.data) as home:
        user = people(home).disable(chosen.name)
        home.record(event.user_changed(home.moment(), user.login, "disabled"))
    return Result({"user": user.login, "disabled": True}, f"{user.login} is disabled.")


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
