import hashlib
from io import BytesIO
from itertools import islice

import numpy as np
import pytest
from pydicom import dcmread

from diascope import part10
from diascope.parts import split
from diascope.phantom import brush, ct, trunk

PINNED = {
    0: "6c9dd26f194ba3218147c8bda72c8afeeaab684670e5892c40708b396624561d",
    40: "6ea2b76c2b193399777a691bad2f38063736792acdd73fa8d21ae4fcc302f9ae",
    100: "6844ef8753d588f6dd0293133ed8f76ac708074119e5d09282ad4d118bc99477",
}


def opened(index: int):
    return dcmread(BytesIO(ct.file("phantom-ct-1", index, ct.SLICES)))


@pytest.mark.parametrize("index", sorted(PINNED), ids=str)
def test_slice_has_the_same_bytes_everywhere(index: int) -> None:
    data = ct.file("phantom-ct-1", index, ct.SLICES)
    assert PINNED[index] == hashlib.sha256(data).hexdigest()


def test_series_is_what_its_files_are() -> None:
    first = next(islice(ct.series(), 1))
    assert ct.file("phantom-ct-1", 0, ct.SLICES) == first
    assert 2 == len(list(ct.series(slices=2)))
    assert ct.SLICES >= 120


@pytest.mark.parametrize("index", [0, 33, 64, 127], ids=str)
def test_marker_is_the_brightest_spot_where_it_is_said_to_be(index: int) -> None:
    image = ct.hounsfield("x", index)
    row, column = ct.marker(index)
    assert ct.MARKER_HU == image[row, column] == image.max()
    around = image[row - 6 : row + 7, column - 6 : column + 7]
    assert ct.MARKER_HU > np.delete(around.ravel(), range(5 * 13, 8 * 13)).max()


def test_markers_turn_round_the_body() -> None:
    places = [ct.marker(index) for index in range(0, ct.SLICES, ct.STEPS_A_QUARTER)]
    above = [row < 256 for row, _ in places]
    assert {True, False} == set(above)
    assert all(0 < row < 511 and 0 < column < 511 for row, column in places)


def test_tissues_have_their_hounsfield_units() -> None:
    chest, belly = trunk.paint(150), trunk.paint(290)
    middle = {"air": chest[5, 5], "lung": chest[250, 130], "heart": chest[230, 300]}
    assert -1000 == middle["air"]
    assert -900 < middle["lung"] < -800
    assert 30 < middle["heart"] < 400
    assert 90 < np.median(belly[210:260, 150:200]) < 125  # liver
    assert chest.max() > 600  # bone


def test_noise_is_even_and_as_strong_as_asked() -> None:
    made = brush.noise(5, 11)
    assert abs(float(made.mean())) < 1
    assert 9 < float(made.std()) < 13


def test_file_says_what_a_ct_image_says() -> None:
    dataset = opened(40)
    assert "Phantom^Thorax" == dataset.PatientName
    assert [1, 0, 0, 0, 1, 0] == dataset.ImageOrientationPatient
    assert ["Mediastinum", "Lung"] == dataset.WindowCenterWidthExplanation
    assert dataset.SOPInstanceUID.is_valid
    assert dataset.StudyInstanceUID.startswith("2.25.")
    stored = dataset.pixel_array.astype(int) + int(dataset.RescaleIntercept)
    assert np.array_equal(ct.hounsfield("phantom-ct-1", 40), stored)


def test_slices_follow_each_other_in_space() -> None:
    upper, lower = opened(10), opened(11)
    assert 3 == upper.ImagePositionPatient[2] - lower.ImagePositionPatient[2]
    assert upper.FrameOfReferenceUID == lower.FrameOfReferenceUID
    assert upper.SOPInstanceUID != lower.SOPInstanceUID


def test_file_passes_the_bounded_reader_and_is_cut_into_parts() -> None:
    data = ct.file("phantom-ct-1", 3, ct.SLICES)
    kinds = [cut.kind for cut in split(part10.read(data))]
    assert ["header", "frame"] == kinds
