"""A study whose series are what scanners and archives make of them: mixed, shuffled, incomplete.

Made of the phantom, so that it looks like something: axial slices of the trunk every 15 mm, planes
cut through them, and made-up diffusion images. Which image belongs where is known by its UID.
"""

import random
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom

from diascope.phantom import ct
from tests.engine import studies

EVERY = 5  # slices of 3 mm
SHRINK = 4  # pixels
SLICES = 24
LOST = 12  # of them, from 1
PLANES = 5
AXIAL, SAGITTAL = ["1", "0", "0", "0", "1", "0"], ["0", "1", "0", "0", "0", "-1"]
CORONAL = ["1", "0", "0", "0", "0", "-1"]
PATIENT = {"PatientName": "Mixed^Series", "PatientID": "MIXED-1"}


def write(folder: Path) -> list[Path]:
    """Write the files, named by what they are: `axial-01` is next to the head."""
    folder.mkdir(parents=True)
    made = {**_trunk(), **_diffusion()}
    paths = []
    for name, data in made.items():
        paths.append(folder / f"{name}.dcm")
        paths[-1].write_bytes(data)
    return paths


def _trunk() -> dict[str, bytes]:
    """One CT series: axial slices without one of them, sagittal planes, and a scout."""
    sources = [
        pydicom.dcmread(BytesIO(ct.file("mixed", EVERY * n, EVERY * SLICES)))
        for n in range(SLICES)
    ]
    volume = np.stack([each.pixel_array[::SHRINK, ::SHRINK] for each in sources])
    left, top, head = (float(each) for each in sources[0].ImagePositionPatient)
    spacing, step = SHRINK * float(sources[0].PixelSpacing[0]), EVERY * ct.STEP_MM
    tall = np.repeat(volume, round(step / spacing), axis=0)
    common = {
        **PATIENT, "Modality": "CT", "SeriesDescription": "Trunk", "RescaleIntercept": "-1024",
        "RescaleSlope": "1", "WindowCenter": "40", "WindowWidth": "400",
        "FrameOfReferenceUID": f"{studies.ROOT}.9",
    }  # fmt: skip
    square = [f"{spacing:.6f}"] * 2
    upright = [f"{step / round(step / spacing):.6f}", square[1]]
    names = [f"axial-{n:02}" for n in range(1, SLICES + 1) if n != LOST]
    names += [f"sagittal-{n}" for n in range(1, PLANES + 1)] + ["scout"]
    numbers = random.Random(57).sample(range(1, len(names) + 1), len(names))
    made = {}
    for name, number in zip(names, numbers, strict=True):
        kind, _, rest = name.partition("-")
        if kind == "axial":
            at = int(rest) - 1
            pixels, place = volume[at], [left, top, head - at * step]
            how = {"ImageOrientationPatient": AXIAL, "PixelSpacing": square}
        elif kind == "sagittal":
            column = volume.shape[2] * int(rest) // (PLANES + 1)
            pixels, place = tall[:, :, column], [left + column * spacing, top, head]
            how = {"ImageOrientationPatient": SAGITTAL, "PixelSpacing": upright}
        else:
            pixels, place = tall.max(axis=1), [left, 0, head]
            how = {"ImageOrientationPatient": CORONAL, "PixelSpacing": upright,
                   "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}  # fmt: skip
        made[name] = studies.file(
            np.ascontiguousarray(pixels), number, 1, **common, **how,
            ImagePositionPatient=[f"{each:.3f}" for each in place],
        )  # fmt: skip
    return made


def _diffusion() -> dict[str, bytes]:
    """One MR series of two b-values at six positions, interleaved, the feet first."""
    rows, columns = np.mgrid[-1:1:96j, -1:1:96j]
    made = {}
    for n in range(6):
        radius = 0.8 - 0.08 * abs(n - 2.5)
        inside = (columns / 0.85) ** 2 + rows**2 < radius**2
        lesion = (columns - 0.3) ** 2 + (rows + 0.1) ** 2 < 0.02
        for order, (b, brain, spot) in enumerate(((0, 900, 700), (1000, 300, 1000))):
            pixels = (inside * brain + (inside & lesion & (n in {2, 3})) * (spot - brain)).astype(
                np.uint16
            )
            made[f"b{b}-{n + 1}"] = studies.file(
                pixels, 2 * n + order + 1, 2, **PATIENT, Modality="MR", SeriesDescription="DWI",
                ImageOrientationPatient=AXIAL, ImagePositionPatient=["-96", "-96", str(5 * n)],
                PixelSpacing=["2", "2"], FrameOfReferenceUID=f"{studies.ROOT}.8",
                WindowCenter="500", WindowWidth="1000", DiffusionBValue=float(b),
            )  # fmt: skip
    return made
