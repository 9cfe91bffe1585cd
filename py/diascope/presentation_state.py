"""A Grayscale Softcopy Presentation State, read whole or refused whole.

Everything that the state says of how an image looks is read here, and what this version cannot
apply is refused here, before anything is shown. `stated` applies it. Standard: PS3.3 A.33.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from diascope import (
    attributes,
    displayed_area,
    graphic_annotation,
    instance,
    lut_sequences,
    overlay,
    part10,
    sequences,
    shutter,
    state_references,
    state_values,
)
from diascope.displayed_area import DisplayedArea
from diascope.encoding import MODALITY_LUTS, VOI_LUTS
from diascope.errors import PresentationStateError
from diascope.graphic_annotation import Annotation, Layer
from diascope.part10 import Part10
from diascope.sequences import Item
from diascope.state_references import References
from diascope.texts import Decoder, ascii_text
from diascope.values import LookupTable, OverlayPlane, Shutter, VerifiedBytes, Window

SOP_CLASS = "1.2.840.10008.5.1.4.1.1.11.1"
SOFTCOPY = (
    "1.2.840.10008.5.1.4.1.1.11."  # colour, pseudo-colour, blending and those that came later
)

_SOFTCOPY_VOIS, _PRESENTATION_LUTS, _SHAPE = 0x00283110, 0x20500010, 0x20500020
_SLOPE, _INTERCEPT, _DESCRIPTOR = 0x00281053, 0x00281052, 0x00283002
_MASKS, _MASK_OPERATION, _VIEWING = 0x00286100, 0x00286101, 0x00281090
_SHUTTER_SHAPE, _SHUTTER_GREY, _SHUTTER_GROUP = 0x00181600, 0x00181622, 0x00181623
_LABEL, _DESCRIPTION, _DATE, _TIME, _CREATOR = range(0x00700080, 0x00700085)
_ACTIVATION = 0x1001
_CURVES = range(0x5000, 0x501F, 2)


@dataclass(frozen=True, slots=True)
class Label:
    """What people call a state: content label and description, and who made it when."""

    label: str
    description: str
    created: str
    creator: str


@dataclass(frozen=True, slots=True, eq=False)
class Voi:
    """One item of the Softcopy VOI LUT Sequence: a window or a table for some images, or all.

    The table's first value is read without a sign; `vr` is what the file calls it, "" for nothing.
    """

    references: References | None
    window: Window | None
    table: LookupTable | None
    vr: str


@dataclass(frozen=True, slots=True, eq=False)
class Modality:
    """The Modality LUT of a state: a table, or slope and intercept, "1" and "0" for none.

    The table's first value is read without a sign, since the pixels it is for decide that.
    """

    slope: str
    intercept: str
    table: LookupTable | None


@dataclass(frozen=True, slots=True, eq=False)
class PresentationState:
    """All that a state says, in the order in which PS3.4 N.2 applies it.

    `overlays` are its own planes, without that of the bitmap shutter; `activated` gives the layer
    of each overlay group that is to be seen. `notices` are sentences for the viewport.
    """

    sop: str
    label: Label
    references: References
    modality: Modality
    vois: tuple[Voi, ...]
    shape: str
    presentation_lut: LookupTable | None
    shutter: Shutter | None
    bitmap: OverlayPlane | None
    overlays: tuple[OverlayPlane, ...]
    activated: Mapping[int, Layer]
    rotation: int
    flip: bool
    areas: tuple[DisplayedArea, ...]
    annotations: tuple[Annotation, ...]
    notices: tuple[str, ...]


def parse(whole: VerifiedBytes) -> PresentationState:
    """Read a state from its file.

    Raises:
        PresentationStateError: something in it cannot be applied; the reason names the module.
        MalformedImage: the file is damaged.

    Standard: PS3.3 A.33.1, Grayscale Softcopy Presentation State IOD.
    """
    outside = part10.read_header(whole.data)
    with instance.guarded():
        return _state(outside, instance.decoder(outside))


def _state(outside: Part10, decode: Decoder) -> PresentationState:
    _check_kind(outside)
    notices: list[str] = []
    rotation, flip = displayed_area.turn(outside)
    known = graphic_annotation.layers(outside)
    cover, bitmap = _shutter(outside)
    own = _overlays(outside)
    shape, table = _presentation_lut(outside, decode)
    return PresentationState(
        sop=outside.sop,
        label=label(outside, decode),
        references=state_references.of_state(outside),
        modality=_modality(outside, decode),
        vois=_vois(outside, decode),
        shape=shape,
        presentation_lut=table,
        shutter=cover,
        bitmap=_bitmap(bitmap, own),
        overlays=tuple(plane for plane in own if plane.group != bitmap),
        activated=_activated(outside, known, bitmap),
        rotation=rotation,
        flip=flip,
        areas=displayed_area.read(outside, rotation, flip=flip),
        annotations=graphic_annotation.annotations(outside, decode, known, notices),
        notices=tuple(notices),  # last: what stands above adds to them
    )


def label(outside: Part10, decode: Decoder) -> Label:
    """Return what people call a state. Standard: PS3.3 C.11.10, identification of the state."""
    description, creator = (
        " ".join(decode(vr, outside.value(tag)))
        for vr, tag in (("LO", _DESCRIPTION), ("PN", _CREATOR))
    )
    created = " ".join(ascii_text(outside.value(tag)) for tag in (_DATE, _TIME)).strip()
    return Label(ascii_text(outside.value(_LABEL)), description, created, creator)


def _check_kind(outside: Part10) -> None:
    """Refuse what is another kind of state, subtracts a mask, or draws retired curves."""
    if outside.sop_class != SOP_CLASS:
        raise PresentationStateError("kind", "only grayscale softcopy presentation states")
    with state_values.refused_as(PresentationStateError("mask")):
        masks = [
            state_values.code(each, _MASK_OPERATION) for each in sequences.items(outside, _MASKS)
        ]
        if set(masks) - {"NONE"} or state_values.code(outside, _VIEWING) not in {"", "NAT"}:
            raise PresentationStateError("mask", "it subtracts a mask")
    if any(state_values.is_present(outside, group << 16 | _ACTIVATION) for group in _CURVES):
        raise PresentationStateError("curve", "it draws curves of old")


def _modality(outside: Part10, decode: Decoder) -> Modality:
    """Read the Modality LUT; a table and a rescale together contradict each other."""
    with state_values.refused_as(PresentationStateError("modality")):
        slope, intercept = attributes.rescale(outside)
        listed = sequences.items(outside, MODALITY_LUTS)
        tables = [lut_sequences.table(each, decode, is_signed=False) for each in listed]
        has_rescale = any(state_values.is_present(outside, tag) for tag in (_SLOPE, _INTERCEPT))
        if len(listed) > 1 or (listed and has_rescale):
            raise PresentationStateError("modality", "more than one Modality LUT")
    return Modality(slope, intercept, tables[0] if tables else None)


def _vois(outside: Part10, decode: Decoder) -> tuple[Voi, ...]:
    with state_values.refused_as(PresentationStateError("voi")):
        return tuple(_voi(item, decode) for item in sequences.items(outside, _SOFTCOPY_VOIS))


def _voi(item: Item, decode: Decoder) -> Voi:
    """Read one item: exactly one window that can be applied, or exactly one table."""
    notices: list[str] = []
    windows = attributes.windows(item, decode, notices)
    tables = sequences.items(item, VOI_LUTS)
    if notices or len(windows) + len(tables) != 1:
        raise PresentationStateError("voi", f"{len(windows)} windows and {len(tables)} tables")
    table = lut_sequences.table(tables[0], decode, is_signed=False) if tables else None
    vr = tables[0].vr(_DESCRIPTOR) if tables else ""
    window = windows[0] if windows else None
    return Voi(state_references.of_item(item), window, table, vr)


def _presentation_lut(outside: Part10, decode: Decoder) -> tuple[str, LookupTable | None]:
    """Read the Softcopy Presentation LUT Module: a shape or a table, never both or none."""
    shape, tables = ascii_text(outside.value(_SHAPE)), sequences.items(outside, _PRESENTATION_LUTS)
    if shape not in {"", "IDENTITY", "INVERSE"} or bool(shape) + len(tables) != 1:
        raise PresentationStateError("presentation_lut", "not exactly one Presentation LUT")
    if not tables:
        return shape, None
    with state_values.refused_as(PresentationStateError("presentation_lut")):
        return "IDENTITY", lut_sequences.presentation_lut(outside, decode)


def _shutter(outside: Part10) -> tuple[Shutter | None, int]:
    """Read the shutter; of a bitmap, the overlay group that it is, else 0."""
    with state_values.refused_as(PresentationStateError("shutter")):
        if ascii_text(outside.value(_SHUTTER_SHAPE)) != "BITMAP":
            return shutter.shutter_of(outside), 0
        group = state_values.numbers(outside, _SHUTTER_GROUP, "US", 1)
        grey = state_values.numbers(outside, _SHUTTER_GREY, "US", 1)
        if not group:
            raise PresentationStateError("shutter", "a bitmap shutter without its overlay group")
        return Shutter(None, None, (), grey=grey[0] if grey else 0), group[0]


def _overlays(outside: Part10) -> tuple[OverlayPlane, ...]:
    with state_values.refused_as(PresentationStateError("overlay")):
        groups = list(overlay.groups(outside))
        return tuple(overlay.plane_of(outside, group, None) for group in groups)


def _bitmap(group: int, own: tuple[OverlayPlane, ...]) -> OverlayPlane | None:
    if not group:
        return None
    found = [plane for plane in own if plane.group == group]
    if not found:
        raise PresentationStateError("shutter", "the bitmap of the shutter is not there")
    return found[0]


def _activated(outside: Part10, known: Mapping[str, Layer], bitmap: int) -> dict[int, Layer]:
    """Return the layer of each overlay group that is switched on.

    Standard: PS3.3 C.11.7, Overlay Activation: a group without a layer is not displayed.
    """
    named = {
        group: ascii_text(outside.value(group << 16 | _ACTIVATION))
        for group in overlay.GROUPS
        if group != bitmap
    }
    return {
        group: graphic_annotation.layer_of(name, known) for group, name in named.items() if name
    }
