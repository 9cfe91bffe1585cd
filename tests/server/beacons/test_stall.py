"""The ledger answers late: row and record stand both or neither, and asking again helps."""

import pytest

from diascope_server.beacons import chains
from diascope_server.ledger import LedgerUnavailable
from tests.support.client import Document

LEAVE = {"reason": "pagehide"}


def types(desk, page):
    return [each.type for each in desk.records(page)]


@pytest.mark.requirement("AUD-14")
def test_an_enrolment_that_timed_out_is_on_record_once_and_told_when_asked_again(
    desk, installation
):
    page = Document(desk)
    asked = page.enrolment()
    with desk.stall():
        for _ in range(2):
            with pytest.raises(LedgerUnavailable):
                desk.post("/api/chains", asked)

    first = desk.post("/api/chains", asked)
    again = desk.post("/api/chains", page.enrolment())

    assert first == again
    (recorded,) = desk.records(page)
    assert first["receipt"] == recorded.detail["receipt"]
    assert first["signature"] == recorded.detail["receipt_signature"]
    assert installation.verify_ledger().is_intact


def test_a_chain_that_timed_out_and_was_never_asked_for_again_breaks_nothing(desk, installation):
    page = Document(desk)
    with desk.stall(), pytest.raises(LedgerUnavailable):
        desk.post("/api/chains", page.enrolment())
    desk.home.ledger.catch_up()

    assert ["document_enrolled"] == types(desk, page)
    assert chains.find(desk.home, page.chain)
    assert installation.verify_ledger().is_intact


@pytest.mark.requirement("AUD-14")
def test_a_beacon_that_timed_out_is_on_record_once_and_accepted_when_sent_again(
    desk, installation
):
    page = desk.enrolled()
    made = page.beacon("worker_replaced", {"reason": "watchdog"})
    with desk.stall():
        for _ in range(2):  # also the second time nothing is accepted that is not on record
            with pytest.raises(LedgerUnavailable):
                desk.take(made)

    assert "" == desk.take(made).code
    assert ["document_enrolled", "worker_replaced"] == types(desk, page)
    assert installation.verify_ledger().is_intact


@pytest.mark.requirement("AUD-13")
def test_a_place_taken_before_a_time_out_is_taken(desk, installation):
    """A client that uses the stall to say something else under the same number."""
    page = desk.enrolled()
    first = page.signed(page.envelope("worker_replaced", {"reason": "watchdog"}))
    second = page.signed(page.envelope("worker_replaced", {"reason": "died"}))
    with desk.stall(), pytest.raises(LedgerUnavailable):
        desk.take(first)

    assert "beacon.replay" == desk.take(second).code
    assert ["document_enrolled", "worker_replaced", "beacon_refused"] == types(desk, page)
    assert installation.verify_ledger().is_intact


def test_what_cannot_be_written_leaves_no_record(desk, installation):
    """Neither row nor record: the session is tied to another key."""
    desk.enrolled()
    other = Document(desk)

    with pytest.raises(chains.ProofRefused) as refused:
        desk.post("/api/chains", other.enrolment())

    assert "proof.other_key" == refused.value.code
    assert chains.find(desk.home, other.chain) is None
    assert [] == desk.records(other)


def test_a_chain_is_answered_to_its_own_session_and_keys_only(desk):
    page = desk.enrolled()
    other = Document(desk, page.signing, chain=page.chain)

    with pytest.raises(chains.ProofRefused) as refused:
        desk.post("/api/chains", other.enrolment())

    assert "proof.chain" == refused.value.code
