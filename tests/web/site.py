"""A whole site for the page tests: fresh data folder, real granian over TLS, studies, people.

What an operator does goes through the command line. `tree` is a copy of the sources when a test
needs other ones than those here.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pydicom
from sqlalchemy import select

from diascope_server import tables
from diascope_server.cli import samples
from diascope_server.cli.users import make
from tests.support.server import COMMAND, ROOT, Installation, Person, free_port, running
from tests.web.studies import write_studies

START_S = 60
ARRIVE_S = 30  # for a beacon to be in the ledger
INSTANCES_ACCESSED = "110103"
SECURITY_ALERT = "110113"  # PS3.16 CID 400; outcome 0 where an administrator changed a user
ZOOMS = {"fit": "fit", "one_to_one": "1:1"}
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Study:
    """One ingested study: its handle on the page and its largest sealed object."""

    handle: str
    largest_object: Path


@dataclass
class Site(Installation):
    """One installation, what is in it, and its server process."""

    tree: Path = ROOT
    host: str = "127.0.0.1"
    studies: dict[str, Study] = field(default_factory=dict)
    originals: dict[str, Path] = field(default_factory=dict)

    @property
    def bundle(self) -> str:
        """The digest of the runtime bundle that this site serves."""
        listing = self.tree / "build" / "runtime" / "bundle.json"
        return str(json.loads(listing.read_text())["digest"])

    @property
    def idle_s(self) -> int:
        return int(json.loads((self.data / "settings.json").read_text())["idle_s"])

    def environment(self) -> dict[str, str]:
        path = os.pathsep.join([str(self.tree / "py"), str(self.tree / "server")])
        return {**os.environ, "PYTHONPATH": path}

    def start(self) -> None:
        """Start the supervisor, of this tree and at this address, until it says that it serves."""
        said = self.data / "serve.log"
        with said.open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--host", self.host, "--data", str(self.data)],
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + START_S
        while f"Serving {self.origin}" not in said.read_text():
            assert self.process.poll() is None, said.read_text()
            assert time.monotonic() < end, said.read_text()
            time.sleep(0.05)

    def ingest(self, studies: Mapping[str, list[Path]]) -> None:
        """Store studies one after another, so that each one's objects are known."""
        for name, files in studies.items():
            before = self._objects()
            told = self.command("ingest", *map(str, files))
            new = sorted(self._objects() - before, key=lambda path: path.stat().st_size)
            (handle,) = told["studies"]
            self.studies[name] = Study(handle, new[-1])
            self.originals |= {_sop(path): path for path in files}

    def find_patterns(self, files: Path) -> None:
        """Note the study that `init` has stored, and files that are the same as its own."""
        with self.home.engine.connect() as connection:
            handle = connection.execute(select(tables.studies.c.handle)).scalar_one()
        largest = max(self._objects(), key=lambda path: path.stat().st_size)
        self.studies["patterns"] = Study(handle, largest)
        self.originals |= {_sop(path): path for path in files.iterdir()}

    def _objects(self) -> set[Path]:
        return {path for path in (self.data / "objects").rglob("*") if path.is_file()}

    def person(self, name: str = "") -> Person:
        """Make a new reader, whose one-time codes nobody has used."""
        if not name:
            return self.new_person("reader")
        told = make(self.home, name, ("reader",))
        return Person(told.user, told.password, told.totp_secret)

    def alarms(self) -> list[str]:
        """The types of all entries that an administrator would have to look into."""
        return [event.type for event in self.ledger(SECURITY_ALERT) if event.outcome]

    def wait_alarms(self, before: int) -> list[str]:
        """Wait for an alarm after the first `before`, and return all new ones."""
        return list(_until(lambda: self.alarms()[before:], "an alarm"))

    def views(self) -> dict[tuple[str, int, str], Record]:
        """The signed bodies of all settled views, by instance, frame and pixel digest."""
        found = {}
        for entry in self.ledger(INSTANCES_ACCESSED):
            if entry.type == "view":
                envelope = json.loads(entry.detail["signed"])
                body = envelope["body"] | {"chain": envelope["chain"]}
                found[body["sop"], body["frame"], body["pixel_sha256"]] = body
        return found

    def wait_view(self, sop: str, frame: int, pixel_sha256: str) -> Record:
        """Wait for the record of a view, and return its signed body."""
        wanted = (sop, frame, pixel_sha256)
        return dict(_until(lambda: self.views().get(wanted), "a view's record"))

    def render(self, wanted: Sequence[tuple[Path, Record]]) -> list[str]:
        """What `diascope render` makes of each view: the SHA-256 of its pixels in CPython."""
        return [told["pixel_sha256"] for told in self._rendered(wanted)]

    def rendered(self, path: Path, record: Record) -> Record:
        """All that `diascope render` tells of one view."""
        return self._rendered([(path, record)])[0]

    def _rendered(self, wanted: Sequence[tuple[Path, Record]]) -> list[Record]:
        lines = [json.dumps(self._words(path, record)) for path, record in wanted]
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "web" / "renders.py")],
            env=self.environment(),
            input="\n".join(lines),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _words(self, path: Path, record: Record) -> list[str]:
        """The command line that draws a recorded view again."""
        state = record["presentation"]["state"]
        words = _render_words(path, record)
        return [*words, f"--state={self.originals[state]}"] if state else words


def _render_words(path: Path, record: Record) -> list[str]:
    presentation, viewport = record["presentation"], record["viewport"]
    voi, zoom = presentation["voi"], _decimal(presentation["zoom_e6"])
    column, row = (_decimal(presentation[f"center_{axis}_e6"]) for axis in ("column", "row"))
    size = f"{viewport['width']}x{viewport['height']}"
    words = [
        f"--frame={record['frame']}",
        f"--viewport={size}@{_decimal(viewport['device_pixel_ratio_e6'])}",
        f"--zoom={ZOOMS.get(presentation['mode'], zoom)}",
        f"--center={column},{row}",
    ]
    words.append(f"--function={voi['function']}")
    if voi["width"]:
        words.append(f"--window={voi['center']},{voi['width']}")
    if presentation["invert"]:
        words.append("--invert")
    words.append(f"--rotate={presentation['rotation']}")
    words.append("--flip" if presentation["flip"] else "--no-flip")
    if not presentation["overlays"]:
        words.append("--no-overlays")
    return ["render", str(path), *words, "--json"]


def _until(find: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + ARRIVE_S
    while not (found := find()):
        assert time.monotonic() < end, f"{what} did not come in {ARRIVE_S} s"
        time.sleep(0.5)
    return found


def _decimal(millionths: int) -> str:
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06}"


def _sop(path: Path) -> str:
    return str(pydicom.dcmread(path, specific_tags=["SOPInstanceUID"]).SOPInstanceUID)


@contextmanager
def running_site(
    folder: Path,
    *,
    tree: Path = ROOT,
    host: str = "127.0.0.1",
    idle_s: int = 0,
    names: tuple[str, ...] = (),
) -> Iterator[Site]:
    """Make and serve a site in an empty folder, with some studies (all by default)."""
    site = Site(folder / "data", f"https://localhost:{free_port()}", tree=tree, host=host)
    site.command("init", "--origin", site.origin)
    if idle_s:
        site.change_settings(idle_s=idle_s)
    site.find_patterns(samples.make_patterns(folder / "patterns"))
    site.ingest(write_studies(folder / "files", names))
    with running(site):
        yield site
