"""The digest of stored pixels is the SHA-256 of the array that went in, and never raises."""

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import decode, stored_digest
from diascope.bridge import door
from diascope.reading import Reader
from tests.engine.part10_files import changed
from tests.support import phantoms
from tests.support.phantoms import Image, ramp


def expected(values: np.ndarray) -> dict:
    """What ../shared/data/README.md asks for, of (frames, rows, columns[, samples])."""
    little = values.astype(values.dtype.newbyteorder("<"))
    return {
        "stored_sha256": hashlib.sha256(little.tobytes()).hexdigest(),
        "dtype": values.dtype.name,
        "shape": list(values.shape),
    }


def signed(shape: tuple[int, ...]) -> np.ndarray:
    return (ramp(shape, "u2", 16).astype("i4") - 2**15).astype("i2")


CASES = {
    "one frame": Image(ramp((1, 6, 4))),
    "frames": Image(ramp((3, 6, 4))),
    "signed": Image(signed((2, 5, 3))),
    "big endian": Image(ramp((2, 6, 4)), phantoms.BIG),
    "swapped bytes": Image(ramp((2, 3, 3), "u1", 8), phantoms.BIG),
    "deflated": Image(ramp((2, 6, 4)), phantoms.DEFLATED),
    "packed bits": Image(ramp((5, 3, 3), "u1", 1), bits_allocated=1, vr="OB"),
    "planar": Image(ramp((2, 5, 3, 3), "u1", 8), is_planar=True),
    "rle": Image(ramp((4, 6, 4)), phantoms.RLE),
    "fragments without a table": Image(
        ramp((4, 6, 4)), phantoms.JPEG_LS, fragments=3, table="none"
    ),
}


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("name", list(CASES))
def test_digest_is_that_of_the_array_that_went_in(name: str) -> None:
    image = CASES[name]
    told = stored_digest.of_file(phantoms.file(image))

    assert {"transfer_syntax": image.syntax, **expected(image.frames)} == told


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"", {"refused": "part10.no_preamble"}, id="nothing"),
        pytest.param(bytes(400), {"refused": "part10.no_preamble"}, id="zeros"),
        pytest.param(
            changed(drop={0x7FE00010}),
            {"transfer_syntax": phantoms.EXPLICIT, "refused": "photometric.no_pixels"},
            id="no pixels",
        ),
        pytest.param(
            changed(_00280010=b"\x28\0\x10\0US\x01\0\0"),
            {"transfer_syntax": phantoms.EXPLICIT, "refused": "part10.truncated"},
            id="damaged data set",
        ),
        pytest.param(
            phantoms.file(Image(ramp((1, 6, 4)), "1.2.3", encoded=(b"ab",))),
            {"transfer_syntax": "1.2.3", "refused": "transfer_syntax.unknown"},
            id="no decoder",
        ),
    ],
)
def test_refusal_names_its_code_and_the_transfer_syntax_when_known(data: bytes, told: dict):
    found = stored_digest.of_file(data)
    if told["refused"] == "part10.truncated":
        assert found["refused"].startswith("part10.")
        found["refused"] = told["refused"]
    assert told == found


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(MemoryError(), "limit.memory", id="memory"),
        pytest.param(KeyError("Doe^Jane"), "engine.internal", id="bug"),
    ],
)
def test_fault_of_a_decoder_is_a_refusal(monkeypatch, error: Exception, code: str) -> None:
    def fails(_: bytes, __: object) -> None:
        raise error

    monkeypatch.setattr(decode, "DECODERS", {phantoms.EXPLICIT: fails})
    told = stored_digest.of_file(changed())

    assert {"transfer_syntax": phantoms.EXPLICIT, "refused": code} == told


WHOLE = phantoms.file(CASES["rle"])


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255), st.integers(0, len(WHOLE)))
def test_no_damage_raises(at: int, change: int, length: int) -> None:
    data = bytearray(WHOLE)
    data[at] ^= change
    told = stored_digest.of_file(bytes(data[:length]))

    assert ("refused" in told) != ("stored_sha256" in told)


def test_the_bridge_gives_the_same_and_touches_no_open_study() -> None:
    reader = Reader()
    handle = door(reader)
    data = phantoms.file(CASES["rle"])
    reply, pixels = handle("digest", "{}", data)

    assert stored_digest.of_file(data) == json.loads(reply)
    assert pixels is None
    assert (
        "command.no_study"
        == json.loads(handle("needs", '{"stack": 0, "position": 0}', b"")[0])["error"]["code"]
    )
