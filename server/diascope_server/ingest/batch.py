"""A batch of files: many instances, one new manifest version a study.

Order, and what a crash leaves: sealed objects become durable first (nothing names them yet), then
the manifest, then one transaction makes all of a study's new rows, then the ledger knows. A study
that no manifest can hold is refused alone, with all its files of the batch. Batches of one
installation exclude each other by a file lock.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from diascope.audit import event
from diascope.errors import DiascopeError
from diascope_server import tables
from diascope_server.errors import IngestRefused
from diascope_server.ingest.deadline import patience_s, within
from diascope_server.ingest.growth import GrowingStudy
from diascope_server.ingest.reading import ReadFile, load, read
from diascope_server.installation import Installation
from diascope_server.ledger.errors import LedgerBroken, LedgerUnavailable
from diascope_server.studies.subjects import subject_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: `stored`, `present` already, or `refused` with a code."""

    file: str
    status: str
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a batch; `studies` are the handles that got a new manifest version."""

    outcomes: tuple[Outcome, ...]
    studies: tuple[str, ...]


@contextmanager
def _alone(home: Installation) -> Iterator[None]:
    with (home.settings.database.parent / "ingest.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def ingest(home: Installation, files: Iterator[Path], tell: Callable[[Outcome], None]) -> Report:
    """Take files in, one by one, then commit their studies; `tell` learns of each refusal.

    Raises:
        LedgerUnavailable: nobody said in time that a version is on record. It may be.
    """
    with _alone(home):
        batch = _Batch(home)
        outcomes = []
        for file in files:
            outcomes.append(batch.take(file))
            tell(outcomes[-1])
        handles = tuple(batch.commit())
        final = tuple(batch.final(outcome) for outcome in outcomes)
        for before, after in zip(outcomes, final, strict=True):
            if before != after:
                tell(after)
        return Report(final, handles)


class _Batch:
    def __init__(self, home: Installation) -> None:
        self._home = home
        self._studies: dict[str, GrowingStudy] = {}
        self._taken: dict[str, str] = {}
        self._study_of: dict[str, str] = {}
        self._failed: dict[str, DiascopeError] = {}

    def take(self, file: Path) -> Outcome:
        """Read and seal one file; a refusal changes nothing."""
        sha256 = ""
        try:
            data = load(file)
            with within(patience_s(len(data))):
                found = read(data)
            sha256 = found.entry.sha256
            is_new = self._add(found)
            self._study_of[str(file)] = found.image.study
        except DiascopeError as error:
            self._home.record(
                event.import_refused(self._home.moment(), error.code, sha256 or "unknown")
            )
            return Outcome(str(file), "refused", error.code, error.sentence)
        del data
        return Outcome(str(file), "stored" if is_new else "present")

    def _add(self, found: ReadFile) -> bool:
        fields = self._home.fields
        sop = fields.index("sop", found.image.sop)
        content = fields.index("content", found.entry.sha256)
        known = self._taken.get(sop) or self._stored_content(sop)
        if known == content:
            return False
        if known is not None:
            self._alert(found)
            raise IngestRefused("conflict", "other bytes under a known SOP Instance UID")
        study = found.image.study
        if study not in self._studies:
            self._studies[study] = GrowingStudy.load(self._home, found)
        self._studies[study].add(found, sop, content)
        self._taken[sop] = content
        return True

    def _stored_content(self, sop: str) -> str | None:
        rows = tables.instances
        with self._home.reader.begin() as connection:
            wanted = select(rows.c.content_index).where(rows.c.sop_index == sop)
            return connection.execute(wanted).scalar_one_or_none()

    def _alert(self, found: ReadFile) -> None:
        subject = subject_of("", found.image.texts.get("PatientID", ""))
        moment = self._home.moment()
        sha256 = found.entry.sha256
        self._home.record(event.integrity_alert(moment, "ingest.conflict", sha256, subject))

    def commit(self) -> Iterator[str]:
        """Give every study that has new instances its new manifest version."""
        for name, study in self._studies.items():
            try:
                if study.new_rows:
                    study.commit()
                    yield study.handle
            except (LedgerUnavailable, LedgerBroken):
                raise
            except DiascopeError as error:
                self._failed[name] = error
                self._home.record(event.import_refused(self._home.moment(), error.code, "unknown"))

    def final(self, outcome: Outcome) -> Outcome:
        """Return what became of a file after the commit: with its study it may be refused."""
        error = self._failed.get(self._study_of.get(outcome.file, ""))
        if error is None or outcome.status != "stored":
            return outcome
        return replace(outcome, status="refused", code=error.code, message=error.sentence)
