"""The sample studies of a demonstration: synthetic or public images, none downloaded."""

import os
from pathlib import Path

import pydicom

from diascope.phantom import ct, display_patterns

SHARED_VARIABLE = "DIASCOPE_SHARED"
PYDICOM_FILES = (  # of pydicom's own test files: one for each way to store an image
    "CT_small.dcm",
    "MR_small_RLE.dcm",
    "JPGExtended.dcm",
    "JPEG2000.dcm",
    "693_J2KI.dcm",
    "ExplVR_BigEnd.dcm",
    "SC_rgb_rle.dcm",
    "SC_rgb_dcmtk_+eb+cr.dcm",
    "SC_ybr_full_422_uncompressed.dcm",
    "SC_jpeg_no_color_transform.dcm",
    "GDCMJ2K_TextGBR.dcm",
    "examples_overlay.dcm",
    "examples_palette.dcm",
    "examples_rgb_color.dcm",
    "examples_ybr_color.dcm",
    "examples_jpeg2k.dcm",
    "image_dfl.dcm",
    "dicomdirtests/77654033/CR1/6154",
    "dicomdirtests/77654033/CR2/6247",
    "dicomdirtests/77654033/CR3/6278",
)


def make_phantom(folder: Path) -> Path:
    """Write the phantom CT series into a new folder and return it."""
    folder.mkdir()
    for number, data in enumerate(ct.series()):
        (folder / f"{number:03}.dcm").write_bytes(data)
    return folder


def make_patterns(folder: Path) -> Path:
    """Write the test patterns for displays into a new folder and return it."""
    folder.mkdir()
    for number, data in enumerate(display_patterns.files(), start=1):
        (folder / f"{number}.dcm").write_bytes(data)
    return folder


def of_pydicom() -> list[Path]:
    """Return the chosen files of the installed pydicom."""
    folder = Path(pydicom.__file__).parent / "data" / "test_files"
    return [path for name in PYDICOM_FILES if (path := folder / name).is_file()]


def of_shared() -> list[Path]:
    """Return the folder of every benchmark series, when they are there."""
    shared = Path(os.environ.get(SHARED_VARIABLE, "../shared")).resolve() / "data" / "bench"
    return sorted(each for each in shared.glob("*") if each.is_dir())
