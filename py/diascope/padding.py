"""Which pixels are no image: padding, what is not a number, what an edge tile lacks.

Such pixels are shown black, whatever the polarity; automatic windows and interpolation leave
them out. Standard: PS3.3 C.7.5.1.1.2, Pixel Padding Value and Pixel Padding Range Limit;
C.7.6.17.3, tiles.
"""

from math import isfinite
from struct import calcsize, unpack
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from diascope.part10 import Part10
from diascope.values import Instance, Padding, PixelDescription, StoredValues

PADDING_NOTICE = "The padding value in the file cannot be used and is left out."
ALL_HIDDEN_NOTICE = "Every pixel of this image is padding."
TILE_NOTICE = "This tile is smaller than described; the rest is black."
NOT_FINITE_NOTICE = "Pixels whose value is not a finite number are shown black."
GREY = frozenset({"MONOCHROME1", "MONOCHROME2"})

Mask = NDArray[np.bool_]


class _Attributes(NamedTuple):
    """Where a kind of pixel has its padding: one value, the other end, the form of the bytes."""

    value: int
    limit: int
    form: str


_ATTRIBUTES = {
    "integer": _Attributes(0x00280120, 0x00280121, "H"),
    "signed": _Attributes(0x00280120, 0x00280121, "h"),
    "float": _Attributes(0x00280122, 0x00280124, "f"),
    "double": _Attributes(0x00280123, 0x00280125, "d"),
}


def read(outside: Part10, pixels: PixelDescription | None, notices: list[str]) -> Padding | None:
    """Return the closed range of stored values that are padding; None where there is none.

    The sign is that of the pixels, whichever VR the file names. A value that no pixel can have
    is left out with a sentence in `notices`.

    Standard: PS3.3 C.7.5.1.1.2; C.7.6.24 and C.7.6.25 of floating-point pixels.
    """
    if pixels is None or pixels.photometric not in GREY:
        return None
    is_signed = pixels.kind == "integer" and pixels.is_signed
    attributes = _ATTRIBUTES["signed" if is_signed else pixels.kind]
    value, limit = outside.value(attributes.value), outside.value(attributes.limit)
    if not value and not limit:
        return None
    form = ("<" if outside.encoding.is_little else ">") + attributes.form
    ends = [
        unpack(form, each)[0] for each in (value, limit or value) if len(each) == calcsize(form)
    ]
    if len(ends) < 2 or not all(_is_possible(end, pixels) for end in ends):
        notices.append(PADDING_NOTICE)
        return None
    return min(ends), max(ends)


def _is_possible(end: float, pixels: PixelDescription) -> bool:
    """Whether a pixel of this description can have the value. Standard: PS3.3 C.7.5.1.1.2."""
    if pixels.kind != "integer":
        return isfinite(end)
    half = 1 << (pixels.bits_stored - 1)
    low, high = (-half, half - 1) if pixels.is_signed else (0, 2 * half - 1)
    return low <= end <= high


def hidden(values: StoredValues, image: Instance) -> Mask | None:
    """Tell which pixels are no image, (rows, columns) or flat as `values`; None when all are.

    Standard: PS3.3 C.7.5.1.1.2; C.7.6.17.3.
    """
    found = _outside(values)
    if image.padding is not None:
        low, high = image.padding
        numbers: NDArray[Any] = values.array
        found = _either(found, (numbers >= low) & (numbers <= high))
    if values.array.dtype.kind == "f":
        found = _either(found, ~np.isfinite(values.array))
    return found if found is not None and found.any() else None


def _outside(values: StoredValues) -> Mask | None:
    """Tell what of a frame an edge tile does not cover. Standard: PS3.3 C.7.6.17.3."""
    if values.covered is None:
        return None
    rows, columns = values.covered
    outside = np.ones(values.array.shape[:2], np.bool_)
    outside[:rows, :columns] = False
    return outside


def _either(found: Mask | None, more: Mask) -> Mask:
    return more if found is None else found | more


def notices(values: StoredValues, image: Instance) -> tuple[str, ...]:
    """Return what a reader must know of this frame's pixels beyond what the header says.

    Standard: PS3.3 C.7.5.1.1.2; C.7.6.24 and C.7.6.25; C.7.6.17.3.
    """
    found = hidden(values, image)
    if found is None:
        return ()
    said = [ALL_HIDDEN_NOTICE] if found.all() else []
    if values.covered is not None:
        said.append(TILE_NOTICE)
    if values.array.dtype.kind == "f" and not np.isfinite(values.array).all():
        said.append(NOT_FINITE_NOTICE)
    return tuple(said)
