"""Whatever a file says about its patient, what happens to it can be recorded."""

import pytest
from pydicom import DataElement

from diascope_server.ingest.batch import ingest
from diascope_server.studies.subjects import MAX_CHARACTERS, subject_of

ENDLESS = DataElement(0x00100020, "LO", "x" * 300, validation_mode=0)


def test_a_patient_id_within_the_standard_is_kept():
    assert "x" * 64 == subject_of("handle", "x" * 64).patient
    assert "x" * MAX_CHARACTERS == subject_of("handle", "x" * MAX_CHARACTERS).patient


def test_a_longer_one_is_cut_with_a_mark():
    assert "x" * (MAX_CHARACTERS - 1) + "…" == subject_of("handle", "x" * 257).patient


@pytest.mark.requirement("AUD-11")
def test_an_endless_patient_id_stops_no_batch(desk, page, new_study):
    """It is stored, opened and recorded, and so is the study after it."""
    files = [*new_study(1, ENDLESS), *new_study()]
    endless, plain = ingest(desk.home, iter(files), lambda _: None).studies
    recorded = {each.subject.study: each.subject.patient for each in desk.events("imported")}

    assert MAX_CHARACTERS == len(recorded[endless])
    assert "1CT1" == recorded[plain]
    assert 200 == page.ask_open(endless).status
    assert recorded[endless] == desk.events("study_opened")[-1].subject.patient
    assert 300 == len(desk.home.worklist.find(endless)["patient_id"])
