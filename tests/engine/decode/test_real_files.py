"""Real files of other makers decode to the pixels that other decoders found."""

import hashlib
import json
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest

from tests.support.stored_parts import decoded_frames, encoded_frame, image_of, parts_of

DATA = Path(__file__).parents[2] / "data"
PIXELS = json.loads((DATA / "pixels.json").read_text())
CR = DATA / "RG3_J2KI.dcm"


def stack(data, dtype):
    frames = [frame.values.array for frame in decoded_frames(data)]
    return np.stack(frames).astype(np.dtype(dtype).newbyteorder("<"))


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("name", list(PIXELS))
def test_a_real_file_decodes_to_the_reference(name):
    expected = PIXELS[name]
    found = stack((DATA / name).read_bytes(), expected["dtype"])

    assert expected["sha256"] == hashlib.sha256(found.tobytes()).hexdigest()


def test_every_real_file_names_its_source_and_licence():
    listed = (DATA / "README.md").read_text()

    assert {path.name for path in DATA.glob("*.dcm")} == set(PIXELS)
    assert [] == [name for name in PIXELS if f"| {name} |" not in listed]


@pytest.mark.requirement("IMG-05")
def test_the_real_cr_is_what_imagecodecs_gives():
    data = CR.read_bytes()
    frame = encoded_frame(image_of(data), parts_of(data), 0)

    assert np.array_equal(imagecodecs.jpeg2k_decode(frame.data), stack(data, "u2")[0])


@pytest.mark.requirement("IMG-05")
def test_the_real_cr_is_what_pydicom_gives_with_pillow():
    pytest.importorskip("PIL", reason="Pillow is pydicom's decoder here; Pyodide has none")
    data = CR.read_bytes()

    assert np.array_equal(pydicom.dcmread(BytesIO(data)).pixel_array, stack(data, "u2")[0])
