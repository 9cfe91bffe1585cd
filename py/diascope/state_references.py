"""Which images and frames a presentation state, or one of its items, is for.

Standard: PS3.3 C.11.11, Presentation State Relationship; 10.3, Image SOP Instance Reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from diascope import sequences, state_values
from diascope.errors import PresentationStateError
from diascope.part10 import Part10
from diascope.sequences import Source
from diascope.texts import ascii_text

MAX_REFERENCES = 20_000  # our own, as the items of a file

_SERIES, _IMAGES = 0x00081115, 0x00081140
_SOP, _FRAMES, _SEGMENTS = 0x00081155, 0x00081160, 0x0062000B


@dataclass(frozen=True, slots=True)
class References:
    """SOP Instance UIDs with the frames (from 1) that are meant; None for all of them."""

    frames: Mapping[str, frozenset[int] | None]

    def covers(self, sop: str, frame: int) -> bool:
        """Tell whether frame `frame`, from 1, of an instance is meant. Standard: PS3.3 10.3."""
        if sop not in self.frames:
            return False
        meant = self.frames[sop]
        return meant is None or frame in meant


def of_state(outside: Part10) -> References:
    """Read what the state as a whole is for.

    Raises:
        PresentationStateError: `references`, it is for nothing that can be named.

    Standard: PS3.3 C.11.11.
    """
    found: dict[str, frozenset[int] | None] = {}
    with state_values.refused_as(PresentationStateError("references")):
        for series in sequences.items(outside, _SERIES):
            _gather(series, found)
    if not found:
        raise PresentationStateError("references", "it names no image")
    return References(found)


def of_item(holder: Source) -> References | None:
    """Read what an item is for; None when it is for all that the state is for.

    A sequence without items names no exception, whichever way its length is written.

    Raises:
        PresentationStateError: `references`.

    Standard: PS3.3 C.10.4, C.10.5, C.11.8: Referenced Image Sequence of an item.
    """
    if not state_values.is_present(holder, _IMAGES):
        return None
    found: dict[str, frozenset[int] | None] = {}
    with state_values.refused_as(PresentationStateError("references")):
        _gather(holder, found)
    return References(found) if found else None


def _gather(holder: Source, found: dict[str, frozenset[int] | None]) -> None:
    for image in sequences.items(holder, _IMAGES):
        sop = ascii_text(image.value(_SOP))
        frames = frozenset(state_values.whole(image, _FRAMES)) or None
        if not sop or state_values.is_present(image, _SEGMENTS) or len(found) >= MAX_REFERENCES:
            raise PresentationStateError("references", "an image that cannot be named")
        before = found.get(sop, frozenset())
        found[sop] = None if frames is None or before is None else before | frames
