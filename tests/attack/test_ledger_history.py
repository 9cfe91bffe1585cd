"""Somebody rewrites the past, with more and more in his hands."""

import shutil

import pytest
from sqlalchemy import func, select

from diascope.audit import merkle, record
from diascope.audit.merkle import leaf_hash
from diascope.audit.tile_tree import TileTree, subtree_of
from diascope.errors import AuditError
from diascope_server.ledger import LedgerBroken, tables
from diascope_server.ledger import head as heads
from diascope_server.ledger.entries import EntrySeal, bundle_name, split_tile, tile_name
from tests.support import ledgers
from tests.support.ledgers import note

SALT = bytes(16)


@pytest.fixture
def place():
    with ledgers.temporary() as made:
        made.write(8)
        yield made


def records(place):
    seal = EntrySeal(place.settings, place.keys)
    return seal.open_bundle((place.folder / bundle_name(0, 8)).read_bytes(), 0, 8)


def rewrite(place, history, *, signed):
    """Write another history as the holder of the ledger key; `signed` has the checkpoint key too.

    The head in the database goes along, as it does for whoever can edit the database.
    """
    shutil.rmtree(place.folder / "tile")
    tree, tiles = TileTree().append([leaf_hash(each) for each in history])
    seal = EntrySeal(place.settings, place.keys)
    bundle = place.folder / bundle_name(0, len(history))
    bundle.parent.mkdir(parents=True)
    bundle.write_bytes(seal.seal_bundle(history, 0))
    for tile, hashes in tiles.items():
        path = place.folder / tile_name(tile, len(hashes))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(hashes))
    made = heads.sign(place.settings, place.keys, tree) if signed else place.ledger().note()
    (place.folder / heads.FILE).write_bytes(made)
    with place.unguarded() as connection:
        connection.execute(tables.head.update().values(size=tree.size, note=made))


FORGED = record.to_bytes(note(99), SALT)
HISTORIES = {
    "edited": lambda kept: [*kept[:3], FORGED, *kept[4:]],
    "deleted": lambda kept: [*kept[:3], *kept[4:]],
    "inserted": lambda kept: [*kept[:3], FORGED, *kept[3:]],
    "swapped": lambda kept: [*kept[:3], kept[4], kept[3], *kept[5:]],
    "truncated": lambda kept: kept[:5],
}


@pytest.mark.parametrize("rewritten", HISTORIES.values(), ids=HISTORIES.keys())
@pytest.mark.requirement("AUD-11")
def test_without_the_checkpoint_key_no_other_history_passes(place, rewritten):
    """The database, all files and the ledger's sealing key are not enough."""
    rewrite(place, rewritten(records(place)), signed=False)

    assert not place.verify().is_intact


@pytest.mark.parametrize("rewritten", HISTORIES.values(), ids=HISTORIES.keys())
@pytest.mark.requirement("AUD-11")
def test_with_every_key_it_contradicts_a_checkpoint_that_was_kept_elsewhere(place, rewritten):
    """The check inside the site cannot see this; an outside copy of one checkpoint does."""
    kept = heads.verify(place.settings, place.keys, place.ledger().note())
    rewrite(place, rewritten(records(place)), signed=True)
    assert place.verify().is_intact
    place.write(4, first=8)

    now = place.ledger().checkpoint()
    width = now.size
    hashes = split_tile((place.folder / tile_name((0, 0), width)).read_bytes(), width)
    proof = merkle.consistency_proof(kept.size, width, subtree_of(lambda *_: hashes))
    with pytest.raises(AuditError) as refused:
        merkle.verify_consistency(kept.size, width, kept.root, bytes.fromhex(now.root), proof)
    assert "audit.consistency" == refused.value.code


@pytest.mark.requirement("AUD-11")
def test_an_honest_ledger_grows_consistently(place):
    """The same steps, nothing rewritten: the proof holds."""
    kept = heads.verify(place.settings, place.keys, place.ledger().note())
    place.write(4, first=8)

    hashes = split_tile((place.folder / tile_name((0, 0), 12)).read_bytes(), 12)
    now = bytes.fromhex(place.ledger().checkpoint().root)
    proof = merkle.consistency_proof(8, 12, subtree_of(lambda *_: hashes))
    assert now == merkle.verify_consistency(8, 12, kept.root, now, proof)


@pytest.mark.requirement("AUD-11")
def test_bundles_cannot_change_places(place):
    """Two full bundles are swapped together with their tiles."""
    place.write(512 - 8, first=8)
    for kind in ("entries", "0"):
        first, second = (place.folder / "tile" / kind / each for each in ("000", "001"))
        held = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(held)

    assert {"tile/entries/000", "tile/entries/001"} <= set(place.broken())


@pytest.mark.requirement("AUD-11")
def test_another_installations_ledger_is_not_this_ones(place, tmp_path):
    """Same keys, other installation: its files and head are put in the place of ours."""
    stranger = ledgers.begin(tmp_path / "other")
    other = ledgers.Place(
        stranger.settings.__class__(stranger.settings.data, "other", "https://localhost:8443"),
        stranger.engine,
        stranger.keys,
    )
    other.write(8)
    shutil.rmtree(place.folder)
    shutil.copytree(other.folder, place.folder)
    with place.unguarded() as connection:
        connection.execute(tables.head.update().values(note=other.ledger().note()))
    stranger.engine.dispose()

    assert {"checkpoint", "head"} <= set(place.broken())


def test_a_row_waits_sealed_and_cannot_be_written_by_the_database_alone(place):
    """An editor of the database cannot make an entry, only stop the sequencer visibly."""
    with place.engine.begin() as connection:
        connection.execute(tables.pending.insert().values(sealed=FORGED))
        waiting = tables.pending.c.index.is_(None)
        count = select(func.count()).select_from(tables.pending).where(waiting)
        assert 1 == connection.execute(count).scalar()

    with pytest.raises(LedgerBroken):
        place.write(1)
    assert place.verify().is_intact
