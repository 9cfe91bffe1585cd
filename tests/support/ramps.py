"""Test images of greys: every stored value once, behind each transformation of PS3.3 C.11.

Files are made here, and what they must show is the clause's formula, computed by `oracle`. The
figures of another viewer were measured with ramps of the same kinds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.engine import studies
from tests.support import oracle

VECTORS = Path(__file__).parents[1] / "vectors" / "voi_lut" / "vectors.json"
SIDE = 64
TWELVE = np.arange(SIDE * SIDE, dtype=np.uint16).reshape(SIDE, SIDE)
SIGNED = (TWELVE.astype(np.int16) - 2048).astype(np.int16)
SIXTEEN = np.arange(-(1 << 15), 1 << 15).astype(np.int16).reshape(256, 256)
DEEP = (TWELVE.astype(np.uint32) * 1_048_833).astype(np.uint32)  # 0 to 2^32 - 1 in equal steps
FLOATS = (SIGNED.astype(np.float32) / 3_000_000).astype(np.float32)
NAMES = ("function", "center", "width", "explanation")


@dataclass(frozen=True)
class Ramp:
    """One image: its row in the table, its pixels and attributes, the window it opens with."""

    name: str
    pixels: NDArray[Any]
    voi: tuple[str, str, str, str]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    other: tuple[str, str] = ("", "")  # of another viewer: default path, CPU path

    def data(self, number: int) -> bytes:
        """The Part 10 file, in a series of its own."""
        made = studies.file(_integers(self.pixels), 1, number, **self._described())
        if self.pixels.dtype.kind != "f":
            return made
        dataset = pydicom.dcmread(BytesIO(made))
        del dataset.PixelData, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation
        dataset.FloatPixelData = self.pixels.tobytes()
        target = BytesIO()
        dataset.save_as(target)
        return target.getvalue()

    def _described(self) -> dict[str, Any]:
        function, center, width, _ = self.voi
        window = {"WindowCenter": center, "WindowWidth": width, "VOILUTFunction": function}
        narrow = self.pixels.size == SIDE * SIDE and self.pixels.itemsize == 2
        bits = {"BitsStored": 12, "HighBit": 11} if narrow else {}
        named = {"SeriesDescription": self.name}
        return {**(window if center else {}), **bits, **named, **self.attributes}

    def expected(self, path: Path) -> NDArray[np.uint8]:
        """What the clause's formula gives: (rows, columns, 3)."""
        return oracle.picture(path, 1, dict(zip(NAMES, self.voi, strict=True)), invert=False)


def _integers(pixels: NDArray[Any]) -> NDArray[Any]:
    return pixels.view(np.uint32) if pixels.dtype.kind == "f" else pixels


def lut(first: int, bits: int, entries: Any, explanation: str = "") -> Dataset:
    """One item of a Modality or VOI LUT Sequence."""
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if first < 0 else "US", [len(entries), first, bits])
    if explanation:
        item.LUTExplanation = explanation
    item.add_new("LUTData", "OW", np.asarray(entries, dtype="<u2").tobytes())
    return item


CURVE = lut(0, 12, 4095 - (np.arange(4096) ** 2) // 4095, "Film")  # falls, and is no ramp
SQUARE = lut(0, 16, np.arange(4096) ** 2 // 512)
SHORT = lut(-100, 8, np.arange(201), "Short")  # values beyond it take its ends
MONOCHROME1 = {"PhotometricInterpretation": "MONOCHROME1"}
WIDE, NARROW = ("LINEAR", "2048", "4096", ""), ("LINEAR", "1000", "100", "")

RAMPS = (
    Ramp("LINEAR, wide", TWELVE, WIDE, other=("1 / 0.0", "0 / 0.0")),
    Ramp("LINEAR, narrow", TWELVE, NARROW, other=("1 / 0.0", "")),
    Ramp("LINEAR, width 2", TWELVE, ("LINEAR", "1000", "2", "")),
    Ramp("LINEAR, width 1", TWELVE, ("LINEAR", "1000", "1", "")),
    Ramp("LINEAR_EXACT", TWELVE, ("LINEAR_EXACT", "1500", "2001.5", ""), other=("0", "")),
    Ramp("LINEAR_EXACT, width below 1", TWELVE, ("LINEAR_EXACT", "1000", "0.5", "")),
    Ramp("SIGMOID", TWELVE, ("SIGMOID", "2048", "1500", ""), other=("0", "")),
    Ramp("SIGMOID, width 1", TWELVE, ("SIGMOID", "2048", "1", "")),
    Ramp("MONOCHROME1", TWELVE, WIDE, MONOCHROME1, other=("1 / 0.1", "")),
    Ramp("MONOCHROME1, SIGMOID", TWELVE, ("SIGMOID", "2048", "1500", ""), MONOCHROME1),
    Ramp(
        "VOI LUT Sequence", TWELVE, ("LUT", "", "", "LUT 1: Film"), {"VOILUTSequence": [CURVE]},
        other=("100 / 64.8", "1 / 0.3"),
    ),
    Ramp(
        "VOI LUT Sequence, shorter than the values", SIGNED, ("LUT", "", "", "LUT 1: Short"),
        {"VOILUTSequence": [SHORT], "RescaleSlope": "0.3", "RescaleIntercept": "-7.5"},
    ),
    Ramp(
        "VOI LUT Sequence, MONOCHROME1", TWELVE, ("LUT", "", "", "LUT 1: Film"),
        {"VOILUTSequence": [CURVE], **MONOCHROME1},
    ),
    Ramp(
        "Modality LUT Sequence", TWELVE, ("LINEAR", "16000", "30000", ""),
        {"ModalityLUTSequence": [SQUARE]}, other=("64 / 41.6", "0 / 0.0"),
    ),
    Ramp(
        "Modality LUT and VOI LUT Sequence", TWELVE, ("LUT", "", "", "LUT 1: Film"),
        {"ModalityLUTSequence": [SQUARE], "VOILUTSequence": [CURVE]},
    ),
    Ramp(
        "16 bits signed, rescale of 15 digits", SIXTEEN, ("LINEAR", "40.25", "40001.5", ""),
        {"RescaleSlope": "0.91234567890123", "RescaleIntercept": "-1024.125"},
    ),
    Ramp(
        "Padding", SIGNED, ("LINEAR", "40", "400", ""),
        {"PixelPaddingValue": -2048, "PixelPaddingRangeLimit": -1000, **MONOCHROME1},
    ),
    Ramp("32 bits", DEEP, ("LINEAR", "2147483648", "4294967296", "")),
    Ramp("Floating point", FLOATS, ("LINEAR_EXACT", "0.00001", "0.0009", "")),
)  # fmt: skip


def _of_vectors() -> tuple[Ramp, ...]:
    """An image a window of the 75 vectors; values of the vectors are among its pixels."""
    windows = dict.fromkeys((each["function"], each["c"], each["w"]) for each in vectors())
    return tuple(
        Ramp(f"Vectors: {function} {c} / {w}", TWELVE if c == 2048 else SIGNED,
             (function, str(c), str(w), ""))
        for function, c, w in windows
    )  # fmt: skip


def vectors() -> list[dict[str, Any]]:
    """The 75 vectors: function, c, w, x, and y on a scale of 0 to 255."""
    return list(json.loads(VECTORS.read_text())["vectors"])


VECTOR_RAMPS = _of_vectors()
EVERY = (*RAMPS, *VECTOR_RAMPS)


def wrong_vectors(shown: Mapping[str, NDArray[Any]]) -> list[dict[str, Any]]:
    """The vectors whose value has another grey than floor(y + 1/2) in the pictures by name."""
    wrong = []
    for vector in vectors():
        name = f"Vectors: {vector['function']} {vector['c']} / {vector['w']}"
        ramp = next(each for each in VECTOR_RAMPS if each.name == name)
        seen = shown[name][ramp.pixels == vector["x"]]
        if seen.size == 0 or {int(vector["y"] + 0.5)} != set(seen.ravel().tolist()):
            wrong.append(vector)
    return wrong


def errors(shown: NDArray[Any], expected: NDArray[Any]) -> tuple[int, str]:
    """The maximum and the mean absolute difference, in grey levels."""
    apart = np.abs(shown.astype(int) - expected.astype(int))
    return int(apart.max()), f"{apart.mean():.4f}".rstrip("0").rstrip(".")


def write(folder: Path) -> list[Path]:
    """Write all ramps as one study, a series each; in the order of `EVERY`."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, ramp in enumerate(EVERY, start=1):
        paths.append(folder / f"{number:02}.dcm")
        paths[-1].write_bytes(ramp.data(number))
    return paths
