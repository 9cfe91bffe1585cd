"""An ICC profile is stated with its own name where that can be read; nothing is applied."""

from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import icc, pipeline
from diascope.presets import Look
from tests.engine import studies
from tests.engine.headers import image, items
from tests.engine.readers import holding_all, state
from tests.engine.test_pipeline import one_to_one, whole
from tests.support.phantoms import LITTLE, ramp

COLOR = ramp((1, 4, 4, 3), "u1", 8)


def profile(tag: bytes, signature: bytes = b"acsp") -> bytes:
    """A profile with one description. ICC.1 7.2 and 7.3."""
    head = bytes(36) + signature + bytes(88)
    table = pack(">I4sII4sII", 2, b"wtpt", 0, 0, b"desc", 156, len(tag))
    return head + table + tag


def version_2(name: bytes) -> bytes:
    return b"desc" + bytes(4) + pack(">I", len(name) + 1) + name + bytes(79)


def version_4(name: str) -> bytes:
    text = name.encode("utf-16-be")
    return b"mluc" + bytes(4) + pack(">II4sII", 1, 12, b"enUS", len(text), 28) + text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        pytest.param(profile(version_2(b"sRGB IEC61966-2.1")), "sRGB IEC61966-2.1", id="2"),
        pytest.param(profile(version_4("Écran \u5316")), "Écran 化", id="4"),
        pytest.param(profile(version_2(b"x" * 500)), "x" * 80, id="long"),
        pytest.param(profile(version_4("a\u202eb")), "a<U+202E>b", id="hidden"),
        pytest.param(profile(version_2(b"\xff\xfe")), "", id="no text"),
        pytest.param(profile(b"text" + bytes(20)), "", id="another type"),
        pytest.param(profile(version_2(b"sRGB"), b"nope"), "", id="no profile"),
        pytest.param(profile(version_2(b"sRGB"))[:150], "", id="cut"),
        pytest.param(b"\0\0", "", id="nothing"),
    ],
)
def test_a_profile_is_stated(data: bytes, name: str) -> None:
    made = image(COLOR, _00282000=("OB", data))
    said = f" ({name})" if name else ""
    assert (name or "unnamed") == made.icc_profile
    assert (f"An ICC profile{said} is in the file and is not applied.",) == made.notices


def test_the_profile_of_an_optical_path_is_stated() -> None:
    path = LITTLE.element(0x00282000, "OB", profile(version_2(b"Scanner")))
    made = image(COLOR, _00480105=items(path, path))
    assert "Scanner" == made.icc_profile


def test_no_profile_is_no_word() -> None:
    assert ("", ()) == (image(COLOR).icc_profile, image(COLOR).notices)


def test_the_bytes_of_rgb_are_shown_as_they_are_and_that_is_said() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (6, 8, 3)).astype(np.uint8)
    data = studies.file(pixels, ICCProfile=profile(version_2(b"Wide")))
    made = pipeline.render_frame(whole(data), 0, Look(), one_to_one(6, 8)).array
    assert np.array_equal(pixels, made[..., :3])
    reader = holding_all(studies.study([data]))
    painted = reader.show("1", 0, 0, 1)
    assert "Wide" == state(painted)["icc_profile"]
    said = "An ICC profile (Wide) is in the file and is not applied."
    assert said in painted.reply["corners"]["bottom_left"]


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_give_a_name_or_none(tag: bytes, cut: int) -> None:
    assert len(icc.description(profile(tag)[:cut])) <= 80 * 8
