"""What every synthetic file has in common: its UIDs, its meta information, its bytes.

Standard: PS3.10 7, PS3.5 B.2.
"""

import hashlib
from io import BytesIO

from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian


def new(sop_class: UID, sop: str) -> FileDataset:
    """Return an empty data set of a class with this SOP Instance UID."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = UID(sop)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(uid("diascope/phantom"))
    meta.ImplementationVersionName = "DIASCOPE_PHANTOM"
    dataset = FileDataset("", Dataset(), file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = sop
    return dataset


def part10(dataset: FileDataset) -> bytes:
    """Return the data set as one Part 10 file. Standard: PS3.10 7."""
    target = BytesIO()
    dcmwrite(target, dataset, enforce_file_format=True)
    return target.getvalue()


def uid(name: str) -> str:
    """Make a UID under 2.25 from a name, the same everywhere. Standard: PS3.5 B.2."""
    return f"2.25.{number(name)}"


def number(name: str) -> int:
    """Hash a name to 122 bits with the version and variant bits of a random UUID."""
    hashed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big")
    return hashed & ~(0xF << 76) & ~(0x3 << 62) | 0x4 << 76 | 0x2 << 62
