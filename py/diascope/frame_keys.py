"""What tells the frames of one image apart: place, dimensions, echo, b-value, phase.

Columns of one text a frame, by the names of a manifest's `per_frame`; read once, at ingest, for
all frames. They order and split stacks and decide no grey. Standard: PS3.3 C.7.6.16.2, C.7.6.17.
"""

from collections.abc import Mapping
from struct import calcsize, unpack
from types import MappingProxyType
from typing import NamedTuple

from diascope import attributes, functional_groups, geometry, stack_keys
from diascope.errors import MalformedImage
from diascope.sequences import Item
from diascope.texts import ascii_text
from diascope.values import FunctionalGroups, Instance

VECTORS = ("position", "orientation", "spacing")
Columns = Mapping[str, tuple[str, ...]]
Macros = dict[int, dict[str, str]]
_FRAME_CONTENT, _CARDIAC, _DIFFUSION = 0x00209111, 0x00189118, 0x00189117


class Key(NamedTuple):
    """Where a key stands: the macros from the outermost in, the attribute and its form.

    `form` is "text", "decimals", or a code of `struct` for each binary value.
    """

    path: tuple[int, ...]
    tag: int
    form: str = "text"
    values: int = 0


KEYS: Mapping[str, tuple[Key, ...]] = MappingProxyType(
    {
        "position": (Key((geometry.PLANE_POSITION,), 0x00200032, "decimals", 3),),
        "orientation": (Key((geometry.PLANE_ORIENTATION,), 0x00200037, "decimals", 6),),
        "spacing": (Key((geometry.PIXEL_MEASURES,), 0x00280030, "decimals", 2),),
        "dimensions": (Key((_FRAME_CONTENT,), 0x00209157, "I"),),
        "stack": (Key((_FRAME_CONTENT,), 0x00209056),),
        "in_stack": (Key((_FRAME_CONTENT,), 0x00209057, "I"),),
        "temporal_position": (Key((_FRAME_CONTENT,), 0x00209128, "I"),),
        "acquisition": (Key((_FRAME_CONTENT,), 0x00209156, "H"),),
        "trigger_time": (Key((_CARDIAC,), 0x00209153, "d"),),
        "cardiac_percent": (Key((_CARDIAC,), 0x00209241, "f"),),
        "b_value": (Key((_DIFFUSION,), 0x00189087, "d"),),
        "diffusion": (Key((_DIFFUSION,), 0x00189075),),
        "direction": (Key((_DIFFUSION, 0x00189076), 0x00189089, "d"),),
        "echo_time": (Key((0x00189114,), 0x00189082, "d"),),
        "inversion_time": (Key((0x00189115,), 0x00189079, "d"),),
        "kvp": (Key((0x00189325,), 0x00180060),),
        "tilt": (Key((0x00189304,), 0x00181120),),
        "image_type": tuple(  # Frame Type of MR, CT, PET and X-Ray 3D
            Key((macro,), 0x00089007) for macro in (0x00189226, 0x00189329, 0x00189751, 0x00189504)
        ),
    }
)
"""PS3.3 C.7.6.16.2.1 to .4 and .7; C.8.13.5.1, .4, .5, .9; C.8.15.3.1, .3, .9."""


class FrameKeys(NamedTuple):
    """What all frames have in common, and by name what differs from frame to frame."""

    common: Mapping[str, str]
    columns: Columns


def read(image: Instance) -> FrameKeys | None:
    """Return the keys of every frame; None where the file does not speak of each frame.

    Also None where its groups contradict themselves, or are not one a frame: then nobody knows
    which frame is which, and showing one will say why.

    Standard: PS3.3 C.7.6.16.1.2, Per-frame Functional Groups Sequence.
    """
    groups, pixels = image.groups, image.pixels
    if groups is None or pixels is None or len(groups.per_frame.starts) != pixels.frames:
        return None
    try:
        return _split(_columns(groups))
    except MalformedImage:
        return None


def _columns(groups: FunctionalGroups) -> Columns:
    """Return the keys of every frame; a macro of its own stands in place of the shared one."""
    shared: Macros = {}
    for item in functional_groups.shared(groups):
        shared = _keys(item)
    rows = []
    count = groups.per_frame.shared_count()  # one for all: each frame may hold little unseen
    for number in range(len(groups.per_frame.starts)):
        macros = {**shared, **_keys(groups.per_frame.item(number, count))}
        rows.append({name: text for keys in macros.values() for name, text in keys.items()})
    names = [name for name in KEYS if any(name in row for row in rows)]
    return {name: tuple(row.get(name, "") for row in rows) for name in names}


def _split(columns: Columns) -> FrameKeys:
    """Part what is the same in every frame from what is not."""
    common = {name: column[0] for name, column in columns.items() if len(set(column)) == 1}
    common.pop("dimensions", None)  # an index that never changes orders nothing
    differing = {name: column for name, column in columns.items() if len(set(column)) > 1}
    return FrameKeys(MappingProxyType(common), MappingProxyType(differing))


def _keys(item: Item) -> Macros:
    """Return the keys of one group by the macro that they stand in; each is opened once."""
    found: Macros = {}
    opened: dict[tuple[int, ...], Item | None] = {(): item}
    for name, keys in KEYS.items():
        for key in keys:
            if _inside(opened, key.path[:1]) is None:
                continue
            texts = found.setdefault(key.path[0], {})
            inside = _inside(opened, key.path)
            if inside is not None and (text := _text(inside, key)):
                texts[name] = text[: stack_keys.MAX_CHARACTERS]
    return found


def _inside(opened: dict[tuple[int, ...], Item | None], path: tuple[int, ...]) -> Item | None:
    """Return the first item of the innermost macro of a path."""
    if path not in opened:
        outer = _inside(opened, path[:-1])
        found = outer.items(path[-1]) if outer is not None else []
        opened[path] = found[0] if found else None
    return opened[path]


def _text(item: Item, key: Key) -> str:
    """Return a value as text; "" of one that is not of the form it must have."""
    if key.form == "text":
        return ascii_text(item.value(key.tag))
    if key.form == "decimals":
        return "\\".join(attributes.decimals(item, key.tag, key.values) or ())
    data, is_little = item.value(key.tag), item.encoding.is_little
    size = calcsize("<" + key.form)
    if key.form in "df":
        return stack_keys.floats(data, size, is_little=is_little)
    count = len(data) // size if len(data) % size == 0 else 0
    order = "<" if is_little else ">"
    return "\\".join(map(str, unpack(f"{order}{count}{key.form}", data[: count * size])))
