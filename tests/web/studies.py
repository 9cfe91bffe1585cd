"""The studies that the page tests read: a made-up CT, and files that come with pydicom."""

from pathlib import Path

from pydicom.data import get_testdata_file

from diascope.phantom import ct
from tests.web import mixed, stated

PHANTOM_SLICES = 40
SHIPPED = {
    "jpeg": "examples_ybr_color.dcm",  # JPEG baseline, YBR_FULL_422, 30 frames
    "rle": "MR_small_RLE.dcm",
    "small": "CT_small.dcm",
}
NAMES = {"phantom": ("Phantom^Thorax", "Phantom, Thorax", "PHANTOM-CT-1")}  # of its patient
CR = Path(__file__).resolve().parents[1] / "data" / "RG3_J2KI.dcm"  # a real CR, irreversible J2K


def write_studies(folder: Path, names: tuple[str, ...] = ()) -> dict[str, list[Path]]:
    """Name the files of each study, after the made-up ones were written below `folder`."""
    chosen = names or ("phantom", "mixed", "stated", "cr", *SHIPPED)
    return {name: _files(name, folder) for name in chosen}


def _files(name: str, folder: Path) -> list[Path]:
    if name == "phantom":
        return _phantom(folder / name)
    if name == "mixed":
        return mixed.write(folder / name)
    if name == "stated":
        return stated.write(folder / name)
    if name == "cr":
        return [CR]
    found = get_testdata_file(SHIPPED[name], download=False)
    assert found is not None, f"{SHIPPED[name]} is not part of this pydicom"
    return [Path(found)]


def _phantom(folder: Path) -> list[Path]:
    folder.mkdir(parents=True)
    paths = []
    for number, data in enumerate(ct.series(slices=PHANTOM_SLICES)):
        path = folder / f"{number:03}.dcm"
        path.write_bytes(data)
        paths.append(path)
    return paths
