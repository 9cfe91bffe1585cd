"""A study with presentation states: one that uses every transformation, one more, one refused.

The picture is a slice of the phantom, small enough that the oracle can work each pixel out.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom

from diascope.phantom import ct
from tests.engine import studies
from tests.support import states

ROWS, COLUMNS = 96, 128
STUDY = "2.25.124"
SOP = f"{STUDY}.1.1"
FULL, PLAIN, MASKED = (f"{STUDY}.2.{n}" for n in (1, 2, 3))
MAGNIFIED = 4
CENTER, WIDTH = 1064, 800
SLOPE, INTERCEPT = "2", "-1000"
CIRCLE = {"circle": (50, 60, 44), "grey": 9_000}
ORIGIN = (70, 100)  # reaches beyond the right edge of the image
POINTS = (np.indices((20, 40)).sum(axis=0) % 8 < 2).astype(np.uint8)
LAYER_GREY = 40_000
# Of the states; the image has the same.
PATIENT = {"_00100010": ("PN", "Stated^Slice"), "_00100020": ("LO", "STATED-1")}
AREA = ((9, 5), (120, 92))  # columns and rows, of which 9 and 5 come to stand at the top left
HOSTILE = "<script>alert(1)</script> & <img src=x onerror=alert(2)>"
TEXTS = ["Target", HOSTILE]


def pixels():
    """Stored values of the picture, (rows, columns) of 12 bits."""
    slices = pydicom.dcmread(BytesIO(ct.file("stated", 20, 40))).pixel_array
    small = slices[::4, ::4] if slices.shape[0] >= 4 * ROWS else slices[::2, ::2]
    top = (small.shape[0] - ROWS) // 2
    return np.ascontiguousarray(small[top : top + ROWS, :COLUMNS].astype(np.uint16))


def full_state():
    """Rescale, window, inverse, shutter, overlay, rotation and flip, area, graphics and text."""
    graphics = [
        states.graphic("POLYLINE", (30, 20), (90, 20), (90, 70), (30, 70), (30, 20)),
        states.graphic("CIRCLE", (60, 45), (72, 45)),
        states.graphic("ELLIPSE", (40, 60), (80, 60), (60, 52), (60, 68)),
        states.graphic("INTERPOLATED", (20, 40), (40, 30), (60, 44), (80, 30), (100, 40)),
        states.graphic("POINT", (60, 45)),
        states.graphic("POLYLINE", (0.05, 0.95), (0.35, 0.95), units="DISPLAY"),
    ]
    texts = [
        states.text(TEXTS[0], ((12, 8), (40, 20)), (60, 45), visible="Y"),
        states.text(TEXTS[1], ((0.05, 0.85), (0.6, 0.9)), units="DISPLAY"),
    ]
    overlay = states.overlay(POINTS, ORIGIN, 0x6002, "MARKS")
    return states.state(
        [states.area(*AREA, "MAGNIFY", _00700103=("FL", float(MAGNIFIED)))],
        [states.reference(SOP)], FULL,
        _0020000D=("UI", STUDY), _00700080=("CS", "FULL"), **PATIENT,
        _00281053=("DS", SLOPE), _00281052=("DS", INTERCEPT),
        _00283110=("SQ", [states.window(CENTER, WIDTH)]), _20500020=("CS", "INVERSE"),
        _00181600=("CS", "CIRCULAR"), _00181610=("IS", CIRCLE["circle"][:2]),
        _00181612=("IS", str(CIRCLE["circle"][2])), _00181622=("US", CIRCLE["grey"]),
        _00700042=("US", 90), _00700041=("CS", "Y"),
        _00700060=("SQ", [states.layer("MARKS", 1, LAYER_GREY), states.layer("NOTES", 2)]),
        _00700001=("SQ", [states.annotation(texts, graphics, "NOTES")]),
        **{f"_{tag:08X}": value for tag, value in overlay.items()},
    )  # fmt: skip


def write(folder: Path) -> list[Path]:
    """Write the image and its states."""
    folder.mkdir(parents=True)
    common = {"_0020000D": ("UI", STUDY), **PATIENT}
    whole = states.area((1, 1), (COLUMNS, ROWS))
    window = ("SQ", [states.window(1000, 1500)])
    made = {
        "image": studies.file(
            pixels(), 1, 1, StudyInstanceUID=STUDY, SeriesInstanceUID=f"{STUDY}.1",
            SOPInstanceUID=SOP, PatientName="Stated^Slice", PatientID="STATED-1", Modality="CT",
            BitsStored=12, HighBit=11, RescaleSlope="1", RescaleIntercept="-1024",
            WindowCenter="40", WindowWidth="400",
        ),
        "full": states.file(full_state()),
        "plain": states.file(states.state(
            [whole], [states.reference(SOP)], PLAIN, _00700080=("CS", "PLAIN"), _00283110=window,
            **common,
        )),
        "masked": states.file(states.state(
            [whole], [states.reference(SOP)], MASKED, _00700080=("CS", "MASKED"),
            _00286100=("SQ", [{0x00286101: ("CS", "AVG_SUB")}]), **common,
        )),
    }  # fmt: skip
    paths = []
    for name, data in made.items():
        paths.append(folder / f"{name}.dcm")
        paths[-1].write_bytes(data)
    return paths
