"""What a page may say in a beacon: the envelope, and one body shape a type.

The page signs the canonical bytes of the envelope; `parse_envelope` takes exactly those and
nothing near them. docs/wire.md 7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from diascope.audit import canonical
from diascope.audit.schema import (
    Shape,
    array,
    boolean,
    free,
    hexadecimal,
    integer,
    members,
    one_of,
    optional,
    pattern,
    text,
)
from diascope.errors import AuditError

VERSION: Final = 1
MAX_BEACON_BYTES: Final = 60_000  # sendBeacon's limit, and below a leaf's
MAX_SEQUENCE: Final = 2**31 - 1
MICRO: Final = 1_000_000  # the scale of numbers whose name ends in _e6
MAX_PARTS: Final = 64
MAX_SIDE: Final = 65_535

_CODE: Final = pattern(r"[a-z0-9_.]{1,64}")
_DIGEST: Final = hexadecimal(32)
_HANDLE: Final = pattern(r"[A-Za-z0-9_-]{22}")
_NO_DIGEST: Final = pattern(r"([0-9a-f]{64})?")
_NO_HANDLE: Final = pattern(r"([A-Za-z0-9_-]{22})?")
_UID: Final = text(1, 64)  # files with UIDs outside PS3.5 9.1 exist, and are shown
_DECIMAL: Final = pattern(r" *[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)? *")  # PS3.5 6.2 DS
_COORDINATE: Final = integer(-canonical.MAX_INTEGER)

NO_PIXELS: Final = "0" * 64  # stands for a digest that is still to come
WINDOWED: Final = ("LINEAR", "LINEAR_EXACT", "SIGMOID")
UNWINDOWED: Final = ("LUT", "NONE")


def _voi(value: Any, name: str) -> None:
    """Accept a VOI transformation: a window has both numbers, a table or nothing has neither."""
    is_windowed = isinstance(value, dict) and value.get("function") in WINDOWED
    number = _window_number if is_windowed else one_of("")
    members(
        {
            "function": one_of(*WINDOWED, *UNWINDOWED),
            "center": number,
            "width": number,
            "explanation": text(0, 1024),
        }
    )(value, name)


def _window_number(value: Any, name: str) -> None:
    text(1, 64)(value, name)
    _DECIMAL(value, name)


_UNTURNED: Final[Mapping[str, Shape]] = {
    "voi": _voi,
    "invert": boolean,
    "zoom_e6": integer(1),
    "center_column_e6": _COORDINATE,
    "center_row_e6": _COORDINATE,
    "mode": one_of("fit", "one_to_one", "free"),
    "interpolation": one_of("nearest", "bilinear", "area"),
}
_TURNED: Final[Mapping[str, Shape]] = {
    **_UNTURNED,
    "rotation": one_of(0, 90, 180, 270),
    "flip": boolean,
    "state": text(0, 64),
    "overlays": boolean,
    "graphics_sha256": _NO_DIGEST,
}


def _presentation(value: Any, name: str) -> None:
    """Accept how an image is shown; records of before pictures could turn say less."""
    is_earlier = isinstance(value, dict) and value.keys() == _UNTURNED.keys()
    members(_UNTURNED if is_earlier else _TURNED)(value, name)


_VIEWPORT: Final = members(
    {
        "id": text(1, 64),
        "width": integer(1, MAX_SIDE),
        "height": integer(1, MAX_SIDE),
        "device_pixel_ratio_e6": integer(1, 100 * MICRO),
        "scale_verified": boolean,
    }
)
_VIEW: Final[Mapping[str, Shape]] = {
    "study": _HANDLE,
    "manifest": _DIGEST,
    "bundle": _DIGEST,
    "series": _UID,
    "sop": _UID,
    "frame": integer(1, MAX_SEQUENCE),
    "parts": array(_DIGEST, 1, MAX_PARTS),
    "presentation": _presentation,
    "viewport": _VIEWPORT,
    "layout_id": text(1, 64),
    "generation": integer(),
    "exact": boolean,
    "pixel_sha256": _DIGEST,
}
_FAULT: Final[Mapping[str, Shape]] = {
    "code": _CODE,
    "study": _NO_HANDLE,
    "sop": text(0, 64),
    "frame": integer(0, MAX_SEQUENCE),
}
_REASON: Final = members({"reason": text(1, 200)})

BODIES: Final[Mapping[str, Shape]] = {
    "view": members(_VIEW),
    "engine_fault": members(_FAULT),
    "alert": members({**_FAULT, "object": _NO_DIGEST}),
    "worker_replaced": _REASON,
    "leave": _REASON,
    "session_end": members({"reason": one_of("logoff", "idle")}),
}
"""Beacon type → shape of its body."""

_ENVELOPE: Final = members(
    {
        "v": one_of(VERSION),
        "chain": hexadecimal(16),
        "seq": integer(0, MAX_SEQUENCE),
        "prev": _DIGEST,
        "type": one_of(*BODIES),
        "t_wall_ms": integer(),
        "t_mono_ms": integer(),
        "checkpoint": optional(members({"size": integer(), "root": _DIGEST})),
        "body": free,
    }
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One beacon as the page signed it; times are milliseconds and only evidence."""

    chain: str
    seq: int
    prev: str
    type: str
    t_wall_ms: int
    t_mono_ms: int
    checkpoint: Mapping[str, Any] | None
    body: Mapping[str, Any]


def check_body(kind: str, body: Any) -> None:
    """Check a body by itself; the engine does so with each view, `NO_PIXELS` in its place.

    Raises:
        AuditError: `audit.type` for an unknown type, `audit.shape` with the field's name.
    """
    if kind not in BODIES:
        raise AuditError("type")
    BODIES[kind](body, "body")


def parse_envelope(data: bytes) -> Envelope:
    """Read the canonical JSON of one beacon (without its domain), body included.

    Raises:
        AuditError: not canonical, too large, or `audit.shape` with the field's name.
    """
    value = canonical.parse(data, MAX_BEACON_BYTES)
    _ENVELOPE(value, "envelope")
    check_body(value["type"], value["body"])
    return Envelope(**{key: value[key] for key in value if key != "v"})
