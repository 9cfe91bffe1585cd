"""Get the pinned files through the ordinary clients, `npm pack` and `pip download`.

The cache is addressed by content and checked at every use: a file whose bytes changed is fetched
again. Registries and mirrors are whatever npm and pip are set up for; they are not trusted.
"""

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diascope_server.runtime.lock import BundleError, LockedFile, Source

LIMIT_S = 1800  # one archive over a slow line
PAUSE_S = 5.0  # before a failed client is asked once more
_WHEEL_TAGS = re.compile(r"-(cp(\d)(\d+)|py\S+)-([^-]+)-([^-]+)\.whl")


def obtain(file: LockedFile, cache: Path, archives: "Archives") -> bytes:
    """Return the bytes of `file` before trimming: from the cache, else from the first good source.

    Raises:
        BundleError: `bundle.sources`, with one line on what each source answered.
    """
    kept = cache / file.source_sha256
    if kept.is_file() and digest(data := kept.read_bytes()) == file.source_sha256:
        return data
    faults = []
    for source in file.sources:
        try:
            data = archives.read(source, file.name)
        except BundleError as error:
            faults.append(f"{source.registry} {source.name} {source.version}: {error.detail}")
            continue
        if digest(data) == file.source_sha256:
            write_whole(kept, data)
            return data
        faults.append(f"{source.registry} {source.name} {source.version}: sha256 {digest(data)}")
    raise BundleError("sources", f"{file.name}: {'; '.join(faults)}")


class Archives:
    """The archives fetched in this run, each once, in a folder that is removed afterwards."""

    def __init__(self, folder: Path, pause_s: float = 0) -> None:
        self._folder, self._pause_s = folder, pause_s
        self._paths: dict[tuple[str, str, str], Path] = {}

    def read(self, source: Source, name: str) -> bytes:
        """Return the wanted member's bytes, or the archive's own when no member is named."""
        path = self._fetch(source, name)
        try:
            return _member(path, source.member) if source.member else path.read_bytes()
        except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
            raise BundleError("archive", f"no member {source.member}") from error

    def _fetch(self, source: Source, name: str) -> Path:
        key = (source.registry, source.name, source.version)
        if key not in self._paths:
            folder = self._folder / "-".join(key)
            folder.mkdir(exist_ok=True)
            self._run_twice(
                _npm(source) if source.registry == "npm" else _pip(source, name), folder
            )
            self._paths[key] = _only_file(folder)
        return self._paths[key]

    def _run_twice(self, command: list[str], folder: Path) -> None:
        """Run a client; what a passing fault of the network stopped is tried once more."""
        try:
            _run(command, folder)
        except BundleError:
            time.sleep(self._pause_s)
            _run(command, folder)


@contextmanager
def open_archives(pause_s: float = PAUSE_S) -> Iterator[Archives]:
    """Give a set of archives that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="diascope-runtime-") as folder:
        yield Archives(Path(folder), pause_s)


def digest(data: bytes) -> str:
    """Return the hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is there completely or not at all, also when two builds run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_bytes(data)
    beside.replace(path)


def _npm(source: Source) -> list[str]:
    return ["npm", "pack", "--silent", "--ignore-scripts", f"{source.name}@{source.version}"]


def _pip(source: Source, name: str) -> list[str]:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    wanted = ["--no-input", "--no-deps", "--only-binary=:all:", "--ignore-requires-python"]
    tags = [] if source.member else _tags(name)
    return [*pip, *wanted, *tags, "--dest", ".", f"{source.name}=={source.version}"]


def _tags(wheel: str) -> list[str]:
    """Name the foreign platform that a wheel's file name states, so that pip offers it."""
    match = _WHEEL_TAGS.search(wheel)
    if match is None or match[5] == "any":
        return []
    python = ["--python-version", f"{match[2]}.{match[3]}", "--implementation", "cp"]
    return [*python, "--abi", match[4], "--platform", match[5]]


def _run(command: list[str], folder: Path) -> None:
    tool = Path(command[0]).name
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
    except FileNotFoundError as error:
        raise BundleError("tool", f"{tool} is missing: install it, then run this again") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BundleError("tool", f"{tool}: {type(error).__name__}") from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith(("ERROR", "npm err"))]
        raise BundleError("tool", said[-1] if said else f"{tool} ended with {done.returncode}")


def _only_file(folder: Path) -> Path:
    files = list(folder.iterdir())
    if len(files) != 1:
        raise BundleError("tool", f"{len(files)} files instead of one")
    return files[0]


def _member(path: Path, member: str) -> bytes:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return wheel.read(member)
    with tarfile.open(path) as package:
        found = package.extractfile(member)
        if found is None:
            raise KeyError(member)
        return found.read()
