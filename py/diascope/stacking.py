"""A study's series as stacks: parted, each in its order, and what is wrong with each.

Along their normal where the file says where the images lie; else as the file numbers them. On
what the order rests is said, never guessed. Standard: PS3.3 C.7.6.2.1.1, C.7.6.17.
"""

from collections.abc import Sequence

from diascope import stack_findings, stack_labels, stack_split
from diascope.manifest import SeriesEntry, StudyManifest
from diascope.stack import Stack, Trait
from diascope.stack_frames import StackedFrame, of_series
from diascope.stack_geometry import longest
from diascope.stack_split import Group, sortable

TOWARDS = ("position_to_left", "position_to_back", "position_to_feet")
HUMAN = "BIPED"  # PS3.3 C.7.1.1.1.3: the axes of other animals have other names
IN_TIME = (
    "temporal_position", "trigger_time", "cardiac_percent", "echo_time", "inversion_time",
    "b_value", "acquisition",
)  # fmt: skip
"""What orders images that all lie at one position, the first that differs."""


def stacks(manifest: StudyManifest) -> tuple[Stack, ...]:
    """Return the stacks of a study, series by series; one without images has an empty stack.

    Standard: PS3.3 C.7.6.2.1.1.
    """
    return tuple(
        stack for index, entry in enumerate(manifest.series) for stack in _of_series(index, entry)
    )


def _of_series(index: int, series: SeriesEntry) -> list[Stack]:
    frames = of_series(index, series)
    if not frames:
        return [Stack(index, (), "no_images", (), ())]
    groups = stack_split.groups(frames)
    labels = stack_labels.labels([group.traits for group in groups])
    return [stack_of(index, group, label) for group, label in zip(groups, labels, strict=True)]


def stack_of(index: int, group: Group, label: tuple[Trait, ...]) -> Stack:
    """Put a group in its order and say on what the order rests.

    Standard: PS3.3 C.7.6.2.1.1, Image Position and Image Orientation; C.7.6.17, Dimensions.
    """
    basis, ordered = _by_position(group) if group.spots else _by_number(group)
    basis = basis if len(ordered) > 1 else "one_image"
    findings = stack_findings.of(group, ordered)
    return Stack(index, label, basis, findings, tuple(frame.slot for frame in ordered))


def _by_position(group: Group) -> tuple[str, Sequence[StackedFrame]]:
    spots = group.spots or {}
    if len(group.frames) > 1 and len(set(spots.values())) == 1:
        return _by_time(group)
    is_human = all(frame.keys.get("anatomy", HUMAN) == HUMAN for frame in group.frames)
    basis = TOWARDS[longest(group.normal)] if is_human and group.normal else "position"
    return basis, sorted(group.frames, key=lambda frame: (spots[frame], frame.order))


def _by_time(group: Group) -> tuple[str, Sequence[StackedFrame]]:
    """Order images that all lie at one position by what differs, else by number."""
    for key in IN_TIME:
        values = {frame: sortable(frame.keys.get(key, "")) for frame in group.frames}
        if len(set(values.values())) > 1:
            ordered = sorted(group.frames, key=lambda frame: (values[frame], frame.order))
            return f"one_position_{key}", ordered
    return "one_position_number", group.frames


def _by_number(group: Group) -> tuple[str, Sequence[StackedFrame]]:
    """Order images by the dimensions that the file declares, else by Instance Number."""
    is_turning = group.traits["plane"] == "turning"
    if any(frame.keys.get("dimensions") or frame.keys.get("in_stack") for frame in group.frames):
        basis = "dimensions_turning" if is_turning else "dimensions"
        return basis, sorted(group.frames, key=_dimensions)
    if is_turning:
        return "number_turning", group.frames
    if len({frame.slot.instance for frame in group.frames}) == 1:
        return "frames", group.frames
    references = {frame.frame_of_reference for frame in group.frames}
    is_mixed = len(references) > 1 and group.traits["plane"]
    return "number_frames_of_reference" if is_mixed else "number_no_position", group.frames


def _dimensions(frame: StackedFrame) -> tuple[object, ...]:
    indices = frame.keys.get("dimensions", "").split("\\")
    return (
        sortable(frame.keys.get("in_stack", "")),
        tuple(map(sortable, indices)),
        frame.order,
    )
