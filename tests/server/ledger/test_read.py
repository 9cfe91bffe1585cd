"""Reading the ledger's entries."""

import pytest

from diascope.audit import event
from diascope.errors import AuditError
from diascope_server.ledger import read
from tests.support.ledgers import NOW, note


def test_entries_are_filtered_by_event_id(place):
    mixed = [note(0), event.signed_in(NOW), note(1), event.signed_out(NOW)]
    place.command().append_many(mixed)

    found = read.records(place.settings, place.engine, place.keys, event_id="110114")

    assert [(1, "signed_in"), (3, "signed_out")] == [(index, each.type) for index, each in found]


def test_an_empty_ledger_has_no_entries(place):
    assert [] == list(place.ledger().records())


def test_a_reader_keeps_its_moment_while_the_ledger_grows(place):
    place.write(10)
    found = place.ledger().records()
    first = next(found)

    place.write(300, first=10)

    assert 10 == len([first, *found])


def test_a_missing_or_changed_bundle_is_named(place):
    place.write(3)
    bundle = place.folder / "tile/entries/000.p/3"
    bundle.write_bytes(bundle.read_bytes()[:-1])
    with pytest.raises(AuditError):
        list(place.ledger().records())

    bundle.unlink()
    with pytest.raises(AuditError, match=r"tile/entries/000\.p/3 is missing"):
        list(place.ledger().records())
