"""`diascope init`, `diascope serve`, and the internal `sequencer`."""

import tempfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from diascope_server import settings as installation_settings
from diascope_server import setup, tls
from diascope_server.cli import Result, command, samples, teller
from diascope_server.cli.home import opened
from diascope_server.ingest.batch import ingest
from diascope_server.ingest.reading import walk
from diascope_server.serve import alone, run_sequencer, serve
from diascope_server.settings import Settings


def add(commands: Any) -> None:
    """Add the commands."""
    parser = command(commands, "init", _init, "Make an installation: keys, certificate, database.")
    parser.add_argument(
        "--origin",
        default="https://localhost:8443",
        metavar="https://HOST[:PORT]",
        help="the address browsers will use (https://localhost:8443)",
    )
    parser = command(commands, "serve", _serve, "Serve an installation over TLS 1.3.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    command(commands, "sequencer", _sequencer, "Internal: give ledger entries their place.")


def _init(chosen: Namespace) -> Result:
    settings = setup.initialise(chosen.data, chosen.origin)
    _store_patterns(settings)
    authority = settings.tls / tls.AUTHORITY
    told = {
        "installation": settings.installation,
        "origin": settings.origin,
        "data": str(settings.data),
        "ca_certificate": str(authority),
    }
    text = (
        f"Installation {settings.installation} for {settings.origin} in {settings.data}.\n"
        f"Trust {authority} in the browser, then: diascope user add NAME; diascope serve"
    )
    return Result(told, text)


def _store_patterns(settings: Settings) -> None:
    """Store the test patterns for displays, which every installation has as a study."""
    with tempfile.TemporaryDirectory() as folder, opened(settings.data) as home:
        patterns = samples.make_patterns(Path(folder) / "patterns")
        ingest(home, walk([patterns]), lambda _: None)


def _serve(chosen: Namespace) -> Result:
    say = teller(chosen)
    with alone(chosen.data) as settings:
        status = serve(settings, chosen.host, lambda: tell_ready(settings, say))
    return Result({"status": status}, "Stopped.", status)


def tell_ready(settings: Settings, say: Callable[[str], None]) -> None:
    """Say where to go, and what is missing."""
    say(f"Serving {settings.origin}")
    if not (settings.runtime / "bundle.json").is_file():
        say("There is no runtime bundle: run `make runtime`, then start again.")


def _sequencer(chosen: Namespace) -> Result:
    return Result({}, "", run_sequencer(installation_settings.load(chosen.data)))
