"""The shape of parsed JSON, said as data: exact keys, ranges, patterns.

A shape is a function that returns nothing and raises `AuditError` with the name of the field that
does not fit, never its value.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from diascope.audit.canonical import MAX_INTEGER
from diascope.errors import AuditError

Shape: TypeAlias = Callable[[Any, str], None]


def _refuse(name: str) -> AuditError:
    return AuditError("shape", name)


def text(shortest: int, longest: int) -> Shape:
    """Accept a string of so many characters without control characters (PS3.5 6.1.3)."""
    return pattern(rf"[^\x00-\x1f\x7f]{{{shortest},{longest}}}")


def pattern(expression: str) -> Shape:
    """Accept a string that matches as a whole."""
    compiled = re.compile(expression)

    def check(value: Any, name: str) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise _refuse(name)

    return check


def hexadecimal(size: int) -> Shape:
    """Accept lower-case hex of `size` bytes."""
    return pattern(rf"[0-9a-f]{{{2 * size}}}")


def integer(lowest: int = 0, highest: int = MAX_INTEGER) -> Shape:
    """Accept an integer in the closed range; `True` is not one."""

    def check(value: Any, name: str) -> None:
        if type(value) is not int or not lowest <= value <= highest:
            raise _refuse(name)

    return check


def boolean(value: Any, name: str) -> None:
    """Accept `true` and `false`."""
    if not isinstance(value, bool):
        raise _refuse(name)


def one_of(*allowed: Any) -> Shape:
    """Accept exactly these values."""

    def check(value: Any, name: str) -> None:
        if not any(type(value) is type(each) and value == each for each in allowed):
            raise _refuse(name)

    return check


def optional(shape: Shape) -> Shape:
    """Accept `null` too."""

    def check(value: Any, name: str) -> None:
        if value is not None:
            shape(value, name)

    return check


def array(item: Shape, shortest: int, longest: int) -> Shape:
    """Accept a list of so many items of one shape."""

    def check(value: Any, name: str) -> None:
        if not isinstance(value, list) or not shortest <= len(value) <= longest:
            raise _refuse(name)
        for position, each in enumerate(value):
            item(each, f"{name}[{position}]")

    return check


def members(shapes: Mapping[str, Shape]) -> Shape:
    """Accept an object with exactly these keys."""

    def check(value: Any, name: str) -> None:
        if not isinstance(value, dict) or value.keys() != shapes.keys():
            raise _refuse(name)
        for key, shape in shapes.items():
            shape(value[key], f"{name}.{key}")

    return check


def some_of(shapes: Mapping[str, Shape]) -> Shape:
    """Accept an object with some of these keys and no others."""

    def check(value: Any, name: str) -> None:
        if not isinstance(value, dict) or not value.keys() <= shapes.keys():
            raise _refuse(name)
        for key in value:
            shapes[key](value[key], f"{name}.{key}")

    return check


def free(value: Any, name: str) -> None:
    """Accept any object; its content is the writer's."""
    if not isinstance(value, dict):
        raise _refuse(name)
