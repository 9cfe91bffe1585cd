"""Where commands get an instance from: a file, or the sealed store by its SOP Instance UID."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from diascope import manifest, part10
from diascope.audit import event
from diascope.manifest import InstanceEntry, PartEntry, StudyManifest
from diascope.values import StoredBytes
from diascope_server import tables
from diascope_server.cli.home import opened
from diascope_server.errors import AccessRefused
from diascope_server.ingest.reading import load
from diascope_server.installation import Installation
from diascope_server.store import sealing
from diascope_server.studies.manifests import open_newest
from diascope_server.studies.newest import NewestManifests
from diascope_server.studies.subjects import subject_of

Parts = Sequence[tuple[StoredBytes, PartEntry]]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The parts that hold one frame, and where they came from, for the answer."""

    parts: Parts
    origin: dict[str, Any]


def chosen_source(name: str, data: Path, frame: int) -> Source:
    """Take a file of that name, else the stored instance of that UID; frames count from 1.

    Raises:
        AccessRefused: no such file, instance or frame.
    """
    if frame < 1:
        raise AccessRefused("not_found")
    path = Path(name)
    if path.exists():
        return from_file(path)
    if not name.isascii():
        raise AccessRefused("not_found")
    return from_store(data, name, frame - 1)


def from_file(path: Path) -> Source:
    """Take a whole file, after the same checks as at ingest."""
    data = load(path)
    part10.read(data)
    sha256 = hashlib.sha256(data).hexdigest()
    whole = PartEntry("whole", 0, len(data), sha256, "", 0)
    return Source([(StoredBytes(data), whole)], {"original_sha256": sha256})


def from_store(data: Path, sop: str, frame: int) -> Source:
    """Open the parts of one frame of a stored instance; the access is recorded first.

    Raises:
        AccessRefused: no such instance or frame.
        UntrustedInput: the manifest is not the newest on record, or stored bytes are not those
            that were sealed.
    """
    with opened(data) as home:
        handle = _handle(home, sop)
        newest, unnamed = NewestManifests(home.ledger), subject_of(handle, "")
        study = open_newest(home, newest, home.moment(), unnamed)
        listed, digest = manifest.parse(study.text), study.row.manifest_digest
        subject, names = (
            subject_of(handle, listed.attributes["patient_id"]),
            (digest, listed.dek_id),
        )
        home.record(event.study_opened(home.moment(), subject, "command", *names))
        series, entry = _find(listed, sop)
        parts = [
            (_open(home, study.dek, listed, (series, sop), part), part)
            for part in _needed(entry, frame)
        ]
    return Source(parts, {"original_sha256": entry.sha256, "study": handle, "manifest": digest})


def _handle(home: Installation, sop: str) -> str:
    stored = tables.instances.c
    wanted = select(stored.handle).where(stored.sop_index == home.fields.index("sop", sop))
    with home.reader.begin() as connection:
        handle: str | None = connection.scalar(wanted)
    if handle is None:
        raise AccessRefused("not_found")
    return handle


def _find(listed: StudyManifest, sop: str) -> tuple[str, InstanceEntry]:
    for each in listed.series:
        for entry in each.instances:
            if entry.sop == sop:
                return each.series, entry
    raise AccessRefused("not_found")


def _needed(entry: InstanceEntry, frame: int) -> list[PartEntry]:
    wanted = {("whole", 0), ("header", 0), ("frame", frame)}
    found = [part for part in entry.parts if (part.kind, part.index) in wanted]
    if not found or (found[0].kind == "header" and len(found) != 2):
        raise AccessRefused("not_found")
    return found


def _open(
    home: Installation,
    dek: bytes,
    listed: StudyManifest,
    owner: tuple[str, str],
    part: PartEntry,
) -> StoredBytes:
    kind = (part.kind, str(part.index), listed.dek_id)
    bound = home.binding(listed.study, *owner, *kind)
    return StoredBytes(sealing.open_sealed(dek, home.objects.get(part.object), bound))
