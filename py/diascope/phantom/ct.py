"""A synthetic CT series as DICOM files, the same bytes on every machine.

For demonstrations, tests and benchmarks. Nobody's images: the patient is fictional and says so.
This module and its siblings are the only ones of the engine that write DICOM.
"""

from collections.abc import Iterator

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage

from diascope.phantom import tissue, trunk, writing
from diascope.phantom.brush import MM, PIXEL, SIZE, Slice, ellipse, noise
from diascope.phantom.writing import number, uid

SLICES = 128
STEP_MM = 3
SIGMA_HU = 11
OFFSET_HU = -1024  # Rescale Intercept; stored values are unsigned 12 bits
MARKER_HU = 3000
STEPS_A_QUARTER = 10  # the spiral of markers: 40 slices a turn


def series(seed: str = "phantom-ct-1", slices: int = SLICES) -> Iterator[bytes]:
    """Yield Part 10 files from head to foot; `seed` names the study and its noise."""
    for index in range(slices):
        yield file(seed, index, slices)


def hounsfield(seed: str, index: int) -> Slice:
    """Return one slice with its noise and its marker, 512 x 512 int32 HU."""
    image = trunk.paint(index * STEP_MM)
    image += noise(number(f"{seed}/noise/{index}"), SIGMA_HU)
    row, column = marker(index)
    center = ((2 * column - SIZE + 1) * PIXEL // 2, (2 * row - SIZE + 1) * PIXEL // 2)
    ellipse(image, center, (2 * MM, 2 * MM), MARKER_HU)
    return np.clip(image, OFFSET_HU, OFFSET_HU + 4095)


def marker(index: int) -> tuple[int, int]:
    """Return (row, column) of the bright marker in slice `index`, a spiral round the body."""
    quarter, step = divmod(index, STEPS_A_QUARTER)
    s, n = step, STEPS_A_QUARTER
    # the rational points of the circle: no sine whose last digit differs
    x, y = (n * n - s * s) * 1000 // (n * n + s * s), 2 * n * s * 1000 // (n * n + s * s)
    for _ in range(quarter % 4):
        x, y = -y, x
    half_width, half_depth = (half * MM * 1000 for half in tissue.outline(index * STEP_MM))
    reach = 0
    while (reach * x) ** 4 // half_width**2 * half_depth**2 // half_width**2 + (
        reach * y
    ) ** 4 // half_depth**2 < half_depth**2:
        reach += PIXEL
    return _pixel(y * reach), _pixel(x * reach)


def _pixel(at: int) -> int:
    """Return the pixel, just outside the skin, that holds a coordinate in 1/8000 mm."""
    outward = 3 if at > 0 else -3 if at < 0 else 0
    return (at // 1000 + SIZE * PIXEL // 2) // PIXEL + outward


def file(seed: str, index: int, slices: int = SLICES) -> bytes:
    """Return slice `index` of a series of so many as one Part 10 file."""
    dataset = writing.new(CTImageStorage, uid(f"{seed}/sop/{index}"))
    _describe_patient(dataset, seed)
    _describe_series(dataset, seed)
    _describe_slice(dataset, seed, index, slices)
    return writing.part10(dataset)


def _describe_patient(dataset: Dataset, seed: str) -> None:
    dataset.PatientName = "Phantom^Thorax"
    dataset.PatientID = "PHANTOM-CT-1"
    dataset.PatientBirthDate = "19700101"
    dataset.PatientSex = "O"
    dataset.StudyInstanceUID = uid(f"{seed}/study")
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = "20260105"
    dataset.StudyTime = dataset.SeriesTime = dataset.AcquisitionTime = "093000"
    dataset.StudyID = "1"
    dataset.AccessionNumber = "PH0001"
    dataset.ReferringPhysicianName = "Phantom^Referrer"
    dataset.StudyDescription = "Synthetic CT of the trunk"


def _describe_series(dataset: Dataset, seed: str) -> None:
    dataset.SeriesInstanceUID = uid(f"{seed}/series")
    dataset.SeriesNumber = 2
    dataset.SeriesDescription = "Trunk 3 mm, contrast (synthetic)"
    dataset.Modality = "CT"
    dataset.BodyPartExamined = "CHEST"
    dataset.PatientPosition = "HFS"
    dataset.FrameOfReferenceUID = uid(f"{seed}/frame")
    dataset.PositionReferenceIndicator = ""
    dataset.Manufacturer = "Diascope"
    dataset.ManufacturerModelName = "Phantom"
    dataset.InstitutionName = "Synthetic data"
    dataset.KVP = "120"
    dataset.XRayTubeCurrent = 220
    dataset.ExposureTime = 500
    dataset.ConvolutionKernel = "SYNTHETIC"
    dataset.ImageType = ["DERIVED", "PRIMARY", "AXIAL"]
    dataset.SliceThickness = str(STEP_MM)
    dataset.SpacingBetweenSlices = str(STEP_MM)
    dataset.ContrastBolusAgent = "Synthetic"
    dataset.BurnedInAnnotation = "NO"


def _describe_slice(dataset: Dataset, seed: str, index: int, slices: int) -> None:
    corner = str(-(SIZE - 1) * PIXEL / 2 / MM)  # exact in binary: sixteenths
    height = str((slices - 1 - index) * STEP_MM)
    dataset.InstanceNumber = index + 1
    dataset.AcquisitionNumber = 1
    dataset.ImagePositionPatient = [corner, corner, height]
    dataset.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    dataset.SliceLocation = height
    dataset.PixelSpacing = ["0.75", "0.75"]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows = dataset.Columns = SIZE
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = 0
    dataset.RescaleIntercept, dataset.RescaleSlope = str(OFFSET_HU), "1"
    dataset.RescaleType = "HU"
    dataset.WindowCenter, dataset.WindowWidth = ["40", "-600"], ["400", "1500"]
    dataset.WindowCenterWidthExplanation = ["Mediastinum", "Lung"]
    stored = (hounsfield(seed, index) - OFFSET_HU).astype("<u2")
    dataset.PixelData = stored.tobytes()
