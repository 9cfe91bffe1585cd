"""The study list: a bounded index in this process's memory, never on disk (protocol.md 13).

The database holds sealed summaries and a change number; each search first takes in what changed.
A summary that somebody damaged is shown as unavailable, so that its study is missed by nobody, and
hides no other.
"""

import json
import threading
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from diascope.errors import IntegrityError
from diascope.manifest_shape import STUDY_ATTRIBUTES
from diascope_server import tables
from diascope_server.database import reading
from diascope_server.errors import StoreFault
from diascope_server.store.fields import FieldKeys

MAX_STUDIES = 500_000  # about 1 KB each
SEARCHED = (
    "patient_name",
    "patient_id",
    "study_date",
    "accession",
    "description",
    "referring_physician",
)
UNAVAILABLE = {
    **dict.fromkeys(STUDY_ATTRIBUTES, ""),
    "description": "Unavailable: this line of the list is damaged. Tell your administrator.",
    "modalities": [],
    "series": 0,
    "instances": 0,
    "received_ms": 0,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One study as the list shows it, and the folded text that a search looks through."""

    summary: Mapping[str, Any]
    folded: str


def fold(text: str) -> str:
    """Return text without case, accents and name separators, for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = (letter for letter in plain if not unicodedata.combining(letter))
    return "".join(" " if letter in "^=," else letter for letter in kept)


class Worklist:
    """All studies of a tenant by handle."""

    def __init__(self, engine: Engine, fields: FieldKeys) -> None:
        """Start empty; the first search reads everything."""
        self._reader = reading(engine)
        self._fields = fields
        self._entries: dict[str, Entry] = {}
        self._damaged: list[str] = []
        self._change = 0
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Take in the studies that changed since the last time.

        Raises:
            StoreFault: more studies than the index may hold.
        """
        rows = tables.studies
        with self._lock, self._reader.begin() as connection:
            changed = select(rows).where(rows.c.change > self._change).order_by(rows.c.change)
            for row in connection.execute(changed):
                self._entries[row.handle] = _entry(self._summary(row))
                self._change = row.change
        if len(self._entries) > MAX_STUDIES:
            raise StoreFault("too_many_studies")

    def _summary(self, row: Any) -> Mapping[str, Any]:
        try:
            text = self._fields.open("studies.summary", row.handle, row.summary)
        except IntegrityError:
            self._damaged.append(row.handle)
            return {"handle": row.handle, **UNAVAILABLE}
        summary: Mapping[str, Any] = json.loads(text)
        return summary

    def take_damaged(self) -> list[str]:
        """Return the studies whose summary was found damaged since the last call."""
        with self._lock:
            taken, self._damaged = self._damaged, []
        return taken

    def find(self, handle: str) -> Mapping[str, Any] | None:
        """Return the summary of a study, if there is one."""
        if handle not in self._entries:
            self.refresh()
        return self._entries[handle].summary if handle in self._entries else None

    def search(self, text: str, is_visible: Callable[[str], bool]) -> list[Mapping[str, Any]]:
        """Return the summaries of visible studies that hold every word, newest first."""
        self.refresh()
        words = fold(text).split()
        entries = list(self._entries.items())
        visible = (entry for handle, entry in entries if is_visible(handle))
        found = [entry.summary for entry in visible if all(word in entry.folded for word in words)]
        return sorted(found, key=_recency, reverse=True)


def _entry(summary: Mapping[str, Any]) -> Entry:
    texts = [str(summary[name]) for name in SEARCHED] + list(summary["modalities"])
    date = str(summary["study_date"])
    texts.append(f"{date[:4]}-{date[4:6]}-{date[6:]}")
    return Entry(summary, fold("\n".join(texts)))


def _recency(summary: Mapping[str, Any]) -> tuple[str, str, str]:
    return summary["study_date"], summary["study_time"], summary["handle"]
