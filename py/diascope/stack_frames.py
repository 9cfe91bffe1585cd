"""The frames of a series as the manifest describes them, each with its place in the patient.

Of a multi-frame instance each frame has its own place and keys, as far as the manifest has read
its functional groups. Standard: PS3.3 C.7.6.2.1.1, C.7.6.16.2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from diascope import manifest, stack_geometry
from diascope.manifest import InstanceEntry, SeriesEntry
from diascope.stack import Slot
from diascope.stack_geometry import Directions, Vector

Order = tuple[tuple[tuple[bool, int], str], int]
_orientation = lru_cache(maxsize=1024)(stack_geometry.orientation)  # a series repeats its own


@dataclass(frozen=True, slots=True, eq=False)
class StackedFrame:
    """One frame and all that decides in which stack it stands, and where.

    `directions` are those that the texts of `orientation` say, None where they are none.
    `order` is by Instance Number, SOP Instance UID and frame; `clip` is the SOP Instance UID of
    a multi-frame instance whose frames the file places nowhere.
    """

    slot: Slot
    order: Order
    size: tuple[int, int]
    position: Vector | None
    orientation: tuple[str, ...] | None
    directions: Directions | None
    spacing: tuple[str, ...] | None
    frame_of_reference: str
    keys: Mapping[str, str]
    clip: str

    @property
    def has_place(self) -> bool:
        """Whether the file says where in the patient this frame lies.

        Standard: PS3.3 C.7.6.2.1.1.
        """
        return self.position is not None and self.directions is not None


def of_series(index: int, series: SeriesEntry) -> list[StackedFrame]:
    """Return the frames of a series, by Instance Number.

    Standard: PS3.3 C.7.6.1, Instance Number.
    """
    found = [
        frame
        for number, entry in enumerate(series.instances)
        for frame in _of_instance(index, number, entry)
    ]
    return sorted(found, key=lambda frame: frame.order)


def _of_instance(index: int, number: int, entry: InstanceEntry) -> Iterator[StackedFrame]:
    """Yield the frames of one instance. Standard: PS3.3 C.7.6.16.2, Functional Group Macros."""
    columns = entry.per_frame or {}
    has_places = entry.per_frame is not None and (entry.position or "position" in columns)
    is_clip = entry.frames > 1 and not has_places
    order = manifest.instance_order(entry)
    for frame in range(entry.frames):
        own = {name: column[frame] for name, column in columns.items() if column[frame]}
        orientation = _vector(own, "orientation", entry.orientation)
        place = None if is_clip else _vector(own, "position", entry.position)
        yield StackedFrame(
            slot=Slot(index, number, frame),
            order=(order, frame),
            size=(entry.rows, entry.columns),
            position=stack_geometry.position(place),
            orientation=orientation,
            directions=_orientation(orientation),
            spacing=_vector(own, "spacing", entry.spacing),
            frame_of_reference=entry.frame_of_reference,
            keys={**(entry.keys or {}), **own},
            clip=entry.sop if is_clip else "",
        )


def _vector(
    own: Mapping[str, str], name: str, shared: tuple[str, ...] | None
) -> tuple[str, ...] | None:
    return tuple(own[name].split("\\")) if name in own else shared
