"""Beacons as JSON values: one valid body of each type, to be changed by the tests."""

import copy

DIGEST = "0123456789abcdef" * 4
HANDLE = "abcdefghijklmnopqrstuv"

VIEW = {
    "study": HANDLE,
    "manifest": DIGEST,
    "bundle": DIGEST,
    "series": "1.2.3",
    "sop": "1.2.3.4",
    "frame": 1,
    "parts": [DIGEST, DIGEST],
    "presentation": {
        "voi": {"function": "LINEAR", "center": "40", "width": "400", "explanation": "SOFT"},
        "invert": False,
        "zoom_e6": 1_000_000,
        "center_column_e6": -256_000_000,
        "center_row_e6": 256_000_000,
        "mode": "fit",
        "interpolation": "bilinear",
        "rotation": 270,
        "flip": True,
        "state": "1.2.3.5",
        "overlays": True,
        "graphics_sha256": DIGEST,
    },
    "viewport": {
        "id": "1",
        "width": 800,
        "height": 600,
        "device_pixel_ratio_e6": 1_250_000,
        "scale_verified": True,
    },
    "layout_id": "1x1",
    "generation": 12,
    "exact": True,
    "pixel_sha256": DIGEST,
}
FAULT = {"code": "integrity.digest", "study": HANDLE, "sop": "1.2.3.4", "frame": 1}
BODIES = {
    "view": VIEW,
    "engine_fault": FAULT,
    "alert": {**FAULT, "object": DIGEST},
    "worker_replaced": {"reason": "watchdog"},
    "leave": {"reason": "pagehide"},
    "session_end": {"reason": "idle"},
}


def body(kind: str) -> dict:
    return copy.deepcopy(BODIES[kind])


def envelope(kind: str = "view", **changes) -> dict:
    value = {
        "v": 1,
        "chain": "00112233445566778899aabbccddeeff",
        "seq": 0,
        "prev": DIGEST,
        "type": kind,
        "t_wall_ms": 1_767_225_600_000,
        "t_mono_ms": 1234,
        "checkpoint": {"size": 3, "root": DIGEST},
        "body": body(kind),
    }
    return {**value, **changes}
