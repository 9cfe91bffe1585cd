"""A series as the reader scrolls it: one position an image, in the manifest's order."""

from dataclasses import dataclass

from diascope.errors import CommandError
from diascope.manifest import InstanceEntry, SeriesEntry, StudyManifest


@dataclass(frozen=True, slots=True)
class Slot:
    """One frame of one instance: indices into the manifest, `frame` from 0."""

    series: int
    instance: int
    frame: int


def stacks(manifest: StudyManifest) -> tuple[tuple[Slot, ...], ...]:
    """Return the stack of each series; multi-frame instances are expanded in place."""
    return tuple(_stack(index, entry) for index, entry in enumerate(manifest.series))


def _stack(index: int, series: SeriesEntry) -> tuple[Slot, ...]:
    return tuple(
        Slot(index, number, frame)
        for number, entry in enumerate(series.instances)
        for frame in range(entry.frames)
    )


def parts_of(entry: InstanceEntry, frame: int) -> tuple[int, ...]:
    """Return the indices of the parts that make one frame: the whole, or header and frame."""
    if entry.whole is not None:
        return (0,)
    return (0, 1 + frame)


def at(stack: tuple[Slot, ...], position: int) -> Slot:
    """Return the slot at a position.

    Raises:
        CommandError: `position`, the stack has no such place.
    """
    if not 0 <= position < len(stack):
        raise CommandError("position")
    return stack[position]
