"""Appending: an answer means that the entry is in the tree, signed and published."""

import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from diascope.audit import event, merkle
from diascope.errors import AuditError
from diascope_server import errors
from diascope_server.ledger import LedgerBroken, LedgerUnavailable, lease, sequencer, tables
from tests.support import ledgers
from tests.support.ledgers import NOW, note


@contextmanager
def sequenced(place):
    """A sequencer in a thread, for what does not need a process."""
    stop = threading.Event()
    thread = threading.Thread(target=sequencer.run, args=(place.settings, place.keys, stop))
    thread.start()
    try:
        yield place
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def running(place):
    with sequenced(place):
        yield place


@pytest.mark.requirement("AUD-11")
def test_an_append_answers_with_its_place_under_the_published_checkpoint(running):
    ledger = running.ledger()

    first, second = ledger.append(note(0)), ledger.append(note(1))

    assert [(0, 1), (1, 2)] == [(each.index, each.size) for each in (first, second)]
    assert (second.size, second.root) == ledger.checkpoint()
    assert f"\n{second.size}\n".encode() in ledger.note()
    assert [0, 1] == running.numbers()


def test_many_events_keep_their_order(running):
    places = running.ledger().append_many([note(number) for number in range(600)])

    assert list(range(600)) == [place.index for place in places]
    assert list(range(600)) == running.numbers()


def test_threads_share_batches_and_get_places_of_their_own(running):
    ledger, places = running.ledger(), {}

    def write(worker):
        for number in range(worker * 10, worker * 10 + 10):
            places[number] = ledger.append(note(number)).index

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = running.numbers()
    assert 120 == len(numbers) == len(places)
    assert all(numbers[index] == number for number, index in places.items())


@pytest.mark.requirement("AUD-14")
def test_without_a_sequencer_nothing_is_acknowledged(place):
    ledger = place.ledger(timeout_s=0.05)

    with pytest.raises(LedgerUnavailable) as refused:
        ledger.append(note(0))

    assert ("ledger.unavailable", 503) == (refused.value.code, errors.status(refused.value))


def test_an_entry_that_timed_out_is_recorded_later_all_the_same(place):
    """The ledger may say more than happened, never less."""
    with pytest.raises(LedgerUnavailable):
        place.ledger(timeout_s=0.05).append(note(0))

    place.write(1, first=1)

    assert [0, 1] == place.numbers()


def test_a_command_sequences_by_itself_and_lets_the_lease_go(place):
    place.write(2)
    place.write(2, first=2)

    assert [0, 1, 2, 3] == place.numbers()
    assert lease.is_free(place.engine)


def test_a_command_waits_for_the_sequencer_that_lives(running, monkeypatch):
    """The lease is held here by decree: on a busy machine a live holder may renew it late."""
    assert 0 == running.ledger().append(note(0)).index
    monkeypatch.setattr(lease, "is_free", lambda _engine: False)
    monkeypatch.setattr(lease, "acquire", lambda _engine: pytest.fail("the lease was taken"))

    assert 1 == running.command().append(note(1)).index


def test_no_events_are_no_work(place):
    assert [] == place.command().append_many([])


UNRECORDABLE = {
    "too-large": event.audit_read(NOW, {"filter": "x" * merkle.MAX_LEAF_BYTES}),
    "float": event.audit_read(NOW, {"filter": 0.5}),
}


@pytest.mark.parametrize("bad", UNRECORDABLE.values(), ids=UNRECORDABLE.keys())
def test_of_events_with_one_that_cannot_be_recorded_none_is(place, bad):
    with pytest.raises(AuditError):
        place.command().append_many([note(0), bad])

    with place.engine.begin() as connection:
        assert 0 == connection.execute(select(func.count()).select_from(tables.pending)).scalar()


def test_a_database_that_cannot_be_written_is_unavailable(place):
    with place.unguarded() as connection:
        connection.exec_driver_sql("DROP TABLE ledger_pending")

    with pytest.raises(LedgerUnavailable):
        place.ledger(timeout_s=1).append(note(0))


def test_a_command_says_that_the_ledger_is_broken(place):
    place.write(1)
    (place.folder / "checkpoint").write_bytes(b"changed")

    with pytest.raises(LedgerBroken) as refused:
        place.write(1, first=1)
    assert "ledger.checkpoint" == refused.value.code


def test_nothing_published_is_unavailable(place):
    with pytest.raises(LedgerUnavailable):
        place.ledger().checkpoint()


def test_a_checkpoint_that_the_site_did_not_sign_is_not_given(place):
    place.write(1)
    path = place.folder / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n1\n", b"\n2\n"))

    with pytest.raises(errors.UntrustedInput):
        place.ledger().checkpoint()


def test_records_start_where_they_are_asked_to(place):
    place.write(300)

    assert [(index, index) for index in range(250, 300)] == [
        (index, found.detail["number"]) for index, found in place.ledger().records(250)
    ]
    assert [] == list(place.ledger().records(300))


@pytest.mark.slow
def test_speed_is_printed(tmp_path, record_property):
    """On a disk. No assertion on time: machines differ. The figures go to the report."""
    with ledgers.temporary(tmp_path) as place, sequenced(place):
        measure(place.ledger(timeout_s=60), record_property)


def measure(ledger, record_property):
    singles = []
    for number in range(50):
        started = time.perf_counter()
        ledger.append(note(number))
        singles.append(time.perf_counter() - started)
    started = time.perf_counter()
    ledger.append_many([note(number) for number in range(1000)])
    rate = 1000 / (time.perf_counter() - started)
    median_ms = sorted(singles)[25] * 1000
    print(f"append: median {median_ms:.1f} ms, {rate:.0f} a second in one batch")
    record_property("append_median_ms", round(median_ms, 1))
    assert 1050 == ledger.checkpoint().size


def test_rows_and_their_record_are_written_together(running):
    """A crash between them would leave a study that the ledger does not know."""
    seen = []
    placed = running.ledger().append_with(note(0), seen.append)

    assert (0, 1) == (placed.index, len(seen))
    assert [0] == running.numbers()


def test_rows_that_cannot_be_written_leave_no_record(running):
    def fail(_connection):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        running.ledger().append_with(note(0), fail)

    assert 0 == running.ledger().append(note(1)).index
    assert [1] == running.numbers()


def test_rows_and_record_that_timed_out_are_waited_for_later(place):
    """Whoever finds such rows may answer for them once the ledger has caught up."""
    stalled = place.ledger(timeout_s=0.05)
    with pytest.raises(LedgerUnavailable):
        stalled.append_with(note(0), lambda _connection: None)
    with pytest.raises(LedgerUnavailable):
        stalled.catch_up()

    place.command().catch_up()

    assert [0] == place.numbers()
    stalled.catch_up()  # nothing waits any more


def test_a_database_that_cannot_take_the_rows_is_unavailable(place):
    with place.unguarded() as connection:
        connection.exec_driver_sql("DROP TABLE ledger_pending")

    with pytest.raises(LedgerUnavailable):
        place.ledger(timeout_s=1).append_with(note(0), lambda _connection: None)
