"""Studies for tests of the reader and the bridge: files cut into parts, and their manifest."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from diascope import instance, integrity, manifest, manifest_entries, part10
from diascope.manifest import InstanceEntry, PartEntry, StudyManifest
from diascope.parts import split
from diascope.values import Instance, StoredBytes

ROOT = "2.25.123"


@dataclass(frozen=True)
class MadeStudy:
    """Canonical manifest bytes, their digest, and the plaintext of every part by its indices."""

    data: bytes
    digest: str
    parts: dict[tuple[int, int, int], bytes]


def study(*series: Sequence[bytes]) -> MadeStudy:
    entries, parsed, by_sop = [], None, {}
    for files in series:
        listed = []
        for data in files:
            parsed, entry = _entry(data)
            listed.append(entry)
            by_sop[entry.sop] = data
        entries.append(manifest_entries.series_entry(parsed, listed))
    listed = StudyManifest(
        "test", "default", parsed.study, "h" * 22, 1, None, 0, "d" * 22, "0" * 64,
        manifest_entries.study_attributes(parsed), tuple(entries),
    )  # fmt: skip
    data = manifest.to_bytes(listed)
    return MadeStudy(data, manifest.digest(data), _parts(manifest.parse(data), by_sop))


def _entry(data: bytes) -> tuple[Instance, InstanceEntry]:
    ranges = split(part10.read(data))
    entries = []
    for cut in ranges:
        plain = data[cut.start : cut.stop]
        digest = hashlib.sha256(plain).hexdigest()
        entries.append(PartEntry(cut.kind, cut.index, len(plain), digest, "0" * 64, 0))
    first = StoredBytes(data[ranges[0].start : ranges[0].stop])
    image = instance.parse(integrity.verify(first, entries[0]))
    made = manifest_entries.instance_entry(
        image,
        transfer_syntax=part10.read(data).transfer_syntax,
        sha256=hashlib.sha256(data).hexdigest(),
        whole=ranges[0].whole_reason,
        parts=entries,
    )
    return image, made


def _parts(listed: StudyManifest, files: dict[str, bytes]) -> dict[tuple[int, int, int], bytes]:
    parts = {}
    for s, series in enumerate(listed.series):
        for i, entry in enumerate(series.instances):
            at = 0
            for p, part in enumerate(entry.parts):
                parts[s, i, p] = files[entry.sop][at : at + part.size]
                at += part.size
    return parts


def file(
    pixels: np.ndarray,
    number: int = 1,
    series: int = 1,
    syntax: str = ExplicitVRLittleEndian,
    **changes: Any,
) -> bytes:
    """A Part 10 file of (rows, columns), (frames, rows, columns) or (rows, columns, 3) pixels."""
    dataset = Dataset()
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = f"{ROOT}.{series}.{number}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = ROOT, f"{ROOT}.{series}"
    dataset.PatientName, dataset.PatientID = "Made^Up", "T-1"
    dataset.PatientBirthDate, dataset.PatientSex, dataset.StudyDate = "19700203", "F", "20260102"
    dataset.Modality, dataset.SeriesNumber, dataset.InstanceNumber = "OT", series, number
    is_color = pixels.ndim == 3 and pixels.shape[-1] == 3
    frames = pixels.shape[0] if pixels.ndim == 3 and not is_color else 1
    rows, columns = pixels.shape[:2] if is_color else pixels.shape[-2:]
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = rows, columns, frames
    dataset.SamplesPerPixel = 3 if is_color else 1
    dataset.PhotometricInterpretation = "RGB" if is_color else "MONOCHROME2"
    if is_color:
        dataset.PlanarConfiguration = 0
    bits = 8 * pixels.itemsize
    dataset.BitsAllocated = dataset.BitsStored = bits
    dataset.HighBit, dataset.PixelRepresentation = bits - 1, int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    dataset["PixelData"].VR = "OB" if bits == 8 else "OW"
    for keyword, value in changes.items():
        setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    target = BytesIO()
    dcmwrite(target, dataset, enforce_file_format=True)
    return target.getvalue()
