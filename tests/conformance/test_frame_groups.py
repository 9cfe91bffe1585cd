"""Every multi-frame file of the reference data with functional groups, frame by frame, as pydicom.

pydicom reads the sequences by its own parser; the rule which of them counts is written down here
again. The data lie outside the project, see `corpus`.
"""

import collections
from fractions import Fraction
from functools import cache
from io import BytesIO

import pydicom
import pytest

from diascope import frame_keys, functional_groups, real_world
from diascope.errors import DiascopeError
from tests.conformance import corpus
from tests.support.reference_data import needs_reference
from tests.support.stored_parts import image_of

pytestmark = [
    pytest.mark.slow,
    needs_reference,
]
# Two files say that they have one frame and hold the groups of three.
OTHER_COUNT = {f"pydicom/data/test_files/{name}_1frame.dcm" for name in ("liver", "liver_expb")}
ENHANCED_AT_LEAST = 50


@cache
def enhanced():
    """The files that have functional groups and a picture, and are not refused as a whole."""
    found = {}
    for case in corpus.reference_cases():
        if case.group != "real":
            continue
        data = case.path.read_bytes()
        try:
            image = image_of(data)
        except DiascopeError:
            continue
        if image.groups is not None and image.pixels is not None:
            dataset = pydicom.dcmread(BytesIO(data), stop_before_pixels=True)
            found[case.name] = image, dataset
    return found


def macro(dataset, index, keyword):
    """The items of a macro: the frame's own, else the shared ones."""
    levels = [
        *dataset.get("PerFrameFunctionalGroupsSequence", [])[index : index + 1],
        *dataset.get("SharedFunctionalGroupsSequence", []),
    ]
    return next((level[keyword].value for level in levels if level.get(keyword)), [])


def texts(item, keyword):
    """A multi-valued text as the file has it, [] when it is absent or empty."""
    element = item.get_item(keyword) if keyword in item else None
    if element is None:
        return []
    value = item[keyword].value
    values = list(value) if isinstance(value, pydicom.multival.MultiValue | list) else [value]
    return [str(getattr(each, "original_string", each)).strip() for each in values if each != ""]


def expected(dataset, index):
    """What pydicom says of one frame."""
    found = {}
    for name, keyword, attribute in (
        ("position", "PlanePositionSequence", "ImagePositionPatient"),
        ("orientation", "PlaneOrientationSequence", "ImageOrientationPatient"),
        ("spacing", "PixelMeasuresSequence", "PixelSpacing"),
        ("thickness", "PixelMeasuresSequence", "SliceThickness"),
        ("slope", "PixelValueTransformationSequence", "RescaleSlope"),
        ("intercept", "PixelValueTransformationSequence", "RescaleIntercept"),
        ("centers", "FrameVOILUTSequence", "WindowCenter"),
        ("widths", "FrameVOILUTSequence", "WindowWidth"),
    ):
        for item in macro(dataset, index, keyword):
            found[name] = texts(item, attribute)
    return {name: values for name, values in found.items() if values}


def read(image, index):
    """The same of our own instance; what no group says is left out."""
    frame = functional_groups.of_frame(image, index)
    place = frame.geometry
    is_grey = image.pixels.photometric.startswith("MONOCHROME")
    found = {
        "position": place.position,
        "orientation": place.orientation,
        "spacing": place.spacing,
        "thickness": [frame.texts["SliceThickness"]],
    }
    if is_grey:
        found |= {
            "slope": [frame.rescale_slope],
            "intercept": [frame.rescale_intercept],
            "centers": [window.center for window in frame.windows],
            "widths": [window.width for window in frame.windows],
        }
    return {name: list(values) for name, values in found.items() if values}


@pytest.mark.requirement("IMG-01")
def test_every_frame_has_what_pydicom_finds_in_its_groups(record_property):
    counted = collections.Counter()
    for name, (image, dataset) in enhanced().items():
        for index in range(0 if name in OTHER_COUNT else image.pixels.frames):
            wanted, found = expected(dataset, index), read(image, index)
            if not image.pixels.photometric.startswith("MONOCHROME"):
                wanted = {k: v for k, v in wanted.items() if k in found}
            assert wanted == {key: found[key] for key in wanted}, (name, index)
            counted.update(list(wanted))
            counted["frames"] += 1

    record_property("functional groups", f"{len(enhanced())} files: {dict(counted)}")
    assert len(enhanced()) >= ENHANCED_AT_LEAST
    assert min(counted[key] for key in ("position", "slope", "centers", "spacing")) > 0


@pytest.mark.parametrize("name", sorted(OTHER_COUNT))
def test_groups_of_another_number_of_frames_are_said(name):
    image, dataset = enhanced()[name]

    assert (1, 3) == (image.pixels.frames, len(dataset.PerFrameFunctionalGroupsSequence))
    assert functional_groups.COUNT_NOTICE in functional_groups.of_frame(image, 0).notices


@pytest.mark.requirement("INT-07")
def test_every_key_is_what_pydicom_finds(record_property):
    """Position, dimensions, echo time and b-value of every frame."""
    compared = collections.Counter()
    for name, (image, dataset) in enhanced().items():
        keys = frame_keys.read(image)
        if keys is None:
            assert name in OTHER_COUNT or "PerFrameFunctionalGroupsSequence" not in dataset
            continue
        for index in range(len(dataset.PerFrameFunctionalGroupsSequence)):
            own = {k: column[index] for k, column in keys.columns.items()}
            own = {**keys.common, **own}
            for key, keyword, attribute in (
                ("position", "PlanePositionSequence", "ImagePositionPatient"),
                ("dimensions", "FrameContentSequence", "DimensionIndexValues"),
                ("stack", "FrameContentSequence", "StackID"),
                ("in_stack", "FrameContentSequence", "InStackPositionNumber"),
                ("echo_time", "MREchoSequence", "EffectiveEchoTime"),
                ("b_value", "MRDiffusionSequence", "DiffusionBValue"),
            ):
                items = macro(dataset, index, keyword)
                wanted = texts(items[0], attribute) if items else []
                if wanted and key in own:
                    found = [Fraction(v) if key != "stack" else v for v in own[key].split("\\")]
                    assert [Fraction(v) if key != "stack" else v for v in wanted] == found
                    compared[key] += 1
                assert key == "dimensions" or bool(wanted) == bool(own.get(key)), (name, key)

    record_property("frame keys", str(dict(compared)))
    assert min(compared[key] for key in ("position", "dimensions", "echo_time")) > 0


def test_real_world_values_are_those_of_pydicom():
    compared = 0
    for name, (image, dataset) in enhanced().items():
        if name in OTHER_COUNT:
            continue
        for index in range(image.pixels.frames):
            wanted = macro(dataset, index, "RealWorldValueMappingSequence")
            found = functional_groups.of_frame(image, index).real_world
            assert len(wanted) == len(found), name
            for item, mapping in zip(wanted, found, strict=True):
                line = Fraction(item.RealWorldValueSlope), Fraction(item.RealWorldValueIntercept)
                stored = mapping.first + (mapping.last - mapping.first) // 2
                assert line[0] * stored + line[1] == real_world.value(mapping, stored)
                assert mapping.units[0] == item.MeasurementUnitsCodeSequence[0].CodeValue
                compared += 1

    assert compared > 0
