"""From a file's bytes to what the store needs of it; everything hostile is refused here."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from diascope import instance, integrity, part10
from diascope.errors import LimitExceeded
from diascope.limits import MAX_FILE_BYTES
from diascope.manifest import PartEntry
from diascope.parts import PartRange, split
from diascope.values import Instance, StoredBytes
from diascope_server.errors import IngestRefused


@dataclass(frozen=True, slots=True, eq=False)
class ReadFile:
    """One acceptable file: its bytes, where its parts lie, what it says about itself."""

    data: bytes
    sha256: str
    transfer_syntax: str
    ranges: tuple[PartRange, ...]
    image: Instance


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file at or below the paths, in order; symbolic links are not followed."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            yield from walk(sorted(path.iterdir()))
        else:
            yield path


def load(path: Path) -> bytes:
    """Return a regular file's bytes.

    Raises:
        IngestRefused: it is not a regular file or cannot be read.
        LimitExceeded: it is larger than a file may be.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise IngestRefused("unreadable") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise IngestRefused("unreadable")
        if found.st_size > MAX_FILE_BYTES:
            raise LimitExceeded("file_size", f"at most {MAX_FILE_BYTES} bytes")
        return file.read(MAX_FILE_BYTES + 1)


def read(data: bytes) -> ReadFile:
    """Read a file's outside, then its values.

    Raises:
        DiascopeError: it is not complete, valid DICOM within the limits, or names no study.
    """
    outside = part10.read(data)
    ranges = split(outside)
    sha256 = hashlib.sha256(data).hexdigest()
    whole = PartEntry("whole", 0, len(data), sha256, "", 0)
    image = instance.parse(integrity.verify(StoredBytes(data), whole))
    if not (image.study and image.series and image.sop and image.sop_class):
        raise IngestRefused("uid")
    return ReadFile(data, sha256, outside.transfer_syntax, ranges, image)
