"""Graphic layers, text and vector graphics of a presentation state, as its file has them.

Coordinates are exact fractions, (column, row), in image pixels from the corner of the first one
(PIXEL), or in parts of the displayed area (DISPLAY). Standard: PS3.3 C.10.5 and C.10.7.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from diascope import sequences, state_references, state_values
from diascope.errors import PresentationStateError
from diascope.marks import MOST_P_VALUE
from diascope.part10 import Part10
from diascope.sequences import Item
from diascope.state_references import References
from diascope.texts import Decoder, ascii_text

MAX_OBJECTS = 2_000  # our own: texts and graphics of one state
MAX_POINTS = 20_000  # our own: points of all its graphics
MAX_LINES = 100  # our own: of one text
MOST_COORDINATE = 1_000_000  # our own: no image has so many pixels a side
# Graphic Type: how many points it has, least and most. Standard: PS3.3 C.10.5.2
POINTS = {
    "POINT": (1, 1), "POLYLINE": (2, MAX_POINTS), "INTERPOLATED": (2, MAX_POINTS),
    "CIRCLE": (2, 2), "ELLIPSE": (4, 4),
}  # fmt: skip
STYLE_NOTICE = "Line, fill and text styles of the presentation state are not applied."

_LAYERS, _LAYER, _ORDER, _GREY = 0x00700060, 0x00700002, 0x00700062, 0x00700066
_ANNOTATIONS, _TEXTS, _GRAPHICS, _COMPOUNDS = 0x00700001, 0x00700008, 0x00700009, 0x00700209
_COMPOUND_ID = 0x00700226
_BOX_UNITS, _ANCHOR_UNITS, _UNITS = 0x00700003, 0x00700004, 0x00700005
_TEXT, _TOP_LEFT, _BOTTOM_RIGHT, _ALIGN = 0x00700006, 0x00700010, 0x00700011, 0x00700012
_ANCHOR, _IS_VISIBLE = 0x00700014, 0x00700015
_DIMENSIONS, _COUNT, _DATA, _TYPE, _FILLED = (
    0x00700020, 0x00700021, 0x00700022, 0x00700023, 0x00700024,
)  # fmt: skip
_STYLES = (0x00700231, 0x00700232, 0x00700233)  # text, line, fill
_LINE_ENDS = re.compile(rb"\r\n|\r|\n|\f")

Point = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Layer:
    """A graphic layer: lower orders are drawn first; `grey` is a P-Value of 16 bits."""

    name: str
    order: int
    grey: int


@dataclass(frozen=True, slots=True)
class Place:
    """A point and the units it is in, PIXEL or DISPLAY."""

    point: Point
    units: str


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of text in a box (top left and bottom right, as it is read) or near an anchor."""

    lines: tuple[str, ...]
    box: tuple[Place, Place] | None
    align: str
    anchor: Place | None
    is_anchor_visible: bool


@dataclass(frozen=True, slots=True)
class Graphic:
    """One graphic object; `kind` is its Graphic Type."""

    kind: str
    places: tuple[Place, ...]
    is_filled: bool


@dataclass(frozen=True, slots=True)
class Annotation:
    """Texts and graphics of one layer, for the images that `references` names, or for all."""

    references: References | None
    layer: Layer
    texts: tuple[Text, ...]
    graphics: tuple[Graphic, ...]


def layers(outside: Part10) -> Mapping[str, Layer]:
    """Read the Graphic Layer Sequence by name; without a grey of its own a layer is white.

    Raises:
        PresentationStateError: `layer`, one has no name or order, or stands there twice.

    Standard: PS3.3 C.10.7.
    """
    found: dict[str, Layer] = {}
    with state_values.refused_as(PresentationStateError("layer")):
        for item in sequences.items(outside, _LAYERS):
            name, order = ascii_text(item.value(_LAYER)), state_values.whole(item, _ORDER)
            grey = state_values.numbers(item, _GREY, "US", 1)
            if not name or name in found or len(order) != 1:
                raise PresentationStateError("layer", "a graphic layer without name or order")
            found[name] = Layer(name, order[0], grey[0] if grey else MOST_P_VALUE)
    return found


def layer_of(name: str, known: Mapping[str, Layer]) -> Layer:
    """Return a layer by its name.

    Raises:
        PresentationStateError: `layer`, the state does not describe it.

    Standard: PS3.3 C.10.7: an item is required for each layer that is named.
    """
    if name not in known:
        raise PresentationStateError("layer", "a graphic layer that is not described")
    return known[name]


def annotations(
    outside: Part10, decode: Decoder, known: Mapping[str, Layer], notices: list[str]
) -> tuple[Annotation, ...]:
    """Read the Graphic Annotation Sequence, in the order of the file.

    Raises:
        PresentationStateError: `graphics`, an object is not described as it must be, or there
            are too many; `layer`; `references`.

    Standard: PS3.3 C.10.5.
    """
    with state_values.refused_as(PresentationStateError("graphics")):
        listed = sequences.items(outside, _ANNOTATIONS)
        found = tuple(_annotation(item, decode, known, notices) for item in listed)
    objects = sum(len(each.texts) + len(each.graphics) for each in found)
    points = sum(len(graphic.places) for each in found for graphic in each.graphics)
    if objects > MAX_OBJECTS or points > MAX_POINTS:
        raise PresentationStateError("graphics", f"{objects} objects of {points} points")
    return found


def _annotation(
    item: Item, decode: Decoder, known: Mapping[str, Layer], notices: list[str]
) -> Annotation:
    texts, graphics = (sequences.items(item, tag) for tag in (_TEXTS, _GRAPHICS))
    _check_compounds(item, [*texts, *graphics])
    has_style = any(tag in each.elements for each in (*texts, *graphics) for tag in _STYLES)
    if has_style and STYLE_NOTICE not in notices:
        notices.append(STYLE_NOTICE)
    return Annotation(
        state_references.of_item(item),
        layer_of(ascii_text(item.value(_LAYER)), known),
        tuple(_text(each, decode) for each in texts),
        tuple(_graphic(each) for each in graphics),
    )


def _check_compounds(item: Item, objects: list[Item]) -> None:
    """Refuse a compound graphic that has no equivalent among the simple ones.

    Standard: PS3.3 C.10.5, Compound Graphic Sequence: texts and graphics of the same Compound
    Graphic Instance ID say the same.
    """
    said = {each.value(_COMPOUND_ID) for each in objects} - {b""}
    if any(each.value(_COMPOUND_ID) not in said for each in sequences.items(item, _COMPOUNDS)):
        raise PresentationStateError("graphics", "a compound graphic without its simple form")


def _text(item: Item, decode: Decoder) -> Text:
    lines = [" ".join(decode("ST", line)) for line in _LINE_ENDS.split(item.value(_TEXT))]
    corners = _places(item, _TOP_LEFT, _BOX_UNITS, 2) + _places(item, _BOTTOM_RIGHT, _BOX_UNITS, 2)
    anchors = _places(item, _ANCHOR, _ANCHOR_UNITS, 2)
    align = state_values.code(item, _ALIGN) or "LEFT"
    is_placed = len(corners) == 2 or (not corners and anchors)
    if not is_placed or align not in {"LEFT", "RIGHT", "CENTER"} or len(lines) > MAX_LINES:
        raise PresentationStateError("graphics", "a text without a place, or too long")
    return Text(
        tuple(lines),
        (corners[0], corners[1]) if corners else None,
        align,
        anchors[0] if anchors else None,
        _is_yes(item, _IS_VISIBLE),
    )


def _graphic(item: Item) -> Graphic:
    kind, dimensions = (
        state_values.code(item, _TYPE),
        state_values.numbers(item, _DIMENSIONS, "US", 1),
    )
    places = _places(item, _DATA, _UNITS, 0)
    least, most = POINTS.get(kind, (1, 0))
    count = state_values.numbers(item, _COUNT, "US", 1)
    if dimensions != [2] or count != [len(places)] or not least <= len(places) <= most:
        raise PresentationStateError("graphics", f"a graphic of {len(places)} points")
    return Graphic(kind, places, _is_yes(item, _FILLED))


def _places(item: Item, tag: int, units: int, count: int) -> tuple[Place, ...]:
    """Return the points of an element, () when it is absent."""
    values = state_values.fractions(item, tag, count)
    if not values:
        return ()
    named = state_values.code(item, units)
    if named not in {"PIXEL", "DISPLAY"} or len(values) % 2:
        raise PresentationStateError("graphics", "coordinates in unknown units")
    if max(map(abs, values)) > MOST_COORDINATE:
        raise PresentationStateError("graphics", "coordinates far outside of any image")
    return tuple(Place(point, named) for point in zip(values[::2], values[1::2], strict=True))


def _is_yes(item: Item, tag: int) -> bool:
    said = state_values.code(item, tag)
    if said not in {"", "Y", "N"}:
        raise PresentationStateError("graphics", f"tag {tag:08X} is neither Y nor N")
    return said == "Y"
