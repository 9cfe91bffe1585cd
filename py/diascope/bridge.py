"""The one door for JavaScript: a command name, a JSON body and some bytes in; JSON and pixels out.

It never raises and imports nothing of the browser, so CPython's tests go through the same door.
Commands and replies are section 9 of the wire formats.
"""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from diascope import display, selftest, stack_words, states, stored_digest
from diascope.errors import CommandError, DiascopeError
from diascope.painted import Painted, Screen
from diascope.reading import Reader

Reply: TypeAlias = tuple[str, NDArray[np.uint8] | None]
Door: TypeAlias = Callable[[str, str, Any], Reply]
MAX_BODY = 16_384  # characters; the largest real one has a few hundred
MAX_NESTED = 32
MEMORY = "There is not enough memory for this image. Close other studies and reload the page."
FAULT = "The viewer met a fault of its own"


class Body:
    """A message's body, read field by field with its type; anything else is refused."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_BODY or text.count("[") + text.count("{") > MAX_NESTED:
            raise CommandError("body")  # deeper ones end the WebAssembly stack, not Python's
        try:
            parsed = json.loads(text)
        except ValueError:
            raise CommandError("body") from None
        if not isinstance(parsed, dict):
            raise CommandError("body")
        self._fields: dict[str, Any] = parsed

    def integer(self, name: str) -> int:
        """Return an integer within what JSON can carry exactly."""
        value = self._fields.get(name)
        if type(value) is not int or abs(value) > 2**53:
            raise CommandError("body", name)
        return value

    def text(self, name: str) -> str:
        """Return a string of at most 1,024 characters."""
        value = self._fields.get(name)
        if not isinstance(value, str) or len(value) > 1024:
            raise CommandError("body", name)
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean."""
        value = self._fields.get(name)
        if not isinstance(value, bool):
            raise CommandError("body", name)
        return value

    def members(self, name: str) -> dict[str, Any]:
        """Return an object."""
        value = self._fields.get(name)
        if not isinstance(value, dict):
            raise CommandError("body", name)
        return value


def _self_test(_: Reader, __: Body, ___: bytes) -> dict[str, Any]:
    return selftest.run()


def _open_study(reader: Reader, body: Body, payload: bytes) -> dict[str, Any]:
    study = reader.open(payload, body.text("manifest_sha256"), body.text("bundle"))
    manifest = study.manifest
    listed = [
        stack_words.described(index, stack, manifest.series[stack.series])
        for index, stack in enumerate(study.stacks)
    ]
    names = ("series", "instance", "part")
    kept = [dict(zip(names, key, strict=True)) for key in states.keys(manifest)]
    return {
        "handle": manifest.handle,
        "attributes": dict(manifest.attributes),
        "stacks": listed,
        "states": kept,
    }


def _needs(reader: Reader, body: Body, _: bytes) -> dict[str, Any]:
    keys = reader.needs(body.integer("stack"), body.integer("position"))
    names = ("series", "instance", "part")
    return {"parts": [dict(zip(names, key, strict=True)) for key in keys]}


def _put_part(reader: Reader, body: Body, payload: bytes) -> dict[str, Any]:
    key = body.integer("series"), body.integer("instance"), body.integer("part")
    if min(key) < 0:
        raise CommandError("part")
    return {"held_bytes": reader.holding.put_part(key, payload)}


def _layout(reader: Reader, body: Body, _: bytes) -> dict[str, Any]:
    reader.lay_out(
        Screen(
            body.text("viewport"),
            body.integer("width"),
            body.integer("height"),
            body.integer("device_pixel_ratio_e6"),
            body.flag("scale_verified"),
        )
    )
    return {}


def _show(reader: Reader, body: Body, _: bytes) -> Painted:
    place = body.integer("stack"), body.integer("position")
    return reader.show(body.text("viewport"), *place, body.integer("generation"))


def _gesture(reader: Reader, body: Body, _: bytes) -> Painted:
    by, at = ((body.integer(x), body.integer(y)) for x, y in (("dx", "dy"), ("x", "y")))
    kind = body.text("kind")
    return reader.gesture(body.text("viewport"), kind, by, at, body.integer("generation"))


def _set(reader: Reader, body: Body, _: bytes) -> Painted:
    change = body.members("change")
    return reader.change(body.text("viewport"), change, body.integer("generation"))


def _settle(reader: Reader, body: Body, _: bytes) -> Painted:
    return reader.settle(body.text("viewport"), body.integer("generation"))


def _thumbnail(reader: Reader, body: Body, _: bytes) -> Painted:
    size = body.integer("width"), body.integer("height")
    return reader.thumbnail(body.text("canvas"), body.integer("stack"), *size)


def _digest(_: Reader, __: Body, payload: bytes) -> dict[str, Any]:
    return stored_digest.of_file(payload)


def _close_study(reader: Reader, _: Body, __: bytes) -> dict[str, Any]:
    reader.close()
    return {}


COMMANDS: dict[str, Callable[[Reader, Body, bytes], dict[str, Any] | Painted]] = {
    "self-test": _self_test,
    "open-study": _open_study,
    "needs": _needs,
    "put-part": _put_part,
    "layout": _layout,
    "show": _show,
    "gesture": _gesture,
    "set": _set,
    "settle": _settle,
    "thumbnail": _thumbnail,
    "close-study": _close_study,
    "digest": _digest,
}


def door(reader: Reader) -> Door:
    """Return a `handle` of its own for a reader."""

    def handle(command: str, body: str, payload: Any) -> Reply:
        """Run a command; return its JSON reply and, if it painted, RGBA (height, width, 4)."""
        try:
            return _answer(reader, command, body, payload)
        except DiascopeError as error:
            return _refusal(error.code, str(error))
        except MemoryError:
            return _refusal("limit.memory", MEMORY)
        except Exception as error:  # noqa: BLE001 - the door: a bug is named, never raised
            return _refusal("engine.internal", f"{FAULT} ({type(error).__name__}).")

    return handle


def _answer(reader: Reader, command: str, body: str, payload: Any) -> Reply:
    if command not in COMMANDS:
        raise CommandError("unknown")
    done = COMMANDS[command](reader, Body(body), _bytes(payload))
    if isinstance(done, Painted):
        return json.dumps(done.reply), display.to_rgba(done.pixels).array
    return json.dumps(done), None


def _bytes(payload: Any) -> bytes:
    """Copy the payload out of whatever buffer carries it; the engine keeps its own bytes."""
    if payload is None:
        return b""
    if hasattr(payload, "to_memoryview"):  # a JavaScript buffer seen from Python
        payload = payload.to_memoryview()
    return bytes(memoryview(payload))


def _refusal(code: str, message: str) -> Reply:
    return json.dumps({"error": {"code": code, "message": message}}), None


handle = door(Reader())
