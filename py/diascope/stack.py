"""A stack: what the reader scrolls through, image by image, and what is known of it.

How a series becomes stacks is in `stacking`; this module says what one is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from diascope.errors import CommandError
from diascope.manifest import InstanceEntry


@dataclass(frozen=True, slots=True)
class Slot:
    """One frame of one instance: indices into the manifest, `frame` from 0."""

    series: int
    instance: int
    frame: int


class Trait(NamedTuple):
    """What distinguishes a stack from its neighbours: a kind, and its value as text."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What is wrong with a stack: a code, the images concerned (from 1), and numbers as text."""

    code: str
    images: tuple[int, ...]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """The images of a stack in their order; `basis` is the code of what that order rests on.

    `label` is empty where the stack is the whole of what its series shows.
    """

    series: int
    label: tuple[Trait, ...]
    basis: str
    findings: tuple[Finding, ...]
    slots: tuple[Slot, ...]

    def at(self, position: int) -> Slot:
        """Return the slot at a position, from 0.

        Raises:
            CommandError: `position`, the stack has no such place.

        Standard: none; a place in a stack.
        """
        if not 0 <= position < len(self.slots):
            raise CommandError("position")
        return self.slots[position]


def parts_of(entry: InstanceEntry, frame: int) -> tuple[int, ...]:
    """Return the indices of the parts that make one frame: the whole, or header and frame.

    Standard: PS3.5 A.4.
    """
    if entry.whole is not None:
        return (0,)
    return (0, 1 + frame)
