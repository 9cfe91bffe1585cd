"""Distances: marks of a phantom stand at known millimetres, and the source of a scale is named."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from math import dist
from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import calibration, functional_groups, measurement, pipeline, sampling, viewport
from diascope.errors import PresentationError
from diascope.viewport import E6, View
from tests.engine import enhanced
from tests.engine.headers import image, items
from tests.engine.images import grey_image
from tests.support import phantoms
from tests.support.phantoms import LITTLE, Writer

TURNS = [(rotation, flip) for rotation in (0, 90, 180, 270) for flip in (False, True)]
ROWS, COLUMNS = 160, 200
FINE = 8  # parts of a pixel, each way, from which the share of a disc in it is counted
WIDE = {"pixels": {"rows": ROWS, "columns": COLUMNS}}


def disc(x: float, y: float, radius: float, spacing: tuple[str, str]) -> np.ndarray:
    """A disc around (x, y) mm as a scanner would see it: each pixel by the share it covers."""
    row, column = (float(each) for each in spacing)
    down = (np.arange(ROWS * FINE) + 0.5) * row / FINE
    across = (np.arange(COLUMNS * FINE) + 0.5) * column / FINE
    inside = (down[:, None] - y) ** 2 + (across[None, :] - x) ** 2 <= radius**2
    shares = inside.reshape(ROWS, FINE, COLUMNS, FINE).sum(axis=(1, 3))
    return (shares * 50).astype(np.uint16)


def found_at(values: np.ndarray, view: View, plane: viewport.Plane) -> tuple[int, int]:
    """Where a bright mark stands in a view: the mean image point of its device pixels."""
    part = sampling.sample(values, view, plane)
    ys, xs = np.nonzero(part.array)
    weights = part.array[ys, xs].astype(int)
    points = [
        viewport.image_point(view, plane, part.left + int(x), part.top + int(y))
        for x, y in zip(xs, ys, strict=True)
    ]
    sums = [sum(int(w) * p[i] for w, p in zip(weights, points, strict=True)) for i in (0, 1)]
    return sums[0] // int(weights.sum()), sums[1] // int(weights.sum())


@pytest.mark.requirement("IMG-08")
@pytest.mark.parametrize("spacing", [("0.5", "0.5"), ("0.7", "0.4"), ("1", "2.5")], ids=str)
@pytest.mark.parametrize(("rotation", "flip"), TURNS)
def test_marks_of_a_phantom_lie_as_far_apart_as_they_were_put(spacing, rotation, flip) -> None:
    """Within half a pixel, also where pixels are not square and the picture is turned."""
    row, column = (float(each) for each in spacing)
    shape = {"spacing": spacing, "spacing_source": "PixelSpacing"}
    made = grey_image(**WIDE, geometry=shape)
    plane = pipeline.plane(made)
    view = viewport.fit(View(331, 270, rotation=rotation, flip=flip), plane)
    marks = [(0.21 * 200 * column, 0.33 * 160 * row), (0.83 * 200 * column, 0.71 * 160 * row)]
    radius = 3 * max(row, column)
    points = [found_at(disc(*mark, radius, spacing), view, plane) for mark in marks]
    measured = measurement.distance(made, *points)
    assert "mm" == measured.calibration.unit
    assert abs(float(measured.text) - dist(*marks)) <= min(row, column) / 2


@pytest.mark.requirement("IMG-08")
@pytest.mark.parametrize(("rotation", "flip"), TURNS)
def test_one_place_has_the_same_coordinates_however_it_is_turned(rotation, flip) -> None:
    """At 1:1 the middle of each pixel is found exactly under the device pixel that shows it."""
    values = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    plane = viewport.plane(ROWS, COLUMNS)
    view = View(97, 64, E6, 71 * E6, 83 * E6, "free", rotation, flip)
    view = viewport.one_to_one(view, plane)
    part = sampling.sample(values, view, plane)
    for y, x in ((0, 0), (0, 96), (63, 0), (63, 96), (30, 41)):
        row, column = divmod(int(part.array[y - part.top, x - part.left]), COLUMNS)
        expected = column * E6 + E6 // 2, row * E6 + E6 // 2
        assert expected == viewport.image_point(view, plane, x, y)


@pytest.mark.requirement("IMG-08")
def test_the_row_spacing_is_the_distance_between_rows() -> None:
    """PS3.3 10.7.1.3: the first value is vertical. By hand: 3 rows of 2 mm, 8 columns of 1 mm."""
    shape = {"spacing": ("2", "1"), "spacing_source": "PixelSpacing"}
    found = measurement.distance(grey_image(**WIDE, geometry=shape), (0, 0), (8 * E6, 3 * E6))
    assert (Fraction(100), "10.00", "mm") == (found.squared, found.text, found.calibration.unit)


@given(st.fractions(0, 10**9, max_denominator=10**12), st.integers(0, 6))
def test_a_root_is_rounded_once_from_the_exact_square(squared: Fraction, digits: int) -> None:
    with localcontext(prec=80):
        root = (Decimal(squared.numerator) / Decimal(squared.denominator)).sqrt()
        expected = root.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert f"{expected:f}" == measurement.root_text(squared, digits)


PIXEL, IMAGER, NOMINAL = "_00280030", "_00181164", "_00182010"
TYPE, MAGNIFICATION, MODALITY = "_00280A02", "_00181114", "_00080060"
SOURCES = {
    "pixel spacing": ({PIXEL: "0.5\\0.25"}, "1/4 PixelSpacing "),
    "geometry": (
        {PIXEL: "0.5\\0.25", IMAGER: "1\\0.5", TYPE: "GEOMETRY"},
        "1/4 PixelSpacing " + measurement.CALIBRATIONS["GEOMETRY"],
    ),
    "fiducial": (
        {PIXEL: "0.5\\0.25", TYPE: "FIDUCIAL"},
        "1/4 PixelSpacing calibrated against an object of known size, at its depth in the patient",
    ),
    "unknown type": (
        {PIXEL: "0.5\\0.25", TYPE: "SOME"},
        "1/4 PixelSpacing calibrated in a way that is not known",
    ),
    "differs from the detector": (
        {PIXEL: "0.5\\0.25", IMAGER: "1\\0.5"},
        "1/4 PixelSpacing calibrated; the file does not say how",
    ),
    "equal to the detector": (
        {PIXEL: "0.5\\0.25", IMAGER: "0.50\\0.250"},
        "1/4 PixelSpacing at the detector, not corrected for magnification",
    ),
    "a projection without more": (
        {PIXEL: "0.5\\0.25", MODALITY: "DX"},
        "1/4 PixelSpacing of a projection; its magnification is not stated",
    ),
    "detector": (
        {IMAGER: "0.5\\0.25"},
        "1/4 ImagerPixelSpacing at the detector, not corrected for magnification",
    ),
    "detector and magnification": (
        {IMAGER: "0.5\\0.25", MAGNIFICATION: "1.25"},
        "1/5 ImagerPixelSpacing divided by the estimated magnification of 1.25",
    ),
    "equal to the detector, and magnification": (
        {PIXEL: "0.5\\0.25", IMAGER: "0.5\\0.25", MAGNIFICATION: "1.25"},
        "1/5 PixelSpacing divided by the estimated magnification of 1.25",
    ),
    "impossible magnification": (
        {IMAGER: "0.5\\0.25", MAGNIFICATION: "0.5"},
        "1/4 ImagerPixelSpacing at the detector, not corrected for magnification",
    ),
    "film": ({NOMINAL: "0.5\\0.25"}, "1/4 NominalScannedPixelSpacing on the scanned film"),
}  # fmt: skip


@pytest.mark.requirement("IMG-08")
@pytest.mark.parametrize(("stated", "expected"), SOURCES.values(), ids=SOURCES)
def test_the_source_of_a_scale_is_named(stated, expected) -> None:
    found = measurement.calibration(image(**coded(stated)), (0, 0), (E6, E6))
    assert expected == f"{found.column} {found.source} {found.note}"
    assert ("mm", 2 * found.column) == (found.unit, found.row)


@pytest.mark.requirement("IMG-08")
@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        pytest.param({}, "1 1 ", id="nothing"),
        pytest.param({"_00280034": "2\\1"}, "2 1 PixelAspectRatio", id="a ratio alone"),
        pytest.param({"_00280034": "1\\2"}, "1 2 PixelAspectRatio", id="a ratio, wide"),
        pytest.param({PIXEL: "0\\0"}, "1 1 ", id="no usable spacing"),
    ],
)
def test_without_a_length_there_are_pixels(stated, expected) -> None:
    found = measurement.distance(image(**coded(stated)), (0, 0), (2 * E6, 0))
    scale = found.calibration
    assert expected == f"{scale.row} {scale.column} {scale.source}"
    assert ("px", "the file states no usable size") == (scale.unit, scale.note)
    assert f"{2 * scale.column}.0" == found.text


def coded(stated):
    """The header's keyword arguments: code strings, integers and decimals by their tag."""
    kinds = {TYPE: "CS", MODALITY: "CS", "_00280034": "IS"}
    return {tag: (kinds.get(tag, "DS"), value) for tag, value in stated.items()}


LENGTHS = (1, 3, 3, 0.02, -0.05)  # 2D; cm and cm; deltas in cm
REGIONS = {  # bounds left, top, right, bottom, inclusive; format, units, deltas
    "b-mode": ((0, 0, 3, 2), LENGTHS),
    "spectrum": ((0, 3, 3, 5), (3, 4, 7, 0.001, 0.5)),
}


def region(bounds, kind, w: Writer = LITTLE, without=()) -> bytes:
    order = "<"
    form, unit_x, unit_y, delta_x, delta_y = kind
    elements = {
        0x00186012: ("US", pack(order + "H", form)),
        **{0x00186018 + 2 * n: ("UL", pack(order + "I", edge)) for n, edge in enumerate(bounds)},
        0x00186024: ("US", pack(order + "H", unit_x)),
        0x00186026: ("US", pack(order + "H", unit_y)),
        0x0018602C: ("FD", pack(order + "d", delta_x)),
        0x0018602E: ("FD", pack(order + "d", delta_y)),
    }
    return b"".join(
        w.element(tag, vr, value) for tag, (vr, value) in elements.items() if tag not in without
    )


def ultrasound(*made: bytes, **extra):
    return image(_00186011=items(*made), **extra)


def told(found) -> tuple[str, str, str]:
    return found.text, found.calibration.source, found.calibration.note


@pytest.mark.requirement("IMG-08")
def test_an_ultrasound_region_gives_its_own_scale() -> None:
    """By hand: 3 columns of 0.2 mm and 2 rows of 0.5 mm; the axis that runs upward too."""
    made = ultrasound(*(region(*each) for each in REGIONS.values()))
    found = measurement.distance(made, (E6 // 2, E6 // 2), (7 * E6 // 2, 5 * E6 // 2))
    across, down = 30 * Fraction(0.02), 20 * Fraction(0.05)  # the doubles as they stand
    assert across**2 + down**2 == found.squared
    assert ("1.17", "SequenceOfUltrasoundRegions", "") == told(found)


@pytest.mark.requirement("IMG-08")
@pytest.mark.parametrize(
    ("points", "note"),
    [
        pytest.param(((0, 0), (0, 4 * E6)), "the points lie in no common ultrasound region",
                     id="two regions"),
        pytest.param(((0, 4 * E6), (E6, 5 * E6)),
                     "the axes of this ultrasound region are not lengths", id="seconds"),
        pytest.param(((0, 3 * E6), (E6, 3 * E6)),
                     "ultrasound regions of different scales overlap here", id="on the border"),
    ],
)  # fmt: skip
def test_points_without_one_scale_get_pixels(points, note) -> None:
    """A Pixel Spacing beside the regions does not stand in for them."""
    listed = [region(*each) for each in REGIONS.values()]
    made = ultrasound(*listed, _00280030=("DS", "1\\1"))
    found = measurement.distance(made, *points)
    assert ("px", "", note) == (found.calibration.unit, *told(found)[1:])


@pytest.mark.parametrize(
    "kind",
    [(2, 3, 3, 1.0, 1.0), (1, 3, 4, 1.0, 1.0), (1, 3, 3, 0.0, 1.0), (1, 3, 3, 1.0, float("nan")),
     (1, 3, 3, float("inf"), 1.0)],
    ids=["m-mode", "seconds down", "no delta", "not a number", "infinite"],
)  # fmt: skip
def test_a_region_without_two_lengths_gives_none(kind) -> None:
    found = ultrasound(region((0, 0, 3, 5), kind)).geometry.basis.regions
    assert [None] == [each.spacing for each in found]
    missing = ultrasound(region((0, 0, 3, 5), LENGTHS, without={0x00186024}))
    assert missing.geometry.basis.regions[0].spacing is None


@pytest.mark.parametrize(
    "made",
    [
        pytest.param([region((0, 0, 3, 5), LENGTHS, without={0x0018601C})], id="no bound"),
        pytest.param([region((0, 0, 3, 5), LENGTHS)] * 257, id="too many"),
    ],
)
def test_regions_that_cannot_be_read_leave_pixels_and_say_so(made) -> None:
    found = ultrasound(*made, _00280030=("DS", "1\\1"))
    assert calibration.REGIONS_NOTICE in found.notices
    scale = measurement.calibration(found, (0, 0), (E6, E6))
    assert ("px", "the ultrasound regions cannot be used") == (scale.unit, scale.note)


def test_regions_that_overlap_count_when_they_agree() -> None:
    flow = region((1, 1, 2, 2), LENGTHS)
    found = ultrasound(region((0, 0, 3, 5), LENGTHS), flow)
    assert "mm" == measurement.calibration(found, (E6, E6), (2 * E6, 2 * E6)).unit


def test_regions_are_read_in_implicit_vr_too() -> None:
    """There nothing but the dictionary tells that they are a sequence."""
    w = Writer(is_explicit=False)
    data = region((0, 0, 3, 5), LENGTHS, w)
    value = "SQ", w.marker(phantoms.ITEM, len(data)) + data
    found = image(syntax=phantoms.IMPLICIT, _00186011=value).geometry.basis.regions
    assert [(0, 0, 3, 5)] == [(each.left, each.top, each.right, each.bottom) for each in found]


@pytest.mark.parametrize("point", [(-1, 0), (0, -1), (4 * E6 + 1, 0), (0, 6 * E6 + 1)], ids=str)
def test_a_point_outside_the_image_is_refused(point) -> None:
    with pytest.raises(PresentationError) as caught:
        measurement.distance(image(), (0, 0), point)
    assert "presentation.point" == caught.value.code


@pytest.mark.requirement("IMG-08")
def test_each_frame_is_measured_by_its_own_spacing() -> None:
    """By hand: 3 columns of 1 mm and 4 rows of 1 mm; in the next frame 2 mm each."""
    groups = enhanced.Groups()
    spacings = ("1\\1", "2\\2", "0.5\\0.5")
    listed = [groups.text(enhanced.MEASURES, 0x00280030, each) for each in spacings]
    parsed = enhanced.parsed(groups, None, listed)
    found = [
        measurement.distance(functional_groups.of_frame(parsed, n), (0, 0), (3 * E6, 4 * E6))
        for n in range(3)
    ]
    assert ["5.00", "10.00", "2.50"] == [each.text for each in found]
    assert {"PixelSpacing"} == {each.calibration.source for each in found}
