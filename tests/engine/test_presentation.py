import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import presentation
from diascope.errors import PhotometricError
from diascope.values import VoiValues


@pytest.mark.requirement("IMG-04")
@pytest.mark.parametrize(
    ("photometric", "shape", "is_inverse"),
    [
        pytest.param("MONOCHROME2", "", False, id="plain"),
        pytest.param("MONOCHROME1", "", True, id="MONOCHROME1"),
        pytest.param("MONOCHROME1", "INVERSE", True, id="the legal pair inverts once"),
        pytest.param("MONOCHROME2", "IDENTITY", False, id="identity"),
        pytest.param("MONOCHROME1", "IDENTITY", False, id="shape wins"),
        pytest.param("MONOCHROME2", "INVERSE", True, id="shape wins too"),
        pytest.param("MONOCHROME1", "LIN OD", True, id="unknown shape says nothing"),
    ],
)
def test_which_end_is_bright(photometric: str, shape: str, is_inverse: bool) -> None:
    assert is_inverse == presentation.is_inverse(photometric, shape)


def test_colour_has_no_presentation_lut() -> None:
    with pytest.raises(PhotometricError) as caught:
        presentation.is_inverse("RGB", "")
    assert "photometric.not_grey" == caught.value.code


@given(st.lists(st.integers(0, 510)), st.booleans())
def test_inverting_twice_changes_nothing(numerators: list[int], invert: bool) -> None:
    values = VoiValues(np.array(numerators, dtype=np.int64), 510)
    shape = "INVERSE" if invert else "IDENTITY"
    made = presentation.apply(values, "MONOCHROME2", shape, invert=invert)
    assert (numerators, 510) == (made.numerators.tolist(), made.denominator)


def test_reader_reverses_what_the_file_says() -> None:
    values = VoiValues(np.array([0, 1, 4]), 4)
    made = presentation.apply(values, "MONOCHROME2", "", invert=True)
    assert [4, 3, 0] == made.numerators.tolist()


def test_a_scale_beyond_int64_is_reversed_exactly() -> None:
    values = VoiValues(np.array([0, 3], dtype=np.int64), 10**20)
    made = presentation.apply(values, "MONOCHROME1", "")
    assert [10**20, 10**20 - 3] == made.numerators.tolist()
