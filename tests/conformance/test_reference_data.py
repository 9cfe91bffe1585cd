"""Every real file of the reference data decodes to the reference, or is refused by a typed error.

The data lie outside the project, in the folder that DIASCOPE_SHARED names; without it these tests
say so and are skipped.
"""

import collections
import hashlib
import json
import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest

from diascope import instance, part10
from diascope.errors import DiascopeError
from diascope.parts import split
from tests.support.phantoms import NATIVE, RLE
from tests.support.stored_parts import decoded_frames, parts_of

SHARED = Path(os.environ.get("DIASCOPE_SHARED", Path(__file__).parents[3] / "shared"))
FOLDER = SHARED / "data" / "dev"
MANIFEST = FOLDER / "manifest.json"
# Files whose pixels differ from the reference and why that is right; at most ten.
EXCUSED: dict[str, str] = {}
# Files for which no other decoder exists, and the uncompressed file that holds the same pixels.
_LIVER = "pydicom-data/data_store/data/liver_"
TWINS = {
    f"{_LIVER}rle.dcm": "dcmqi/data/segmentations/liver.dcm",
    f"{_LIVER}deflate.dcm": "dcmqi/data/segmentations/liver.dcm",
    f"{_LIVER}nonbyte_aligned_rle.dcm": f"{_LIVER}nonbyte_aligned.dcm",
    f"{_LIVER}nonbyte_aligned_deflate.dcm": f"{_LIVER}nonbyte_aligned.dcm",
}
# How many decoded to the reference when this was written; more are welcome, fewer are not.
EQUAL_AT_LEAST = 592

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MANIFEST.is_file(), reason="no reference data: set DIASCOPE_SHARED"),
]


def rows(*, malformed):
    listed = json.loads(MANIFEST.read_text()) if MANIFEST.is_file() else []
    return [row for row in listed if row["file"].startswith("malformed") == malformed]


def verdict(row):
    """Say how one file fares: equal, wrong, no reference, no picture, or the refusal's code."""
    data = (FOLDER / row["file"]).read_bytes()
    reference = row.get("decode") or {}
    try:
        if instance.parse(parts_of(data)[0]).pixels is None:
            return "no picture"
        frames = np.stack([frame.values.array for frame in decoded_frames(data)])
    except DiascopeError as error:
        return error.code
    if not reference.get("ref_sha256"):
        return without_reference(row, frames)
    plain = frames.astype(np.dtype(reference["dtype"]).newbyteorder("<"))
    is_equal = reference["ref_sha256"] == hashlib.sha256(plain.tobytes()).hexdigest()
    is_shape = reference["shape"] == list(frames.shape)
    return "equal" if is_equal and is_shape and np.array_equal(plain, frames) else "wrong"


def without_reference(row, frames):
    """Compare with pydicom's own code where it needs no codec of ours: native and RLE."""
    if row["ts"] not in {*NATIVE, RLE} and row["file"] not in TWINS:
        return "no reference"
    data = (FOLDER / TWINS.get(row["file"], row["file"])).read_bytes()
    oracle = pydicom.dcmread(BytesIO(data)).pixel_array.reshape(frames.shape)
    return "equal" if np.array_equal(oracle, frames) else "wrong"


@pytest.mark.requirement("IMG-05", "INT-02")
def test_real_files_decode_to_the_reference_or_are_refused(record_property):
    found = {row["file"]: verdict(row) for row in rows(malformed=False)}
    count = collections.Counter(found.values())
    refused = sum(n for name, n in count.items() if "." in name)
    record_property(
        "reference data",
        f"{len(found)} real files, {count['equal']} equal to the reference, "
        f"{count['no reference']} decoded without one, {count['no picture']} without a "
        f"picture, {refused} refused, {count['wrong']} wrong",
    )

    assert [] == [name for name, each in found.items() if each == "wrong" and name not in EXCUSED]
    assert EQUAL_AT_LEAST <= count["equal"]
    assert len(EXCUSED) <= 10


# Trap 8: most decoders share one library, so that agreement proves little. These are one image,
# uncompressed and in each lossless form, written by others: the raw bytes settle it.
_CT = "cornerstone3D/examplesOld/test-images/CTImage.dcm"
LOSSLESS = (
    "_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm",
    "_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm",
    "_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm",
    "_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm",
    "_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm",
    "_JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57.dcm",
    "_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm",
)


@pytest.mark.requirement("IMG-05")
def test_every_lossless_form_of_an_image_is_its_uncompressed_bytes():
    raw = pydicom.dcmread(FOLDER / _CT).PixelData
    found = {
        name: decoded_frames((FOLDER / f"{_CT}{name}").read_bytes())[0].values.array
        for name in LOSSLESS
    }

    assert [] == [name for name, array in found.items() if array.astype("<i2").tobytes() != raw]


@pytest.mark.requirement("INT-02")
def test_the_parts_of_every_real_file_are_the_file():
    for row in rows(malformed=False):
        data = (FOLDER / row["file"]).read_bytes()
        try:
            parts = split(part10.read(data))
        except DiascopeError:
            continue
        assert data == b"".join(data[part.start : part.stop] for part in parts), row["file"]


def test_malformed_files_end_in_a_picture_or_a_typed_error(record_property):
    count = collections.Counter(verdict(row) for row in rows(malformed=True))
    record_property("reference data", f"{sum(count.values())} malformed files, {dict(count)}")

    assert 0 == count["wrong"]
    assert 0 < sum(n for name, n in count.items() if "." in name)
