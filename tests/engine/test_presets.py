from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from diascope import presets
from diascope.errors import PresentationError
from diascope.values import Window
from tests.engine.images import floats, grey_image, stored, table, window

FILE = (Window("40", "400", "LINEAR", "Soft"), Window("-600", "1500"))
LUTS = (table([0, 255], bits=8, explanation="Hard"), table([0, 9], bits=8))


def test_windows_of_the_file_come_first_then_the_usual_ones() -> None:
    offered = presets.offered(grey_image(windows=FILE, voi_luts=LUTS))
    ids = [each.id for each in offered]
    assert ["file-0", "file-1", "lut-0", "lut-1", "brain"] == ids[:5]
    assert ["full", "auto"] == ids[-2:]
    assert ["Soft", "-600 / 1500", "LUT 1: Hard", "LUT 2"] == [each.label for each in offered[:4]]


def test_a_window_is_offered_once_whatever_its_name() -> None:
    twice = (Window("40", "400", "LINEAR", "Soft"), Window("40.0", "4e2", "LINEAR", "Again"))
    labels = [each.label for each in presets.offered(grey_image(windows=twice))]
    assert "Soft" == labels[0]
    assert not {"Again", "Mediastinum"} & set(labels)


def test_usual_windows_belong_to_their_modality() -> None:
    assert ["full", "auto"] == [each.id for each in presets.offered(grey_image(modality="MR"))]


def test_usual_windows_are_not_offered_for_values_that_may_lack_their_rescale():
    """In an enhanced CT they would be HU settings on stored values."""
    ids = [each.id for each in presets.offered(grey_image(windows=FILE, lacks_rescale=True))]
    assert ["file-0", "file-1", "full", "auto"] == ids


def test_colour_has_no_presets() -> None:
    colour = grey_image(pixels={"samples_per_pixel": 3, "photometric": "RGB"})
    assert () == presets.offered(colour)


@pytest.mark.requirement("IMG-03")
def test_default_is_the_files_first_window_then_its_first_table() -> None:
    frame = stored([0, 4])
    assert FILE[0] == presets.default(grey_image(windows=FILE, voi_luts=LUTS), frame)
    assert "LUT" == presets.default(grey_image(voi_luts=LUTS), frame).function


@pytest.mark.requirement("IMG-03")
def test_default_of_eight_bits_is_identity() -> None:
    made = presets.default(grey_image(), stored([3, 9], 8))
    assert ("NONE", "128", "256") == (made.function, made.center, made.width)


@pytest.mark.requirement("IMG-03")
def test_default_of_deep_images_spans_the_frame_and_says_so() -> None:
    made = presets.default(grey_image(rescale_intercept="-10"), stored([110, 30, 60]))
    assert Window("60.5", "81", "LINEAR", "Full range of this image") == made


def test_table_is_found_again_by_its_name() -> None:
    image = grey_image(voi_luts=LUTS)
    names = presets.tables(image)
    assert [LUTS[0], LUTS[1]] == [presets.voi(image, name) for name in names]
    with pytest.raises(PresentationError) as caught:
        presets.voi(grey_image(), names[0])
    assert "presentation.lut" == caught.value.code


@pytest.mark.parametrize("length", [1016, 1017, 1020, 1024], ids=str)
def test_a_tables_name_fits_a_record(length: int) -> None:
    """The explanation alone may be as long as a record allows."""
    long = tuple(table([0, 1], explanation="x" * length) for _ in range(2))
    names = presets.tables(grey_image(voi_luts=long))
    assert all(len(name.explanation) <= 1024 for name in names)
    assert list(long) == [presets.voi(grey_image(voi_luts=long), name) for name in names]


def test_automatic_window_of_a_wide_span_has_whole_bounds() -> None:
    frame = stored(np.arange(1000))
    made = presets.resolved(grey_image(rescale_slope="0.7"), frame, window("", "", "AUTO"))
    low, width = Fraction(made.center) - Fraction(made.width) / 2, Fraction(made.width)
    assert (1, 1) == (low.denominator, width.denominator)
    assert ("LINEAR", "Auto") == (made.function, made.explanation)


def test_full_range_of_a_falling_rescale_still_rises() -> None:
    image = grey_image(rescale_slope="-1", rescale_intercept="0")
    made = presets.resolved(image, stored([1], 8), window("", "", "NONE"))
    assert ("-127", "256") == (made.center, made.width)


@pytest.mark.requirement("IMG-03")
@pytest.mark.parametrize("function", ["NONE", "AUTO"])
def test_full_range_of_more_than_16_bits_is_that_of_the_frame(function: str) -> None:
    """2^32 values would leave the picture black."""
    frame = stored([70_000, 100_000, 4_000_000_000], 32)
    made = presets.resolved(grey_image(), frame, window("", "", function))
    assert Window("2000035000.5", "3999930001", "LINEAR") == replace(made, explanation="")


@pytest.mark.requirement("IMG-03")
@pytest.mark.parametrize(
    ("values", "center", "width"),
    [
        pytest.param([0.0, 0.25, 1.0], "0.5", "1", id="unit"),
        pytest.param([0.1, 0.3], "0.2", "0.2", id="tenths"),
        pytest.param([3.5], "3.500005", "0.00001", id="one value"),
        pytest.param([0.0], "0.000005", "0.00001", id="zero"),
        pytest.param([-(2.0**100), 2.0**100], "0", "253532" + "0" * 25, id="huge"),
    ],
)
def test_window_of_floating_point_values_is_exact_and_short(values, center, width) -> None:
    made = presets.default(grey_image(pixels={"kind": "double"}), floats(values, "f8"))
    low, high = (Fraction(made.center) + sign * Fraction(made.width) / 2 for sign in (-1, 1))
    assert low <= Fraction(min(values)) <= Fraction(max(values)) <= high
    assert ("LINEAR_EXACT", presets.SPANNED) == (made.function, made.explanation)
    assert (center, width) == (made.center, made.width)
