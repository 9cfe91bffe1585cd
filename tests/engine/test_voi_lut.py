import json
from decimal import Decimal, getcontext
from fractions import Fraction
from math import exp
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.pixels import apply_windowing

from diascope import display, presentation, voi_lut
from diascope.errors import PresentationError
from diascope.sigmoid_logarithms import LOGARITHMS, SCALE
from diascope.values import ModalityValues, VoiValues
from tests.engine.images import table, window

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "voi_lut" / "vectors.json").read_text()
)["vectors"]
HALF = Fraction(1, 2)
FUNCTIONS = ["LINEAR", "LINEAR_EXACT", "SIGMOID"]


def modality(values, denominator: int = 1) -> ModalityValues:
    return ModalityValues(np.asarray(values, dtype=np.int64), denominator)


def fractions_of(values: VoiValues) -> list[Fraction]:
    return [Fraction(number, values.denominator) for number in values.numerators.tolist()]


def greys(values: VoiValues) -> list[int]:
    return display.to_bytes(presentation.apply(values, "MONOCHROME2", "")).tolist()


def linear(x: Fraction, c: Fraction, w: Fraction) -> Fraction:
    """C.11.2.1.2.1 as it is written, with output 0 to 1."""
    if x <= c - HALF - (w - 1) / 2:
        return Fraction(0)
    if x > c - HALF + (w - 1) / 2:
        return Fraction(1)
    return (x - (c - HALF)) / (w - 1) + HALF


def linear_exact(x: Fraction, c: Fraction, w: Fraction) -> Fraction:
    """C.11.2.1.3.2 as it is written, with output 0 to 1."""
    if x <= c - w / 2:
        return Fraction(0)
    if x > c + w / 2:
        return Fraction(1)
    return (x - c) / w + HALF


@pytest.mark.requirement("IMG-02")
@pytest.mark.parametrize("vector", VECTORS, ids=[str(n) for n in range(len(VECTORS))])
def test_vector_of_the_clause(vector: dict) -> None:
    shown = voi_lut.apply(
        modality([vector["x"]]), window(vector["c"], vector["w"], vector["function"])
    )
    expected = int(Fraction(str(vector["y"])) + HALF)
    assert [expected] == greys(shown)


def test_there_are_75_vectors() -> None:
    assert 75 == len(VECTORS)


@pytest.mark.requirement("IMG-02")
@pytest.mark.parametrize(
    ("center", "width", "denominator", "stride"),
    [
        pytest.param("40.25", "401.5", 1, 1, id="every 16-bit value"),
        pytest.param("128", "256", 1, 13, id="eight bits"),
        pytest.param("0.5", "1", 1, 13, id="narrowest"),
        pytest.param("32768", "65536", 2, 13, id="half steps"),
        pytest.param("12.3456789", "1234.56789012", 10**15, 37, id="beyond int64"),
    ],
)
def test_windows_equal_their_formula(center, width, denominator, stride) -> None:
    step = 997 if denominator > 1000 else 1
    values = modality(np.arange(-32768, 32768, stride, dtype=np.int64) * step, denominator)
    c, w = Fraction(center), Fraction(width)
    inputs = [Fraction(int(number), denominator) for number in values.numerators]
    for function, formula in (("LINEAR", linear), ("LINEAR_EXACT", linear_exact)):
        shown = voi_lut.apply(values, window(center, width, function))
        assert [formula(x, c, w) for x in inputs] == fractions_of(shown)


@pytest.mark.requirement("IMG-02")
def test_sigmoid_equals_the_formula_in_high_precision() -> None:
    getcontext().prec = 50
    c, w = Decimal("40.5"), Decimal("123.4")
    shown = voi_lut.apply(modality(range(-2000, 2000)), window(c, w, "SIGMOID"))
    expected = []
    for x in range(-2000, 2000):
        p = 1 / (1 + (-4 * (Decimal(x) - c) / w).exp())
        expected.append(int(255 * p + Decimal("0.5")))
    assert expected == greys(shown)


def test_sigmoid_is_one_half_at_its_centre_only() -> None:
    shown = voi_lut.apply(modality([80, 81, 82], 2), window("40.5", "10", "SIGMOID"))
    assert [False, True, False] == [p == HALF for p in fractions_of(shown)]


def test_logarithms_are_those_of_the_levels() -> None:
    getcontext().prec = 70
    derived = [
        int((Decimal(2 * k - 1) / Decimal(511 - 2 * k)).ln().scaleb(30).to_integral_value())
        for k in range(1, 256)
    ]
    assert derived == list(LOGARITHMS)
    assert 10**30 == SCALE


def test_sigmoid_too_close_to_call_is_refused() -> None:
    """Thirty digits against a window of 10^40 and a value where they end: no guess."""
    width = "7" * 40
    place = int(Fraction(width) * LOGARITHMS[200] / (4 * SCALE))
    with pytest.raises(PresentationError) as caught:
        voi_lut.apply(
            ModalityValues(np.array([place], dtype=object), 1), window("0.123", width, "SIGMOID")
        )
    assert "presentation.precision" == caught.value.code


def test_sigmoid_is_decided_where_the_thirty_digits_do() -> None:
    assert [127, 128] == greys(
        voi_lut.apply(modality([0, 1]), window("0.123", "7" * 40, "SIGMOID"))
    )


@pytest.mark.parametrize(
    ("function", "width"),
    [
        pytest.param("LINEAR", "0.999", id="LINEAR below 1"),
        pytest.param("LINEAR", "-1", id="LINEAR negative"),
        pytest.param("LINEAR_EXACT", "0", id="LINEAR_EXACT 0"),
        pytest.param("SIGMOID", "0", id="SIGMOID 0"),
    ],
)
def test_width_below_its_limit_is_refused(function: str, width: str) -> None:
    with pytest.raises(PresentationError) as caught:
        voi_lut.apply(modality([0]), window("0", width, function))
    assert "presentation.width" == caught.value.code


def test_unknown_function_is_refused() -> None:
    with pytest.raises(PresentationError) as caught:
        voi_lut.apply(modality([0]), window("0", "9", "CUBIC"))
    assert "presentation.function" == caught.value.code


@pytest.mark.requirement("IMG-03")
def test_table_maps_from_its_first_value_and_holds_its_ends() -> None:
    lut = table([0, 1000, 4095], first_mapped=-1, bits=12)
    shown = voi_lut.apply(modality([-9, -1, 0, 1, 9]), lut)
    assert [Fraction(n, 4095) for n in (0, 0, 1000, 4095, 4095)] == fractions_of(shown)


@pytest.mark.requirement("IMG-03")
def test_value_between_two_entries_takes_the_nearest() -> None:
    lut = table([0, 10, 20], bits=8)
    shown = voi_lut.apply(modality([1, 2, 3, 5, 6, 7], 4), lut)
    assert [0, 10, 10, 10, 20, 20] == shown.numerators.tolist()


def test_entry_above_its_bits_is_full_scale() -> None:
    assert [Fraction(1)] == fractions_of(voi_lut.apply(modality([0]), table([999], bits=8)))


@given(
    st.sampled_from(FUNCTIONS),
    st.decimals(-3000, 3000, places=3),
    st.decimals(1, 5000, places=3),
    st.integers(1, 10**6),
)
@settings(max_examples=40, deadline=None)
def test_greys_never_fall_and_stay_in_range(function, center, width, denominator) -> None:
    values = modality(np.arange(-500, 500) * max(denominator // 7, 1), denominator)
    shown = fractions_of(voi_lut.apply(values, window(center, width, function)))
    assert sorted(shown) == shown
    assert 0 <= shown[0] <= shown[-1] <= 1


@pytest.mark.requirement("IMG-02")
@pytest.mark.parametrize("function", FUNCTIONS)
def test_pydicom_agrees_within_one_level(function: str) -> None:
    dataset = Dataset()
    dataset.PhotometricInterpretation, dataset.VOILUTFunction = "MONOCHROME2", function
    dataset.BitsStored, dataset.PixelRepresentation = 8, 0
    dataset.WindowCenter, dataset.WindowWidth = "100", "77"
    pixels = np.arange(256, dtype=np.uint8)
    theirs = apply_windowing(pixels, dataset)
    ours = greys(voi_lut.apply(modality(pixels), window("100", "77", function)))
    assert np.abs(theirs - np.array(ours)).max() <= 1


def test_floating_point_agrees_away_from_ties() -> None:
    shown = greys(voi_lut.apply(modality(range(-99, 99)), window("1", "50", "SIGMOID")))
    expected = [255 / (1 + exp(-4 * (x - 1) / 50)) for x in range(-99, 99)]
    assert max(abs(a - b) for a, b in zip(shown, expected, strict=True)) <= 0.5 + 1e-9
