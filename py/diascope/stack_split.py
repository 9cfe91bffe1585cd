"""Which frames of a series belong together.

First what can never be one stack is parted: localisers, other planes, other sizes, grey from
colour, moving clips. Then, only where several images lie at one position, the first key that
tells them apart parts them: b-value, echo, phase, acquisition. A key that differs and resolves
nothing parts nothing. Standard: PS3.3 C.7.6.2.1.1, C.7.6.1.1.2, C.8.13.5.9, C.8.3.1.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from types import MappingProxyType

from diascope import stack_geometry
from diascope.errors import PresentationError
from diascope.exact import fraction
from diascope.stack_frames import StackedFrame
from diascope.stack_geometry import SAME_WITHIN, Directions, Vector

LOCALISER = "LOCALIZER"  # PS3.3 C.8.2.1.1.1, C.8.3.1.1.1: value 3 of Image Type
COLORS = {
    **dict.fromkeys(("RGB", "YBR", "PALETTE COLOR"), "color"),
    "MONOCHROME1": "MONOCHROME1",
}
"""Photometric interpretations that are not of one stack with MONOCHROME2. PS3.3 C.7.6.3.1.2."""
TURNING_PLANES = 4  # a series of so many planes of one image each turns about an axis
SPLITTERS = (
    "b_value", "diffusion", "direction", "echo_time", "echo", "inversion_time",
    "temporal_position", "cardiac_percent", "trigger_time", "kvp", "acquisition", "image_type",
    "spacing", *(f"dimension_{n}" for n in range(1, 10)),
)  # fmt: skip
"""Keys that may tell images at one position apart, the strongest first; `dimension_1` is the first
of the Dimension Index Values, PS3.3 C.7.6.17."""
RANKED = frozenset({"trigger_time"})
"""What differs a little from position to position: the rank at each position counts."""

Frames = Sequence[StackedFrame]
Value = tuple[int, Fraction, str]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Frames that form a stack, what sets them apart, and where each lies along their normal.

    `along` and `spots` are by frame, None where the frames have no common normal: the exact
    distance along it, and the number of the position, from 0, that equal positions share.
    """

    frames: Frames
    traits: Mapping[str, str]
    normal: Vector | None = None
    along: Mapping[StackedFrame, Fraction] | None = None
    spots: Mapping[StackedFrame, int] | None = None


def groups(frames: Frames) -> list[Group]:
    """Return the stacks-to-be of a series: each frame in exactly one, whatever their order.

    Standard: PS3.3 C.7.6.2.1.1.
    """
    ordered = sorted(frames, key=lambda frame: frame.order)
    kinds = _partitioned(ordered, lambda frame: tuple(_traits(frame).items()))
    parted = [
        group
        for kind in kinds
        for plane in _planes(kind)
        for group in _resolved(_placed(plane), SPLITTERS)
    ]
    return sorted(parted, key=lambda group: bool(group.traits["localiser"]))


def _traits(frame: StackedFrame) -> dict[str, str]:
    photometric = frame.keys.get("photometric", "")
    is_localiser = LOCALISER in frame.keys.get("image_type", "").split("\\")
    return {
        "localiser": "yes" if is_localiser else "",
        "color": COLORS.get(photometric.split("_")[0], ""),
        "stack": frame.keys.get("stack", ""),
        "clip": frame.clip,
        "size": f"{frame.size[1]} x {frame.size[0]}",
    }


def _partitioned(
    frames: Iterable[StackedFrame], key: Callable[[StackedFrame], Hashable]
) -> list[list[StackedFrame]]:
    """Part frames by a key, in the order in which its values first appear."""
    found: dict[Hashable, list[StackedFrame]] = {}
    for frame in frames:
        found.setdefault(key(frame), []).append(frame)
    return list(found.values())


def _planes(frames: Frames) -> list[Group]:
    """Part frames by orientation; those that turn from image to image stay together."""
    leaders = _leaders(frames)
    known = {frame.orientation: frame.directions for frame in frames}
    number = {texts: _leader(directions, leaders) for texts, directions in known.items()}
    parted = _partitioned(
        frames, lambda frame: number[frame.orientation] if frame.has_place else -1
    )
    singles = sum(1 for each in parted if len(each) == 1)
    traits = _traits(frames[0])
    if len(leaders) >= TURNING_PLANES and 2 * singles > len(frames):
        return [Group(frames, {**traits, "plane": "turning"})]
    return [Group(each, {**traits, "plane": _plane_name(each[0])}) for each in parted]


def _leaders(frames: Frames) -> list[Directions]:
    """Return one orientation for each plane: the commonest of those within a degree."""
    known = {frame.orientation: frame.directions for frame in frames}
    counted = Counter(frame.orientation for frame in frames)  # fractions are slow to hash
    stated = [(-counted[texts], each) for texts, each in known.items() if each is not None]
    found: list[Directions] = []
    for _, directions in sorted(stated):
        if not any(stack_geometry.is_parallel(directions, leader) for leader in found):
            found.append(directions)
    return found


def _leader(directions: Directions | None, leaders: list[Directions]) -> int:
    """Return the number of the first plane that is parallel, -1 of no direction."""
    if directions is None:
        return -1
    pairs = enumerate(leaders)
    return next(n for n, each in pairs if stack_geometry.is_parallel(directions, each))


def _plane_name(frame: StackedFrame) -> str:
    if frame.directions is None or not frame.has_place:
        return ""
    return stack_geometry.plane_name(frame.directions)


def _placed(group: Group) -> Group:
    """Say where the frames lie along their common normal, if they have one."""
    frames = group.frames
    references = {frame.frame_of_reference for frame in frames}
    leaders = _leaders(frames)
    if group.traits["plane"] in {"", "turning"} or len(references) > 1:
        return group
    normal = stack_geometry.normal(leaders[0])
    along = {
        frame: stack_geometry.product(frame.position, normal)
        for frame in frames
        if frame.position is not None
    }
    return replace(group, normal=normal, along=along, spots=_spots(along))


def _spots(along: Mapping[StackedFrame, Fraction]) -> dict[StackedFrame, int]:
    """Number the positions in their order; positions within a hundredth of a mm are one."""
    spots: dict[StackedFrame, int] = {}
    number, first = -1, None
    for frame in sorted(along, key=lambda each: (along[each], each.position, each.order)):
        if first is None or not _is_same(first, frame):
            number, first = number + 1, frame
        spots[frame] = number
    return spots


def _is_same(one: StackedFrame, other: StackedFrame) -> bool:
    pairs = zip(one.position or (), other.position or (), strict=True)
    return all(abs(a - b) <= SAME_WITHIN for a, b in pairs)


def _resolved(group: Group, keys: Sequence[str]) -> list[Group]:
    """Part images at one position by the first key that tells them apart, then by the next."""
    if group.spots is None or len(set(group.spots.values())) == 1:
        return [group]
    for at, key in enumerate(keys):
        values = _values(group, key)
        if _resolves(group, values):
            return [
                each
                for value in sorted(set(values.values()), key=sortable)
                for each in _resolved(_only(group, values, key, value), keys[at + 1 :])
            ]
    return [group]


def _values(group: Group, key: str) -> dict[StackedFrame, str]:
    """Return the value of a key by frame, "" where the file does not state it."""
    if key == "spacing":
        return {frame: "\\".join(frame.spacing or ()) for frame in group.frames}
    if key.startswith("dimension_"):
        place = int(key.removeprefix("dimension_")) - 1
        return {frame: _index(frame, place) for frame in group.frames}
    values = {frame: frame.keys.get(key, "") for frame in group.frames}
    return _ranks(group, values) if key in RANKED else values


def _index(frame: StackedFrame, place: int) -> str:
    """Return one of a frame's Dimension Index Values. Standard: PS3.3 C.7.6.17."""
    indices = frame.keys.get("dimensions", "").split("\\")
    return indices[place] if place < len(indices) else ""


def _ranks(group: Group, values: Mapping[StackedFrame, str]) -> dict[StackedFrame, str]:
    """Replace values by their rank, from 1, among those at the same position."""
    spots = group.spots or {}
    stated = [frame for frame in group.frames if values[frame]]
    ranked = dict.fromkeys(group.frames, "")
    for _, here in groupby(sorted(stated, key=spots.__getitem__), key=spots.__getitem__):
        present = list(here)
        ladder = sorted({sortable(values[frame]) for frame in present})
        ranked |= {f: str(1 + ladder.index(sortable(values[f]))) for f in present}
    return ranked


def _resolves(group: Group, values: Mapping[StackedFrame, str]) -> bool:
    """Tell whether values part images at one position, and not one piece of a stack from another.

    They must take away at least half as many repetitions as there would be if all groups covered
    the ground of the largest. What is there several times within a value counts once: a later key
    may tell that apart.
    """
    if len(set(values.values())) == 1 or group.spots is None:
        return False
    spots = group.spots
    covered = {
        (spots[frame], values[frame]) for frame in group.frames
    }  # once, however often there
    sizes = Counter(value for _, value in covered)
    taken = len(covered) - len({spot for spot, _ in covered})
    return taken > 0 and 2 * taken >= len(covered) - max(sizes.values())


def distinction(frame: StackedFrame) -> tuple[str, ...]:
    """Return all that may tell a frame from another one at the same position.

    Standard: PS3.3 C.7.6.2.1.1; C.7.6.17, Dimension Index Values.
    """
    stated = (frame.keys.get(name, "") for name in (*SPLITTERS, "dimensions"))
    return (*stated, *(frame.spacing or ()))


def _only(group: Group, values: Mapping[StackedFrame, str], key: str, value: str) -> Group:
    chosen = [frame for frame in group.frames if values[frame] == value]
    along, spots = group.along or {}, group.spots or {}
    return replace(
        group,
        frames=chosen,
        traits=MappingProxyType({**group.traits, key: value}),
        along={frame: along[frame] for frame in chosen},
        spots={frame: spots[frame] for frame in chosen},
    )


def sortable(text: str) -> Value:
    """Sort nothing first, then numbers by value, then texts.

    Standard: none; an order for keys of any kind.
    """
    try:
        return (1, fraction(text), "") if text else (0, Fraction(0), "")
    except PresentationError:
        return 2, Fraction(0), text
