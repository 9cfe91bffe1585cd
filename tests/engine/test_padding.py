"""Padding is black, counts for nothing and is mixed with nothing. PS3.3 C.7.5.1.1.2."""

from fractions import Fraction
from struct import pack

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import mixing, padding, pipeline, sampling
from diascope.mixing import Grid
from diascope.presets import Look
from diascope.viewport import E6, View, plane
from tests.engine import headers, studies
from tests.engine.images import floats, grey_image, stored
from tests.engine.test_pipeline import one_to_one, whole
from tests.support.phantoms import BIG, ramp

pytestmark = pytest.mark.requirement("IMG-04")
SIGNED, UNSIGNED = ramp((1, 6, 4), "i2"), ramp((1, 6, 4))
KINDS = ["u1", "i2", "u2", "i4", "f4", "f8"]


@pytest.mark.parametrize(
    ("frames", "value", "limit", "expected"),
    [
        pytest.param(UNSIGNED, 0, None, (0, 0), id="one value"),
        pytest.param(UNSIGNED, 0, 7, (0, 7), id="range"),
        pytest.param(UNSIGNED, 4095, 4000, (4000, 4095), id="range downward"),
        pytest.param(SIGNED, 63536, None, (-2000, -2000), id="signed, whatever the VR"),
        pytest.param(UNSIGNED, None, 9, None, id="a limit without a value"),
        pytest.param(UNSIGNED, 63536, None, None, id="beyond the bits"),
        pytest.param(SIGNED, 2048, None, None, id="beyond the signed bits"),
    ],
)
def test_padding_is_read_with_the_sign_of_the_pixels(frames, value, limit, expected) -> None:
    given_ = {"_00280120": value, "_00280121": limit}
    extra = {tag: ("US", pack("<H", each)) for tag, each in given_.items() if each is not None}
    made = headers.image(frames, bits_stored=12, **extra)
    assert expected == made.padding
    assert (() if expected else (padding.PADDING_NOTICE,)) == made.notices


def test_padding_is_read_in_big_endian() -> None:
    made = headers.image(UNSIGNED, BIG, bits_stored=12, _00280120=("US", pack(">H", 258)))
    assert (258, 258) == made.padding


@pytest.mark.parametrize("value", [bytes(4), bytes(6)], ids=["two values", "three"])
def test_padding_of_another_size_is_left_out_and_said(value: bytes) -> None:
    made = headers.image(UNSIGNED, _00280120=("US", value))
    assert (None, (padding.PADDING_NOTICE,)) == (made.padding, made.notices)


def test_colour_has_no_padding() -> None:
    color = ramp((1, 4, 4, 3), "u1", 8)
    assert headers.image(color, _00280120=("US", pack("<H", 0))).padding is None


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("invert", [False, True], ids=["plain", "inverted"])
def test_padding_is_black_whatever_the_polarity(photometric: str, invert: bool) -> None:
    pixels = np.array([[10, 10, 20], [10, 30, 40]], dtype=np.int16)
    data = studies.file(pixels, PhotometricInterpretation=photometric, PixelPaddingValue=10)
    made = pipeline.render_frame(whole(data), 0, Look(None, invert), one_to_one(2, 3)).array
    first, last = (0, 255) if (photometric == "MONOCHROME2") != invert else (255, 0)
    # the automatic window spans 20 to 40, so that 30 is at 127.5 both ways
    assert [[0, 0, first], [0, 128, last]] == made[..., 0].tolist()
    assert {255} == set(made[..., 3].ravel().tolist())


def test_no_padding_is_no_mask() -> None:
    assert padding.hidden(stored([1, 2]), grey_image()) is None
    assert padding.hidden(stored([1, 2]), grey_image(padding=(3, 9))) is None


def test_values_that_are_no_numbers_are_hidden_and_said() -> None:
    frame = floats([[1.0, np.nan], [np.inf, 5.0]])
    image = grey_image(padding=(4.5, 6.0))
    assert [[False, True], [True, True]] == padding.hidden(frame, image).tolist()
    assert (padding.NOT_FINITE_NOTICE,) == padding.notices(frame, image)


def test_frame_of_nothing_but_padding_is_said() -> None:
    image = grey_image(padding=(1, 2))
    assert (padding.ALL_HIDDEN_NOTICE,) == padding.notices(stored([1, 2]), image)
    assert () == padding.notices(stored([1, 3]), image)


def expected_mix(values, hidden, u: Fraction, v: Fraction) -> Fraction | None:
    """The stated rule for one device pixel whose middle lies at column u, row v."""
    rows, columns = values.shape
    if hidden[int(v), int(u)]:
        return None
    fixed_u, fixed_v = (((at * 65536).__floor__()) - 32768 for at in (u, v))
    total, weight = Fraction(0), 0
    for dy in (0, 1):
        for dx in (0, 1):
            fx, fy = fixed_u >> 8 & 255, fixed_v >> 8 & 255
            share = (fx if dx else 256 - fx) * (fy if dy else 256 - fy)
            row = min(max((fixed_v >> 16) + dy, 0), rows - 1)
            column = min(max((fixed_u >> 16) + dx, 0), columns - 1)
            if not hidden[row, column]:
                total += share * Fraction(values[row, column].item())
                weight += share
    return total / weight


@pytest.mark.parametrize("kind", KINDS)
@given(st.integers(0, 2**32), st.integers(500_001, 4_000_000).filter(lambda zoom: zoom % E6))
@settings(max_examples=12, deadline=None)
def test_bilinear_weighs_real_neighbours_alone(kind: str, seed: int, zoom_e6: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 200, (7, 9)).astype(kind)
    hidden = rng.random((7, 9)) < 0.4
    view = View(15, 13, zoom_e6, 4_300_000, 3_600_000, "free")
    part = sampling.sample(values, view, plane(7, 9), hidden=hidden)
    for y in range(part.array.shape[0]):
        for x in range(part.array.shape[1]):
            u, v = (
                Fraction(center, E6) + (2 * at + 1 - size) * Fraction(E6, 2 * zoom_e6)
                for center, at, size in (
                    (4_300_000, x + part.left, 15), (3_600_000, y + part.top, 13),
                )
            )  # fmt: skip
            expected = expected_mix(values, hidden, u, v)
            assert (expected is None) == part.hidden[y, x]
            if expected is not None and kind[0] == "f":
                assert abs(Fraction(part.array[y, x].item()) - expected) < Fraction(1, 10**9)
            elif expected is not None:
                assert (expected + Fraction(1, 2)).__floor__() == part.array[y, x]


@pytest.mark.parametrize("kind", KINDS)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=12, deadline=None)
def test_a_box_is_the_mean_of_its_real_pixels(kind, seed, row_box, column_box) -> None:
    rng = np.random.default_rng(seed)
    values, hidden = rng.integers(0, 200, (7, 9)).astype(kind), rng.random((7, 9)) < 0.6
    made = mixing.box_means(Grid(values, hidden), row_box, column_box)
    for i in range(made.values.shape[0]):
        for j in range(made.values.shape[1]):
            box = np.s_[i * row_box : (i + 1) * row_box, j * column_box : (j + 1) * column_box]
            real = [Fraction(value) for value in values[box][~hidden[box]].tolist()]
            assert made.hidden[i, j] == (not real)
            if real and kind[0] == "f":
                mean = sum(real) / len(real)
                assert abs(Fraction(made.values[i, j].item()) - mean) < Fraction(1, 10**9)
            elif real:
                mean = sum(real) / len(real)
                assert (mean + Fraction(1, 2)).__floor__() == made.values[i, j]


@pytest.mark.parametrize("zoom_e6", [E6, 2 * E6], ids=["1:1", "2:1"])
def test_nearest_shows_padding_where_it_lies(zoom_e6: int) -> None:
    values = np.arange(12, dtype=np.uint16).reshape(3, 4)
    view = View(8, 6, zoom_e6, 2 * E6, 3 * E6 // 2, "free")
    part = sampling.sample(values, view, plane(3, 4), hidden=values % 5 == 0)
    assert (part.array % 5 == 0).tolist() == part.hidden.tolist()
