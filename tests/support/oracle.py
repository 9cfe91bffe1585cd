"""What a picture must be, said a second time: pydicom's pixels and the formulas of PS3.3 C.11.

This imports nothing of Diascope. It knows one case, 1:1, where each device pixel is one image
pixel; every grey is one exact fraction, rounded once: floor(255 p + 1/2).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels import pixel_array

E6 = 1_000_000
HALF = Fraction(1, 2)
Pixels = NDArray[np.uint8]
Voi = Callable[[Fraction], Fraction]


def one_to_one(path: Path, record: Mapping[str, Any]) -> Pixels:
    """Draw what a `view` record describes: (height, width, 4) RGBA, opaque, black around it."""
    presentation, viewport = record["presentation"], record["viewport"]
    assert presentation["mode"] == "one_to_one"
    assert presentation["zoom_e6"] == E6
    inside = picture(path, record["frame"], presentation["voi"], invert=presentation["invert"])
    rows, columns = _covered(presentation, viewport["width"], viewport["height"])
    return _cut(inside, rows, columns)


def picture(path: Path, frame: int, voi: Mapping[str, str], *, invert: bool) -> Pixels:
    """The whole frame in 8 bits: (rows, columns, 3)."""
    dataset = pydicom.dcmread(path)
    stored = pixel_array(dataset, index=frame - 1, raw=True)
    if dataset.SamplesPerPixel == 3:
        rgb = stored if dataset.PhotometricInterpretation == "RGB" else ybr_full(stored)
        return 255 - rgb if invert else rgb
    values, positions = np.unique(stored, return_inverse=True)
    transformed = _voi(dataset, voi)
    greys = [grey(dataset, Fraction(value.item()), transformed, invert=invert) for value in values]
    flat = np.array(greys, dtype=np.uint8)[positions].reshape(stored.shape)
    return np.repeat(flat[:, :, None], 3, axis=2)


def grey(dataset: pydicom.Dataset, value: Fraction, voi: Voi, *, invert: bool) -> int:
    """The grey of one stored value. Standard: PS3.3 C.11.1.1, C.11.2.1, C.7.6.3.1.2.

    Padding is black, C.7.5.1.1.2.
    """
    if _is_padding(dataset, value):
        return 0
    share = voi(_modality(dataset, value))
    if (dataset.PhotometricInterpretation == "MONOCHROME1") != invert:
        share = 1 - share
    return int(255 * share + HALF)


def _modality(dataset: pydicom.Dataset, value: Fraction) -> Fraction:
    if "ModalityLUTSequence" in dataset:
        return Fraction(looked_up(dataset.ModalityLUTSequence[0], value)[0])
    slope, intercept = _rescale(dataset)
    return slope * value + intercept


def looked_up(item: pydicom.Dataset, value: Fraction) -> tuple[int, int]:
    """An entry and the highest there can be. Standard: PS3.3 C.11.1.1.1, C.11.2.1.1."""
    count, first, bits = item.LUTDescriptor
    data = item.LUTData
    entries = np.frombuffer(data, "<u2") if isinstance(data, bytes) else np.array(data)
    assert len(entries) == (count or 65_536)
    place = min(max((value + HALF).__floor__() - first, 0), len(entries) - 1)
    return int(entries[place]), (1 << bits) - 1


def _is_padding(dataset: pydicom.Dataset, value: Fraction) -> bool:
    if "PixelPaddingValue" not in dataset:
        return False
    ends = (dataset.PixelPaddingValue, dataset.get("PixelPaddingRangeLimit"))
    stated = [end for end in ends if end is not None]
    return min(stated) <= value <= max(stated)


def _rescale(dataset: pydicom.Dataset) -> tuple[Fraction, Fraction]:
    return tuple(  # type: ignore[return-value]
        Fraction(str(dataset.get(name, default)))
        for name, default in (("RescaleSlope", 1), ("RescaleIntercept", 0))
    )


def _voi(dataset: pydicom.Dataset, voi: Mapping[str, str]) -> Voi:
    if voi["function"] == "NONE":
        low, high = _output_range(dataset)
        return lambda x: (x - low) / (high - low)
    if voi["function"] == "LUT":
        item = dataset.VOILUTSequence[
            int(voi["explanation"].split(":")[0].removeprefix("LUT ")) - 1
        ]
        return lambda x: Fraction(*looked_up(item, x))
    center, width = Fraction(voi["center"]), Fraction(voi["width"])
    formula = {"LINEAR": linear, "LINEAR_EXACT": linear_exact, "SIGMOID": sigmoid}[voi["function"]]
    return lambda x: formula(x, center, width)


def linear(x: Fraction, center: Fraction, width: Fraction) -> Fraction:
    """Standard: PS3.3 C.11.2.1.2.1, with ymin 0 and ymax 1."""
    if x <= center - HALF - (width - 1) / 2:
        return Fraction(0)
    if x > center - HALF + (width - 1) / 2:
        return Fraction(1)
    return (x - (center - HALF)) / (width - 1) + HALF


def linear_exact(x: Fraction, center: Fraction, width: Fraction) -> Fraction:
    """Standard: PS3.3 C.11.2.1.3.2, with ymin 0 and ymax 1."""
    if x <= center - width / 2:
        return Fraction(0)
    if x > center + width / 2:
        return Fraction(1)
    return (x - center) / width + HALF


def sigmoid(x: Fraction, center: Fraction, width: Fraction) -> Fraction:
    """Standard: PS3.3 C.11.2.1.3.1, to sixty digits; exactly 1/2 at the centre."""
    with localcontext(prec=60):
        exponent = -4 * (x - center) / width
        power = (Decimal(exponent.numerator) / Decimal(exponent.denominator)).exp()
        return Fraction(1 / (1 + power))


def _output_range(dataset: pydicom.Dataset) -> tuple[Fraction, Fraction]:
    """The smallest and largest value that the Modality LUT can give."""
    bits, is_signed = dataset.BitsStored, dataset.PixelRepresentation
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    slope, intercept = _rescale(dataset)
    return tuple(sorted((slope * low + intercept, slope * high + intercept)))


def ybr_full(samples: NDArray[np.uint8]) -> Pixels:
    """Standard: PS3.3 C.7.6.3.1.2, YBR_FULL, solved for R, G and B; chroma at full resolution."""
    different, positions = np.unique(samples.reshape(-1, 3), axis=0, return_inverse=True)
    converted = np.array([_rgb(*map(int, one)) for one in different], dtype=np.uint8)
    return converted[positions].reshape(samples.shape)


def _rgb(luma: int, blue: int, red: int) -> tuple[int, ...]:
    r = luma + Fraction(1402, 1000) * (red - 128)
    b = luma + Fraction(1772, 1000) * (blue - 128)
    g = (luma - Fraction(299, 1000) * r - Fraction(114, 1000) * b) / Fraction(587, 1000)
    return tuple(min(max((one + Fraction(1, 2)).__floor__(), 0), 255) for one in (r, g, b))


def _covered(
    presentation: Mapping[str, Any], width: int, height: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The row and the column of the image at each device pixel, below 0 or too large outside it.

    Away from the middle, a device pixel's way is taken back into the image: the mirror first,
    since it came last, then each quarter of the rotation.
    """
    right, down = np.meshgrid(2 * np.arange(width) + 1 - width, 2 * np.arange(height) + 1 - height)
    if presentation["flip"]:
        right = -right
    angle = presentation["rotation"]
    cosine, sine = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[angle]
    along_row, along_column = cosine * right + sine * down, cosine * down - sine * right
    return (
        (2 * presentation["center_row_e6"] + along_column.astype(np.int64) * E6) // (2 * E6),
        (2 * presentation["center_column_e6"] + along_row.astype(np.int64) * E6) // (2 * E6),
    )


def _cut(inside: Pixels, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Pixels:
    out = np.zeros((*rows.shape, 4), dtype=np.uint8)
    out[:, :, 3] = 255
    within = (0 <= rows) & (rows < inside.shape[0]) & (0 <= columns) & (columns < inside.shape[1])
    out[within, :3] = inside[rows[within], columns[within]]
    return out
