"""What is kept of a browser's answer says what happened there, not what should have."""

from tests.hostile import report
from tests.hostile.browsers import record_of

REFUSED = {"file": "a.dcm", "row": 13, "code": "limit.elements", "verdict": "refused"}
EXPECTED = REFUSED | {"manifest": "", "digest": "limit.elements", "stored": "", "pixels": ""}
REPLY = {"n": 0, "code": "", "digest": "limit.elements", "stored": "", "pixels": ""}
REPLY |= {"seconds": 1.0, "heap": 1 << 20}


def test_a_file_without_a_study_has_the_code_of_its_digest():
    found = record_of(REPLY, EXPECTED)

    assert ("limit.elements", "refused") == (found["code"], found["verdict"])


def test_a_worker_ended_by_the_watchdog_is_a_hang_even_where_a_refusal_was_due():
    found = record_of(REPLY | {"code": "engine.watchdog", "digest": ""}, EXPECTED)

    assert report.is_hang(found)
    assert found["verdict"].startswith("wrong: engine.watchdog")


def test_a_worker_that_died_is_a_death_even_where_a_refusal_was_due():
    found = record_of(REPLY | {"code": "engine.died", "digest": ""}, EXPECTED)

    assert report.is_death(found)
