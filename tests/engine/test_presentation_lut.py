"""Presentation LUT Sequence: VOI output to P-Values by a table, exact until the one rounding."""

from fractions import Fraction

import numpy as np
import pytest

from diascope import display, pipeline, presentation
from diascope.errors import DiascopeError
from diascope.values import VoiValues, Window
from tests.engine.headers import image, items, lut, refusal
from tests.engine.images import every, grey_image, stored, table, window
from tests.support.phantoms import ramp

CURVE = [0, 10, 40, 90, 160, 250, 360, 490, 640, 810, 1023]  # eleven entries of ten bits


def p_value(fraction, entries, bits):
    """C.11.6.1.1 in words: the nearest entry, halves upward, as a fraction of 2^bits - 1."""
    place = (fraction * (len(entries) - 1) + Fraction(1, 2)).__floor__()
    return Fraction(entries[place], 2**bits - 1)


def grey(fraction):
    """ADR 0006: the one rounding, halves upward."""
    return (fraction * 255 + Fraction(1, 2)).__floor__()


def reds(pixels):
    """The first byte of each pixel, which is its grey."""
    return pixels.view(np.uint8).reshape(-1, 4)[:, 0].tolist()


@pytest.mark.requirement("IMG-04")
def test_the_whole_voi_output_spans_the_whole_table():
    """Every 4095th of full scale, among them halves between two entries."""
    values = np.arange(4096)
    found = presentation.look_up(VoiValues(values, 4095), table(CURVE, bits=10))
    expected = [p_value(Fraction(int(n), 4095), CURVE, 10) for n in values]

    assert expected == [Fraction(int(n), found.denominator) for n in found.numerators]


def test_halves_between_two_entries_go_up():
    found = presentation.look_up(VoiValues(np.array([1, 3, 19]), 20), table(CURVE, bits=10))

    assert [10, 40, 1023] == found.numerators.tolist()


@pytest.mark.requirement("IMG-04")
@pytest.mark.parametrize("model", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("invert", [False, True], ids=["plain", "reversed"])
def test_its_output_is_p_values_whatever_the_polarity_of_the_pixels(model, invert):
    """The reader's own reversal comes after the table."""
    shown = grey_image(pixels={"photometric": model}, presentation_lut=table(CURVE, bits=10))
    found = pipeline.grey_stages(shown, stored([0, 30, 100]), window(50.5, 101), invert=invert)
    greys = [grey(p_value(Fraction(n, 100), CURVE, 10)) for n in (0, 30, 100)]
    reversed_greys = [grey(1 - p_value(Fraction(n, 100), CURVE, 10)) for n in (0, 30, 100)]

    assert (reversed_greys if invert else greys) == reds(found)


@pytest.mark.parametrize("chosen", [window(2048, 4096), window(100, 7, "LINEAR_EXACT")])
@pytest.mark.parametrize("invert", [False, True], ids=["plain", "reversed"])
def test_the_fast_path_is_the_reference(chosen, invert):
    shown = grey_image(pixels={"bits_stored": 12}, presentation_lut=table(CURVE, bits=10))
    frame = every(12)
    fast = pipeline.grey_pixels(shown, frame, frame.array, chosen, invert=invert)

    np.testing.assert_array_equal(pipeline.grey_stages(shown, frame, chosen, invert=invert), fast)
    assert len(np.unique(fast)) > 2


def test_a_table_of_floating_point_pixels_is_reached_through_the_stages():
    shown = grey_image(pixels={"kind": "float"}, presentation_lut=table(CURVE, bits=10))
    values = np.array([0.25, 30.0, 99.5], np.float32)
    frame = stored([0])
    frame = type(frame)(values, 32, is_signed=True)
    found = pipeline.grey_pixels(shown, frame, values, window(50.5, 101), invert=False)

    assert [grey(p_value(Fraction(float(n)) / 100, CURVE, 10)) for n in values] == (reds(found))


def test_a_sigmoid_before_it_is_refused():
    """The curve is computed to 256 levels, which a table may spread: no guess is shown."""
    shown = grey_image(presentation_lut=table(CURVE, bits=10))
    with pytest.raises(DiascopeError) as caught:
        pipeline.grey_stages(shown, stored([5]), Window("5", "9", "SIGMOID"), invert=False)

    assert "presentation.precision" == caught.value.code


@pytest.mark.requirement("IMG-04")
def test_it_is_read_from_a_file():
    found = image(_20500010=items(lut(explanation="film"))).presentation_lut

    assert (0, 16, "film", 16) == (
        found.first_mapped, found.bits, found.explanation, len(found.entries),
    )  # fmt: skip
    assert image(ramp((1, 4, 4))).presentation_lut is None


@pytest.mark.parametrize(
    "written", [[lut(bits=3)], [lut(first=1)], [lut(), lut()]], ids=["bits", "first", "two"]
)
def test_one_that_cannot_be_used_is_refused(written):
    """Every grey would be in doubt."""
    assert "malformed.table" == refusal(_20500010=items(*written))


def test_its_greys_reach_the_canvas():
    shown = grey_image(presentation_lut=table([255, 0], bits=8))
    found = pipeline.grey_table(shown, stored([0]), window(32767.5, 65536), invert=False)

    assert [display.FULL_SCALE, 0] == [reds(found)[0], reds(found)[-1]]
