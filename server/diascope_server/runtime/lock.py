"""`web/runtime.lock.json`: every file of the runtime, its digest and where it may come from.

Sources name a registry, a package, a version and a member, never an address; whoever answers,
only the pinned digest is accepted.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diascope.errors import DiascopeError

SERVED = ("pyodide", "wheel")
ROLES = (*SERVED, "test", "lab")
REGISTRIES = ("npm", "pypi")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,150}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class BundleError(DiascopeError):
    """The runtime bundle cannot be built from its lock."""

    family = "bundle"
    sentence = "The runtime bundle was not built."


@dataclass(frozen=True, slots=True)
class Source:
    """One place to look: `member` of the package's archive, or the archive itself if empty."""

    registry: str
    name: str
    version: str
    member: str = ""


@dataclass(frozen=True, slots=True)
class Trim:
    """How a source archive with digest `sha256` becomes the served one; `*` also matches `/`."""

    sha256: str
    keep: tuple[str, ...]
    drop: tuple[str, ...]
    replace: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LockedFile:
    """One file of the runtime; `size` and `sha256` are of the bytes that are served."""

    name: str
    role: str
    size: int
    sha256: str
    sources: tuple[Source, ...]
    trim: Trim | None = None

    @property
    def source_sha256(self) -> str:
        """The digest of what a source must deliver."""
        return self.trim.sha256 if self.trim else self.sha256


def parse_lock(data: bytes) -> tuple[LockedFile, ...]:
    """Read a lock file.

    Raises:
        BundleError: `bundle.lock`, it is not a lock of version 1, or a name or digest is not one.
    """
    try:
        document = json.loads(data)
        files = tuple(_file(**entry) for entry in document["files"])
        _require(document["v"] == 1, "version")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BundleError("lock", f"runtime.lock.json: {type(error).__name__}") from error
    _require(len({file.name for file in files}) == len(files), "a name stands twice")
    return files


def read_lock(root: Path) -> tuple[LockedFile, ...]:
    """Read the lock of the project at `root`."""
    return parse_lock((root / "web" / "runtime.lock.json").read_bytes())


def _file(*, sources: list[Any], trim: Any = None, **fields: Any) -> LockedFile:
    file = LockedFile(
        **fields,
        sources=tuple(Source(**source) for source in sources),
        trim=_trim(**trim) if trim is not None else None,
    )
    _require(_is_text(_NAME, file.name), "a name")
    _require(_is_text(_SHA256, file.sha256) and _is_text(_SHA256, file.source_sha256), file.name)
    _require(type(file.size) is int and file.size > 0, file.name)
    _require(file.role in ROLES and bool(file.sources), file.name)
    for source in file.sources:
        # These become arguments of npm and pip: nothing that could be an option passes.
        _require(source.registry in REGISTRIES and type(source.member) is str, file.name)
        _require(_is_text(_NAME, source.name) and _is_text(_NAME, source.version), file.name)
    return file


def _trim(*, sha256: str, keep: list[str], drop: list[str], replace: dict[str, str]) -> Trim:
    globs = [*keep, *drop, *replace, *replace.values()]
    _require(all(type(glob) is str for glob in globs), "a trim recipe")
    return Trim(sha256, tuple(keep), tuple(drop), dict(replace))


def _is_text(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise BundleError("lock", f"runtime.lock.json: {what}")
