"""Where `render` gets an instance from: a file, or the sealed store by its SOP Instance UID."""

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

Parts = Sequence[tuple[StoredBytes, PartEntry]]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The parts that hold one frame, and where they came from, for the answer."""

    parts: Parts
    origin: dict[str, Any]


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
        IntegrityError: stored bytes are not those that were sealed.
    """
    with opened(data) as home:
        row = _row(home, sop)
        dek = home.keys.unwrap(row.dek_wrapped, home.key_context(row.handle, row.dek_id))
        study = home.fields.open("studies.study", row.handle, row.study)
        bound = home.binding(study, "", "", "manifest", str(row.version), row.dek_id)
        plain = sealing.open_sealed(dek, home.objects.get(row.manifest_object), bound)
        listed = manifest.parse(plain[64:])
        subject = event.Subject(row.handle, listed.attributes["patient_id"])
        digest = manifest.digest(plain[64:])
        home.record(event.study_opened(home.moment(), subject, "command", digest, row.dek_id))
        series, entry = _find(listed, sop)
        parts = [
            (_open(home, dek, listed, (series, sop), part), part) for part in _needed(entry, frame)
        ]
    return Source(
        parts, {"original_sha256": entry.sha256, "study": row.handle, "manifest": digest}
    )


def _row(home: Installation, sop: str) -> Any:
    stored, rows = tables.instances.c, tables.studies
    joined = select(rows).join(tables.instances, stored.handle == rows.c.handle)
    with home.reader.begin() as connection:
        wanted = joined.where(stored.sop_index == home.fields.index("sop", sop))
        row = connection.execute(wanted).one_or_none()
    if row is None:
        raise AccessRefused("not_found")
    return row


def _find(listed: StudyManifest, sop: str) -> tuple[str, InstanceEntry]:
    every = ((each.series, entry) for each in listed.series for entry in each.instances)
    return next((series, entry) for series, entry in every if entry.sop == sop)


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
