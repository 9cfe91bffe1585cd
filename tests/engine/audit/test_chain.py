"""The chain of one document: what follows, what is missing, what is forged."""

import base64
import hashlib
import itertools

import pytest

from diascope.audit import beacon, canonical, chain
from diascope.audit.chain import Chain
from diascope.errors import AuditError
from tests.support import vector_files
from tests.support.beacons import envelope

NAME = "00112233445566778899aabbccddeeff"
GENESIS = hashlib.sha256(b"receipt").hexdigest()
CASES = vector_files.read("chain")


class Said:
    """One beacon with a stand-in signature: verifying is the caller's part."""

    def __init__(self, seq, prev, kind="worker_replaced", **changes):
        value = envelope(kind, chain=NAME, seq=seq, prev=prev, **changes)
        self.signed = chain.signed_bytes(chain.BEACON, value)
        self.envelope = beacon.parse_envelope(canonical.to_bytes(value))
        self.signature = hashlib.sha512(self.signed).digest()
        self.link = chain.next_link(self.signed, self.signature)


def said(count, prev=GENESIS, first=0):
    """An honest page's beacons."""
    beacons = []
    for seq in range(first, first + count):
        beacons.append(Said(seq, prev))
        prev = beacons[-1].link
    return beacons


def follow(beacons, state=None):
    """Return the chain after these beacons and what each was to it."""
    state, verdicts = state or Chain(NAME, GENESIS), []
    for each in beacons:
        accepted = state.accept(each.envelope, each.signed, each.signature)
        state = accepted.chain
        verdicts.append(accepted.verdict)
    return state, verdicts


def refusal(state, each):
    with pytest.raises(AuditError) as refused:
        state.accept(each.envelope, each.signed, each.signature)
    return refused.value.code


def test_signed_bytes_are_domain_newline_canonical():
    signed = chain.signed_bytes(chain.BEACON, {"b": 2, "a": 1})

    assert b'diascope-beacon-v1\n{"a":1,"b":2}' == signed


def test_the_link_covers_signed_bytes_and_signature():
    assert hashlib.sha256(b"signed" + b"signature").hexdigest() == chain.next_link(
        b"signed", b"signature"
    )


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@pytest.mark.requirement("AUD-13")
def test_vector(case):
    """Real signatures of a page; each line is one beacon, `expect` what each one is."""
    state, words = Chain(case.header["chain"], case.header["genesis"]), []
    for line in case.payload.decode().splitlines():
        encoded, _, text = line.partition(" ")
        signature = base64.urlsafe_b64decode(encoded + "==")
        signed = chain.BEACON.encode() + b"\n" + text.encode()
        try:
            accepted = state.accept(beacon.parse_envelope(text.encode()), signed, signature)
        except AuditError as error:
            words.append(error.code)
        else:
            state = accepted.chain
            words.append(accepted.verdict)
    assert case.expect.split() == words
    assert case.header["gaps"] == (" ".join(f"{a}-{b}" for a, b in state.gaps) or "none")


@pytest.mark.requirement("AUD-13")
def test_an_honest_chain_is_linked():
    state, verdicts = follow(said(5))

    assert ["linked"] * 5 == verdicts
    assert () == state.gaps


@pytest.mark.requirement("AUD-13")
def test_any_order_of_arrival_ends_in_the_same_chain():
    """Beacons wait in an outbox; a late one fills its gap."""
    beacons = said(4)
    expected, _ = follow(beacons)

    for order in itertools.permutations(beacons):
        state, verdicts = follow(order)
        assert dict(expected.links) == dict(state.links)
        assert () == state.gaps
        assert set(verdicts) <= {"linked", "gap"}


@pytest.mark.requirement("AUD-13")
def test_a_dropped_beacon_is_flagged_and_stays_visible():
    beacons = said(6)

    state, verdicts = follow([beacons[0], *beacons[3:5]])

    assert ["linked", "gap", "linked"] == verdicts
    assert ((1, 2),) == state.gaps


def test_a_far_sequence_number_costs_nothing():
    state, verdicts = follow([Said(2**31 - 1, GENESIS)])

    assert ["gap"] == verdicts
    assert ((0, 2**31 - 2),) == state.gaps


@pytest.mark.requirement("AUD-13")
def test_the_same_beacon_again_is_accepted_silently():
    beacons = said(3)
    state, _ = follow(beacons)

    for each in beacons:
        again = state.accept(each.envelope, each.signed, each.signature)
        assert ("repeated", state) == (again.verdict, again.chain)


def test_the_same_beacon_under_another_signature_is_the_same():
    """ECDSA signatures are malleable: nothing is keyed by one."""
    first = Said(0, GENESIS)
    state, _ = follow([first])

    assert "repeated" == state.accept(first.envelope, first.signed, b"other").verdict


@pytest.mark.requirement("AUD-13")
def test_other_content_at_a_taken_place_is_a_replay():
    state, _ = follow(said(2))

    assert "audit.replay" == refusal(state, Said(0, GENESIS, t_wall_ms=5))
    assert "audit.replay" == refusal(state, Said(1, GENESIS))


@pytest.mark.requirement("AUD-13")
def test_a_beacon_that_follows_something_else_is_a_fork():
    state, _ = follow(said(2))

    assert "audit.fork" == refusal(state, Said(2, GENESIS))
    assert "audit.fork" == refusal(Chain(NAME, GENESIS), Said(0, "0" * 64))


@pytest.mark.requirement("AUD-13")
def test_a_beacon_that_its_successor_does_not_follow_is_a_fork():
    """Somebody fills a gap with a beacon that the page never made."""
    beacons = said(3)
    state, _ = follow([beacons[0], beacons[2]])

    assert "audit.fork" == refusal(state, Said(1, beacons[0].link, t_wall_ms=5))
    assert ["linked"] == follow([beacons[1]], state)[1]


@pytest.mark.requirement("AUD-13")
def test_another_documents_beacon_is_refused():
    assert "audit.chain" == refusal(Chain("f" * 32, GENESIS), Said(0, GENESIS))


def leave(seq, prev):
    return Said(seq, prev, "leave")


def test_a_leave_ends_a_chain():
    first = Said(0, GENESIS)

    state, verdicts = follow([first, leave(1, first.link)])

    assert ["linked", "linked"] == verdicts
    assert () == state.gaps


def test_the_next_beacon_takes_the_place_of_a_leave():
    """The document lived on: the leave was signed in advance and sent all the same."""
    first, second, third = said(3)

    state, verdicts = follow([first, leave(1, first.link), second, third])

    assert ["linked", "linked", "superseding", "linked"] == verdicts
    assert (second.link, ()) == (state.links[1].link, state.gaps)


def test_a_leave_that_comes_after_its_successor_is_dropped():
    first, second = said(2)
    state, _ = follow([first, second])

    late = leave(1, first.link)
    accepted = state.accept(late.envelope, late.signed, late.signature)

    assert ("superseded", state) == (accepted.verdict, accepted.chain)


def test_a_second_leave_at_one_place_is_dropped():
    first = Said(0, GENESIS)
    state, _ = follow([first, leave(1, first.link)])
    again = Said(1, first.link, "leave", t_wall_ms=5)

    assert "superseded" == state.accept(again.envelope, again.signed, again.signature).verdict


def test_a_leave_whose_successor_is_lost_leaves_a_gap():
    """What follows a missing beacon is accepted after the leave too, and the gap stays visible."""
    first, second, third = said(3)

    state, verdicts = follow([first, leave(1, first.link), third])

    assert ["linked", "linked", "gap"] == verdicts
    assert ((1, 1),) == state.gaps
    state, verdicts = follow([second], state)
    assert (["superseding"], ()) == (verdicts, state.gaps)


def test_a_leave_cannot_fill_the_place_of_a_lost_beacon():
    first, _, third = said(3)
    state, _ = follow([first, third])
    late = leave(1, first.link)

    accepted = state.accept(late.envelope, late.signed, late.signature)

    assert ("superseded", ((1, 1),)) == (accepted.verdict, accepted.chain.gaps)


def test_a_leave_is_superseded_only_by_a_beacon_that_fits_both_sides():
    first, _, third = said(3)
    state, _ = follow([first, leave(1, first.link), third])

    assert "audit.fork" == refusal(state, Said(1, first.link, t_wall_ms=5))
    assert "audit.replay" == refusal(state, Said(1, GENESIS))


def test_neighbours_are_enough_to_judge():
    """A store loads three links, whatever the length of the chain."""
    beacons = said(10)
    whole, _ = follow(beacons[:9])

    for each in (*beacons[:10], Said(4, beacons[3].link, t_wall_ms=5), Said(9, GENESIS)):
        seq = each.envelope.seq
        near = {key: whole.links[key] for key in (seq - 1, seq, seq + 1) if key in whole.links}
        assert judge(whole, each) == judge(Chain(NAME, GENESIS, near), each)


def judge(state, each):
    try:
        return state.accept(each.envelope, each.signed, each.signature).verdict
    except AuditError as error:
        return error.code
