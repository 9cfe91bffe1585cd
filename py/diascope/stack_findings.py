"""What is wrong with a stack: slices that are missing, uneven, twice there, tilted or mixed.

Everything is judged on exact distances along the normal. A gap is missing slices where the rest
of the stack is even and the gap is a whole number of spacings; where gaps differ everywhere the
spacing is uneven, and nothing is said to be missing. Standard: PS3.3 C.7.6.2.1.1, C.7.4.1.1.1.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from diascope import exact, stack_geometry, stack_split
from diascope.errors import PresentationError
from diascope.stack import Finding
from diascope.stack_frames import StackedFrame
from diascope.stack_geometry import SAME_WITHIN
from diascope.stack_split import Group

EVEN_WITHIN = Fraction(1, 10)  # of the spacing: files round positions, tables creep
LEAST_UNEVEN = Fraction(1, 50)  # mm: thinner than any rounding of a position matters
IRREGULAR_UP_TO = Fraction(1, 3)  # of the gaps: above it the stack has no one spacing
TILTED_FROM_TENTHS = 5  # half a degree
MOST_PLACES = 20  # of one kind that are named one by one

Frames = Sequence[StackedFrame]


def of(group: Group, ordered: Frames) -> tuple[Finding, ...]:
    """Return what is wrong with a stack whose images stand in this order.

    Standard: PS3.3 C.7.6.2.1.1; C.7.4.1.1.1, Frame of Reference; C.8.2.1, Gantry Tilt.
    """
    has_places = group.spots is not None and len(set(group.spots.values())) > 1
    found = [*_gaps(group, ordered)] if has_places else []
    found += _duplicates(group, ordered)
    if has_places:
        found += _tilt(group, ordered)
    return (*found, *_mixed(ordered))


def _gaps(group: Group, ordered: Frames) -> Iterator[Finding]:
    """Judge the distances between neighbouring positions along the normal."""
    gaps = _distances(group, ordered)
    if len(gaps) < 2:
        return
    spacing = sorted(gaps.values())[(len(gaps) - 1) // 2]
    odd = {at: gap for at, gap in gaps.items() if not _is_near(gap, spacing, spacing)}
    if len(odd) > IRREGULAR_UP_TO * len(gaps):
        least, most = (stack_geometry.mm_text(end(gaps.values())) for end in (min, max))
        yield Finding("uneven", (), {"least": least, "most": most})
        return
    places = [_gap(at, gap, spacing) for at, gap in odd.items()]
    yield from _limited(places)


def _distances(group: Group, ordered: Frames) -> dict[int, Fraction]:
    """Return the distances in mm by the number (from 1) of the image before each.

    Images in one plane have none: whether they repeat each other is another question.
    """
    along, normal = group.along or {}, group.normal
    if normal is None:
        return {}
    length = stack_geometry.root(stack_geometry.product(normal, normal))
    steps = enumerate(pairwise(ordered), start=1)
    gaps = {at: (along[other] - along[one]) / length for at, (one, other) in steps}
    return {at: gap for at, gap in gaps.items() if gap > SAME_WITHIN}


def _is_near(gap: Fraction, wanted: Fraction, spacing: Fraction) -> bool:
    return abs(gap - wanted) <= max(EVEN_WITHIN * spacing, LEAST_UNEVEN)


def _gap(at: int, gap: Fraction, spacing: Fraction) -> Finding:
    """Name one odd gap: so many slices are missing there, or it is just another distance."""
    times = exact.round_half_up(gap / spacing)
    length = {"gap": stack_geometry.mm_text(gap), "spacing": stack_geometry.mm_text(spacing)}
    if times < 2 or not _is_near(gap, times * spacing, spacing):
        return Finding("uneven_at", (at, at + 1), length)
    code = "missing_one" if times == 2 else "missing"
    return Finding(code, (at, at + 1), {"count": str(times - 1), **length})


def _duplicates(group: Group, ordered: Frames) -> Iterator[Finding]:
    """Name images that lie at one position although nothing tells them apart."""
    place_of = _place_of(group)
    places: dict[Hashable, list[int]] = {}
    for at, frame in enumerate(ordered, start=1):
        places.setdefault(place_of(frame), []).append(at)
    found = [
        Finding("duplicate", tuple(place), {"count": str(len(place))})
        for place in places.values()
        if len(place) > 1
    ]
    yield from _limited(found)


def _place_of(group: Group) -> Callable[[StackedFrame], Hashable]:
    """Return what tells where a frame lies; in a stack of one position, what it is there.

    A frame without a position, or among positions that cannot be compared, is its own place.
    """
    spots = group.spots
    if spots is None:
        return lambda frame: frame
    return spots.__getitem__ if len(set(spots.values())) > 1 else stack_split.distinction


def _tilt(group: Group, ordered: Frames) -> Iterator[Finding]:
    """Compare the normal with the way from the first position to the last."""
    first, last = ordered[0].position, ordered[-1].position
    is_line = len(_distances(group, ordered)) == len(set((group.spots or {}).values())) - 1
    if first is None or last is None or group.normal is None or not is_line:
        return  # images side by side in one plane do not follow one line
    tenths = stack_geometry.angle_tenths(group.normal, stack_geometry.difference(last, first))
    if tenths >= TILTED_FROM_TENTHS:
        yield Finding("tilt", (), {"degrees": exact.fixed_text(tenths, 1)})
        return
    stated = {frame.keys.get("tilt", "") for frame in ordered}
    degrees = stated.pop() if len(stated) == 1 else ""
    if _is_tilt(degrees):
        yield Finding("tilt_stated", (), {"degrees": degrees})


def _is_tilt(degrees: str) -> bool:
    try:
        return abs(exact.fraction(degrees)) * 10 >= TILTED_FROM_TENTHS
    except PresentationError:
        return False


def _mixed(ordered: Frames) -> Iterator[Finding]:
    """Name what should be one in a stack and is not."""
    for code, values in (
        ("frames_of_reference", {frame.frame_of_reference for frame in ordered}),
        ("pixel_spacing", {_micrometres(frame.spacing) for frame in ordered}),
    ):
        if len(values) > 1:
            yield Finding(code, (), {"count": str(len(values))})


def _micrometres(spacing: Sequence[str] | None) -> tuple[int, ...] | None:
    """Round a pixel spacing so that two ways to write one number are no difference."""
    found = stack_geometry.numbers(spacing, 2)
    return tuple(exact.round_half_up(1000 * each) for each in found) if found else None


def _limited(places: Sequence[Finding]) -> Iterator[Finding]:
    yield from places[:MOST_PLACES]
    if len(places) > MOST_PLACES:
        yield Finding("more", (), {"count": str(len(places) - MOST_PLACES)})
