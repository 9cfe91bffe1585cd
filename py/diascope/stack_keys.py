"""What a file says that tells one stack of a series from another: echo, b-value, phase, kind.

Text by the short names that the manifest uses; what the file does not say is left out. Numbers
stay the decimal strings of the file, and binary ones become the shortest decimal that names them.
Standard: PS3.3 C.7.3.1, C.7.6.1.1.2, C.8.3.1, C.8.13.5, C.7.6.16.2.
"""

import struct
from collections.abc import Iterable, Mapping
from math import isfinite
from types import MappingProxyType

from diascope.part10 import Part10
from diascope.texts import ascii_text

TEXTS: Mapping[str, int] = MappingProxyType(
    {
        "image_type": 0x00080008,
        "photometric": 0x00280004,
        "anatomy": 0x00102210,
        "kvp": 0x00180060,
        "echo_time": 0x00180081,
        "inversion_time": 0x00180082,
        "echo": 0x00180086,
        "trigger_time": 0x00181060,
        "tilt": 0x00181120,
        "diffusion": 0x00189075,
        "acquisition": 0x00200012,
        "temporal_position": 0x00200100,
    }
)
DOUBLES: Mapping[str, int] = MappingProxyType({"b_value": 0x00189087, "direction": 0x00189089})
SINGLES: Mapping[str, int] = MappingProxyType({"cardiac_percent": 0x00209241})
OF_FRAMES = ("stack", "in_stack")
"""Known of single frames only. Standard: PS3.3 C.7.6.16.2.2, Frame Content Macro."""
NAMES = tuple(sorted([*TEXTS, *DOUBLES, *SINGLES, *OF_FRAMES]))
MAX_CHARACTERS = 256  # our own: the longest, Image Type, has some five values of at most 16
NO_KEYS: Mapping[str, str] = MappingProxyType({})


def read(outside: Part10) -> Mapping[str, str]:
    """Return the keys that the top level of a file holds.

    Standard: PS3.3 C.7.6.1.1.2, C.8.3.1, C.8.13.5.9, C.7.6.16.2.
    """
    is_little = outside.encoding.is_little
    found = {name: ascii_text(outside.value(tag)) for name, tag in TEXTS.items()}
    for size, tags in ((8, DOUBLES), (4, SINGLES)):
        for name, tag in tags.items():
            found[name] = floats(outside.value(tag), size, is_little=is_little)
    return stated(found.items())


def stated(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the keys that say something, none longer than a manifest holds.

    Standard: none; the limits of a manifest.
    """
    return MappingProxyType({name: text[:MAX_CHARACTERS] for name, text in pairs if text})


def floats(value: bytes, size: int, *, is_little: bool) -> str:
    """Write FD (size 8) or FL (size 4) values as decimals joined by a backslash, "" of others.

    Standard: PS3.5 6.2, FD and FL.
    """
    count, kind = len(value) // size, "d" if size == 8 else "f"
    try:
        numbers = struct.unpack(f"{'<' if is_little else '>'}{count}{kind}", value)
    except struct.error:
        return ""
    return "\\".join(map(_decimal, numbers)) if all(map(isfinite, numbers)) else ""


def _decimal(number: float) -> str:
    """Return the shortest decimal that names this number, the same on every machine."""
    return str(int(number)) if number == int(number) else repr(number)
