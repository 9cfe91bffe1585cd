"""The ledger's files as they were at one moment, while the sequencer goes on.

Full tiles and bundles never change, so only the head, the checkpoint and the unfinished files are
taken at once, under the database's write lock, which the sequencer needs for its next step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from diascope.audit.tile_tree import TILE_WIDTH, tile_sizes
from diascope_server.ledger import head as heads
from diascope_server.ledger.entries import bundle_name, tile_name
from diascope_server.ledger.tables import head
from diascope_server.settings import Settings


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of the ledger; `note` and `size` are the database's, `published` is the file."""

    folder: Path
    size: int
    note: bytes
    published: bytes | None
    unfinished: Mapping[str, bytes | None]

    def read(self, name: str) -> bytes | None:
        """Return a file below the ledger's folder, or nothing if it is not there."""
        if name in self.unfinished:
            return self.unfinished[name]
        return _read(self.folder / name)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def take(settings: Settings, engine: Engine) -> Snapshot:
    """Take a snapshot; a ledger that was never begun has size 0 and an empty note."""
    with engine.begin() as connection:
        row = connection.execute(select(head.c.size, head.c.note)).one_or_none()
        size, note = (row.size, row.note) if row else (0, b"")
        names = [tile_name(tile, width) for tile, width in tile_sizes(size).items()]
        names.append(bundle_name(size // TILE_WIDTH, size % TILE_WIDTH))
        unfinished = {name: _read(settings.ledger / name) for name in names if ".p/" in name}
        published = _read(heads.path(settings))
    return Snapshot(settings.ledger, size, note, published, unfinished)
