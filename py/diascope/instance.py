"""Header bytes to an `Instance`: the only module that touches pydicom.

The file has passed the bounded reader first; pydicom is then given the bytes of single texts, for
their character sets, and parses nothing. Functional groups are found here and read frame by frame
by `functional_groups`. Standard: PS3.3 C.7 to C.11, PS3.5 6.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from pydicom.charset import convert_encodings, default_encoding, python_encoding
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.values import convert_PN, convert_single_string, convert_text

from diascope import (
    attributes,
    functional_groups,
    geometry,
    icc,
    lut_sequences,
    overlay,
    padding,
    palettes,
    part10,
    real_world,
    shutter,
    stack_keys,
    tiles,
)
from diascope.errors import DiascopeError, MalformedImage
from diascope.limits import DEFAULT_LIMITS
from diascope.part10 import Part10
from diascope.texts import Decoder, ascii_text, readable_name, visible
from diascope.values import Instance, VerifiedBytes

_KEYWORDS = """
    PatientName PatientID PatientBirthDate PatientSex StudyDate StudyTime StudyDescription
    AccessionNumber ReferringPhysicianName SeriesDescription SeriesNumber Modality ProtocolName
    BodyPartExamined Laterality ImageLaterality ViewPosition InstanceNumber InstitutionName
    SliceThickness SliceLocation KVP XRayTubeCurrent Exposure RepetitionTime EchoTime
"""
TEXT_KEYWORDS = tuple(_KEYWORDS.split())
# Our own: more than 1,024 characters take, with their escapes; 60,000 escapes took a second.
MAX_DECODED_BYTES = 16 << 10
MAX_CHARACTER_SET_BYTES = 256  # our own: PS3.3 C.12.1.1.2 has 16 terms of at most 16 bytes

_TAGS = {keyword: int(tag_for_keyword(keyword) or 0) for keyword in TEXT_KEYWORDS}
_CONVERTERS: dict[str, Callable[[bytes, list[str]], Any]] = {  # PS3.5 6.1.2.3
    "PN": convert_PN,
    **dict.fromkeys(("LO", "SH", "UC"), convert_text),
    **dict.fromkeys(("LT", "ST", "UT"), convert_single_string),
}
_CHARACTER_SET = 0x00080005


def _plain(name: str) -> str:
    return "".join(each for each in name.casefold() if each.isalnum())


_ENCODINGS = frozenset(map(_plain, python_encoding.values()))


def parse(header: VerifiedBytes) -> Instance:
    """Read an instance from its header part, or from the whole file.

    Raises:
        Part10Error: the outside of the file is wrong.
        MalformedImage: `parse`, `description`, `rescale` or `table`: a value the pixels need.
        LimitExceeded: it asks for more than the defaults.

    Standard: PS3.3 C.7.6, C.11.
    """
    outside = part10.read_header(header.data)
    with guarded():
        return _instance(outside, decoder(outside))


@contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever pydicom does about a value of the file into our own refusal.

    Raises:
        MalformedImage: `parse`.

    Standard: PS3.5 6.1 and 6.2.
    """
    try:
        with warnings.catch_warnings():  # pydicom's hold values of the file
            warnings.simplefilter("ignore")
            yield
    except (DiascopeError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - pydicom raises a dozen classes on bad values
        raise MalformedImage("parse", type(error).__name__) from None


def _instance(outside: Part10, decode: Decoder) -> Instance:
    notices = list(outside.notices)
    texts = _texts(outside, decode)
    pixels = attributes.pixels(outside, notices)
    slope, intercept = attributes.rescale(outside)
    table = lut_sequences.of_image(outside, pixels, decode, notices)
    reach = lut_sequences.reach(pixels, (slope, intercept), table)
    groups = functional_groups.read(outside, decode)
    has_rescale = table is not None or bool(outside.value(attributes.RESCALE[0]))
    return Instance(
        study=outside.study,
        series=outside.series,
        sop=outside.sop,
        sop_class=outside.sop_class,
        modality=texts["Modality"],
        pixels=pixels,
        rescale_slope=slope,
        rescale_intercept=intercept,
        modality_lut=table,
        windows=attributes.windows(outside, decode, notices),
        voi_luts=lut_sequences.voi_luts(outside, decode, notices, reach),
        presentation_lut_shape=attributes.presentation_lut_shape(outside, pixels, notices),
        palette=palettes.read(outside, pixels, notices),
        lossy=attributes.lossy(outside),
        geometry=geometry.read(outside, notices),
        texts=MappingProxyType(texts),
        overlays=overlay.read(outside, pixels, notices),
        shutter=shutter.read(outside, notices),
        padding=padding.read(outside, pixels, notices),
        stack_keys=stack_keys.read(outside),
        icc_profile=icc.read(outside, notices),
        groups=groups,
        lacks_rescale=groups is not None and not has_rescale,
        real_world=real_world.read(outside, decode, pixels, notices),
        presentation_lut=lut_sequences.presentation_lut(outside, decode),
        tiling=tiles.read(outside, pixels),
        notices=tuple(notices),  # last: what stands above adds to them
    )


def _texts(outside: Part10, decode: Decoder) -> dict[str, str]:
    """Return every display string by keyword; names also as they stand in the file."""
    texts = {}
    for key, tag in _TAGS.items():
        vr, value = dictionary_VR(tag), outside.value(tag)
        is_decoded = vr in _CONVERTERS
        texts[key] = visible("\\".join(decode(vr, value))) if is_decoded else ascii_text(value)
    for key in ("PatientName", "ReferringPhysicianName"):
        texts[key + "AsStored"] = texts[key]
        texts[key] = readable_name(texts[key])
    return texts


def decoder(outside: Part10) -> Decoder:
    """Return what decodes a value with the file's character sets. Standard: PS3.5 6.1."""
    encodings = _encodings(outside.value(_CHARACTER_SET))

    def decode(vr: str, value: bytes) -> list[str]:
        DEFAULT_LIMITS.check("text_bytes", len(value))
        DEFAULT_LIMITS.check("values", value.count(b"\\"))
        with guarded():
            made = _CONVERTERS[vr](value[:MAX_DECODED_BYTES], encodings) if value else []
        is_single = isinstance(made, str) or not isinstance(made, Iterable)
        values = [made] if is_single or hasattr(made, "components") else list(made)
        return [visible(str(each).strip(" \0")) for each in values]

    return decode


def _encodings(character_sets: bytes) -> list[str]:
    """Return the Python encodings of Specific Character Set; those not of DICOM are not used.

    Python has more, some of which take minutes for a text of a megabyte.

    Standard: PS3.3 C.12.1.1.2.
    """
    if len(character_sets) > MAX_CHARACTER_SET_BYTES:
        raise MalformedImage("parse", "too many character sets")
    terms = character_sets.decode("ascii", "replace").split("\\")
    found = convert_encodings([term.strip(" \0") for term in terms])
    return [each if _plain(each) in _ENCODINGS else default_encoding for each in found]
