"""Header bytes to an `Instance`: the only module that touches a pydicom Dataset.

The file has passed the bounded reader first; pydicom is then given only the elements whose
values need its character sets and sequences. Values of functional groups are not read: those of
the top level count. Standard: PS3.3 C.7 to C.11, PS3.5 6.
"""

import warnings
from collections.abc import Iterable
from io import BytesIO
from types import MappingProxyType
from typing import Any

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset

from diascope import attributes, lookup_tables, part10
from diascope.errors import DiascopeError, MalformedImage
from diascope.limits import DEFAULT_LIMITS
from diascope.part10 import Part10
from diascope.texts import ascii_text, readable_name, visible
from diascope.values import Instance, LookupTable, VerifiedBytes

_KEYWORDS = """
    PatientName PatientID PatientBirthDate PatientSex PatientAge PatientWeight PatientPosition
    StudyDate StudyTime StudyDescription StudyID AccessionNumber ReferringPhysicianName
    SeriesDate SeriesTime SeriesDescription SeriesNumber Modality BodyPartExamined Laterality
    ImageLaterality ViewPosition ProtocolName SequenceName AcquisitionNumber AcquisitionDate
    AcquisitionTime ContentDate ContentTime InstanceNumber ImageComments InstitutionName
    StationName Manufacturer ManufacturerModelName KVP XRayTubeCurrent ExposureTime Exposure
    ConvolutionKernel ReconstructionDiameter GantryDetectorTilt SliceThickness
    SpacingBetweenSlices SliceLocation ScanningSequence RepetitionTime EchoTime InversionTime
    EchoTrainLength FlipAngle MagneticFieldStrength ContrastBolusAgent FrameTime CineRate
    RecommendedDisplayFrameRate BurnedInAnnotation DerivationDescription RescaleType
"""
TEXT_KEYWORDS = tuple(_KEYWORDS.split())
MAX_CHARACTER_SET_BYTES = 256  # our own: PS3.3 C.12.1.1.2 has 16 terms of at most 16 bytes
MAX_VOI_LUTS = 64  # our own: what a person can choose from
VOI_LUT_NOTICE = "A VOI LUT in the file cannot be used and is left out."

_TAGS = {keyword: int(tag_for_keyword(keyword) or 0) for keyword in TEXT_KEYWORDS}
_CHARSET_VRS = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})  # PS3.5 6.1.2.3
_DECODED = tuple(key for key in TEXT_KEYWORDS if dictionary_VR(key) in _CHARSET_VRS)
_CHARACTER_SET, _WINDOW_NAMES = 0x00080005, 0x00281055
_MODALITY_LUTS, _VOI_LUTS = 0x00283000, 0x00283010
_LUT_DESCRIPTOR, _LUT_EXPLANATION, _LUT_DATA = 0x00283002, 0x00283003, 0x00283006
_TEXTS = {_CHARACTER_SET, _WINDOW_NAMES} | {_TAGS[key] for key in _DECODED}
_FOR_PYDICOM = sorted(_TEXTS | {_MODALITY_LUTS, _VOI_LUTS})


def parse(header: VerifiedBytes) -> Instance:
    """Read an instance from its header part, or from the whole file.

    Raises:
        Part10Error: the outside of the file is wrong.
        MalformedImage: `parse`, `description`, `rescale` or `table`: a value the pixels need.
        LimitExceeded: it asks for more than the defaults.

    Standard: PS3.3 C.7.6, C.11.
    """
    outside = part10.read_header(header.data)
    try:
        with warnings.catch_warnings():  # pydicom's hold values of the file
            warnings.simplefilter("ignore")
            return _instance(outside, _dataset(outside))
    except DiascopeError:
        raise
    except Exception as error:  # noqa: BLE001 - pydicom raises a dozen classes on bad values
        raise MalformedImage("parse", type(error).__name__) from None


def _instance(outside: Part10, dataset: Dataset) -> Instance:
    notices = list(outside.notices)
    texts = _texts(outside, dataset)
    pixels = attributes.pixels(outside, notices)
    has_palette = pixels is not None and pixels.photometric == "PALETTE COLOR"
    slope, intercept = attributes.rescale(outside)
    names = _decoded(dataset, _WINDOW_NAMES)
    return Instance(
        study=outside.study,
        series=outside.series,
        sop=outside.sop,
        sop_class=outside.sop_class,
        modality=texts["Modality"],
        pixels=pixels,
        rescale_slope=slope,
        rescale_intercept=intercept,
        rescale_type=texts["RescaleType"],
        modality_lut=_modality_lut(outside, dataset),
        windows=attributes.windows(outside, names, notices),
        voi_luts=_voi_luts(outside, dataset, notices),
        presentation_lut_shape=ascii_text(outside.value(0x20500020)),
        palette=attributes.palette(outside) if has_palette else None,
        lossy=attributes.lossy(outside),
        geometry=attributes.geometry(outside, notices),
        texts=MappingProxyType(texts),
        notices=tuple(notices),
    )


def _dataset(outside: Part10) -> Dataset:
    """Give pydicom the few elements that it must decode, in their order."""
    found = [outside.elements[tag] for tag in _FOR_PYDICOM if tag in outside.elements]
    for element in found:
        if element.tag == _CHARACTER_SET and element.length > MAX_CHARACTER_SET_BYTES:
            raise MalformedImage("parse", "too many character sets")
        if element.tag in _TEXTS:
            DEFAULT_LIMITS.check("text_bytes", element.length)
            DEFAULT_LIMITS.check("values", outside.value(element.tag).count(b"\\"))
    data = b"".join(outside.buffer[element.at : element.stop] for element in found)
    encoding = outside.encoding
    return read_dataset(BytesIO(data), not encoding.is_explicit, encoding.is_little)


def _texts(outside: Part10, dataset: Dataset) -> dict[str, str]:
    """Return every display string by keyword; names also as they stand in the file."""
    texts = {key: ascii_text(outside.value(tag)) for key, tag in _TAGS.items()}
    for key in _DECODED:
        texts[key] = visible("\\".join(_decoded(dataset, _TAGS[key])))
    for key in ("PatientName", "ReferringPhysicianName"):
        texts[key + "AsStored"] = texts[key]
        texts[key] = readable_name(texts[key])
    return texts


def _decoded(dataset: Dataset, tag: int) -> list[str]:
    """Return the values of a text element in Unicode, fit to be shown."""
    value: Any = dataset[tag].value if tag in dataset else None
    if value is None or isinstance(value, bytes):
        return []
    is_single = isinstance(value, str) or not isinstance(value, Iterable)
    values = [value] if is_single or hasattr(value, "components") else list(value)
    return [visible(str(each).strip(" \0")) for each in values]


def _modality_lut(outside: Part10, dataset: Dataset) -> LookupTable | None:
    """Read the Modality LUT Sequence's one item. Standard: PS3.3 C.11.1.1.1."""
    items = _items(dataset, _MODALITY_LUTS)
    return _table(items[0], is_signed=outside.unsigned(0x00280103) == 1) if items else None


def _voi_luts(outside: Part10, dataset: Dataset, notices: list[str]) -> tuple[LookupTable, ...]:
    """Read the VOI LUT Sequence; a table that cannot be used is left out.

    Standard: PS3.3 C.11.2.1.1: the first value mapped is signed when modality values can be.
    """
    is_negative = attributes.rescale(outside)[1].startswith("-")
    is_signed = outside.unsigned(0x00280103) == 1 or is_negative
    found = []
    items = _items(dataset, _VOI_LUTS)
    for item in items[:MAX_VOI_LUTS]:
        try:
            found.append(_table(item, is_signed=is_signed))
        except MalformedImage:
            continue
    if len(found) < len(items):
        notices.append(VOI_LUT_NOTICE)
    return tuple(found)


def _items(dataset: Dataset, tag: int) -> list[Dataset]:
    value: Any = dataset[tag].value if tag in dataset else None
    return list(value or [])


def _table(item: Dataset, *, is_signed: bool) -> LookupTable:
    """Read one table; where the file names the VR of its descriptor, that decides the sign."""
    descriptor, data = (item.get_item(tag) for tag in (_LUT_DESCRIPTOR, _LUT_DATA))
    raw = [getattr(each, "value", None) for each in (descriptor, data)]
    if not (isinstance(raw[0], bytes) and isinstance(raw[1], bytes)):
        raise MalformedImage("table", "the LUT has no descriptor or no data")
    vr = getattr(descriptor, "VR", None)
    return lookup_tables.table(
        raw[0],
        raw[1],
        is_signed=vr == "SS" or (vr != "US" and is_signed),
        is_little=bool(getattr(descriptor, "is_little_endian", True)),
        explanation=visible("\\".join(_decoded(item, _LUT_EXPLANATION))),
    )
