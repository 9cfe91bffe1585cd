"""The order of a batch: a crash after any step loses nothing and repeats nothing."""

import pytest
from sqlalchemy import select, update

from diascope_server.database import sequencing
from diascope_server.ledger import LedgerBroken, lease, tables
from diascope_server.ledger.entries import EntrySeal
from diascope_server.ledger.errors import LeaseLost
from diascope_server.ledger.sequencer import Sequencer
from tests.support.ledgers import note

STEPS = ["entries", "tiles", "signed", "swapped", "published", "acknowledged"]


class CrashError(Exception):
    """The process ends here."""


def crash_after(step):
    def reached(name):
        if name == step:
            raise CrashError

    return reached


def put(place, count, first=0):
    """Let rows wait; nobody sequences them yet."""
    seal = place.ledger()._sealed
    rows = [{"sealed": seal(note(first + each))} for each in range(count)]
    with place.engine.begin() as connection:
        connection.execute(tables.pending.insert(), rows)


def acknowledged(place):
    chosen = select(tables.pending.c.index).where(tables.pending.c.acknowledged_ms.is_not(None))
    with place.engine.begin() as connection:
        return list(connection.scalars(chosen.order_by(tables.pending.c.id)))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("before", [0, 3, 254], ids=["empty", "begun", "full-tile"])
@pytest.mark.requirement("AUD-11")
def test_a_crash_after_any_step_loses_and_repeats_nothing(place, step, before):
    """What was acknowledged stays; what was not is sequenced once by the next process."""
    place.write(before)
    sequencer = place.sequencer()
    sequencer._reached = crash_after(step)
    put(place, 5, first=before)
    with pytest.raises(CrashError):
        sequencer.step()

    done = acknowledged(place)
    place.sequencer().step()

    assert done in ([*range(before)], [*range(before + 5)])
    assert [*range(before + 5)] == place.numbers()
    assert [*range(before + 5)] == acknowledged(place)
    assert place.verify().is_intact


@pytest.mark.parametrize("step", ["published", "acknowledged"])
def test_a_crash_while_the_empty_ledger_is_made_is_finished(place, step):
    with pytest.raises(CrashError):
        place.sequencer(reached=crash_after(step))
    place.expire_lease()

    place.write(1)

    assert [0] == place.numbers()


@pytest.mark.parametrize("step", STEPS[:3])
def test_more_rows_after_a_crash_make_another_batch(place, step):
    """The files of the crashed batch are replaced, whatever widths the next one has."""
    place.write(250)
    sequencer = place.sequencer()
    sequencer._reached = crash_after(step)
    put(place, 4, first=250)
    with pytest.raises(CrashError):
        sequencer.step()
    put(place, 20, first=254)

    place.sequencer().step()

    assert [*range(274)] == place.numbers()
    assert place.verify().is_intact


def test_nothing_is_acknowledged_before_the_checkpoint_is_published(place):
    put(place, 2)
    seen = {}

    def look(step):
        with place.folder.joinpath("checkpoint").open("rb") as file:
            seen[step] = b"\n2\n" in file.read()

    sequencer = place.sequencer()
    sequencer._reached = look
    sequencer.step()

    assert {step: step in STEPS[4:] for step in STEPS} == seen


@pytest.mark.parametrize("step", ["tiles", "signed"])
def test_a_stalled_holder_of_an_old_lease_changes_nothing(place, step):
    """Fencing: it wakes up in the middle of a batch, and finds that another one went on."""
    place.write(3)
    put(place, 2, first=3)
    stalled = place.sequencer()

    def overtake(name):
        if name == step:
            place.sequencer().step()
            place.expire_lease()
            place.write(4, first=5)

    stalled._reached = overtake
    with pytest.raises(LeaseLost):
        stalled.step()

    assert [*range(9)] == place.numbers()
    assert place.verify().is_intact


def test_a_holder_of_an_old_lease_cannot_swap_even_before_the_next_one_does(place):
    put(place, 2)
    stalled = place.sequencer()

    def overtaken(name):
        if name == "signed":
            place.expire_lease()
            lease.acquire(place.engine)

    stalled._reached = overtaken
    with pytest.raises(LeaseLost):
        stalled.step()

    assert 0 == place.verify().size


def test_a_stalled_holder_cannot_publish_an_old_checkpoint(place):
    """It stalls between the swap and the publication; the next one publishes for it."""
    put(place, 2)
    stalled = place.sequencer()
    stalled._reached = lambda name: name == "swapped" and place.sequencer().step()
    put(place, 2, first=2)

    with pytest.raises(LeaseLost):
        stalled.step()

    assert 4 == place.ledger().checkpoint().size
    assert place.verify().is_intact


@pytest.mark.parametrize("before", [3, 254], ids=["partial", "full-tile"])
def test_a_holder_that_stalls_after_its_swap_deletes_nothing_of_the_next_ones(place, before):
    """It stalls before it sweeps; meanwhile the next one has made wider files and a draft."""
    place.write(before)
    put(place, 5, first=before)
    stalled = place.sequencer()
    drafts = [
        path.with_name("99.new")
        for path in (place.folder / "tile/0/000.p/1", place.folder / "tile/entries/000.p/1")
    ]

    def overtake(step):
        if step == "acknowledged":
            put(place, 4, first=before + 5)
            place.sequencer().step()
            for draft in drafts:
                draft.parent.mkdir(exist_ok=True)
                draft.write_bytes(b"half of")

    stalled._reached = overtake
    assert 5 == stalled.step()

    assert [*range(before + 9)] == place.numbers()
    assert place.verify().is_intact
    assert all(draft.exists() for draft in drafts)
    place.write(1, first=before + 9)


def test_the_swap_needs_the_size_that_the_batch_began_with(place):
    """Even under the right lease, a head that moved is not overwritten."""
    place.write(2)
    sequencer = place.sequencer()
    put(place, 1, first=2)
    with sequencing(place.engine).begin() as connection:
        connection.execute(update(tables.head).values(size=7))

    with pytest.raises(LeaseLost):
        sequencer.step()


def test_only_the_newest_partial_tiles_are_kept(place):
    for first in range(0, 300, 60):
        place.write(60, first=first)

    names = {str(path.relative_to(place.folder)) for path in place.files()}

    assert {
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    } == names
    assert not (place.folder / "tile/0/000.p").exists()


def test_more_rows_than_a_batch_are_taken_in_turn(place):
    place.write(2100)

    assert 2100 == place.ledger().checkpoint().size
    assert [*range(2100)] == place.numbers()


def test_acknowledged_rows_are_cleared_away_later(place):
    place.write(3)
    with sequencing(place.engine).begin() as connection:
        connection.execute(update(tables.pending).values(acknowledged_ms=1))

    place.write(1, first=3)

    assert [3] == acknowledged(place)


def restart(place):
    return place.sequencer()


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def forget_the_head(place):
    with place.unguarded() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_head")


def resize_the_head(place):
    with place.unguarded() as connection:
        connection.exec_driver_sql("UPDATE ledger_head SET size = 4")


def put_the_database_back(place):
    with place.unguarded() as connection:
        (size, note_before) = connection.exec_driver_sql(
            "SELECT size, note FROM ledger_head"
        ).one()
        rows = (size, note_before)
    place.write(2, first=5)
    with place.unguarded() as connection:
        connection.exec_driver_sql("UPDATE ledger_head SET size = ?, note = ?", rows)


def another_note(place):
    place.folder.joinpath("checkpoint").write_bytes(
        place.ledger().note() + b"\xe2\x80\x94 somebody AAAAAAAA\n"
    )


BREAKS = {
    "checkpoint-changed": (lambda place: flip(place.folder / "checkpoint"), "checkpoint"),
    "checkpoint-removed": (lambda place: (place.folder / "checkpoint").unlink(), "checkpoint"),
    "checkpoint-added-to": (another_note, "checkpoint"),
    "tile-changed": (lambda place: flip(place.folder / "tile/0/000.p/5"), "tiles"),
    "tile-removed": (lambda place: (place.folder / "tile/0/000.p/5").unlink(), "tiles"),
    "bundle-changed": (lambda place: flip(place.folder / "tile/entries/000.p/5"), "tiles"),
    "head-removed": (forget_the_head, "head"),
    "head-resized": (resize_the_head, "head"),
    "database-put-back": (put_the_database_back, "checkpoint"),
}


@pytest.mark.parametrize(("break_it", "reason"), BREAKS.values(), ids=BREAKS.keys())
def test_a_broken_ledger_is_not_extended(place, break_it, reason):
    """Nothing is repaired behind the operator's back."""
    place.write(5)
    break_it(place)

    with pytest.raises(LedgerBroken) as refused:
        restart(place)

    assert f"ledger.{reason}" == refused.value.code
    assert not place.verify().is_intact


def test_a_changed_upper_tile_is_not_built_upon(place):
    place.write(260)
    flip(place.folder / "tile/1/000.p/1")

    with pytest.raises(LedgerBroken):
        restart(place)


def test_a_resealed_bundle_is_not_built_upon(place):
    """By somebody who holds the ledger's key: it opens, but it is not what the tile says."""
    place.write(2)
    seal = EntrySeal(place.settings, place.keys)
    bundle = place.folder / "tile/entries/000.p/2"
    records = seal.open_bundle(bundle.read_bytes(), 0, 2)
    bundle.write_bytes(seal.seal_bundle(records[::-1], 0))

    with pytest.raises(LedgerBroken):
        restart(place)


def test_a_checkpoint_changed_under_a_running_sequencer_stops_it(place):
    place.write(2)
    sequencer = place.sequencer()
    flip(place.folder / "checkpoint")
    put(place, 1, first=2)

    with pytest.raises(LedgerBroken):
        sequencer.step()

    assert 2 == len(acknowledged(place))


def test_a_row_that_is_not_ours_stops_the_sequencer(place):
    place.write(1)
    with place.engine.begin() as connection:
        connection.execute(tables.pending.insert().values(sealed=b"x" * 40))

    with pytest.raises(LedgerBroken) as refused:
        place.sequencer().step()
    assert "ledger.pending" == refused.value.code


def test_without_the_lease_there_is_no_sequencer(place):
    fence = lease.acquire(place.engine)
    place.expire_lease()
    lease.acquire(place.engine)

    with pytest.raises(LeaseLost):
        Sequencer(place.settings, place.engine, place.keys, fence)
