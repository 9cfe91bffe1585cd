"""One study that grows by a batch: its data key, its new parts, its next manifest."""

import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, func, select

from diascope import manifest, manifest_entries
from diascope.audit import event
from diascope.manifest import InstanceEntry, PartEntry, SeriesEntry, StudyManifest
from diascope_server import tables
from diascope_server.ingest.reading import ReadFile
from diascope_server.installation import Installation
from diascope_server.keys.jwk import b64u
from diascope_server.store import sealing
from diascope_server.studies.manifests import open_newest
from diascope_server.studies.newest import shared
from diascope_server.studies.subjects import subject_of

HANDLE_BYTES = 16


@dataclass(slots=True)
class GrowingStudy:
    """A study between the first file of a batch and its commit. The one mutable thing here."""

    home: Installation
    handle: str
    dek_id: str
    dek: bytes
    dek_wrapped: bytes
    base: StudyManifest
    """The newest manifest; for a new study one of version 0 without series."""
    base_digest: str | None
    series: dict[str, tuple[SeriesEntry, list[InstanceEntry]]] = field(default_factory=dict)
    """What the batch adds, by Series Instance UID."""
    new_rows: list[dict[str, str]] = field(default_factory=list)
    new_objects: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, home: Installation, found: ReadFile) -> "GrowingStudy":
        """Open the stored study of this file, or begin a new one.

        Raises:
            UntrustedInput: the stored study is not the one on record. It must not grow: what
                somebody put back would get a new signature.
        """
        rows = tables.studies.c
        index = home.fields.index("study", found.image.study)
        with home.reader.begin() as connection:
            handle = connection.scalar(select(rows.handle).where(rows.study_index == index))
        return cls._begin(home, found) if handle is None else cls._continue(home, handle)

    @classmethod
    def _begin(cls, home: Installation, found: ReadFile) -> "GrowingStudy":
        handle, dek_id = (b64u(secrets.token_bytes(HANDLE_BYTES)) for _ in range(2))
        dek, wrapped = home.keys.generate_data_key(home.key_context(handle, dek_id))
        base = StudyManifest(
            installation=home.settings.installation,
            tenant=home.settings.tenant,
            study=found.image.study,
            handle=handle,
            version=0,
            previous=None,
            created_ms=home.clock(),
            dek_id=dek_id,
            dek_commit=sealing.commitment(dek),
            attributes=manifest_entries.study_attributes(found.image),
            series=(),
        )
        return cls(home, handle, dek_id, dek, wrapped, base, None)

    @classmethod
    def _continue(cls, home: Installation, handle: str) -> "GrowingStudy":
        newest, subject = shared(home.ledger), subject_of(handle, "")
        opened = open_newest(home, newest, home.moment(), subject)
        base, row = manifest.parse(opened.text), opened.row
        keys = row.dek_id, opened.dek, row.dek_wrapped
        return cls(home, handle, *keys, base, row.manifest_digest)

    def add(self, found: ReadFile, sop_index: str, content_index: str) -> None:
        """Seal and store the parts of one instance and note it for the next manifest."""
        parts = [self._store(found, place) for place in range(len(found.ranges))]
        series = self.series.setdefault(
            found.image.series, (manifest_entries.series_entry(found.image, ()), [])
        )
        series[1].append(replace(found.entry, parts=tuple(parts)))
        self.new_rows.append({"sop_index": sop_index, "content_index": content_index})

    def _store(self, found: ReadFile, place: int) -> PartEntry:
        part, image = found.ranges[place], found.image
        plain = found.data[part.start : part.stop]
        bound = self.home.binding(
            image.study, image.series, image.sop, part.kind, str(part.index), self.dek_id
        )
        sealed = sealing.seal(self.dek, plain, bound)
        name = self.home.objects.put(sealed)
        self.new_objects.append(name)
        return replace(found.entry.parts[place], object=name, sealed_size=len(sealed))

    def commit(self) -> None:
        """Make the next manifest version: its object, then its rows together with their record.

        Raises:
            DiascopeError: the study stays as it was, and so do the others of the batch; objects
                remain that nothing names.
            LedgerUnavailable: nobody said in time that the version is on record. It may be.
        """
        signed = manifest.to_bytes(self._next_manifest())
        name = self._store_manifest(signed)
        self.home.objects.settle()
        digest, version = manifest.digest(signed), self.base.version + 1
        summary = self._summary(manifest.parse(signed))
        newest = {"version": version, "manifest_object": name, "manifest_digest": digest}
        subject = subject_of(self.handle, summary["patient_id"])
        imported = event.imported(self.home.moment(), subject, digest, len(self.new_rows))
        self.home.ledger.append_with(
            imported, lambda connection: self._write(connection, summary, newest)
        )

    def _next_manifest(self) -> StudyManifest:
        merged = {each.series: (each, list(each.instances)) for each in self.base.series}
        for name, (fresh, instances) in self.series.items():
            merged.setdefault(name, (fresh, []))[1].extend(instances)
        return replace(
            self.base,
            version=self.base.version + 1,
            previous=self.base_digest,
            created_ms=self.home.clock(),
            series=tuple(
                replace(each, instances=tuple(instances)) for each, instances in merged.values()
            ),
        )

    def _store_manifest(self, signed: bytes) -> str:
        signature = self.home.keys.sign("manifest", manifest.signed_bytes(signed))
        version = str(self.base.version + 1)
        bound = self.home.binding(self.base.study, "", "", "manifest", version, self.dek_id)
        name = self.home.objects.put(sealing.seal(self.dek, signature + signed, bound))
        self.new_objects.append(name)
        return name

    def _summary(self, newest: StudyManifest) -> dict[str, Any]:
        return {
            "handle": self.handle,
            **newest.attributes,
            "modalities": sorted({each.modality for each in newest.series if each.modality}),
            "series": len(newest.series),
            "instances": sum(len(each.instances) for each in newest.series),
            "received_ms": newest.created_ms,
        }

    def _write(
        self, connection: Connection, summary: dict[str, Any], newest: dict[str, Any]
    ) -> None:
        rows, own = tables.studies, {"handle": self.handle}
        values = {**newest, **self._indexes(summary)}
        if self.base_digest is None:
            connection.execute(rows.insert().values({**values, **self._first_values()}))
        else:
            connection.execute(rows.update().where(rows.c.handle == self.handle).values(values))
        connection.execute(tables.instances.insert(), [{**row, **own} for row in self.new_rows])
        connection.execute(
            tables.objects.insert(), [{"object": name, **own} for name in self.new_objects]
        )

    def _indexes(self, summary: dict[str, Any]) -> dict[str, Any]:
        """Return what the study's row says of its newest version, sealed, and how it is found."""
        fields, change = self.home.fields, tables.studies.c.change
        return {
            "change": select(func.coalesce(func.max(change), 0) + 1).scalar_subquery(),
            "summary": fields.seal("studies.summary", self.handle, json.dumps(summary)),
            "patient_index": fields.index("patient_id", summary["patient_id"]),
            "accession_index": fields.index("accession", summary["accession"]),
            "day_index": fields.index("study_date", summary["study_date"]),
        }

    def _first_values(self) -> dict[str, Any]:
        """Return what the row of a new study holds for good."""
        fields, study = self.home.fields, self.base.study
        return {
            "handle": self.handle,
            "study_index": fields.index("study", study),
            "study": fields.seal("studies.study", self.handle, study),
            "dek_id": self.dek_id,
            "dek_wrapped": self.dek_wrapped,
        }
