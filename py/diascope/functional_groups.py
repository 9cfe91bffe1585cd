"""Functional groups: what a multi-frame image says of all its frames, and of each one.

A macro of the frame wins over the shared one, a shared one over the top level, each as a whole
(ADR 0020). An image is parsed once; of its frames only the one that is asked for is read.
Standard: PS3.3 C.7.6.16.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from diascope import (
    attributes,
    geometry,
    lut_sequences,
    real_world,
    sequences,
    shutter,
    stack_keys,
)
from diascope.encoding import FRAME_GROUPS, GROUPS, SHARED_GROUPS
from diascope.errors import MalformedImage, PixelDataError
from diascope.part10 import Part10
from diascope.sequences import Item, Sequence
from diascope.texts import Decoder, ascii_text
from diascope.values import FunctionalGroups, Instance, PixelDescription

PIXEL_VALUES, FRAME_VOI = 0x00289145, 0x00289132  # C.7.6.16.2.9 and .10
FRAME_SHUTTER = 0x00189472  # C.8.19.6, Frame Display Shutter
COUNT_NOTICE = (
    "The file describes another number of frames than it has; windows, positions and sizes of "
    "single frames are left out."
)


class Text(NamedTuple):
    """Where a display string of a frame stands: macro and attribute; `size` of a binary one."""

    macro: int
    tag: int
    size: int = 0


TEXTS: Mapping[str, Text] = MappingProxyType(
    {
        "SliceThickness": Text(geometry.PIXEL_MEASURES, 0x00180050),  # C.7.6.16.2.1
        "ImageLaterality": Text(0x00209071, 0x00209072),  # C.7.6.16.2.8, Frame Anatomy
        "KVP": Text(0x00189325, 0x00180060),  # C.8.15.3.9, CT X-Ray Details
        "XRayTubeCurrent": Text(0x00189321, 0x00189330, 8),  # C.8.15.3.8, CT Exposure
        "Exposure": Text(0x00189321, 0x00189332, 8),
        "RepetitionTime": Text(0x00189112, 0x00180080),  # C.8.13.5.2, MR Timing
        "EchoTime": Text(0x00189114, 0x00189082, 8),  # C.8.13.5.4, MR Echo
    }
)


class Macros(NamedTuple):
    """The groups that hold for one frame: its own, then the shared ones."""

    levels: tuple[Item, ...]

    def find(self, macro: int) -> Item | None:
        """Return the one item of a macro, None where neither level has it.

        Raises:
            MalformedImage: `groups`, two items, and nothing says which counts.
            Part10Error: the macro contradicts itself.

        Standard: PS3.3 C.7.6.16.1.1 and .2.
        """
        for level in self.levels:
            found = level.items(macro)
            if len(found) > 1:
                raise MalformedImage("groups", f"{len(found)} items of {macro:08X} for a frame")
            if found:
                return found[0]
        return None


def read(outside: Part10, decode: Decoder) -> FunctionalGroups | None:
    """Find the functional groups of a file, None where it has none.

    Raises:
        Part10Error: `sequence`, they are something else.

    Standard: PS3.3 C.7.6.16, Multi-frame Functional Groups Module.
    """
    if outside.elements.keys().isdisjoint(GROUPS):
        return None
    shared, per_frame = (sequences.groups(outside, tag) for tag in (SHARED_GROUPS, FRAME_GROUPS))
    return FunctionalGroups(shared, per_frame, decode)


def of_frame(image: Instance, index: int) -> Instance:
    """Return the instance as frame `index` (from 0) has it: rescale, windows, place, mapping.

    An image without functional groups is the same in every frame.

    Raises:
        MalformedImage: `groups`, `rescale` or `table`: what the grey values need is in doubt.
        Part10Error: the groups contradict themselves.
        PixelDataError: `index`, the image has no such frame.

    Standard: PS3.3 C.7.6.16.1 and C.7.6.16.2.
    """
    if image.groups is None or image.pixels is None:
        return image
    if not 0 <= index < image.pixels.frames:
        raise PixelDataError("index", f"{index} of {image.pixels.frames} frames")
    said: list[str] = []
    found = macros(image, index, said)
    changes: dict[str, Any] = {}
    if image.pixels.photometric in attributes.GREY:
        changes = _grey(image, image.pixels, found, image.groups.decode, said)
    changes["geometry"] = geometry.of_frame(image.geometry, found.find, said)
    changes["texts"] = MappingProxyType({**image.texts, **_texts(found)})
    if (covered := found.find(FRAME_SHUTTER)) is not None:
        changes["shutter"] = shutter.read(covered, said)
    for level in found.levels:
        if mappings := real_world.read(level, image.groups.decode, image.pixels, said):
            changes["real_world"] = mappings
            break
    return replace(image, **changes, notices=tuple(dict.fromkeys((*image.notices, *said))))


def macros(image: Instance, index: int, said: list[str]) -> Macros:
    """Return the groups that hold for frame `index` (from 0); a sentence in `said` if in doubt.

    Raises:
        MalformedImage: `groups`, their number decides what a stored value means and is wrong.
        Part10Error: the groups contradict themselves.

    Standard: PS3.3 C.7.6.16.1.1 and .2.
    """
    if image.groups is None or image.pixels is None:
        return Macros(())
    return Macros((*_own(image.groups, image.pixels, index, said), *shared(image.groups)))


def shared(groups: FunctionalGroups) -> tuple[Item, ...]:
    """Return the item that holds for all frames, or none.

    Raises:
        MalformedImage: `groups`, two of them.

    Standard: PS3.3 C.7.6.16.1.1: only a single item is allowed.
    """
    if len(groups.shared.starts) > 1:
        raise MalformedImage("groups", "two items of shared functional groups")
    return (groups.shared.item(0),) if groups.shared.starts else ()


def _own(
    groups: FunctionalGroups, pixels: PixelDescription, index: int, said: list[str]
) -> tuple[Item, ...]:
    """Return the frame's own item, or none.

    With another number of items than frames nobody knows whose they are: that is said, or refused
    when one of them decides what a stored value means. Standard: PS3.3 C.7.6.16.1.2.
    """
    count = len(groups.per_frame.starts)
    if count == pixels.frames:
        return (groups.per_frame.item(index),)
    if count and pixels.photometric in attributes.GREY and _has_rescale(groups.per_frame):
        raise MalformedImage("groups", f"{count} functional groups for {pixels.frames} frames")
    if count:
        said.append(COUNT_NOTICE)
    return ()


def _has_rescale(per_frame: Sequence) -> bool:
    """Whether a frame decides what its stored values mean; few files have to be walked for it.

    Standard: PS3.3 C.7.6.16.2.9.
    """
    tag = per_frame.encoding.written(PIXEL_VALUES)
    return tag in per_frame.buffer and any(
        PIXEL_VALUES in item.elements for item in per_frame.every()
    )


def _grey(
    image: Instance, pixels: PixelDescription, macros: Macros, decode: Decoder, said: list[str]
) -> dict[str, Any]:
    """Return what decides the greys of the frame, as far as its groups do.

    Standard: PS3.3 C.7.6.16.2.9, Pixel Value Transformation; .10 and .10b, Frame VOI LUT.
    """
    changes: dict[str, Any] = {}
    table, rescale = image.modality_lut, (image.rescale_slope, image.rescale_intercept)
    if (item := macros.find(PIXEL_VALUES)) is not None:
        table = lut_sequences.modality_lut(item, decode, said, is_signed=pixels.is_signed)
        rescale = _rescale(item, has_table=table is not None)
        changes = {"modality_lut": table, "lacks_rescale": False}
        changes["rescale_slope"], changes["rescale_intercept"] = rescale
    if (item := macros.find(FRAME_VOI)) is not None:
        reach = lut_sequences.reach(pixels, rescale, table)
        changes["windows"] = attributes.windows(item, decode, said)
        changes["voi_luts"] = lut_sequences.voi_luts(item, decode, said, reach)
    return changes


def _rescale(item: Item, *, has_table: bool) -> tuple[str, str]:
    """Return slope and intercept of a frame, both of which its macro must have.

    Raises:
        MalformedImage: `rescale`, one is missing or no number.

    Standard: PS3.3 C.7.6.16.2.9: type 1. A Modality LUT Sequence may stand for them.
    """
    is_stated = all(item.value(tag).strip(b" \0") for tag in attributes.RESCALE)
    if not is_stated and not has_table:
        raise MalformedImage("rescale", "a frame's slope or intercept is missing")
    return attributes.rescale(item)


def _texts(macros: Macros) -> dict[str, str]:
    """Return the display strings that the groups have, by the keyword of the top level's."""
    found = {}
    for keyword, (macro, tag, size) in TEXTS.items():
        item = macros.find(macro)
        data = item.value(tag) if item else b""
        if item and data:
            is_little = item.encoding.is_little
            text = stack_keys.floats(data, size, is_little=is_little) if size else ascii_text(data)
            found[keyword] = text
    return found
