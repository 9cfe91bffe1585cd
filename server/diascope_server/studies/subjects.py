"""Whom and what a record is about, as far as a record has room for it."""

from diascope.audit.event import Subject

# Of a name in a record: diascope.audit.record. A Patient ID has 64 (PS3.5 6.2).
MAX_CHARACTERS = 256


def subject_of(handle: str, patient_id: str) -> Subject:
    """Return the subject of an event; a Patient ID that breaks the standard is cut, with a mark.

    Whatever a file says, what happens to it can be recorded.
    """
    if len(patient_id) > MAX_CHARACTERS:
        patient_id = patient_id[: MAX_CHARACTERS - 1] + "…"
    return Subject(handle, patient_id)
