"""`diascope demo`: everything at once for a first look: keys, users, sample studies, a server.

A second run finds all of it and only starts the server.
"""

import json
import os
import tempfile
from argparse import Namespace
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from diascope_server import settings as installation_settings
from diascope_server import setup, tls
from diascope_server.cli import Result, command, samples
from diascope_server.cli.home import opened
from diascope_server.cli.install import tell_ready
from diascope_server.cli.users import make, people, qr
from diascope_server.identity.users import Credentials
from diascope_server.ingest.batch import Outcome, ingest
from diascope_server.ingest.reading import walk
from diascope_server.installation import Installation
from diascope_server.serve import check_port, serve
from diascope_server.settings import Settings

FILE = "demo.json"
READER, ADMIN = "reader", "admin"
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
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")


def _demo(chosen: Namespace) -> Result:
    origin = setup.check_origin(f"https://localhost:{chosen.port}")
    check_port(chosen.host, chosen.port)
    settings = _settings(chosen.data, origin)
    told = _prepare(settings)
    status = serve(settings, chosen.host, lambda: _tell(settings, told))
    return Result({"status": status}, "Stopped.", status)


def _settings(data: Path, origin: str) -> Settings:
    """Return the installation in `data`, made now if there is none, at this origin."""
    if not setup.is_initialised(data):
        data.parent.mkdir(parents=True, exist_ok=True)
        return setup.initialise(data, origin)
    settings = installation_settings.load(data)
    if settings.origin != origin:
        settings = replace(settings, origin=origin)
        setup.save(settings)
    return settings


def _prepare(settings: Settings) -> dict[str, Any]:
    """Make users and studies unless that was done, and return what is told of the users."""
    place = settings.data / FILE
    if place.exists():
        told: dict[str, Any] = json.loads(place.read_text())
    else:
        with opened(settings.data) as home:
            _import(home)
            told = _users(home)
    told |= {
        "address": settings.origin,
        "ca_certificate": str((settings.tls / tls.AUTHORITY).resolve()),
    }
    _write(place, told)
    return told


def _import(home: Installation) -> None:
    print("Importing sample studies", flush=True)
    counts: Counter[str] = Counter()

    def count(outcome: Outcome) -> None:
        counts[outcome.status] += 1

    with tempfile.TemporaryDirectory() as folder:
        phantom = samples.make_phantom(Path(folder))
        files = [*samples.of_pydicom(), *phantom, *samples.of_shared()]
        ingest(home, walk(files), count)
    print(f"{counts['stored']} images stored, {counts['refused']} files refused", flush=True)


def _users(home: Installation) -> dict[str, Any]:
    """Make both accounts; after an attempt that was cut short, give them new secrets."""
    known = {user.login for user in people(home).list()}
    reader, admin = (
        people(home).reset(name) if name in known else make(home, name, (name,))
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
    draft.rename(place)


def _tell(settings: Settings, told: dict[str, Any]) -> None:
    print(TRUST.format(authority=told["ca_certificate"]))
    print(qr(told["otpauth"]))
    for name, key in (
        ("address", "address"),
        ("user", "user"),
        ("password", "password"),
        ("TOTP secret", "totp_secret"),
    ):
        print(f"{name:12}{told[key]}")
    print(f"The administrator's account is in {settings.data / FILE}.")
    print("Not for diagnostic use. Ctrl-C ends everything.", flush=True)
    tell_ready(settings)
