"""An ICC profile is stated, and not applied: the bytes of RGB reach the canvas as they are.

Only the profile's description is read, within bounds. Standard: PS3.3 C.11.15, ICC Profile; ICC.1
7.2, 7.3 and 10.13 (multiLocalizedUnicodeType), ICC.1:2001 6.5.17 (textDescriptionType).
"""

from struct import error, unpack_from

from diascope import sequences
from diascope.errors import Part10Error
from diascope.part10 import Part10
from diascope.texts import visible

ICC_NOTICE = "An ICC profile{name} is in the file and is not applied."
UNNAMED = "unnamed"  # a profile whose description cannot be read
MAX_TAGS = 100  # our own: profiles have about twenty
MAX_NAME = 80  # our own: characters of a name that a corner can hold

_ICC_PROFILE, _OPTICAL_PATHS = 0x00282000, 0x00480105
_SIGNATURE_AT, _TAGS_AT = 36, 128  # ICC.1 7.2.9 and 7.3.1


def read(outside: Part10, notices: list[str]) -> str:
    """Return the description of the file's ICC profile, "" when it has none; and say so.

    Standard: PS3.3 C.11.15; C.8.12.5, of each optical path of a slide.
    """
    found = outside.value(_ICC_PROFILE) or _of_optical_path(outside)
    if not found:
        return ""
    name = description(found)
    notices.append(ICC_NOTICE.format(name=f" ({name})" if name else ""))
    return name or UNNAMED


def _of_optical_path(outside: Part10) -> bytes:
    """Return the first profile of the Optical Path Sequence; b"" where it cannot be read."""
    try:
        listed = sequences.items(outside, _OPTICAL_PATHS)
    except Part10Error:
        return b""
    return next((item.value(_ICC_PROFILE) for item in listed if item.value(_ICC_PROFILE)), b"")


def description(profile: bytes) -> str:
    """Return the profile's own name, "" when it cannot be read.

    Standard: ICC.1 9.2.41, profileDescriptionTag.
    """
    try:
        return visible(_description(profile)[:MAX_NAME].strip(" \0"))
    except (error, UnicodeDecodeError):
        return ""


def _description(profile: bytes) -> str:
    if profile[_SIGNATURE_AT : _SIGNATURE_AT + 4] != b"acsp":
        return ""
    (count,) = unpack_from(">I", profile, _TAGS_AT)
    for n in range(min(count, MAX_TAGS)):
        name, offset, size = unpack_from(">4sII", profile, _TAGS_AT + 4 + 12 * n)
        if name == b"desc":
            return _text(profile[offset : offset + size])
    return ""


def _text(tag: bytes) -> str:
    """Read the first text of a description, as version 2 or 4 of the format writes it."""
    if tag[:4] == b"desc":
        (length,) = unpack_from(">I", tag, 8)
        return tag[12 : 12 + min(length, MAX_NAME)].decode("ascii")
    if tag[:4] == b"mluc":
        length, offset = unpack_from(">II", tag, 20)
        return tag[offset : offset + min(length, 2 * MAX_NAME)].decode("utf-16-be")
    return ""
