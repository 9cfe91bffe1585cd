"""What the engine makes of one file: the values it decodes and the picture that stands at the end.

The picture comes through the bridge, by the page's own commands; the values through the stages, so
that they can be searched for the canary. Nothing here knows what is expected.
"""

import contextlib
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from diascope import bridge
from diascope.errors import DiascopeError
from diascope.reading import Reader
from tests.engine.studies import study
from tests.hostile import canary
from tests.hostile.case import EMPTY, stored_sha256
from tests.support.stored_parts import decoded_frames, image_of

WIDTH, HEIGHT = 64, 48


@dataclass
class Outcome:
    """`code` is that of the refusal, "" for a picture; `digest` that of the digest's."""

    code: str = ""
    digest: str = ""
    stored: str = ""
    pixels: str = ""
    notices: tuple[str, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    manifest: bytes = b""
    parts: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Series, instance, part and size of each, in the file's order."""


def judge(data):
    """Open one file as the page does; never raises."""
    outcome = Outcome()
    try:
        canary.show(data)
        told = json.loads(bridge.handle("digest", "{}", data)[0])
        outcome.digest, outcome.stored = told.get("refused", ""), told.get("stored_sha256", "")
        decode(data, outcome)
        outcome.pixels = picture(data, bridge.door(Reader()), outcome)
    except DiascopeError as error:
        outcome.code = error.code
    except Refused as refused:
        outcome.code = str(refused)
    except MemoryError:
        outcome.code = "limit.memory"
    except Exception as error:  # noqa: BLE001 - the very thing that must not happen
        outcome.fault = f"{type(error).__name__}: {error}"
    return outcome


class Refused(Exception):
    """The bridge answered with an error; the text is its code."""


def decode(data, outcome):
    """The stages, one by one: texts and notices, then the values of the first frames."""
    image = image_of(data)
    outcome.notices, outcome.texts = image.notices, dict(image.texts)
    if image.pixels is None:
        raise Refused(EMPTY)
    with contextlib.suppress(DiascopeError):  # the bridge will say the same
        frames = np.stack([frame.values.array for frame in decoded_frames(data)])
        if outcome.stored != stored_sha256(frames):
            outcome.fault = "the digest is of other values than the stages give"
        if canary.is_in(frames):
            outcome.fault = "the canary is in the picture"


def picture(data, door, outcome):
    """Open, show and settle by the page's commands; the digest of the canvas."""
    made = study([data])
    outcome.manifest = made.data
    outcome.parts = [(*key, len(payload)) for key, payload in made.parts.items()]
    opening = {"manifest_sha256": made.digest, "bundle": "b" * 64}
    ask(door, "open-study", opening, made.data)
    for (series, number, part), payload in made.parts.items():
        ask(door, "put-part", {"series": series, "instance": number, "part": part}, payload)
    screen = {"viewport": "one", "width": WIDTH, "height": HEIGHT}
    ask(door, "layout", screen | {"device_pixel_ratio_e6": 1_000_000, "scale_verified": True})
    ask(door, "show", {"viewport": "one", "stack": 0, "position": 0, "generation": 1})
    pixels = ask(door, "settle", {"viewport": "one", "generation": 2})
    return hashlib.sha256(pixels.tobytes()).hexdigest()


def ask(door, command, body, payload=b""):
    """One command; its pixels."""
    reply, pixels = door(command, json.dumps(body), payload)
    error: dict[str, Any] | None = json.loads(reply).get("error")
    if error:
        raise Refused(error["code"])
    return pixels
