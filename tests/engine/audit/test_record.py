"""Events and their records: the trigger matrix of DICOM, and JSON that reads back."""

import copy
import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.audit import beacon, canonical, event, merkle, record, vocabulary
from diascope.audit.event import Actor, Moment, Source, Subject
from diascope.errors import AuditError
from tests.support.beacons import BODIES, DIGEST, envelope

WHERE = Source("installation", "web")
WHO = Actor("reader", ("reader",), "0011223344556677")
NOW = Moment(1_767_225_600_000, WHERE, WHO)
WHAT = Subject("abcdefghijklmnopqrstuv", "PAT-1")
SALT = bytes(range(16))


def said(kind):
    data = canonical.to_bytes(envelope(kind))
    return event.beacon_received(
        NOW, beacon.parse_envelope(data), "c2ln", data.decode(), "linked", WHAT
    )


EVENTS = [
    event.application_started(NOW, "0.1", DIGEST),
    event.application_stopped(NOW, "signal"),
    event.document_enrolled(NOW, {"chain": "00" * 16}, "c2ln", {"chain": "00" * 16}, "c2ln"),
    event.signed_in(NOW),
    event.sign_in_failed(Moment(1, WHERE), "password"),
    event.signed_out(NOW),
    event.timed_out(NOW, "idle"),
    event.study_searched(NOW, {"text": "DOE^J \u202e\n'\"", "limit": 50, "offset": 0}, 2),
    event.study_opened(NOW, WHAT, "00" * 16, DIGEST, "key"),
    event.beacon_refused(NOW, "00" * 16, 3, "beacon.replay"),
    event.integrity_alert(NOW, "integrity.sealed", DIGEST, WHAT),
    event.integrity_alert(NOW, "integrity.sealed", DIGEST, None),
    event.imported(NOW, WHAT, DIGEST, 120),
    event.import_refused(NOW, "part10.length", DIGEST),
    event.user_added(NOW, "new", ("reader", "admin")),
    event.user_changed(NOW, "new", "password"),
    event.roles_changed(NOW, "new", ()),
    event.audit_read(NOW, {"filter": "110103"}),
    event.display_checked(NOW, {"display": "Room 2", "ratio": "350"}),
    *(said(kind) for kind in BODIES),
]
NAMES = [f"{number}-{each.type}" for number, each in enumerate(EVENTS)]


def test_every_kind_has_a_constructor_that_is_tested_here():
    assert set(vocabulary.KINDS) == {each.type for each in EVENTS}
    made = {
        name
        for name, function in inspect.getmembers(event, inspect.isfunction)
        if function.__module__ == event.__name__ and not name.startswith("_")
    }
    assert made - {"beacon_received"} == set(vocabulary.KINDS) - set(BODIES)


@pytest.mark.parametrize("each", EVENTS, ids=NAMES)
def test_an_event_survives_its_record(each):
    data = record.to_bytes(each, SALT)

    assert each == record.parse(data)
    assert data == record.to_bytes(record.parse(data), SALT)


MATRIX = {
    "application_started": ("110100", "E", 0, "110120"),
    "application_stopped": ("110100", "E", 0, "110121"),
    "document_enrolled": ("110100", "E", 0, "110120"),
    "signed_in": ("110114", "E", 0, "110122"),
    "sign_in_failed": ("110114", "E", 8, "110122"),
    "signed_out": ("110114", "E", 0, "110123"),
    "timed_out": ("110114", "E", 0, "110123"),
    "session_end": ("110114", "E", 0, "110123"),
    "study_searched": ("110112", "E", 0, ""),
    "study_opened": ("110103", "R", 0, ""),
    "view": ("110103", "R", 0, ""),
    "leave": ("110103", "R", 0, ""),
    "imported": ("110107", "C", 0, ""),
    "import_refused": ("110107", "C", 8, ""),
    "engine_fault": ("110113", "E", 8, ""),
    "alert": ("110113", "E", 8, ""),
    "worker_replaced": ("110113", "E", 4, ""),
    "integrity_alert": ("110113", "E", 8, ""),
    "beacon_refused": ("110113", "E", 8, ""),
    "user_added": ("110113", "E", 0, "110137"),
    "user_changed": ("110113", "E", 0, "110137"),
    "roles_changed": ("110113", "E", 0, "110136"),
    "audit_read": ("110101", "R", 0, ""),
    "display_checked": ("110100", "E", 0, ""),
}


@pytest.mark.parametrize("each", EVENTS, ids=NAMES)
def test_an_event_is_coded_as_its_clause_says(each):
    """PS3.15 A.5.3 and CID 400 to 403, written down a second time."""
    code = vocabulary.KINDS[each.type].type_code

    assert MATRIX[each.type] == (each.id, each.action, each.outcome, code)


def test_on_a_timed_out_session_the_node_is_the_requestor():
    """PS3.15 A.5.3.12; everywhere else it is the user."""
    assert "node" == event.timed_out(NOW, "idle").detail["requestor"]
    assert "user" == event.signed_out(NOW).detail["requestor"]


def test_the_record_has_the_form_of_the_contract():
    """docs/wire.md 8, word for word."""
    assert {
        "v": 1,
        "salt": SALT.hex(),
        "index_hint": None,
        "time_ms": 1_767_225_600_000,
        "event": {"id": "110103", "type": "study_opened", "action": "R", "outcome": 0},
        "actor": {"user": "reader", "roles": ["reader"], "session": "0011223344556677"},
        "source": {"installation": "installation", "process": "web"},
        "object": {"study": WHAT.study, "patient": "PAT-1"},
        "detail": {"chain": "00" * 16, "manifest": DIGEST, "dek_id": "key"},
    } == record.to_value(event.study_opened(NOW, WHAT, "00" * 16, DIGEST, "key"), SALT)


def test_two_salts_give_two_leaves():
    """What a record says cannot be guessed from its hash."""
    first, second = (record.to_bytes(EVENTS[3], salt) for salt in (SALT, SALT[::-1]))

    assert merkle.leaf_hash(first) != merkle.leaf_hash(second)


def test_a_record_that_no_bundle_can_hold_is_refused():
    large = event.audit_read(NOW, {"filter": "x" * merkle.MAX_LEAF_BYTES})

    with pytest.raises(AuditError) as refused:
        record.to_bytes(large, SALT)
    assert "audit.size" == refused.value.code


VALUE = record.to_value(EVENTS[8], SALT)
BAD = {
    "version": {"v": 2},
    "salt": {"salt": "00"},
    "hint": {"index_hint": 1},
    "time": {"time_ms": -1},
    "event-missing": {"event": {}},
    "event-id": {"event": {**VALUE["event"], "id": "110199"}},
    "event-type": {"event": {**VALUE["event"], "type": "other"}},
    "action": {"event": {**VALUE["event"], "action": "X"}},
    "outcome": {"event": {**VALUE["event"], "outcome": 1}},
    "actor": {"actor": {"user": "a"}},
    "roles": {"actor": {**VALUE["actor"], "roles": "reader"}},
    "session": {"actor": {**VALUE["actor"], "session": "xyz"}},
    "user-control-character": {"actor": {**VALUE["actor"], "user": "a\nb"}},
    "source": {"source": None},
    "object": {"object": {"study": 1, "patient": ""}},
    "detail": {"detail": None},
    "additional": {"more": 1},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_a_record_outside_its_shape_is_refused(change):
    with pytest.raises(AuditError) as refused:
        record.from_value(copy.deepcopy(VALUE) | change)
    assert "audit.shape" == refused.value.code


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_changed_byte_is_another_record_or_refused(data):
    encoded = bytearray(record.to_bytes(EVENTS[8], SALT))
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] ^= data.draw(st.integers(1, 255))
    try:
        other = record.parse(bytes(encoded))
    except AuditError:
        return
    salt = canonical.parse(bytes(encoded))["salt"]
    assert (EVENTS[8], SALT.hex()) != (other, salt)
