from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import color
from diascope.errors import PhotometricError
from diascope.values import StoredValues
from tests.engine.images import grey_image, stored, table

octet = st.integers(0, 255)


def nearest(value: Fraction) -> int:
    return min(max((value + Fraction(1, 2)).__floor__(), 0), 255)


def rgb_of(y: int, cb: int, cr: int) -> list[int]:
    """C.7.6.3.1.2 solved for R, G and B."""
    red = y + 2 * (1 - Fraction("0.299")) * (cr - 128)
    blue = y + 2 * (1 - Fraction("0.114")) * (cb - 128)
    green = (y - Fraction("0.299") * red - Fraction("0.114") * blue) / Fraction("0.587")
    return [nearest(each) for each in (red, green, blue)]


@pytest.mark.requirement("IMG-04")
@given(st.lists(st.tuples(octet, octet, octet), min_size=1, max_size=50))
def test_ybr_full_is_the_inverse_of_the_definition(triples: list[tuple[int, int, int]]) -> None:
    made = color.ybr_full(stored([triples], 8))
    assert [rgb_of(*triple) for triple in triples] == made[0].tolist()


def test_grey_stays_grey() -> None:
    levels = np.arange(256, dtype=np.uint8)
    samples = np.stack([levels, np.full(256, 128, np.uint8), np.full(256, 128, np.uint8)], -1)
    assert [[n, n, n] for n in range(256)] == color.ybr_full(stored(samples[None], 8))[0].tolist()


@pytest.mark.requirement("IMG-04")
@pytest.mark.parametrize("bits", [1, 4, 8, 10, 12, 16, 32], ids=str)
def test_deeper_colour_is_scaled_to_nearest(bits: int) -> None:
    full = 2**bits - 1
    levels = sorted({*range(0, full + 1, max(full // 999, 1)), full})
    samples = stored([[[n, n, n] for n in levels]], bits)
    made = color.apply(samples, "RGB", grey_image()).array
    assert [nearest(Fraction(255 * n, full)) for n in levels] == made[0, :, 0].tolist()


@pytest.mark.requirement("IMG-04")
@pytest.mark.parametrize("bits", [2, 8, 12, 16, 32], ids=str)
@given(st.lists(st.tuples(*[st.integers(0, 2**32 - 1)] * 3), min_size=1, max_size=30))
def test_ybr_full_of_any_depth_is_rounded_once(bits: int, triples) -> None:
    full, middle = 2**bits - 1, 2 ** (bits - 1)
    cut = [tuple(each % (full + 1) for each in triple) for triple in triples]
    made = color.apply(stored([cut], bits), "YBR_FULL", grey_image()).array
    expected = []
    for y, cb, cr in cut:
        red = y + Fraction("1.402") * (cr - middle)
        blue = y + Fraction("1.772") * (cb - middle)
        green = (y - Fraction("0.299") * red - Fraction("0.114") * blue) / Fraction("0.587")
        expected.append([nearest(255 * each / full) for each in (red, green, blue)])
    assert expected == made[0].tolist()


PARTIAL = [  # C.7.6.3.1.2, YBR_PARTIAL_422: rows of Y, Cb, Cr over R, G, B
    ["0.2568", "0.5041", "0.0979"],
    ["-0.1482", "-0.2910", "0.4392"],
    ["0.4392", "-0.3678", "-0.0714"],
]


@pytest.mark.requirement("IMG-04")
@pytest.mark.parametrize("model", ["YBR_PARTIAL", "YBR_PARTIAL_422", "YBR_PARTIAL_420"])
@given(st.lists(st.tuples(octet, octet, octet), min_size=1, max_size=50))
def test_ybr_partial_is_the_inverse_of_the_definition(model, triples) -> None:
    """Cramer's rule on the definition itself."""
    matrix = [[Fraction(each) for each in row] for row in PARTIAL]
    made = color.apply(stored([triples], 8), model, grey_image()).array[0].tolist()
    for (y, cb, cr), shown in zip(triples, made, strict=True):
        right = [Fraction(y - 16), Fraction(cb - 128), Fraction(cr - 128)]
        swapped = [
            [[right[i] if j == n else matrix[i][j] for j in range(3)] for i in range(3)]
            for n in range(3)
        ]
        assert [nearest(det(each) / det(matrix)) for each in swapped] == shown


def det(m) -> Fraction:
    (a, b, c), (d, e, f), (g, h, i) = m
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def test_partial_black_and_white() -> None:
    """Y runs from 16 to 235, to the precision of four digits."""
    made = color.apply(stored([[[16, 128, 128], [235, 128, 128]]], 8), "YBR_PARTIAL", grey_image())
    assert [[0, 0, 0], [255, 255, 255]] == made.array[0].tolist()


@pytest.mark.requirement("IMG-04")
@pytest.mark.parametrize("bits", [8, 16], ids=str)
def test_palette_maps_indices_and_scales_entries(bits: int) -> None:
    full = 2**bits - 1
    tables = tuple(table([0, full // 3, full], 1, bits) for _ in range(3))
    made = color.apply(stored([[0, 1, 2, 3, 9]], 8), "PALETTE COLOR", grey_image(palette=tables))
    assert [0, 0, 85, 255, 255] == made.array[0, :, 1].tolist()


@pytest.mark.parametrize(
    ("values", "photometric", "code"),
    [
        pytest.param(stored([[[1, 2, 3]]], 12), "YBR_PARTIAL_422", "samples", id="deep partial"),
        pytest.param(stored([[[1, 2, 3]]], 8), "XYZ", "model", id="unknown"),
        pytest.param(stored([[[1, 2, 3]]], 8), "YBR_RCT", "model", id="no codestream"),
        pytest.param(stored([[[1, 2, 3]]], 8), "HSV", "retired", id="HSV"),
        pytest.param(stored([[[1, 2, 3, 4]]], 8), "ARGB", "retired", id="ARGB"),
        pytest.param(stored([[[1, 2, 3, 4]]], 8), "CMYK", "retired", id="CMYK"),
        pytest.param(stored([[1, 2]], 8), "RGB", "samples", id="one sample"),
        pytest.param(stored([[1, 2]], 8), "PALETTE COLOR", "palette", id="no palette"),
        pytest.param(
            StoredValues(np.zeros((1, 1, 3), np.int8), 8, is_signed=True),
            "RGB",
            "samples",
            id="signed",
        ),
    ],
)
def test_colour_without_a_rule_is_refused(values, photometric: str, code: str) -> None:
    with pytest.raises(PhotometricError) as caught:
        color.apply(values, photometric, grey_image())
    assert code == caught.value.reason
