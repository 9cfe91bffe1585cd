"""Pictures of pages: reading them, finding a canvas in them, keeping them."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]


def pixels(png: bytes) -> Picture:
    """The picture of a PNG file: (height, width, 3)."""
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def largest_difference(one: Picture, other: Picture) -> int:
    """The largest difference of two samples; shapes must be equal."""
    assert one.shape == other.shape, f"{one.shape} is not {other.shape}"
    return int(np.abs(one.astype(np.int16) - other.astype(np.int16)).max(initial=0))


def keep(picture: Picture, path: Path) -> None:
    """Write a picture as PNG, smallest form, without any time or machine in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path, "PNG", optimize=True)
