"""Distances in an image, exact until they are written, and where their scale comes from.

A point is (column, row) in millionths of a pixel of the unturned image, so that turning a picture
changes no measure. Where the file gives no length, or no single one, there are pixels and no
millimetres. Standard: PS3.3 10.7.1.3, C.8.5.5, C.8.7.2.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from diascope import exact, pipeline
from diascope.errors import PresentationError
from diascope.values import Instance, PatientGeometry, UltrasoundRegion
from diascope.viewport import E6

Point = tuple[int, int]
PROJECTIONS = frozenset({"CR", "DG", "DX", "IO", "MG", "PX", "RF", "RG", "XA"})
DIGITS = {"mm": 2, "px": 1}
MOST_MAGNIFICATION = 20  # a focal spot of the finest kind gives no more that can be seen
REGIONS = "SequenceOfUltrasoundRegions"
AT_DETECTOR = "at the detector, not corrected for magnification"
CALIBRATIONS = {  # PS3.3 10.7.1.1
    "GEOMETRY": "corrected for known or assumed magnification, at one depth in the patient",
    "FIDUCIAL": "calibrated against an object of known size, at its depth in the patient",
}


@dataclass(frozen=True, slots=True)
class Calibration:
    """The size of a pixel, (row, column) in `unit`, the attribute it is from, and what it means.

    `source` is a DICOM keyword, "" where the file has none; `unit` is "mm" or "px". Pixels that
    are not square count along their shorter side.
    """

    row: Fraction
    column: Fraction
    unit: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Distance:
    """The square of a distance, exact, and the distance as text, rounded once."""

    squared: Fraction
    text: str
    calibration: Calibration


def distance(image: Instance, one: Point, other: Point) -> Distance:
    """Measure between two points of an image.

    Raises:
        PresentationError: `point`, one lies outside the image.
        PhotometricError: `no_pixels`.

    Standard: PS3.3 10.7.1.3: the row spacing, the distance between rows, comes first.
    """
    described = pipeline.described(image)
    for column, row in (one, other):
        if not (0 <= column <= described.columns * E6 and 0 <= row <= described.rows * E6):
            raise PresentationError("point", "a point lies outside the image")
    scale = calibration(image, one, other)
    across = Fraction(other[0] - one[0], E6) * scale.column
    down = Fraction(other[1] - one[1], E6) * scale.row
    squared = across**2 + down**2
    return Distance(squared, root_text(squared, DIGITS[scale.unit]), scale)


def calibration(image: Instance, one: Point, other: Point) -> Calibration:
    """Say how large a pixel is between two points, and how the file comes to know.

    Standard: PS3.3 10.7.1.3, Pixel Spacing; C.8.5.5, US Region Calibration; C.8.7.2.
    """
    geometry = image.geometry
    if geometry.basis.regions is None:
        return pixels(image, "the ultrasound regions cannot be used")
    if geometry.basis.regions:
        return _of_regions(image, geometry.basis.regions, (one, other))
    if geometry.spacing is None:
        return pixels(image, "the file states no usable size")
    row, column = (exact.fraction(each) for each in geometry.spacing)
    source = geometry.spacing_source
    if source == "NominalScannedPixelSpacing":
        return Calibration(row, column, "mm", source, "on the scanned film")
    if source == "ImagerPixelSpacing" or _is_imagers(geometry):
        return _at_detector(row, column, geometry)
    return Calibration(row, column, "mm", source, _note(geometry, image.modality))


def pixels(image: Instance, note: str) -> Calibration:
    """Return the calibration that has no millimetres, only the shape of a pixel.

    Standard: PS3.3 C.7.6.3.1.7, Pixel Aspect Ratio.
    """
    plane = pipeline.plane(image)
    stated = image.geometry.spacing is None and image.geometry.aspect_ratio != (1, 1)
    source = "PixelAspectRatio" if stated else ""
    return Calibration(plane.row_stretch, plane.column_stretch, "px", source, note)


def root_text(squared: Fraction, digits: int) -> str:
    """Write the square root of a fraction with so many decimals, rounded half up, exactly.

    n = floor(10^d root + 1/2) is the largest n with (2n - 1)^2 <= 4 * 10^2d * squared.

    Standard: none; integers alone.
    """
    n = (isqrt(int(4 * squared * 10 ** (2 * digits))) + 1) // 2
    whole, part = divmod(n, 10**digits)
    return f"{whole}.{part:0{digits}d}" if digits else str(whole)


def _at_detector(row: Fraction, column: Fraction, geometry: PatientGeometry) -> Calibration:
    """Bring a spacing at the detector into the patient where the file estimates how.

    Standard: PS3.3 C.8.7.5, Estimated Radiographic Magnification Factor: the distance of the
    detector from the source over that of the patient.
    """
    source, text = geometry.spacing_source, geometry.basis.magnification
    factor = exact.fraction(text) if text else Fraction(0)
    if not 1 <= factor <= MOST_MAGNIFICATION:
        return Calibration(row, column, "mm", source, AT_DETECTOR)
    note = f"divided by the estimated magnification of {exact.decimal_text(factor)}"
    return Calibration(row / factor, column / factor, "mm", source, note)


def _is_imagers(geometry: PatientGeometry) -> bool:
    """Whether the Pixel Spacing is that of the detector, uncorrected. Standard: 10.7.1.3."""
    basis = geometry.basis
    if basis.calibration_type or basis.imager is None or geometry.spacing is None:
        return False
    return [*map(exact.fraction, basis.imager)] == [*map(exact.fraction, geometry.spacing)]


def _note(geometry: PatientGeometry, modality: str) -> str:
    """Say what a Pixel Spacing rests on. Standard: PS3.3 10.7.1.1."""
    kind = geometry.basis.calibration_type
    if kind:
        return CALIBRATIONS.get(kind, "calibrated in a way that is not known")
    if geometry.basis.imager is not None:
        return "calibrated; the file does not say how"
    return "of a projection; its magnification is not stated" * (modality in PROJECTIONS)


def _of_regions(
    image: Instance, regions: tuple[UltrasoundRegion, ...], points: tuple[Point, Point]
) -> Calibration:
    """Return the scale of the one region that holds both points.

    Regions that overlap count when they agree. Standard: PS3.3 C.8.5.5.
    """
    around = [region for region in regions if all(_holds(region, point) for point in points)]
    spacings = {region.spacing for region in around}
    if not spacings:
        return pixels(image, "the points lie in no common ultrasound region")
    spacing = spacings.pop()
    if spacings:
        return pixels(image, "ultrasound regions of different scales overlap here")
    if spacing is None:
        return pixels(image, "the axes of this ultrasound region are not lengths")
    return Calibration(*spacing, "mm", REGIONS)


def _holds(region: UltrasoundRegion, point: Point) -> bool:
    """Whether a point lies on the pixels of a region, whose bounds are pixels of it."""
    column, row = point
    across = region.left * E6 <= column <= (region.right + 1) * E6
    return across and region.top * E6 <= row <= (region.bottom + 1) * E6
