"""`diascope demo`: everything at once for a first look: keys, users, sample studies, a server.

A second run finds all of it and only starts the server.
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from diascope_server import setup, tls
from diascope_server.cli import Result, command, samples, teller
from diascope_server.cli.home import opened
from diascope_server.cli.install import tell_ready
from diascope_server.cli.users import make, people, qr, renew
from diascope_server.errors import SetupRefused
from diascope_server.identity.users import Credentials
from diascope_server.installation import Installation
from diascope_server.processes import end_group, start
from diascope_server.serve import alone, check_port, environment, serve
from diascope_server.settings import Settings, check_origin

Say = Callable[[str], None]

FILE = "demo.json"
READER, ADMIN = "reader", "admin"
PATIENCE_S = 5.0
TRUST = """\
To trust this trial's certificate authority, which can vouch for this computer only:
  file      {authority}
  Chromium  Settings > Privacy and security > Security > Manage certificates > Import
            or: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n diascope -i {authority}
  Firefox   Settings > Privacy & Security > Certificates > View Certificates > Import
  Safari    open the file in Keychain Access, then Always Trust
  system    sudo cp {authority} /usr/local/share/ca-certificates/diascope.crt
            sudo update-ca-certificates
"""


def add(commands: Any) -> None:
    """Add the command."""
    summary = "Set up a trial with sample studies, if need be, and serve it."
    parser = command(commands, "demo", _demo, summary, data_flag="--dir")
    parser.add_argument("--port", type=int, default=8443, help="the port to listen on (8443)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")


def _demo(chosen: Namespace) -> Result:
    say = teller(chosen)
    origin = check_origin(f"https://localhost:{chosen.port}")
    check_port(chosen.host, chosen.port)
    if not setup.is_initialised(chosen.data):
        setup.initialise(chosen.data, origin, [FILE])
    if not (chosen.data / FILE).exists():
        raise SetupRefused("not_a_demo", "this installation is in use; name a folder with --dir")
    with alone(chosen.data) as found:  # before anything changes: somebody may serve it
        settings = _at(found, origin)
        told = _prepare(settings, say)
        status = serve(settings, chosen.host, lambda: _tell(settings, told, say))
    return Result({"status": status}, "Stopped.", status)


def _at(settings: Settings, origin: str) -> Settings:
    """Return the installation at another port, if it is another."""
    if settings.origin != origin:
        settings = replace(settings, origin=origin)
        setup.save(settings)
    return settings


def _prepare(settings: Settings, say: Say) -> dict[str, Any]:
    """Make studies and users unless that was done, and return what is told of the users.

    The file is empty until then: a run that was cut short is completed by the next.
    """
    place = settings.data / FILE
    told = _read(place)
    if not told:
        _import(settings, say)
        with opened(settings.data) as home:
            told = _users(home)
    told |= {
        "address": settings.origin,
        "ca_certificate": str((settings.tls / tls.AUTHORITY).resolve()),
    }
    _write(place, told)
    return told


def _read(place: Path) -> dict[str, Any]:
    """Return what an earlier run told, or nothing."""
    try:
        told: dict[str, Any] = json.loads(place.read_text())
    except (OSError, ValueError):
        return {}
    return told


def _import(settings: Settings, say: Say) -> None:
    say("Importing sample studies")
    with tempfile.TemporaryDirectory() as folder:
        made = [
            samples.make_phantom(Path(folder) / "ct"),
            samples.make_patterns(Path(folder) / "qc"),
        ]
        told = _ingest(settings, [*samples.of_pydicom(), *made, *samples.of_shared()])
    if "stored" not in told:
        why = told.get("error", {}).get("code", "it ended early")
        raise SetupRefused("import", f"sample studies: {why}; run the command again")
    say(f"{told['stored'] + told['present']} images stored, {len(told['refused'])} files refused")


def _ingest(settings: Settings, paths: list[Path]) -> dict[str, Any]:
    """Run `diascope ingest` in a process with its limits, and return its answer."""
    command = [sys.executable, "-m", "diascope_server", "ingest", "--json"]
    words = [*command, "--data", str(settings.data.resolve()), *map(str, paths)]
    child = start(words, environment(settings), subprocess.PIPE)
    try:
        answer, _ = child.communicate()
    finally:
        end_group(child, PATIENCE_S)
    try:
        told: dict[str, Any] = json.loads(answer)
    except ValueError:
        return {}
    return told


def _users(home: Installation) -> dict[str, Any]:
    """Make both accounts; after an attempt that was cut short, give them new secrets."""
    known = {user.login for user in people(home).list()}
    reader, admin = (
        renew(home, name) if name in known else make(home, name, (name,))
        for name in (READER, ADMIN)
    )
    return {**_secrets(reader), "otpauth": reader.otpauth, "admin": _secrets(admin)}


def _secrets(told: Credentials) -> dict[str, str]:
    return {"user": told.user, "password": told.password, "totp_secret": told.totp_secret}


def _write(place: Path, told: dict[str, Any]) -> None:
    """Write a file that only its owner reads, as a whole."""
    draft = place.with_name(f"{place.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(told, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(place)


def _tell(settings: Settings, told: dict[str, Any], say: Say) -> None:
    say(TRUST.format(authority=told["ca_certificate"]))
    say(qr(told["otpauth"]))
    for name, key in (
        ("address", "address"),
        ("user", "user"),
        ("password", "password"),
        ("TOTP secret", "totp_secret"),
    ):
        say(f"{name:12}{told[key]}")
    say(f"The administrator's account is in {settings.data / FILE}.")
    say("Not for diagnostic use. Ctrl-C ends everything.")
    tell_ready(settings, say)
