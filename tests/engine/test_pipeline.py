import hashlib
from fractions import Fraction

import numpy as np
import pytest

from diascope import pipeline, viewport
from diascope.errors import IntegrityError, PhotometricError
from diascope.manifest import PartEntry
from diascope.presets import Look
from diascope.values import StoredBytes, Window
from diascope.viewport import View
from tests.engine import studies
from tests.engine.images import grey_image
from tests.support import phantoms
from tests.support.phantoms import Image, ramp

RAMP = np.arange(24 * 16, dtype=np.uint16).reshape(24, 16) * 11


def whole(data: bytes) -> list[tuple[StoredBytes, PartEntry]]:
    entry = PartEntry("whole", 0, len(data), hashlib.sha256(data).hexdigest(), "0" * 64, 0)
    return [(StoredBytes(data), entry)]


def one_to_one(rows: int, columns: int) -> View:
    image = viewport.plane(rows, columns)
    return viewport.one_to_one(viewport.fit(View(columns, rows), image), image)


def linear(x: int, center: Fraction, width: Fraction) -> int:
    share = (x - (center - Fraction(1, 2))) / (width - 1) + Fraction(1, 2)
    return int(255 * min(max(share, Fraction(0)), Fraction(1)) + Fraction(1, 2))


@pytest.mark.requirement("IMG-01", "IMG-02")
@pytest.mark.parametrize("invert", [False, True], ids=["plain", "inverted"])
def test_bytes_in_pixels_out(invert: bool) -> None:
    data = studies.file(RAMP, RescaleSlope="2", RescaleIntercept="-100")
    look = Look(Window("1000", "2000"), invert)
    made = pipeline.render_frame(whole(data), 0, look, one_to_one(24, 16)).array
    expected = [linear(2 * int(v) - 100, Fraction(1000), Fraction(2000)) for v in RAMP.ravel()]
    shown = [255 - grey if invert else grey for grey in expected]  # no tie in this ramp
    assert shown == made[..., 0].ravel().tolist()
    assert (24, 16, 4) == made.shape
    assert {255} == set(made[..., 3].ravel().tolist())


def test_frame_from_its_own_part_equals_frame_from_the_whole() -> None:
    stack = np.stack([RAMP, RAMP[::-1], RAMP // 2])
    data = studies.file(stack)
    made = studies.study([data])
    listed = studies.manifest.parse(made.data).series[0].instances[0]
    parts = [(StoredBytes(made.parts[0, 0, n]), listed.parts[n]) for n in (0, 3)]
    look, view = Look(), viewport.fit(View(70, 50), viewport.plane(24, 16))
    split = pipeline.render_frame(parts, 2, look, view).array
    assert np.array_equal(pipeline.render_frame(whole(data), 2, look, view).array, split)


def test_colour_arrives_unchanged() -> None:
    color = np.random.default_rng(3).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    made = pipeline.render_frame(whole(studies.file(color)), 0, Look(), one_to_one(20, 30)).array
    assert np.array_equal(color, made[..., :3])


@pytest.mark.requirement("INT-01")
def test_one_changed_byte_shows_nothing() -> None:
    data = studies.file(RAMP)
    ((_, entry),) = whole(data)
    broken = StoredBytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(IntegrityError):
        pipeline.render_frame([(broken, entry)], 0, Look(), one_to_one(24, 16))


@pytest.mark.parametrize("kind", [np.int16, np.uint16, np.int8, np.uint8], ids=str)
def test_table_stands_in_the_order_of_bit_patterns(kind) -> None:
    low = int(np.iinfo(kind).min)
    values = np.array([[low, min(low + 9, 7), max(low, -1), 0, 5]]).astype(kind)
    bits, is_signed = 8 * values.itemsize, values.dtype.kind == "i"
    frame = pipeline.StoredValues(values, bits, is_signed)
    table = pipeline.grey_table(grey_image(), frame, Window("3", "9"), invert=False)
    slow = pipeline.grey_stages(grey_image(), frame, Window("3", "9"), invert=False)
    assert np.array_equal(slow, table[values])


@pytest.mark.requirement("IMG-08")
@pytest.mark.parametrize(
    ("geometry", "stretches"),
    [
        pytest.param({"spacing": ("1.0", "0.5")}, (2, 1), id="tall by spacing"),
        pytest.param({"spacing": ("0.5", "1")}, (1, 2), id="wide by spacing"),
        pytest.param({"aspect_ratio": (3, 2)}, (Fraction(3, 2), 1), id="stated"),
        pytest.param({"spacing": ("0.4883", "0.4882")}, (1, 1), id="rounding is not shape"),
        pytest.param({"spacing": ("0", "1")}, (1, 1), id="zero says nothing"),
    ],
)
def test_shape_of_pixels(geometry, stretches) -> None:
    made = pipeline.plane(grey_image(geometry=geometry))
    assert stretches == (made.row_stretch, made.column_stretch)


def test_instance_without_pixels_is_refused() -> None:
    image = pipeline.Instance(**{**_fields(grey_image()), "pixels": None})
    with pytest.raises(PhotometricError) as caught:
        pipeline.is_grey(image)
    assert "photometric.no_pixels" == caught.value.code


@pytest.mark.requirement("IMG-04")
@pytest.mark.parametrize("above", [0, 1, 4], ids=["in the lowest bits", "in between", "on top"])
@pytest.mark.parametrize("kind", ["u2", "i2"])
def test_bits_outside_of_bits_stored_are_never_seen(above: int, kind: str) -> None:
    """PS3.5 8.1.1: 12 bits `above` bit 0; the other four hold an overlay of old."""
    values = ramp((1, 24, 16), kind)
    others = np.random.default_rng(7).integers(0, 1 << 16, values.shape, dtype=np.uint16)
    place = np.uint16(0xFFF << above)
    held = (values.view("u2") << above & place) | (others & ~place)
    frames = held.view(kind)
    plain = phantoms.file(Image(values, bits_stored=12))
    packed = phantoms.file(Image(frames, bits_stored=12, high_bit=11 + above))
    shown = [
        pipeline.render_frame(whole(data), 0, Look(), one_to_one(24, 16)).array
        for data in (plain, packed)
    ]
    assert not np.array_equal(values, frames)
    assert np.array_equal(*shown)


@pytest.mark.requirement("IMG-08")
def test_pixels_twice_as_tall_take_two_rows_each() -> None:
    """PS3.3 C.7.6.3.1.7: vertical then horizontal."""
    data = studies.file(RAMP, PixelAspectRatio=["2", "1"])
    square = pipeline.render_frame(whole(studies.file(RAMP)), 0, Look(), one_to_one(24, 16))
    image = viewport.plane(24, 16, Fraction(2))
    view = viewport.one_to_one(viewport.fit(View(16, 48), image), image)
    made = pipeline.render_frame(whole(data), 0, Look(), view).array
    assert np.array_equal(np.repeat(square.array, 2, axis=0), made)


@pytest.mark.requirement("IMG-03")
def test_file_whose_window_cannot_be_used_opens_with_the_range_of_its_values() -> None:
    broken = studies.file(RAMP, WindowCenter="40", WindowWidth="0")
    none = studies.file(RAMP)
    shown = [
        pipeline.render_frame(whole(data), 0, Look(), one_to_one(24, 16)).array
        for data in (broken, none)
    ]
    assert np.array_equal(*shown)
    assert {0, 255} <= set(shown[0][..., 0].ravel().tolist())


def _fields(image):
    return {name: getattr(image, name) for name in image.__dataclass_fields__}
