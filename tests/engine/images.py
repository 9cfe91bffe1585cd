"""Instances and stored values for the engine's tests, made by hand, no file involved."""

from dataclasses import replace
from typing import Any

import numpy as np

from diascope.values import (
    Instance,
    LookupTable,
    PatientGeometry,
    PixelDescription,
    StoredValues,
    Window,
)

FLAT = PatientGeometry(None, None, None, None, "", (1, 1), "")


def grey_image(**changes: Any) -> Instance:
    """A 16-bit MONOCHROME2 instance; `pixels`, `geometry` take a dict of changes too."""
    pixels = PixelDescription(
        4, 6, 1, "MONOCHROME2", 16, 16, 15, False, False, 1, "1.2.840.10008.1.2.1"
    )
    image = Instance(
        "1.2.3", "1.2.3.4", "1.2.3.4.5", "1.2.840.10008.5.1.4.1.1.2", "CT", pixels,
        "1", "0", None, (), (), "", None, None, FLAT, {}, (),
    )  # fmt: skip
    changes["pixels"] = replace(pixels, **changes.pop("pixels", {}))
    changes["geometry"] = replace(FLAT, **changes.pop("geometry", {}))
    return replace(image, **changes)


def stored(values: Any, bits: int = 16, *, is_signed: bool = False) -> StoredValues:
    size = 1 if bits <= 8 else 2 if bits <= 16 else 4
    kind = f"{'i' if is_signed else 'u'}{size}"
    return StoredValues(np.asarray(values).astype(kind), bits, is_signed)


def floats(values: Any, kind: str = "f4") -> StoredValues:
    array = np.asarray(values).astype(kind)
    return StoredValues(array, 8 * array.itemsize, is_signed=True)


def every(bits: int = 16, *, is_signed: bool = False) -> StoredValues:
    low = -(2 ** (bits - 1)) if is_signed else 0
    return stored(np.arange(low, low + 2**bits), bits, is_signed=is_signed)


def window(center: Any, width: Any, function: str = "LINEAR") -> Window:
    return Window(str(center), str(width), function)


def table(
    entries: Any, first_mapped: int = 0, bits: int = 16, explanation: str = ""
) -> LookupTable:
    return LookupTable(first_mapped, bits, np.asarray(entries, dtype=np.int64), explanation)
