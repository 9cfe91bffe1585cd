"""The test patterns for displays as one study: a series a pattern, code values untouched.

Eight bits, MONOCHROME2, no window: the whole scale is shown, so that code value n reaches the
canvas as grey n. Standard: PS3.3 A.8.1, Secondary Capture; C.11.6, P-Values.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from pydicom.uid import SecondaryCaptureImageStorage

from diascope.phantom import smpte, tg18_qc, tg270_sqc, writing
from diascope.phantom.drawing import Picture

SEED = "display-patterns-1"
PATTERNS: Mapping[str, Callable[[], Picture]] = MappingProxyType(
    {
        "TG18-QC": tg18_qc.picture,
        "TG270-sQC": tg270_sqc.picture,
        "SMPTE RP 133": smpte.picture,
    }
)


def files() -> Iterator[bytes]:
    """Yield one Part 10 file a pattern."""
    for number, name in enumerate(PATTERNS, start=1):
        yield file(name, number)


def file(name: str, number: int) -> bytes:
    """Return one pattern as a Part 10 file; `number` is that of its series."""
    dataset = writing.new(SecondaryCaptureImageStorage, writing.uid(f"{SEED}/sop/{name}"))
    dataset.PatientName = "Test patterns^Display"
    dataset.PatientID = "DISPLAY-PATTERNS"
    dataset.PatientBirthDate = dataset.PatientSex = ""
    dataset.StudyInstanceUID = writing.uid(f"{SEED}/study")
    dataset.StudyDate, dataset.StudyTime = "20260101", "000000"
    dataset.StudyID, dataset.AccessionNumber = "1", ""
    dataset.ReferringPhysicianName = ""
    dataset.StudyDescription = "Test patterns for displays"
    dataset.SeriesInstanceUID = writing.uid(f"{SEED}/series/{name}")
    dataset.SeriesNumber, dataset.InstanceNumber = number, 1
    dataset.SeriesDescription = name
    dataset.Modality, dataset.ConversionType = "OT", "SYN"
    dataset.Manufacturer, dataset.ManufacturerModelName = "Diascope", "Test patterns"
    dataset.BurnedInAnnotation = "NO"
    picture = PATTERNS[name]()
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = picture.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    dataset.PixelRepresentation = 0
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.PixelData = picture.tobytes()
    return writing.part10(dataset)
