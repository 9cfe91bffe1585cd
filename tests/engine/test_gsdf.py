from itertools import pairwise
from pathlib import Path

import pytest

from diascope import gsdf
from diascope.errors import DisplayError

TABLE = Path(__file__).parents[1] / "vectors" / "gsdf" / "table-b-1.txt"
LINES = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
TABLE_B_1 = {index: float(text) for index, text in enumerate(" ".join(LINES).split(), start=1)}
WITHIN = 1e-3


@pytest.mark.requirement("IMG-10")
def test_luminance_agrees_with_every_row_of_table_b_1() -> None:
    """All 1,023 rows of PS3.14 Table B-1 are met within a thousandth."""
    assert 1023 == len(TABLE_B_1)
    off = {j: gsdf.luminance(j) / printed - 1 for j, printed in TABLE_B_1.items()}
    assert {} == {j: share for j, share in off.items() if abs(share) > WITHIN}


@pytest.mark.requirement("IMG-10")
def test_index_agrees_with_every_row_of_table_b_1_that_it_reaches() -> None:
    """The index of each printed luminance is its row, within the four digits that are printed."""
    for j, printed in TABLE_B_1.items():
        if gsdf.luminance(1) <= printed <= gsdf.luminance(1023):
            digits = 0.00005 / (TABLE_B_1.get(j + 1, 4020.0) - printed)  # as a share of one JND
            assert abs(gsdf.jnd_index(printed) - j) <= WITHIN * j + digits


def test_index_is_the_inverse_of_luminance() -> None:
    for index in (1, 1.5, 2, 71.4, 500, 1022.9, 1023):
        assert pytest.approx(index, rel=1e-12) == gsdf.jnd_index(gsdf.luminance(index))


def test_luminance_rises_everywhere() -> None:
    found = [gsdf.luminance(1 + k / 4) for k in range(4 * 1022 + 1)]
    assert all(a < b for a, b in pairwise(found))


def test_display_of_annex_d() -> None:
    """The light box of PS3.14 D.2: 12.0 to 1271.9 cd/m2; j_min is printed as 233.32."""
    assert pytest.approx(233.32, abs=0.05) == gsdf.jnd_index(12.0)
    assert pytest.approx(12.0) == gsdf.standard_luminance(0, 12.0, 1271.9)
    assert pytest.approx(1271.9) == gsdf.standard_luminance(1, 12.0, 1271.9)


def test_the_middle_of_the_scale_is_half_way_in_jnds() -> None:
    middle = gsdf.jnd_index(gsdf.standard_luminance(0.5, 1.0, 350.0))
    assert pytest.approx((gsdf.jnd_index(1.0) + gsdf.jnd_index(350.0)) / 2) == middle


@pytest.mark.parametrize("index", [0, 0.99, 1023.01, float("nan"), float("inf")])
def test_no_luminance_beyond_the_function(index: float) -> None:
    with pytest.raises(DisplayError, match="JND index"):
        gsdf.luminance(index)


@pytest.mark.parametrize("cd_m2", [0, 0.0499, 3994, -1, float("nan")])
def test_no_index_beyond_the_function(cd_m2: float) -> None:
    with pytest.raises(DisplayError, match="reaches"):
        gsdf.jnd_index(cd_m2)
