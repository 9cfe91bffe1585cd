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
    made = color.ybr_full(np.array([triples], dtype=np.uint8))
    assert [rgb_of(*triple) for triple in triples] == made[0].tolist()


def test_grey_stays_grey() -> None:
    levels = np.arange(256, dtype=np.uint8)
    samples = np.stack([levels, np.full(256, 128, np.uint8), np.full(256, 128, np.uint8)], -1)
    assert [[n, n, n] for n in range(256)] == color.ybr_full(samples[None])[0].tolist()


@pytest.mark.requirement("IMG-04")
@pytest.mark.parametrize("bits", [8, 10, 12, 16], ids=str)
def test_deeper_colour_is_scaled_to_nearest(bits: int) -> None:
    full = 2**bits - 1
    levels = sorted({*range(0, full + 1, max(full // 999, 1)), full})
    samples = stored([[[n, n, n] for n in levels]], bits)
    made = color.apply(samples, "RGB", grey_image()).array
    assert [nearest(Fraction(255 * n, full)) for n in levels] == made[0, :, 0].tolist()


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
        pytest.param(stored([[[1, 2, 3]]], 8), "YBR_PARTIAL_422", "model", id="partial"),
        pytest.param(stored([[[1, 2, 3]]], 8), "CMYK", "model", id="retired"),
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
