"""A real installation for tests: keys, users, studies, granian over TLS on a free port.

The supervisor runs as an operator would start it. No process outlives a test run.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pydicom
import pytest

from diascope.phantom import ct
from diascope_server import setup
from diascope_server.cli.users import make
from diascope_server.installation import open_installation
from diascope_server.keys import open_provider
from diascope_server.ledger import fsck
from diascope_server.settings import load

ROOT = Path(__file__).parents[2]
PYDICOM_FILES = Path(pydicom.__file__).parent / "data" / "test_files"
SMALL_SET = ("CT_small.dcm", "MR_small_RLE.dcm", "JPGExtended.dcm", "examples_ybr_color.dcm")
READY_S, END_S = 60, 30


@dataclass(frozen=True)
class Person:
    """One account's secrets."""

    user: str
    password: str
    totp_secret: str


@dataclass
class Installation:
    """An installation in a temporary folder, and its server while that runs."""

    data: Path
    origin: str
    process: subprocess.Popen | None = None
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def authority(self):
        return self.origin.removeprefix("https://")

    @property
    def port(self):
        return int(self.origin.rpartition(":")[2])

    @property
    def ca(self):
        return self.data / "tls" / "ca.pem"

    def command(self, *arguments, expect=0):
        """Run the command line tool and return its JSON answer."""
        done = subprocess.run(
            [*COMMAND, *arguments, "--json", "--data", str(self.data)],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert expect == done.returncode, done.stdout + done.stderr
        return json.loads(done.stdout)

    @cached_property
    def home(self):
        """The installation as a command sees it, opened once: opening costs an argon2id."""
        settings = load(self.data)
        return open_installation(settings, "tests", open_provider(settings), may_sequence=True)

    def new_person(self, *roles):
        """Make an account of its own for a test, since each code of an account works once."""
        told = make(self.home, f"user-{os.urandom(6).hex()}", roles or ("reader",))
        return Person(told.user, told.password, told.totp_secret)

    def ledger(self, event_id=None):
        """Return the ledger's events so far, without recording that."""
        events = [event for _, event in self.home.ledger.records()]
        return [event for event in events if event_id in (None, event.id)]

    def verify_ledger(self):
        """Return what `diascope audit verify` finds."""
        return fsck.verify(self.home.settings, self.home.keys)

    def close(self):
        """Let the database go."""
        if "home" in self.__dict__:
            self.home.engine.dispose()
            del self.__dict__["home"]

    def change_settings(self, **changes):
        place = self.data / setup.SETTINGS
        place.write_text(json.dumps({**json.loads(place.read_text()), **changes}))

    def start(self):
        """Start the supervisor and wait until it says that it serves."""
        log = (self.data / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--data", str(self.data)],
            env=environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        said = self.data / "serve.log"
        until = time.monotonic() + READY_S
        while f"Serving {self.origin}" not in said.read_text():
            assert self.process.poll() is None, said.read_text()
            assert time.monotonic() < until, said.read_text()
            time.sleep(0.05)

    def stop(self):
        """End the supervisor as an operator would, and see that its children end with it."""
        if self.process is None:
            return
        children = descendants(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(END_S)
        finally:
            for pid in [self.process.pid, *children]:
                end(pid)
        said = self.data / "serve.log"
        said.rename(said.with_suffix(".old"))
        self.process = None


COMMAND = (sys.executable, "-m", "diascope_server")


def environment():
    paths = os.pathsep.join([str(ROOT / "py"), str(ROOT / "server")])
    return {**os.environ, "PYTHONPATH": paths}


def end(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def descendants(pid):
    """Return the process ids below `pid`, as the kernel lists them."""
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [each for child in below for each in (int(child), *descendants(int(child)))]


def is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def install(data, port=None):
    """Make an empty installation."""
    origin = f"https://localhost:{port or free_port()}"
    setup.initialise(data, origin)
    return Installation(data, origin)


def phantom_files(folder, slices):
    """Write a short phantom series."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(ct.series("tests", slices)):
        (folder / f"{number:03}.dcm").write_bytes(data)
    return folder


def sample_files():
    return [PYDICOM_FILES / name for name in SMALL_SET]


@contextmanager
def running(installation):
    """Serve an installation for the length of a block."""
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()
        installation.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """A served installation with users and a few studies, shared by tests that do not break it."""
    folder = tmp_path_factory.mktemp("site")
    installation = install(folder / "data")
    phantom = phantom_files(folder / "phantom", 3)
    answer = installation.command("ingest", *map(str, sample_files()), str(phantom))
    assert [] == answer["refused"]
    for role in ("reader", "admin"):
        installation.people[role] = installation.new_person(role)
    with running(installation):
        yield installation
