"""An installation as a command line process opens it: with all keys, appending at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diascope_server import settings as installation_settings
from diascope_server.installation import Installation, open_installation
from diascope_server.keys import open_provider


@contextmanager
def opened(data: Path) -> Iterator[Installation]:
    """Open the installation at `data`.

    Raises:
        SetupRefused: there is none.
        KeyRefused: its keys cannot be opened.
    """
    settings = installation_settings.load(data)
    home = open_installation(settings, "command", open_provider(settings), may_sequence=True)
    try:
        yield home
    finally:
        home.engine.dispose()
