"""Where entries lie, how they are packed, and to what their seal is bound."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.audit.merkle import MAX_LEAF_BYTES
from diascope.errors import AuditError
from diascope_server.ledger import entries
from diascope_server.ledger.entries import EntrySeal

PLACES = {
    "first": (0, 256, "tile/entries/000"),
    "thousandth": (999, 256, "tile/entries/999"),
    "two-groups": (1000, 256, "tile/entries/x001/000"),
    "specification": (1_234_067, 256, "tile/entries/x001/x234/067"),
    "partial": (273, 112, "tile/entries/273.p/112"),
    "partial-two-groups": (1234, 1, "tile/entries/x001/234.p/1"),
}


@pytest.mark.parametrize(("index", "width", "name"), PLACES.values(), ids=PLACES.keys())
def test_places_are_those_of_tlog_tiles(index, width, name):
    assert name == entries.bundle_name(index, width)
    assert name.replace("entries", "3") == entries.tile_name((3, index), width)


@given(st.lists(st.binary(max_size=300), max_size=8))
@settings(deadline=None)
def test_a_bundle_survives_the_round_trip(records):
    assert records == entries.unpack(entries.pack(records), len(records))


@given(st.binary(max_size=40), st.integers(0, 4))
@settings(deadline=None)
def test_any_bytes_are_a_bundle_or_refused(data, width):
    try:
        records = entries.unpack(data, width)
    except AuditError:
        return
    assert (width, data) == (len(records), entries.pack(records))


def test_the_largest_record_fits():
    records = [bytes(MAX_LEAF_BYTES)]

    assert records == entries.unpack(entries.pack(records), 1)


def test_a_tile_has_whole_hashes():
    assert [b"a" * 32, b"b" * 32] == entries.split_tile(b"a" * 32 + b"b" * 32, 2)
    for data, width in ((b"a" * 33, 1), (b"a" * 32, 2), (b"", 1)):
        with pytest.raises(AuditError):
            entries.split_tile(data, width)


def test_a_seal_opens_only_where_it_was_made(place):
    seal = EntrySeal(place.settings, place.keys)
    sealed = seal.seal_bundle([b"one", b"two"], 5)
    elsewhere = dataclasses.replace(place.settings, installation="other")

    assert [b"one", b"two"] == seal.open_bundle(sealed, 5, 2)
    for opener, index, width in (
        (seal, 6, 2),
        (seal, 5, 3),
        (EntrySeal(elsewhere, place.keys), 5, 2),
    ):
        with pytest.raises(AuditError) as refused:
            opener.open_bundle(sealed, index, width)
        assert "audit.sealed" == refused.value.code


def test_a_row_is_not_a_bundle(place):
    seal = EntrySeal(place.settings, place.keys)

    with pytest.raises(AuditError):
        seal.open_bundle(seal.seal_row(entries.pack([b"one"])), 0, 1)
    with pytest.raises(AuditError):
        seal.open_row(seal.seal_bundle([b"one"], 0))


def test_every_flipped_byte_of_a_sealed_row_is_refused(place):
    seal = EntrySeal(place.settings, place.keys)
    sealed = seal.seal_row(b"record")

    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(AuditError):
            seal.open_row(bytes(changed))
    for length in range(len(sealed)):
        with pytest.raises(AuditError):
            seal.open_row(sealed[:length])


def test_a_record_that_no_bundle_can_hold_is_refused(place):
    with pytest.raises(AuditError) as refused:
        EntrySeal(place.settings, place.keys).seal_row(bytes(MAX_LEAF_BYTES + 1))
    assert "audit.size" == refused.value.code
