"""What the ledger records of people is nowhere on the disk in the clear."""

import base64

import pytest

from diascope.audit import event
from diascope.audit.event import Actor, Moment, Source, Subject
from tests.support import ledgers

CANARIES = ["CANARY^PATIENT", "PID-CANARY-4711", "canary-reader", "2.25.4711471147114711"]
NOW = Moment(1, Source("test", "web"), Actor(CANARIES[2], ("reader",), "00" * 8))


@pytest.mark.requirement("ENC-01")
def test_no_name_identifier_user_or_uid_is_readable(tmp_path):
    """Files, database, write-ahead log, drafts: while rows wait, and after they are sequenced."""
    place = ledgers.begin(tmp_path)
    subject = Subject(CANARIES[3], CANARIES[1])
    events = [
        event.study_searched(NOW, {"text": CANARIES[0]}, 1),
        event.study_opened(NOW, subject, "00" * 16, "00" * 32, "key"),
    ]

    with place.engine.begin() as connection:
        for each in events:
            sealed = place.ledger()._sealed(each)
            connection.exec_driver_sql("INSERT INTO ledger_pending (sealed) VALUES (?)", (sealed,))
    waiting = scan(tmp_path)
    place.sequencer().step()

    assert {} == waiting == scan(tmp_path)
    assert 2 == len(list(place.ledger().records()))
    place.engine.dispose()


def scan(folder):
    """Return which canaries, as text or base64, stand in which file."""
    forms = {
        form for text in CANARIES for form in (text.encode(), base64.b64encode(text.encode()))
    }
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files)
    return {path.name: form for path in files for form in forms if form in path.read_bytes()}


def test_the_scan_sees_a_canary(tmp_path):
    (tmp_path / "x-wal").write_bytes(b"..." + CANARIES[0].encode())

    assert {"x-wal": CANARIES[0].encode()} == scan(tmp_path)
