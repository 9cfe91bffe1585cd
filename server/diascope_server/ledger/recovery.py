"""What a sequencer must know and find true before it extends the ledger.

Whatever disagrees is a `LedgerBroken`: a ledger that somebody changed, or a database that was put
back, is not built upon.
"""

from pathlib import Path

from sqlalchemy import Connection, insert, select

from diascope.audit.merkle import leaf_hash
from diascope.audit.tile_tree import TILE_WIDTH, TileTree, tile_sizes
from diascope.errors import AuditError, UntrustedInput
from diascope_server.keys.provider import KeyProvider
from diascope_server.ledger import head as heads
from diascope_server.ledger.entries import EntrySeal, bundle_name, split_tile, tile_name
from diascope_server.ledger.errors import LedgerBroken
from diascope_server.ledger.tables import ONLY, head
from diascope_server.settings import Settings


def read_file(path: Path) -> bytes | None:
    """Return a file's bytes, or nothing if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def begin(settings: Settings, provider: KeyProvider, connection: Connection, fence: int) -> bytes:
    """Return the head's note; make the empty ledger, unless there ever was one."""
    row = connection.execute(select(head.c.size, head.c.note)).one_or_none()
    if row is not None:
        if _size(settings, provider, row.note) != row.size:
            raise LedgerBroken("head", "the database's size is not the one that is signed")
        return bytes(row.note)
    if heads.path(settings).exists():
        raise LedgerBroken("head", "a checkpoint without a head in the database")
    note = heads.sign(settings, provider, TileTree())
    connection.execute(insert(head).values(id=ONLY, size=0, note=note, fence=fence))
    return note


def _size(settings: Settings, provider: KeyProvider, note: bytes) -> int:
    try:
        return heads.verify(settings, provider, note).size
    except (AuditError, UntrustedInput) as error:
        raise LedgerBroken("checkpoint", error.code) from error


def read_published(settings: Settings, provider: KeyProvider, note: bytes) -> bytes | None:
    """Return the checkpoint file: the head's, one that is behind it, or nothing before the first.

    A file that is ahead means that the database was put back; a new history on top of it would
    contradict what others have seen.
    """
    published, size = read_file(heads.path(settings)), _size(settings, provider, note)
    is_first = published is None and size == 0
    if is_first or published == note or _size(settings, provider, published or b"") < size:
        return published
    raise LedgerBroken("checkpoint", "not the one the database knows")


def load(settings: Settings, provider: KeyProvider, note: bytes) -> tuple[TileTree, list[bytes]]:
    """Return the tree's unfinished tiles and the records of its unfinished bundle."""
    expected = heads.verify(settings, provider, note)
    try:
        edge = _read_edge(settings, expected.size)
        tail = _read_tail(settings, EntrySeal(settings, provider), expected.size)
    except (AuditError, OSError) as error:
        raise LedgerBroken("tiles", "an unfinished tile or bundle cannot be read") from error
    tree = TileTree(expected.size, edge)
    leaves = tuple(leaf_hash(record) for record in tail)
    if tree.root != expected.root or leaves != (edge[0] if edge else ()):
        raise LedgerBroken("tiles", "the unfinished tiles do not fit the head")
    return tree, tail


def _read_edge(settings: Settings, size: int) -> tuple[tuple[bytes, ...], ...]:
    sizes = tile_sizes(size)
    edge: list[tuple[bytes, ...]] = [()] * (1 + max((level for level, _ in sizes), default=-1))
    for tile, width in sizes.items():
        if width < TILE_WIDTH:
            data = (settings.ledger / tile_name(tile, width)).read_bytes()
            edge[tile[0]] = tuple(split_tile(data, width))
    return tuple(edge)


def _read_tail(settings: Settings, seal: EntrySeal, size: int) -> list[bytes]:
    index, width = divmod(size, TILE_WIDTH)
    if not width:
        return []
    sealed = (settings.ledger / bundle_name(index, width)).read_bytes()
    return seal.open_bundle(sealed, index, width)
