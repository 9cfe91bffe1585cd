"""The shape of a study manifest's JSON, as data: keys, ranges and patterns of every field.

Standard: section 3 of the wire formats.
"""

from collections.abc import Mapping
from types import MappingProxyType

from diascope import stack_keys
from diascope.audit import schema
from diascope.audit.schema import Shape
from diascope.limits import MAX_FILE_BYTES, MAX_FRAMES, MAX_SIDE
from diascope.texts import MAX_CHARACTERS

VERSION = 2  # what is written; 1 is still read, and says less of each instance
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
_INSTANCE: Mapping[str, Shape] = MappingProxyType(
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
_KEY = schema.text(1, stack_keys.MAX_CHARACTERS)
_KEYS = schema.some_of(dict.fromkeys(stack_keys.NAMES, _KEY))
_VECTOR = schema.pattern(r"[-+0-9.eE\\]{0,400}")  # of one frame: decimals joined, "" for none
_COLUMN = schema.text(0, stack_keys.MAX_CHARACTERS)
COLUMNS: Mapping[str, Shape] = MappingProxyType(
    {
        **dict.fromkeys(("position", "orientation", "spacing"), _VECTOR),
        **dict.fromkeys((*stack_keys.NAMES, "dimensions"), _COLUMN),
    }
)
_PER_FRAME = schema.some_of(
    {name: schema.array(shape, 1, MAX_FRAMES) for name, shape in COLUMNS.items()}
)
_SINCE_2: Mapping[str, Shape] = MappingProxyType(
    {
        "spacing": schema.optional(schema.array(_DECIMAL, 2, 2)),
        "keys": schema.optional(_KEYS),
        "per_frame": schema.optional(_PER_FRAME),
    }
)


def _study(version: int, instance: Mapping[str, Shape]) -> Shape:
    series = {
        "series": _UID,
        **dict.fromkeys(SERIES_ATTRIBUTES, _TEXT),
        "instances": schema.array(schema.members(instance), 1, MAX_INSTANCES),
    }
    return schema.members(
        {
            "v": schema.one_of(version),
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
            "series": schema.array(schema.members(series), 0, MAX_INSTANCES),
        }
    )


STUDY: Mapping[int, Shape] = MappingProxyType(
    {1: _study(1, _INSTANCE), 2: _study(2, {**_INSTANCE, **_SINCE_2})}
)
"""The shape of each version of the form."""
