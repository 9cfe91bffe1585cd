"""Canonical JSON: one value, one sequence of bytes. Standard: RFC 8785.

Floats are refused, since two machines may print or round them differently: signed numbers are
integers with a named scale, or decimal strings as they stand in the file.
"""

import json
import re
from itertools import accumulate
from typing import Any, Final, Never, TypeAlias

import rfc8785

from diascope.errors import AuditError

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"

MAX_BYTES: Final = 64 << 20  # a manifest of 100,000 instances fits; a hostile body does not
MAX_DEPTH: Final = 32  # ours never nest deeper than 8
MAX_DIGITS: Final = 17  # a sign and the 16 digits of 2^53 - 1, RFC 8785 3.2.2.3
MAX_INTEGER: Final = 2**53 - 1

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_STEPS = bytes.maketrans(b"[{]}", b"\2\2\0\0")  # one more than how each changes the depth
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))


def to_bytes(value: Any, limit: int = MAX_BYTES) -> bytes:
    """Return the canonical UTF-8 bytes of a JSON value; tuples count as arrays.

    Raises:
        AuditError: `audit.float`, `audit.integer` (beyond ±(2^53 - 1)), `audit.text` (a lone
            surrogate), `audit.type`, `audit.depth`, `audit.size` (more than `limit` bytes).

    Standard: RFC 8785 3.2.
    """
    _check(value, MAX_DEPTH)
    data = rfc8785.dumps(value)
    if len(data) > limit:
        raise AuditError("size", f"{len(data)} bytes, at most {limit}")
    return data


def _check(value: Any, depth: int) -> None:
    """Refuse what has no canonical form here, before the writer recurses into it."""
    match value:
        case None | bool():
            return
        case int():
            _check_integer(value)
        case str():
            _check_text(value)
        case float():
            raise AuditError("float")
        case list() | tuple() | dict():
            _check_inside(value, depth - 1)
        case _:
            raise AuditError("type", type(value).__name__)


def _check_integer(value: int) -> None:
    if abs(value) > MAX_INTEGER:
        raise AuditError("integer")


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise AuditError("text") from error


def _check_inside(value: list[Any] | tuple[Any, ...] | dict[Any, Any], depth: int) -> None:
    if depth < 0:
        raise AuditError("depth", f"at most {MAX_DEPTH}")
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise AuditError("type", "an object's keys are strings")
            _check_text(key)
    for item in value.values() if isinstance(value, dict) else value:
        _check(item, depth)


def parse(data: bytes, limit: int = MAX_BYTES) -> Any:
    """Return the value whose canonical form is exactly `data`.

    Raises:
        AuditError: `audit.json` (not JSON in UTF-8), `audit.duplicate` (a key twice),
            `audit.not_canonical`, or a reason of `to_bytes`.

    Standard: RFC 8785 3.1, RFC 7493 2 (I-JSON).
    """
    if len(data) > limit:
        raise AuditError("size", f"{len(data)} bytes, at most {limit}")
    _check_nesting(data)
    value = _load(data)
    if to_bytes(value, limit) != data:
        raise AuditError("not_canonical")
    return value


def _check_nesting(data: bytes) -> None:
    """Refuse a deep nest before the decoder recurses into it: in wasm that ends the engine."""
    steps = _STRING.sub(b"", data).translate(_STEPS, _NOT_BRACKETS)
    if max(accumulate(step - 1 for step in steps), default=0) > MAX_DEPTH:
        raise AuditError("depth", f"at most {MAX_DEPTH}")


def _load(data: bytes) -> Any:
    try:
        return json.loads(
            data.decode(),
            object_pairs_hook=_unique,
            parse_float=_refuse_float,
            parse_int=_integer,
            parse_constant=_refuse_float,
        )
    except ValueError as error:
        raise AuditError("json") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise AuditError("duplicate")
    return value


def _refuse_float(_text: str) -> Never:
    raise AuditError("float")


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise AuditError("integer")
    return int(text)
