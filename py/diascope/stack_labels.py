"""Names for the stacks of one series: as few traits as set them apart, "Sagittal, b = 1000".

A trait is named only where it differs among stacks that all traits before it left alike; what no
trait tells apart is numbered.
"""

from collections.abc import Mapping, Sequence

from diascope.stack import Trait
from diascope.stack_split import SPLITTERS, sortable

Traits = Mapping[str, str]
LABELLED = ("localiser", "plane", "stack", "clip", "size", "color", *SPLITTERS)
RANKED = {"echo_time": "echo", "direction": "direction", "clip": "clip"}
"""Keys whose rank is named, since their value says little; and the word for it."""
KINDS = {"temporal_position": "phase", "trigger_time": "phase", "color": "photometric"}
KINDS |= {key: "dimension" for key in SPLITTERS if key.startswith("dimension_")}
"""Keys that go by another word."""
ABSENT = {"localiser": "", "stack": "", "color": "", "plane": "unplaced", "clip": "stills"}
"""What a stack is called that lacks a trait of its neighbours; "" where that says enough."""


def labels(stacks: Sequence[Traits]) -> list[tuple[Trait, ...]]:
    """Return the label of each of a series' stacks, no two alike.

    Standard: none; the words of a label.
    """
    names: list[tuple[Trait, ...]] = [()] * len(stacks)
    alike = [list(range(len(stacks)))]
    for key in LABELLED:
        alike = [part for rest in alike for part in _named(stacks, names, rest, key)]
    for rest in alike:
        for number, at in enumerate(rest if len(rest) > 1 else (), start=1):
            names[at] = (*names[at], Trait("part", str(number)))
    return names


def _named(
    stacks: Sequence[Traits], names: list[tuple[Trait, ...]], rest: list[int], key: str
) -> list[list[int]]:
    """Add a trait to the names of the stacks among which it differs; part them by its value."""
    parted: dict[str, list[int]] = {}
    for at in rest:
        parted.setdefault(stacks[at].get(key, ""), []).append(at)
    if len(parted) > 1:
        for value, members in parted.items():
            for at in members:
                names[at] = (*names[at], *_traits(key, value, list(parted)))
    return list(parted.values())


def _traits(key: str, value: str, among: list[str]) -> tuple[Trait, ...]:
    """Return the trait that names a value among others, none where its absence says enough."""
    if key == "plane" and value:
        return (Trait(value),)
    if not value:
        absent = ABSENT.get(key, "unstated")
        return (Trait(absent),) if absent else ()
    if key in RANKED:
        stated = sorted(filter(None, among), key=sortable)
        return (Trait(RANKED[key], str(1 + stated.index(value))),)
    if key == "localiser" or value == "color":
        return (Trait(key),)
    return (Trait(KINDS.get(key, key), _shown(key, value, among)),)


def _shown(key: str, value: str, among: list[str]) -> str:
    """Return a value as it is read: of several components only those that not all share."""
    if key == "spacing":
        return value.replace("\\", " x ")
    if key != "image_type":
        return value
    common = set.intersection(*(set(each.split("\\")) for each in among))
    return " ".join(each for each in value.split("\\") if each not in common) or value
