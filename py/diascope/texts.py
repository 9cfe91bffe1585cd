"""Text of a file made fit to be shown: nothing invisible, nothing endless, names readable.

Standard: PS3.5 6.2 (VRs), 6.2.1 (person names).
"""

import unicodedata
from collections.abc import Callable
from itertools import zip_longest
from typing import TypeAlias

MAX_CHARACTERS = 1_024  # PS3.5 6.2: the longest short text, ST
# Control, format (bidi, zero width), surrogate, private use; line and paragraph separators:
# what could hide or reorder a name on screen.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_PADDING = " \0"

Decoder: TypeAlias = Callable[[str, bytes], list[str]]
"""A VR and the bytes of a value to its values in Unicode, fit to be shown."""


def ascii_text(value: bytes) -> str:
    """Return a value of the default repertoire without padding. Standard: PS3.5 6.1.2.2."""
    return visible(value[: MAX_CHARACTERS + 1].decode("ascii", "replace").strip(_PADDING))


def visible(text: str) -> str:
    """Show what cannot be seen as `<U+202E>`, and cut what is too long.

    Standard: PS3.5 6.1.3, control characters.
    """
    shown = "".join(
        f"<U+{ord(each):04X}>" if unicodedata.category(each) in _HIDDEN else each
        for each in text[: MAX_CHARACTERS + 1]
    )
    return shown if len(shown) <= MAX_CHARACTERS else shown[: MAX_CHARACTERS - 1] + "…"


def readable_name(name: str) -> str:
    """Return a person name as people write it: `Doe, Dr John Adam, Jr`, all groups.

    The alphabetic, ideographic and phonetic groups stand in their order, joined by " = ".

    Standard: PS3.5 6.2.1.2, component groups and components.
    """
    groups = [_readable_group(group) for group in name.split("=")]
    return " = ".join(group for group in groups if group)


def _readable_group(group: str) -> str:
    parts = [part.strip(_PADDING) for part in group.split("^")]
    family, given, middle, prefix, suffix = (
        part for _, part in zip_longest(range(5), parts[:5], fillvalue="")
    )
    forenames = " ".join(part for part in (prefix, given, middle) if part)
    return ", ".join(part for part in (family, forenames, suffix) if part)
