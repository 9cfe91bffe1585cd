"""Which manifest of each study is the newest on record, as the ledger says.

The database says it too, but could have been put back to an older state; the ledger cannot without
a trace. Read once from the beginning, then only what was added.
"""

import threading
from functools import lru_cache

from diascope_server.ledger.journal import Ledger


class NewestManifests:
    """Digest by study handle."""

    def __init__(self, ledger: Ledger) -> None:
        """Start empty; the first question reads the whole ledger."""
        self._ledger = ledger
        self._digests: dict[str, str] = {}
        self._next = 0
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Read what was added to the ledger since the last time."""
        with self._lock:
            for index, event in self._ledger.records(self._next):
                if event.type == "imported" and event.subject is not None:
                    self._digests[event.subject.study] = event.detail["manifest"]
                self._next = index + 1

    def digest(self, handle: str) -> str:
        """Return the digest of the newest manifest, "" for a study the ledger does not know."""
        self.refresh()
        return self._digests.get(handle, "")


@lru_cache(maxsize=1)
def shared(ledger: Ledger) -> NewestManifests:
    """Return the one of a command, which asks for many studies and reads the ledger once."""
    return NewestManifests(ledger)
