"""The shape of a study manifest's JSON, as data: keys, ranges and patterns of every field.

Standard: section 3 of the wire formats.
"""

from types import MappingProxyType

from diascope.audit import schema
from diascope.limits import MAX_FILE_BYTES, MAX_FRAMES, MAX_SIDE
from diascope.texts import MAX_CHARACTERS

VERSION = 1
MAX_INSTANCES = 100_000  # our own: a manifest of more is above MAX_MANIFEST_BYTES
STUDY_ATTRIBUTES = MappingProxyType(
    {
        "patient_name": "PatientNameAsStored",
        "patient_id": "PatientID",
        "birth_date": "PatientBirthDate",
        "sex": "PatientSex",
        "study_date": "StudyDate",
        "study_time": "StudyTime",
        "accession": "AccessionNumber",
        "description": "StudyDescription",
        "referring_physician": "ReferringPhysicianNameAsStored",
    }
)
SERIES_ATTRIBUTES = MappingProxyType(
    {
        "modality": "Modality",
        "number": "SeriesNumber",
        "description": "SeriesDescription",
        "body_part": "BodyPartExamined",
    }
)

_SIZE = schema.integer(0, MAX_FILE_BYTES)
_HEX = schema.hexadecimal(32)
_TEXT = schema.text(0, MAX_CHARACTERS)
_UID = schema.pattern(r"[0-9.]{1,64}")
_UID_OR_NONE = schema.pattern(r"[0-9.]{0,64}")
_HANDLE = schema.pattern(r"[A-Za-z0-9_-]{22}")
_DECIMAL = schema.pattern(r"[-+0-9.eE]{1,64}")
_PART = schema.members(
    {
        "kind": schema.one_of("header", "frame", "trailer", "whole"),
        "index": schema.integer(0, MAX_FRAMES - 1),
        "size": _SIZE,
        "sha256": _HEX,
        "object": _HEX,
        "sealed_size": schema.integer(0),
    }
)
_INSTANCE = schema.members(
    {
        "sop": _UID,
        "sop_class": _UID,
        "transfer_syntax": _UID,
        "number": _TEXT,
        "frames": schema.integer(0, MAX_FRAMES),
        "rows": schema.integer(0, MAX_SIDE),
        "columns": schema.integer(0, MAX_SIDE),
        "size": _SIZE,
        "sha256": _HEX,
        "whole": schema.optional(schema.pattern(r"[a-z_]{1,32}")),
        "position": schema.optional(schema.array(_DECIMAL, 3, 3)),
        "orientation": schema.optional(schema.array(_DECIMAL, 6, 6)),
        "frame_of_reference": _UID_OR_NONE,
        "parts": schema.array(_PART, 1, MAX_FRAMES + 2),
    }
)
_SERIES = schema.members(
    {
        "series": _UID,
        **dict.fromkeys(SERIES_ATTRIBUTES, _TEXT),
        "instances": schema.array(_INSTANCE, 1, MAX_INSTANCES),
    }
)
STUDY = schema.members(
    {
        "v": schema.one_of(VERSION),
        "installation": schema.text(1, 128),
        "tenant": schema.text(1, 128),
        "study": _UID,
        "handle": _HANDLE,
        "version": schema.integer(1),
        "previous": schema.optional(_HEX),
        "created_ms": schema.integer(0),
        "dek_id": _HANDLE,
        "dek_commit": _HEX,
        "attributes": schema.members(dict.fromkeys(STUDY_ATTRIBUTES, _TEXT)),
        "series": schema.array(_SERIES, 0, MAX_INSTANCES),
    }
)
