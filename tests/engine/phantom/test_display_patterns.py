"""Test patterns hold the code values that their reports name, and nothing changes them."""

import hashlib
from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread

from diascope.manifest import PartEntry
from diascope.phantom import display_patterns, smpte, tg18_qc, tg270_sqc
from diascope.phantom.drawing import SIZE, Box
from diascope.pipeline import render_frame
from diascope.presets import Look
from diascope.values import StoredBytes
from diascope.viewport import View

E6 = 1_000_000
PINNED = {
    "TG18-QC": "9bb7ab23d03d2ccd2fc438dc91d799029ff4484257a7a31bec8c94a0617baa26",
    "TG270-sQC": "7b71e343d8558c8c4a34896719c78a3f4c03fe623815e2434d0e84b91cf0f6f8",
    "SMPTE RP 133": "cd15b13171799ffca4a41ea3a487b916b4e08861e8f99a4b82d2bcf2f22d6f15",
}


def part(picture, box: Box):
    return picture[box.top : box.top + box.height, box.left : box.left + box.width]


@pytest.mark.parametrize("name", display_patterns.PATTERNS)
def test_pattern_has_the_same_bytes_everywhere(name: str) -> None:
    number = list(display_patterns.PATTERNS).index(name) + 1
    data = display_patterns.file(name, number)
    assert PINNED[name] == hashlib.sha256(data).hexdigest()


@pytest.mark.requirement("IMG-10")
@pytest.mark.parametrize("name", display_patterns.PATTERNS)
def test_code_values_reach_the_canvas_unaltered(name: str) -> None:
    """Code value n of a pattern is grey n of the canvas at 1:1, all 1024 x 1024 of them."""
    data = display_patterns.file(name, 1)
    entry = PartEntry("whole", 0, len(data), hashlib.sha256(data).hexdigest(), "0" * 64, 0)
    view = View(SIZE, SIZE, E6, SIZE // 2 * E6, SIZE // 2 * E6, "one_to_one")
    shown = render_frame([(StoredBytes(data), entry)], 0, Look(), view).array
    wanted = display_patterns.PATTERNS[name]()
    assert all(np.array_equal(shown[:, :, sample], wanted) for sample in range(3))
    assert 255 == shown[:, :, 3].min()


@pytest.mark.requirement("IMG-10")
@pytest.mark.parametrize("picture", [tg18_qc.picture, tg270_sqc.picture], ids=["TG18", "TG270"])
def test_ramp_has_256_distinct_greys(picture) -> None:
    assert list(range(256)) == np.unique(picture()).tolist()


def test_tg18_patches_are_sixteen_levels_with_corners_of_four() -> None:
    picture = tg18_qc.picture()
    boxes = [tg18_qc.patch_box(number) for number in range(16)]
    assert 16 == len(set(boxes))
    for box, level in zip(boxes, range(8, 249, 16), strict=True):
        patch = part(picture, box)
        assert (102, 102) == patch.shape
        assert {level - 4, level, level + 4} == set(np.unique(patch).tolist())
        assert 200 == np.count_nonzero(patch == level + 4) == np.count_nonzero(patch == level - 4)


def test_tg18_has_five_per_cent_in_black_and_in_white() -> None:
    picture = tg18_qc.picture()
    for left, outside, inside in ((512 - 204, 0, 13), (512 + 102, 255, 242)):
        patch = part(picture, Box(512 - 102, left, 102, 102))
        assert {outside, inside} == set(np.unique(patch).tolist())


def test_tg18_letters_come_nearer_to_their_ground_one_level_each() -> None:
    picture = tg18_qc.picture()
    for column, ground, sign in ((230, 0, 1), (512, 128, 1), (794, 255, -1)):
        levels = np.unique(part(picture, Box(812, column - 120, 60, 240))).astype(int)
        assert set(range(15)) == {int(sign * (level - ground)) for level in levels}


def test_tg270_squares_have_bars_just_above_and_below() -> None:
    picture = tg270_sqc.picture()
    assert list(range(0, 256, 15)) == list(tg270_sqc.LEVELS)
    for number, level in enumerate(range(0, 256, 15)):
        square = part(picture, tg270_sqc.square(number))
        ends = {0: {3, 0, 5}, 255: {250, 255, 252}}
        assert ends.get(level, {level - 5, level, level + 5}) == set(np.unique(square).tolist())
        bars = square[16:48, 16:49] != level
        assert [True] * 3 + [False] * 3 == bars[0, :6].tolist()
        assert bars.sum() == 6 * 3 * 32


def test_tg270_second_row_is_read_backwards() -> None:
    lefts = [tg270_sqc.square(number).left for number in (5, 6, 11, 12)]
    assert [848, 848, 48, 48] == lefts


def test_smpte_patches_are_tenths_of_full_scale() -> None:
    """0, 10 … 100 % of 255, halves upward: 26 is the nearest to 25.5."""
    picture = smpte.picture()
    wanted = [0, 26, 51, 77, 102, 128, 153, 179, 204, 230, 255]
    assert wanted == [int(part(picture, smpte.patch_box(s))[2, 2]) for s in range(0, 101, 10)]


def test_file_is_a_study_of_its_own_without_a_window() -> None:
    found = [dcmread(BytesIO(data)) for data in display_patterns.files()]
    assert 3 == len({each.SeriesInstanceUID for each in found})
    assert 1 == len({each.StudyInstanceUID for each in found})
    assert all("WindowCenter" not in each for each in found)
    assert ["TG18-QC", "TG270-sQC", "SMPTE RP 133"] == [each.SeriesDescription for each in found]
