"""Build `build/runtime`: the verified files the worker loads, and `bundle.json` that names them.

`bundle.json` and the digest of the bundle have the form of docs/wire.md, section 4. The files are
addressed by content, so a rebuild writes only what changed.
"""

import gzip
import json
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import rfc8785

from diascope_server.runtime.engine_zip import pack_engine
from diascope_server.runtime.exports import scan
from diascope_server.runtime.lock import SERVED, BundleError, LockedFile, read_lock
from diascope_server.runtime.obtain import Archives, digest, obtain, open_archives, write_whole
from diascope_server.runtime.trim import trim

TABLE_FORMAT = 1
WORTH_COMPRESSING = 0.95


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One served file, as `bundle.json` lists it."""

    name: str
    role: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where a build reads and writes: the project, its cache and its output."""

    root: Path

    @property
    def cache(self) -> Path:
        """Source files by digest."""
        return self.root / ".cache" / "runtime"

    @property
    def served(self) -> Path:
        """What the server may send below `/rt/`, and `bundle.json`."""
        return self.root / "build" / "runtime"

    @property
    def unserved(self) -> Path:
        """What only tests and the lab page use."""
        return self.root / "build" / "runtime-tests"


def bundle_digest(files: Mapping[str, str]) -> str:
    """Return the digest that names a bundle, from the SHA-256 of each of its files by name."""
    return digest(rfc8785.dumps({"v": 1, "tables": TABLE_FORMAT, "files": dict(files)}))


def build(root: Path) -> str:
    """Build the bundle that the lock and the engine's sources at `root` describe.

    Returns the digest of the bundle. Nothing outside the lock is ever written.

    Raises:
        BundleError: a file cannot be had with its pinned digest, or may not be in a bundle.
    """
    places = Places(root)
    lock = [file for file in read_lock(root) if file.role in SERVED]
    with open_archives() as archives:
        for file in lock:
            if not _is_intact(path := _served_path(places.served, file), file.sha256):
                _write_served(path, make(file, places.cache, archives))
    served = [BundleFile(file.name, file.role, file.sha256, file.size) for file in lock]
    return _finish(places.served, [*served, _place_engine(places)])


def build_for_tests(root: Path) -> None:
    """Put the files of the roles `test` and `lab` into `build/runtime-tests`."""
    places = Places(root)
    with open_archives() as archives:
        for file in read_lock(root):
            path = places.unserved / file.name
            if file.role not in SERVED and not _is_intact(path, file.sha256):
                write_whole(path, make(file, places.cache, archives))


def make(file: LockedFile, cache: Path, archives: Archives) -> bytes:
    """Return the bytes of `file` as they are served: obtained, trimmed, checked.

    Raises:
        BundleError: `bundle.digest`, they are not the bytes that the lock pins.
    """
    data = obtain(file, cache, archives)
    if file.trim is not None:
        data = trim(data, file.trim)
    if (len(data), digest(data)) != (file.size, file.sha256):
        made = f"{file.name}: {len(data)} bytes, sha256 {digest(data)}"
        raise BundleError("digest", f"{made}; the lock says {file.size}, {file.sha256}")
    return data


def _place_engine(places: Places) -> BundleFile:
    data = pack_engine(places.root / "py")
    entry = BundleFile(f"engine.{digest(data)}.zip", "engine", digest(data), len(data))
    if not _is_intact(path := _served_path(places.served, entry), entry.sha256):
        _write_served(path, data)
    return entry


def _served_path(folder: Path, entry: LockedFile | BundleFile) -> Path:
    return folder / entry.sha256 / entry.name


def _compressed(path: Path) -> Path:
    return path.with_name(f"{path.name}.gz")


def _is_intact(path: Path, sha256: str) -> bool:
    """Whether the file, and its compressed copy if it has one, hold what their name says."""
    if not path.is_file() or digest(path.read_bytes()) != sha256:
        return False
    copy = _compressed(path)
    try:
        return not copy.exists() or digest(gzip.decompress(copy.read_bytes())) == sha256
    except (OSError, EOFError, zlib.error):
        return False


def _write_served(path: Path, data: bytes) -> None:
    scan(path.name, data)
    # The copy goes first: a crash between the two leaves no file without its copy.
    _compressed(path).unlink(missing_ok=True)
    copy = gzip.compress(data, 9, mtime=0)
    if len(copy) < len(data) * WORTH_COMPRESSING:
        write_whole(_compressed(path), copy)
    write_whole(path, data)


def _finish(folder: Path, served: list[BundleFile]) -> str:
    name = bundle_digest({entry.name: entry.sha256 for entry in served})
    listing = {"v": 1, "digest": name, "files": [asdict(entry) for entry in served]}
    write_whole(folder / "bundle.json", json.dumps(listing, indent=1).encode())
    current = {entry.sha256 for entry in served} | {"bundle.json"}
    for path in folder.iterdir():
        if path.is_dir() and path.name not in current:
            shutil.rmtree(path)
    return name
