"""From a file's bytes to what the store needs of it; everything hostile is refused here."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from diascope import instance, integrity, manifest_entries, part10
from diascope.errors import LimitExceeded
from diascope.limits import MAX_FILE_BYTES
from diascope.manifest import InstanceEntry, PartEntry
from diascope.parts import PartRange, split
from diascope.values import Instance, StoredBytes
from diascope_server.errors import IngestRefused

NO_OBJECT = "0" * 64


@dataclass(frozen=True, slots=True, eq=False)
class ReadFile:
    """One acceptable file: its bytes, where its parts lie, what it says about itself.

    `entry` is that of the manifest; its parts are not sealed yet and name no objects.
    """

    data: bytes
    ranges: tuple[PartRange, ...]
    image: Instance
    entry: InstanceEntry


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
        DiascopeError: it is not complete, valid DICOM within the limits, names no study, or is
            one that a manifest cannot hold.
    """
    outside = part10.read(data)
    ranges = split(outside)
    whole = _unsealed("whole", 0, data)
    image = instance.parse(integrity.verify(StoredBytes(data), whole))
    if not (image.study and image.series and image.sop and image.sop_class):
        raise IngestRefused("uid")
    entry = manifest_entries.instance_entry(
        image,
        transfer_syntax=outside.transfer_syntax,
        sha256=whole.sha256,
        whole=ranges[0].whole_reason,
        parts=[_unsealed(each.kind, each.index, data[each.start : each.stop]) for each in ranges],
    )
    manifest_entries.check(image, entry)
    return ReadFile(data, ranges, image, entry)


def _unsealed(kind: str, index: int, data: bytes) -> PartEntry:
    return PartEntry(kind, index, len(data), hashlib.sha256(data).hexdigest(), NO_OBJECT, 0)
