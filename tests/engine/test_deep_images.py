"""Deep, floating-point and padded images, from the file to the canvas."""

from struct import pack

import numpy as np
import pytest

from diascope import pipeline
from diascope.presets import Look
from diascope.values import Window
from tests.engine import studies
from tests.engine.readers import holding_all, state
from tests.engine.test_pipeline import whole
from tests.support import phantoms
from tests.support.phantoms import LITTLE, Image

SHAPE = (1, 20, 26)
RNG = np.random.default_rng(5)


def floating(kind: str, padding: float) -> bytes:
    """A file of floating-point pixels, some not a number, some padding."""
    size = np.dtype(kind).itemsize
    values = RNG.normal(0, 1e-3, SHAPE[1:])
    values[3, 4:9], values[:, 0], values[11, 11] = np.nan, padding, np.inf
    elements = phantoms.identity()
    numbers = {0x00280002: 1, 0x00280010: 20, 0x00280011: 26, 0x00280100: 8 * size}
    elements |= {tag: LITTLE.us(tag, number) for tag, number in numbers.items()}
    elements[0x00280004] = LITTLE.element(0x00280004, "CS", "MONOCHROME2")
    tag, vr, at, form = (
        (0x00280122, "FL", 0x7FE00008, "f") if size == 4 else (0x00280123, "FD", 0x7FE00009, "d")
    )
    elements[tag] = LITTLE.element(tag, vr, pack("<" + form, padding))
    elements[at] = LITTLE.element(at, "O" + vr[1].replace("L", "F"), values.astype(kind).tobytes())
    return phantoms.assemble(elements)


def integers(kind: str, bits: int, **extra) -> bytes:
    high = 1 << (bits - (kind[0] == "i"))
    values = RNG.integers(-high if kind[0] == "i" else 0, high, SHAPE).astype(kind)
    values[0, 5:9, 5:] = 7
    more = {int(name[1:], 16): value for name, value in extra.items()}
    return phantoms.file(Image(values, bits_stored=bits, extra=more))


CASES = {
    "17 bits": integers("u4", 17),
    "32 bits": integers("u4", 32),
    "32 bits signed": integers("i4", 32, _00281053=("DS", "-0.001"), _00281052=("DS", "9")),
    "24 bits signed, a window": integers(
        "i4", 24, _00281050=("DS", "100000"), _00281051=("DS", "900000")
    ),
    "padded": integers("u2", 12, _00280120=("US", pack("<H", 7))),
    "padded by a range, 32 bits": integers(
        "u4", 32, _00280120=("US", bytes(2)), _00280121=("US", pack("<H", 65535))
    ),
    "float": floating("<f4", -1.5),
    "double": floating("<f8", 1e300),
}


@pytest.mark.requirement("IMG-01", "IMG-04")
@pytest.mark.parametrize("case", CASES)
def test_the_reader_shows_what_the_reference_path_makes(case: str) -> None:
    data = CASES[case]
    made = holding_all(studies.study([data]), 40, 33)
    shown = made.show("1", 0, 0, 1)
    for change in (
        {"mode": "fit"}, {"mode": "one_to_one"}, {"zoom_e6": 3_000_000}, {"zoom_e6": 1_700_000},
        {"zoom_e6": 400_000}, {"rotation": 90}, {"invert": True},
        {"preset": "auto"}, {"preset": "full"},
    ):  # fmt: skip
        shown = made.change("1", change, 1)
        told = state(shown)["window"]
        window = Window(told["center"], told["width"], told["function"])
        look = Look(window, state(shown)["invert"])
        expected = pipeline.render_frame(whole(data), 0, look, made._shown["1"].view).array
        assert np.array_equal(expected, shown.pixels.view(np.uint8).reshape(expected.shape))
    assert len(np.unique(shown.pixels)) > 20


def test_a_small_window_can_be_dragged_over_small_values() -> None:
    made = holding_all(studies.study([CASES["float"]]))
    made.show("1", 0, 0, 1)
    wider = state(made.gesture("1", "window", (40, -10), (0, 0), 1))["window"]
    assert 0.001 < float(wider["width"]) < 0.05
    assert 0 != float(wider["center"])


def test_not_a_number_is_said_in_the_viewport() -> None:
    made = holding_all(studies.study([CASES["double"]]))
    lines = made.show("1", 0, 0, 1).reply["corners"]["bottom_left"]
    assert "Pixels whose value is not a finite number are shown black." in lines
