"""Making an installation: folders, keys, certificate, database. `settings.json` comes last."""

import json
import os
import secrets
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from diascope_server import tables, tls
from diascope_server.clock import now_ms
from diascope_server.database import connect, metadata
from diascope_server.errors import SetupRefused
from diascope_server.keys import passphrase, read_passphrase
from diascope_server.ledger import tables as ledger_tables
from diascope_server.settings import Settings, check_origin

SETTINGS = "settings.json"
ALL_TABLES = (tables.studies, ledger_tables.pending)  # imported, so that `metadata` knows them
PASSPHRASE_BYTES = 32
IN_USE = "there is an installation in the data folder; `diascope serve` serves it"
NOT_EMPTY = "the data folder is not empty; name another, or empty this one"


def initialise(data: Path, origin: str, marks: Iterable[str] = ()) -> Settings:
    """Make a new installation at `data`, which is empty or not there.

    It is made beside its place and moved there whole: what stops on the way leaves nothing.
    `marks` are empty files that say what it is for.

    Raises:
        SetupRefused: something is there already; nothing is changed.
        KeyRefused: the passphrase file cannot be used.
    """
    place, checked = data.resolve(), check_origin(origin)
    if place.exists() and any(place.iterdir()):
        raise SetupRefused("exists", IN_USE if is_initialised(place) else NOT_EMPTY)
    place.parent.mkdir(parents=True, exist_ok=True)
    settings = Settings(data=data, installation=secrets.token_hex(16), origin=checked)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as beside:
        draft = Path(beside) / "new"
        _make(replace(settings, data=draft))
        for name in marks:
            (draft / name).touch(0o600)
        draft.rename(place)
    return settings


def _make(settings: Settings) -> None:
    settings.data.mkdir(mode=0o700)
    for folder in ("db", "objects", "ledger", "keys", "tls", "logs"):
        (settings.data / folder).mkdir(mode=0o700)
    _make_keys(settings)
    tls.create(settings.tls, urlsplit(settings.origin).hostname or "", settings.installation)
    _make_database(settings)
    save(settings)


def _make_keys(settings: Settings) -> None:
    place = settings.passphrase_file
    if not place.exists():
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(PASSPHRASE_BYTES) + "\n")
    passphrase.create(settings.keystore, read_passphrase(settings), now_ms())


def _make_database(settings: Settings) -> None:
    descriptor = os.open(settings.database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    engine = connect(settings.database)
    with engine.begin() as connection:
        metadata.create_all(connection)
    engine.dispose()


def save(settings: Settings) -> None:
    """Write `settings.json` as a whole."""
    stored = {
        "installation": settings.installation,
        "origin": settings.origin,
        "idle_s": settings.idle_s,
        "absolute_s": settings.absolute_s,
    }
    draft = settings.data / f"{SETTINGS}.new"
    draft.write_text(json.dumps(stored, indent=1) + "\n")
    draft.rename(settings.data / SETTINGS)


def is_initialised(data: Path) -> bool:
    """Whether there is an installation at `data`."""
    return (data / SETTINGS).is_file()
