"""Checking the whole ledger again: nothing passes, and each break is named by its place."""

import dataclasses
import random

import pytest

from diascope.audit import event, record
from diascope.audit.merkle import leaf_hash
from diascope.audit.tile_tree import TileTree
from diascope_server.keys.jwk import b64u
from diascope_server.ledger import fsck, sequencer
from diascope_server.ledger import head as heads
from diascope_server.ledger.entries import EntrySeal
from tests.support.documents import Document
from tests.support.keys import MemoryKeys
from tests.support.ledgers import NOW, note

CHAIN = "00112233445566778899aabbccddeeff"
SALT = bytes(16)


def flip(path, position=None, bit=0):
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if position is None else position] ^= 1 << bit
    path.write_bytes(bytes(data))


@pytest.mark.requirement("AUD-11")
def test_an_intact_ledger_passes(place):
    place.write(300)

    report = place.verify()

    assert (True, 300, ()) == (report.is_intact, report.size, report.problems)
    assert report.root == place.ledger().checkpoint().root


def test_an_empty_ledger_passes(place):
    place.write(0)
    place.sequencer()

    assert (True, 0) == (place.verify().is_intact, place.verify().size)


def test_a_ledger_that_never_was_does_not_pass(place):
    assert ["checkpoint", "head", "checkpoint"] == place.broken()


def test_an_installation_without_a_database_does_not_pass(place, tmp_path):
    nowhere = dataclasses.replace(place.settings, data=tmp_path / "nowhere")

    report = fsck.verify(nowhere, place.keys)

    assert ["head"] == [problem.where for problem in report.problems]
    assert not (tmp_path / "nowhere").exists()


def every_place(place, most):
    """Return up to `most` (file, position) pairs, with all files among them."""
    every = [(path, position) for path in place.files() for position in range(path.stat().st_size)]
    first = {path: (path, 0) for path, _ in every}
    last = {path: (path, position) for path, position in every}
    chosen = random.Random(7).sample(every, min(most, len(every)))
    return {*chosen, *first.values(), *last.values()}


@pytest.mark.requirement("AUD-11")
def test_every_changed_byte_is_found_in_its_file(place):
    """400 positions of a ledger with full and unfinished tiles of two levels."""
    place.write(260)
    for path, position in every_place(place, 400):
        original = path.read_bytes()
        flip(path, position, random.Random(position).randrange(8))
        name = str(path.relative_to(place.folder))
        found = place.broken()
        path.write_bytes(original)
        assert found, (name, position)
        assert {where.rpartition(" in ")[2] for where in found} <= {name, "head"}, (name, position)
        assert name in found
    assert place.verify().is_intact


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    "name", ["checkpoint", "tile/0/000", "tile/1/000.p/1", "tile/entries/000", "tile/0/001.p/4"]
)
@pytest.mark.parametrize(
    "damage",
    [lambda path: path.unlink(), lambda path: path.write_bytes(b""), cut],
    ids=["removed", "emptied", "cut"],
)
def test_a_missing_or_shortened_file_is_named(place, name, damage):
    place.write(260)
    damage(place.folder / name)

    assert {name} <= set(place.broken()) <= {name, "head"}


def reseal(place, change, index=0, width=5):
    """Change records as somebody who holds the ledger's key, but not the checkpoint's."""
    seal = EntrySeal(place.settings, place.keys)
    path = place.folder / f"tile/entries/{index:03}.p/{width}"
    records = seal.open_bundle(path.read_bytes(), index, width)
    change(records)
    path.write_bytes(seal.seal_bundle(records, index))


def test_a_resealed_entry_is_named_by_its_number(place):
    place.write(5)

    def change(records):
        records[3] = record.to_bytes(note(99), SALT)

    reseal(place, change)

    assert ["entry 3 in tile/entries/000.p/5"] == place.broken()


def test_swapped_entries_are_named(place):
    place.write(5)

    def change(records):
        records[1], records[2] = records[2], records[1]

    reseal(place, change)

    bundle = "tile/entries/000.p/5"
    assert [f"entry 1 in {bundle}", f"entry 2 in {bundle}"] == place.broken()


def test_an_entry_that_is_no_record_is_named(place):
    place.write(5)
    reseal(place, lambda records: records.__setitem__(4, b"{}"))

    assert {"entry 4 in tile/entries/000.p/5"} == set(place.broken())


def test_an_entry_and_its_hash_changed_together_miss_the_signed_root(place):
    place.write(5)
    forged = record.to_bytes(note(99), SALT)
    reseal(place, lambda records: records.__setitem__(2, forged))
    tile = place.folder / "tile/0/000.p/5"
    hashes = bytearray(tile.read_bytes())
    hashes[64:96] = leaf_hash(forged)
    tile.write_bytes(bytes(hashes))

    assert ["checkpoint"] == place.broken()


def test_a_copied_row_is_named_although_it_was_sequenced(place):
    """A database editor puts an old sealed row down again; its salt gives it away."""
    with place.engine.begin() as connection:
        copied = place.ledger()._sealed(note(0))
        for _ in range(2):
            connection.exec_driver_sql("INSERT INTO ledger_pending (sealed) VALUES (?)", (copied,))
    place.sequencer().step()

    assert ["entry 1"] == place.broken()


def test_another_sites_checkpoint_is_refused(place):
    place.write(2)
    leaves = place.folder.joinpath("tile/0/000.p/2").read_bytes()
    tree, _ = TileTree().append([leaves[:32], leaves[32:]])
    forged = heads.sign(place.settings, MemoryKeys(b"stranger"), tree)
    with place.unguarded() as connection:
        connection.exec_driver_sql("UPDATE ledger_head SET note = ?", (forged,))
    (place.folder / "checkpoint").write_bytes(forged)

    assert ["checkpoint", "head"] == place.broken()


def test_a_database_put_back_is_behind_the_checkpoint(place):
    place.write(2)
    with place.engine.begin() as connection:
        old = connection.exec_driver_sql("SELECT size, note FROM ledger_head").one()
    place.write(2, first=2)
    with place.unguarded() as connection:
        connection.exec_driver_sql("UPDATE ledger_head SET size = ?, note = ?", tuple(old))

    assert "head" in place.broken()


def test_a_resized_head_is_named(place):
    place.write(3)
    with place.unguarded() as connection:
        connection.exec_driver_sql("UPDATE ledger_head SET size = 2")

    assert "head" in place.broken()


def test_a_ledger_in_use_passes(place):
    """The head may be one step ahead of the file for a moment; that is not a fault."""
    place.write(3)
    busy, reports = place.sequencer(), []
    busy._reached = lambda step: step == "tiles" and reports.append(place.verify())
    with place.engine.begin() as connection:
        sealed = place.ledger()._sealed(note(3))
        connection.exec_driver_sql("INSERT INTO ledger_pending (sealed) VALUES (?)", (sealed,))

    busy.step()

    assert [True] == [report.is_intact for report in reports]


def enrolled(document):
    return event.document_enrolled(
        NOW,
        document.enrolment,
        document.signature,
        document.receipt,
        document.receipt_signature,
    )


def received(sent, **changes):
    made = event.beacon_received(
        NOW, sent.envelope, b64u(sent.signature), sent.signed, "linked", None
    )
    return dataclasses.replace(made, detail={**made.detail, "late": False, **changes})


@pytest.fixture
def document(place):
    return Document(CHAIN, lambda message: place.keys.sign("receipt", message))


@pytest.mark.requirement("AUD-13")
def test_beacon_chains_are_verified_from_the_entries(place, document):
    beacons = [document.say("view"), document.say("alert"), document.say("session_end")]

    place.command().append_many([enrolled(document), *map(received, beacons)])

    report = place.verify()
    assert (True, 1, 3, 0) == (report.is_intact, report.chains, report.beacons, report.gaps)


def test_a_lost_beacon_is_counted_and_is_no_fault_of_the_ledger(place, document):
    first, _, third = document.say("view"), document.say("view"), document.say("view")

    place.command().append_many([enrolled(document), received(first), received(third)])

    assert (True, 1) == (place.verify().is_intact, place.verify().gaps)


def test_a_beacon_recorded_twice_is_no_fault(place, document):
    """Intake may crash after the ledger has it; the page sends it again."""
    first = received(document.say("view"))
    place.command().append_many([enrolled(document), first, first])

    assert place.verify().is_intact


def other_signature(sent, document):
    return received(sent, signature=document.signature)


def other_text(sent, document):
    return received(sent, signed=sent.signed.replace('"frame":1', '"frame":2'))


def other_place(sent, document):
    return received(sent, seq=7)


def other_kind(sent, document):
    return dataclasses.replace(received(sent), type="leave")


def not_enrolled(sent, document):
    return received(sent, chain="f" * 32)


def second_at_its_place(sent, document):
    return received(document.sign("view", 0, document.genesis, t_wall_ms=1))


def beside_the_chain(sent, document):
    return received(document.sign("view", 1, document.genesis))


def incomplete(sent, document):
    return received(sent, signed=None)


def another_enrolment(sent, document):
    return enrolled(document)


FORGED = {
    "other-signature": (other_signature, "signature.wrong"),
    "other-text": (other_text, "signature.wrong"),
    "other-seq": (other_place, "audit.chain"),
    "other-kind": (other_kind, "audit.chain"),
    "not-enrolled": (not_enrolled, "audit.chain"),
    "replay": (second_at_its_place, "audit.replay"),
    "fork": (beside_the_chain, "audit.fork"),
    "incomplete": (incomplete, "audit.shape"),
    "second-enrolment": (another_enrolment, "audit.replay"),
}


@pytest.mark.parametrize(("forge", "code"), FORGED.values(), ids=FORGED.keys())
@pytest.mark.requirement("AUD-13")
def test_a_forged_beacon_in_the_ledger_is_named(place, document, forge, code):
    """Whoever could write entries still cannot make the page's signatures."""
    sent = document.say("view")
    place.command().append_many([enrolled(document), received(sent), forge(sent, document)])

    (problem,) = place.verify().problems

    assert "entry 2 in tile/entries/000.p/3" == problem.where
    assert problem.what.startswith(code)


def receipt_by_another(place):
    return Document(CHAIN, lambda message: MemoryKeys(b"stranger").sign("receipt", message))


def test_an_enrolment_that_the_server_did_not_receive_is_named(place):
    place.command().append(enrolled(receipt_by_another(place)))

    (problem,) = place.verify().problems

    assert ("entry 0 in tile/entries/000.p/1", "signature.wrong") == (problem.where, problem.what)


CHANGED_ENROLMENTS = {
    "enrolment": lambda made: {"enrolment": {**made["enrolment"], "nonce": "other"}},
    "receipt": lambda made: {"receipt": {**made["receipt"], "issued_ms": 1}},
    "no-key": lambda made: {"enrolment": {**made["enrolment"], "session_sign": None}},
    "name": lambda made: {"chain": made["chain"][::-1]},
}


@pytest.mark.parametrize("change", CHANGED_ENROLMENTS.values(), ids=CHANGED_ENROLMENTS.keys())
def test_a_changed_enrolment_is_named(place, document, change):
    made = enrolled(document)
    changed = dataclasses.replace(made, detail={**made.detail, **change(made.detail)})
    place.command().append(changed)

    assert ["entry 0 in tile/entries/000.p/1"] == place.broken()


def test_the_sequencer_and_the_check_agree_on_what_is_whole(place):
    """What a sequencer starts on passes the check, at widths around a full tile."""
    for width in (1, 254, 1, 1):
        place.write(width, first=place.verify().size)
        assert place.verify().is_intact
        assert isinstance(place.sequencer(), sequencer.Sequencer)
        place.expire_lease()
