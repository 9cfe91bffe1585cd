"""Where an image lies: what the file says, and what it says that cannot be."""

import pytest

from diascope import geometry, pipeline
from tests.engine.headers import image


def test_the_place_in_the_patient_is_read():
    found = image(
        _00200032=("DS", "-125\\-125.5\\35"), _00200037=("DS", "1\\0\\0\\0\\1\\0"),
        _00200020=("CS", "L\\P"), _00280030=("DS", "0.5\\0.25"), _00280034=("IS", "2\\1"),
        _00200052=("UI", "1.2.3"),
    ).geometry  # fmt: skip

    assert ("-125", "-125.5", "35") == found.position
    assert ("1", "0", "0", "0", "1", "0") == found.orientation
    assert (("L", "P"), (2, 1), "1.2.3") == (
        found.patient_orientation, found.aspect_ratio, found.frame_of_reference,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["BIPED", "QUADRUPED", ""])
def test_the_kind_of_axes_is_read(kind):
    assert kind == image(_00102210=("CS", kind)).geometry.anatomical_type


@pytest.mark.parametrize(
    ("tag", "keyword"),
    [
        ("_00280030", "PixelSpacing"),
        ("_00181164", "ImagerPixelSpacing"),
        ("_00182010", "NominalScannedPixelSpacing"),
    ],
    ids=["patient", "detector", "film"],
)
def test_the_source_of_the_spacing_is_named(tag, keyword):
    found = image(**{tag: ("DS", "0.5\\0.25")}).geometry

    assert (("0.5", "0.25"), keyword) == (found.spacing, found.spacing_source)


def test_the_patients_spacing_comes_before_the_detectors():
    found = image(_00280030=("DS", "1\\1"), _00181164=("DS", "2\\2")).geometry

    assert "PixelSpacing" == found.spacing_source


@pytest.mark.parametrize("value", ["0\\0", "-1\\1", "1", "x\\y", "1e400\\1"])
def test_an_unusable_spacing_gives_pixels_and_says_so(value):
    found = image(_00280030=("DS", value))

    assert (None, "") == (found.geometry.spacing, found.geometry.spacing_source)
    assert (geometry.SPACING_NOTICE,) == found.notices


def test_geometry_is_none_where_the_file_does_not_say():
    found = image(_00200032=("DS", "1\\2"), _00200037=("DS", "1"), _00200052=("UI", "x")).geometry

    assert (None, None, None, None, "", (1, 1), "") == (
        found.position, found.orientation, found.patient_orientation, found.spacing,
        found.spacing_source, found.aspect_ratio, found.frame_of_reference,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("_00280030", ("DS", "1\\0.005")),
        ("_00280030", ("DS", "0.005\\1")),
        ("_00181164", ("DS", "1\\0.005")),
        ("_00280034", ("IS", "1\\500")),
        ("_00280034", ("IS", "500\\1")),
    ],
    ids=["tall", "wide", "of the detector", "stated wide", "stated tall"],
)
def test_pixels_of_an_impossible_shape_are_shown_square_and_that_is_said(tag, value):
    found = image(**{tag: value})
    plane = pipeline.plane(found)

    assert (1, 1) == (plane.row_stretch, plane.column_stretch)
    assert (None, "") == (found.geometry.spacing, found.geometry.spacing_source)
    assert (geometry.SHAPE_NOTICE,) == found.notices


@pytest.mark.parametrize("value", ["1\\0.01", "0.01\\1"])
def test_the_longest_pixels_are_shown_in_their_shape(value):
    plane = pipeline.plane(found := image(_00280030=("DS", value)))

    assert {1, 100} == {plane.row_stretch, plane.column_stretch}
    assert () == found.notices
