"""The supervisor: granian with TLS 1.3 only, and the sequencer, as children that end with it.

It holds the installation's lock, so that one server serves it. A sequencer that dies is started
again; a granian that dies ends everything.
"""

import fcntl
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from diascope_server import database, tls
from diascope_server import settings as installation_settings
from diascope_server.errors import SetupRefused
from diascope_server.keys import open_provider
from diascope_server.keys.provider import Purpose
from diascope_server.ledger import sequencer
from diascope_server.pages import Pages
from diascope_server.processes import Stop, die_with_parent, end_group, start
from diascope_server.settings import DATA_VARIABLE, Settings

APPLICATION = "diascope_server.app:from_environment"
PURPOSES: Final[tuple[Purpose, ...]] = ("checkpoint",)  # of the sequencer alone
WATCH_S = 0.2
RESTART_S = 1.0  # a ledger that is not intact must not make a busy loop
GRANIAN_PATIENCE_S, SEQUENCER_PATIENCE_S = 12.0, 5.0
GRANIAN_FLAGS = (  # components.md 1
    *("--factory", "--interface", "asgi", "--http", "auto", "--no-ws", "--workers", "1"),
    *("--ssl-protocol-min", "tls1.3"),
    *("--http1-header-read-timeout", "5000", "--http1-buffer-size", "65536"),
    *("--http2-max-concurrent-streams", "100", "--http2-max-headers-size", "65536"),
    *("--http2-keep-alive-interval", "10000", "--http2-keep-alive-timeout", "5"),
    *("--workers-kill-timeout", "10", "--log-level", "warning", "--no-access-log"),
)


def check_port(host: str, port: int) -> None:
    """Refuse a port that somebody else has; granian itself would share it.

    Raises:
        SetupRefused: it is taken or not ours to use.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except (OSError, UnicodeError) as error:
            raise SetupRefused("port", f"port {port} on {host} cannot be used") from error


@contextmanager
def alone(data: Path) -> Iterator[Settings]:
    """Hold the installation at `data` against other servers, and give its settings.

    Whoever changes or serves it holds this first.

    Raises:
        SetupRefused: there is none, or another process serves it.
    """
    installation_settings.load(data)  # no lock file in a folder that is none of ours
    with (data / "serve.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SetupRefused("served", "another process serves this data folder") from error
        yield installation_settings.load(data)


def environment(settings: Settings) -> dict[str, str]:
    """Return what a child gets to know: which installation."""
    return {**os.environ, DATA_VARIABLE: str(settings.data.resolve())}


def _start_granian(settings: Settings, host: str) -> subprocess.Popen[bytes]:
    files = (
        *("--ssl-certificate", str(settings.tls / tls.CERTIFICATE)),
        *("--ssl-keyfile", str(settings.tls / tls.KEY)),
    )
    place = ("--host", host, "--port", str(settings.port))
    command = [sys.executable, "-m", "granian", *GRANIAN_FLAGS, *files, *place, APPLICATION]
    return start(command, environment(settings))


def _start_sequencer(settings: Settings) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "diascope_server", "sequencer"]
    return start(command, environment(settings))


def serve(settings: Settings, host: str, ready: Callable[[], None]) -> int:
    """Serve until SIGTERM or SIGINT and return the exit status; `ready` is told when it answers.

    Whoever calls holds the installation by `alone`.

    Raises:
        SetupRefused: the port is taken, a runtime file is not the one that was built, or the
            database is of another version.
        KeyRefused: the keys cannot be opened.
    """
    check_port(host, settings.port)
    # Refused here in one sentence; a child could only end, and be started again.
    Pages.load(settings, open_provider(settings, ()))
    database.connect(settings.database).dispose()
    stop = Stop(signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    running = {"sequencer": _start_sequencer(settings)}
    try:
        running["granian"] = _start_granian(settings, host)
        return _watch(settings, host, running, stop, ready)
    finally:
        # granian first: its last requests still want the ledger
        if "granian" in running:
            end_group(running["granian"], GRANIAN_PATIENCE_S)
        end_group(running["sequencer"], SEQUENCER_PATIENCE_S)


def _watch(
    settings: Settings,
    host: str,
    running: dict[str, subprocess.Popen[bytes]],
    stop: Stop,
    ready: Callable[[], None],
) -> int:
    is_told = False
    while not stop.wait(WATCH_S):
        if running["granian"].poll() is not None:
            return 1
        if running["sequencer"].poll() is not None and not stop.wait(RESTART_S):
            running["sequencer"] = _start_sequencer(settings)
        if not is_told and _answers(settings, host):
            is_told = True
            ready()
    return 0


def _answers(settings: Settings, host: str) -> bool:
    """Whether our own certificate stands behind the port and the application behind it."""
    context = ssl.create_default_context(cafile=settings.tls / tls.CERTIFICATE)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False  # it is exactly this certificate that is trusted
    client = http.client.HTTPSConnection(host, settings.port, timeout=1.0, context=context)
    try:
        client.request("GET", "/healthz", headers={"Host": settings.authority})
        return client.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()


def run_sequencer(settings: Settings) -> int:
    """Be the sequencer: the only process that holds the checkpoint key while serving."""
    die_with_parent()
    stop = Stop(signal.SIGTERM, signal.SIGINT)
    sequencer.run(settings, open_provider(settings, PURPOSES), stop)
    return 0
