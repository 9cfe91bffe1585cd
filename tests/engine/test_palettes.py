"""Palettes of a header, plain or segmented, and what is said of those that are not applied."""

from struct import pack

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut

from diascope import palettes, pipeline
from diascope.presets import Look
from tests.engine.headers import image, refusal
from tests.engine.test_pipeline import one_to_one, whole
from tests.support import phantoms
from tests.support.phantoms import BIG, Image, ramp

pytestmark = pytest.mark.requirement("IMG-04")
INDICES = ramp((1, 6, 8), "u1", 8)
SIGNED = ramp((1, 6, 8), "i1", 8)
RNG = np.random.default_rng(4)


def plain(bits: int, count: int = 256, first: int = 0, order: str = "<") -> dict[str, tuple]:
    """Three random tables as elements."""
    extra = {}
    for n in (1, 2, 3):
        entries = RNG.integers(0, 1 << bits, count)
        data = entries.astype(order + "u2").tobytes()
        if bits == 8:
            packed = np.append(entries, [0] * (count % 2)).astype(np.uint8)
            data = packed.view("<u2").astype(order + "u2").tobytes()
        extra[f"_0028110{n}"] = ("US", pack(f"{order}3H", count % 65536, first & 0xFFFF, bits))
        extra[f"_0028120{n}"] = ("OW", data)
    return extra


def shown(frames, extra, syntax=phantoms.EXPLICIT):
    """The canvas at 1:1, (rows, columns, 3)."""
    more = {int(name[1:], 16): value for name, value in extra.items()}
    data = phantoms.file(Image(frames, syntax, photometric="PALETTE COLOR", extra=more))
    made = pipeline.render_frame(whole(data), 0, Look(), one_to_one(*frames.shape[1:]))
    return made.array[..., :3]


def by_pydicom(frames, extra):
    """What pydicom's own lookup gives, in the palette's bits."""
    dataset = Dataset()
    for name, (vr, value) in extra.items():
        numbers = list(np.frombuffer(value, "<u2")) if vr == "US" else value
        dataset.add_new(int(name[1:], 16), vr, [int(n) for n in numbers] if vr == "US" else value)
    dataset.PixelRepresentation = 0
    return apply_color_lut(frames[0], dataset)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("count", "first"), [(256, 0), (100, 20), (22, 200)])
def test_a_palette_is_what_pydicom_says_scaled_to_8_bits(bits, count, first) -> None:
    extra = plain(bits, count, first)
    full = (1 << bits) - 1
    expected = (2 * 255 * by_pydicom(INDICES, extra).astype(int) + full) // (2 * full)
    assert expected.tolist() == shown(INDICES, extra).tolist()


@pytest.mark.parametrize("bits", [8, 16])
def test_a_palette_in_big_endian(bits) -> None:
    extra = plain(bits, order=">")
    tables = image(INDICES, BIG, photometric="PALETTE COLOR", **extra).palette
    kept = [np.frombuffer(extra[f"_0028120{n}"][1], ">u2") for n in (1, 2, 3)]
    if bits == 8:
        kept = [each.astype("<u2").view(np.uint8) for each in kept]
    assert [each.tolist() for each in kept] == [each.entries.tolist() for each in tables]


def test_8_bits_may_stand_in_words_of_16() -> None:
    extra = plain(8)
    spread = {
        name: (vr, np.frombuffer(value, np.uint8).astype("<u2").tobytes() if vr == "OW" else value)
        for name, (vr, value) in extra.items()
    }
    assert shown(INDICES, extra).tolist() == shown(INDICES, spread).tolist()


def test_signed_indices_begin_below_zero() -> None:
    extra = plain(16, 256, -128)
    assert shown(INDICES, plain_at(extra, 0)).tolist() == shown(SIGNED, extra).tolist()


def plain_at(extra, first):
    """The same tables from another first value on."""
    return {
        name: (vr, value[:2] + pack("<h", first) + value[4:] if vr == "US" else value)
        for name, (vr, value) in extra.items()
    }


@pytest.mark.parametrize("bits", [8, 16])
def test_a_segmented_palette_is_expanded(bits) -> None:
    """By hand: 0, then a line to the top, then the top again."""
    full = (1 << bits) - 1
    numbers = [0, 1, 0, 1, 254, full // 254 * 254, 0, 1, full]
    data = (
        pack(f"<{len(numbers)}H", *numbers)
        if bits == 16
        else bytes(numbers) + bytes(len(numbers) % 2)
    )
    extra = {f"_0028110{n}": ("US", pack("<3H", 256, 0, bits)) for n in (1, 2, 3)}
    extra |= {f"_0028122{n}": ("OW", data) for n in (1, 2, 3)}
    (red, _, _) = image(INDICES, photometric="PALETTE COLOR", **extra).palette
    assert [*(n * (full // 254) for n in range(255)), full] == red.entries.tolist()


def test_a_palette_that_does_not_fit_is_refused() -> None:
    extra = plain(16)
    extra["_00281102"] = ("US", pack("<3H", 255, 0, 16))
    assert "malformed.table" == refusal(frames=INDICES, photometric="PALETTE COLOR", **extra)


@pytest.mark.parametrize("how", ["COLOR", "MIXED", "COLOR_RANGE"])
def test_colour_that_is_added_to_greys_is_said_not_to_be_shown(how: str) -> None:
    """PS3.3 C.7.6.19: the values below the palette stay greys, and those within keep theirs."""
    extra = plain(16, 100, 2000) | {"_00089205": ("CS", how)}
    found = image(**extra)
    assert (None, (palettes.SUPPLEMENTAL_NOTICE,)) == (found.palette, found.notices)


def test_greys_with_a_palette_that_nobody_asks_for_say_nothing() -> None:
    for extra in (plain(16), {"_00089205": ("CS", "COLOR")}):
        assert () == image(**extra).notices
