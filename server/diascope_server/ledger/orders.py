"""What a caller of the ledger waits for, and what it is told."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an entry stands, and the tree that first held it; `root` is hex."""

    index: int
    size: int
    root: str


@dataclass(slots=True, eq=False)
class Order:
    """Rows that one caller waits for, and what became of them."""

    rows: Sequence[bytes]
    ids: list[int] = field(default_factory=list)
    places: list[Appended] | None = None
    error: Exception | None = None
    told: threading.Event = field(default_factory=threading.Event)

    def settle(self, places: list[Appended] | None, error: Exception | None = None) -> None:
        """Tell whoever waits."""
        self.places, self.error = places, error
        self.told.set()
