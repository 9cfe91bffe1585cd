"""An installation as a command line process opens it: with all keys, appending at once."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diascope.audit.event import Actor
from diascope_server import settings as installation_settings
from diascope_server.installation import Installation, open_installation
from diascope_server.keys import open_provider


def operator() -> Actor:
    """Return who runs this process, as the operating system knows them; no variable says it."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = ""
    return Actor(f"os:{name if name.isascii() and name else number}")


@contextmanager
def opened(data: Path) -> Iterator[Installation]:
    """Open the installation at `data`.

    Raises:
        SetupRefused: there is none.
        KeyRefused: its keys cannot be opened.
    """
    settings = installation_settings.load(data)
    keys = open_provider(settings)
    home = open_installation(settings, "command", keys, may_sequence=True, actor=operator())
    try:
        yield home
    finally:
        home.engine.dispose()
