"""The ledger's entries, in order, for whoever may read them."""

from collections.abc import Iterator

from sqlalchemy import Engine

from diascope.audit import record
from diascope.audit.event import AuditEvent
from diascope.audit.tile_tree import TILE_WIDTH
from diascope.errors import AuditError
from diascope_server.keys.provider import KeyProvider
from diascope_server.ledger import snapshot
from diascope_server.ledger.entries import EntrySeal, bundle_name
from diascope_server.ledger.snapshot import Snapshot
from diascope_server.settings import Settings


def records(
    settings: Settings,
    engine: Engine,
    provider: KeyProvider,
    first: int = 0,
    event_id: str | None = None,
) -> Iterator[tuple[int, AuditEvent]]:
    """Yield index and event from `first` on; only those of one DICOM Event ID if given.

    Trusts the files to be what was sequenced: `fsck` is what checks them against the head.

    Raises:
        AuditError: `audit.sealed` with the bundle that is missing or cannot be opened.
    """
    now, seal = snapshot.take(settings, engine), EntrySeal(settings, provider)
    for index in range(first // TILE_WIDTH, -(-now.size // TILE_WIDTH)):
        for place, data in enumerate(_bundle(now, seal, index), index * TILE_WIDTH):
            event = record.parse(data) if place >= first else None
            if event is not None and event_id in (None, event.id):
                yield place, event


def _bundle(now: Snapshot, seal: EntrySeal, index: int) -> list[bytes]:
    width = min(TILE_WIDTH, now.size - index * TILE_WIDTH)
    name = bundle_name(index, width)
    sealed = now.read(name)
    if sealed is None:
        raise AuditError("sealed", f"{name} is missing")
    return seal.open_bundle(sealed, index, width)
