"""Making an installation: folders, keys, certificate, database. `settings.json` comes last."""

import json
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from diascope_server import tables, tls
from diascope_server.clock import now_ms
from diascope_server.database import connect, metadata
from diascope_server.errors import SetupRefused
from diascope_server.keys import passphrase
from diascope_server.ledger import tables as ledger_tables
from diascope_server.settings import Settings

SETTINGS = "settings.json"
ALL_TABLES = (tables.studies, ledger_tables.pending)  # imported, so that `metadata` knows them
PASSPHRASE_BYTES = 32


def check_origin(origin: str) -> str:
    """Return an origin as browsers write it.

    Raises:
        SetupRefused: not https, or more than scheme, host and port.
    """
    parts = urlsplit(origin)
    if parts.scheme != "https" or not parts.hostname or origin != f"https://{parts.netloc}":
        raise SetupRefused("origin", "an origin reads https://host or https://host:port")
    return origin.lower()


def initialise(data: Path, origin: str) -> Settings:
    """Make a new installation at `data`, which is empty or not there.

    Raises:
        SetupRefused: something is there already; nothing is changed.
    """
    checked = check_origin(origin)
    if data.exists() and any(data.iterdir()):
        raise SetupRefused("exists", "the data folder is not empty")
    settings = Settings(data=data, installation=secrets.token_hex(16), origin=checked)
    for folder in ("db", "objects", "ledger", "keys", "tls", "logs"):
        (data / folder).mkdir(mode=0o700, parents=True)
    data.chmod(0o700)
    _make_keys(settings)
    tls.create(settings.tls, urlsplit(checked).hostname or "", settings.installation)
    _make_database(settings)
    save(settings)
    return settings


def _make_keys(settings: Settings) -> None:
    place = settings.passphrase_file
    if not place.exists():
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(PASSPHRASE_BYTES) + "\n")
    passphrase.create(settings.keystore, place.read_bytes().strip(), now_ms())


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
