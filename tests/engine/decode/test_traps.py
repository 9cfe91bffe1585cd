"""The known traps of real DICOM data, each one by name."""

import hashlib
import json
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest

from diascope import part10
from diascope.decode import jpeg
from diascope.errors import DiascopeError
from diascope.values import PixelDescription
from tests.support import codestreams, phantoms
from tests.support.phantoms import LITTLE, Image, ramp
from tests.support.stored_parts import decoded_frames, encoded_frame, image_of, parts_of

DATA = Path(__file__).parents[2] / "data"
PIXELS = json.loads((DATA / "pixels.json").read_text())


def first_stream(data):
    return encoded_frame(image_of(data), parts_of(data), 0).data


@pytest.mark.requirement("IMG-05")
def test_irreversible_htj2k_colour_does_not_wrap_from_white_to_black():
    """Trap 1: one codec lets 255 become 0 where the inverse transform overshoots."""
    data = (DATA / "HTJ2K_08_RGB.dcm").read_bytes()
    found = decoded_frames(data)[0].values.array
    exact = imagecodecs.jpeg2k_decode(first_stream(data))

    assert np.array_equal(exact, found)
    assert PIXELS["HTJ2K_08_RGB.dcm"]["sha256"] == hashlib.sha256(found.tobytes()).hexdigest()


@pytest.mark.requirement("IMG-05")
def test_a_file_labelled_lossless_whose_frame_is_not_is_decoded_as_what_it_is():
    """Trap 2: a decoder of lossless JPEG alone returns an empty array for it, without an error."""
    stream = codestreams.stored("grey-sequential.jpg")
    image = Image(codestreams.smooth(1)[None], phantoms.JPEG_LOSSLESS_SV1, encoded=(stream,))
    (found,) = decoded_frames(phantoms.file(image))

    assert b"\xff\xc3" not in stream
    assert (32, 48) == found.values.array.shape
    assert np.abs(found.values.array.astype(int) - codestreams.smooth(1)).max() <= 3
    assert "ISO_10918_1" == found.lossy


@pytest.mark.requirement("IMG-05")
def test_twelve_bit_jpeg_extended_is_read():
    """Trap 3: pydicom's own plug-ins fail on all of it; the reference is another library's."""
    data = (DATA / "JPGExtended.dcm").read_bytes()
    found = decoded_frames(data)[0].values

    assert PIXELS["JPGExtended.dcm"]["sha256"] == hashlib.sha256(found.array.tobytes()).hexdigest()
    assert 255 < int(found.array.max()) < 4096


@pytest.mark.requirement("IMG-05")
def test_half_sampled_lossy_colour_is_the_named_reference_and_near_any_other():
    """Trap 4: decoders repeat or smooth the chroma. The reference is GDCM 3; luminance is equal
    in all of them, and chroma within 15 levels, here of Pillow's.
    """
    name = "SC_rgb_dcmtk__eb_cy_s2.dcm"
    data = (DATA / name).read_bytes()
    found = decoded_frames(data)[0].values.array

    assert "pydicom:gdcm" == PIXELS[name]["decoder"]
    assert PIXELS[name]["sha256"] == hashlib.sha256(found.tobytes()).hexdigest()
    pillow = pytest.importorskip("PIL.Image", reason="Pyodide has no Pillow")
    picture = pillow.open(BytesIO(first_stream(data)))
    picture.draft("YCbCr", None)
    other = np.asarray(picture)
    assert "YCbCr" == picture.mode
    assert np.array_equal(other[..., 0], found[..., 0])
    assert np.abs(other.astype(int) - found)[..., 1:].max() <= 15


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("is_signed", [False, True], ids=["stream signed", "file signed"])
def test_a_codestream_that_disagrees_about_the_sign_is_read_as_described(is_signed):
    """Trap 6, as J2K_pixelrep_mismatch.dcm: the same bits, and the file says their sign."""
    values = ramp((1, 12, 10), "u2" if is_signed else "i2", 16)
    stream = imagecodecs.jpeg2k_encode(values[0], level=0, reversible=True, codecformat="J2K")
    described = values.view("i2" if is_signed else "u2")
    image = Image(described, phantoms.JPEG_2000_LOSSLESS, encoded=(stream,))
    (found,) = decoded_frames(phantoms.file(image))

    assert np.array_equal(described[0], found.values.array)
    assert described.dtype == found.values.array.dtype


@pytest.mark.requirement("IMG-05", "security row 4")
@pytest.mark.parametrize("rows", [24, 40], ids=["smaller", "larger"])
def test_an_edge_tile_of_another_size_is_refused_not_filled(rows):
    """Trap 6: unless the size of the slide says how much of it there is (ADR 0027)."""
    stream = codestreams.stored("grey-sequential.jpg")
    described = PixelDescription(
        rows, 48, 1, "MONOCHROME2", 8, 8, 7, False, False, 1, phantoms.JPEG_BASELINE
    )
    with pytest.raises(DiascopeError) as refusal:
        jpeg.decode(stream, described)

    assert "pixels.dimensions" == refusal.value.code


@pytest.mark.requirement("security row 4")
def test_a_deep_nest_is_refused_where_another_parser_runs_out_of_stack():
    """Trap 7: pydicom's dcmread ends in RecursionError."""
    inside = b""
    for _ in range(1000):
        inside = LITTLE.sequence(0x00081140, inside, undefined=True)
    elements = phantoms.identity() | {0x00081140: inside}
    data = phantoms.assemble(elements)

    with pytest.raises(RecursionError):
        pydicom.dcmread(BytesIO(data)).walk(lambda *_: None)
    with pytest.raises(DiascopeError) as refusal:
        part10.read(data)
    assert "limit.depth" == refusal.value.code
