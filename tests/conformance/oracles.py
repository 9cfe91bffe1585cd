"""Other software's stored values of a file that no reference covers.

Each takes a data set that pydicom has read and returns (frames, rows, columns[, samples]), or
raises when it does not know the form. Whatever pydicom decodes here needs no codec of the
engine's: native and RLE are its own code.
"""

import warnings
from io import BytesIO

import numpy as np
import pydicom
from PIL import Image
from pydicom.encaps import generate_frames
from pydicom.pixels import pixel_array

from tests.support.phantoms import JPEG_BASELINE, NATIVE, RLE


def by_pydicom(dataset):
    return pixel_array(dataset, raw=True)


def by_pillow(dataset):
    """8-bit JPEG, its components as they are coded."""
    frames = []
    for frame in encoded(dataset):
        with Image.open(BytesIO(frame)) as picture:
            picture.draft("YCbCr", None)
            frames.append(np.asarray(picture))
    return np.stack(frames)


def encoded(dataset):
    frames = int(dataset.get("NumberOfFrames", 1))
    return generate_frames(dataset.PixelData, number_of_frames=frames)


_LIVER = "pydicom-data/data_store/data/liver_"
TWINS = {
    f"{_LIVER}rle.dcm": "dcmqi/data/segmentations/liver.dcm",
    f"{_LIVER}deflate.dcm": "dcmqi/data/segmentations/liver.dcm",
    f"{_LIVER}nonbyte_aligned_rle.dcm": f"{_LIVER}nonbyte_aligned.dcm",
    f"{_LIVER}nonbyte_aligned_deflate.dcm": f"{_LIVER}nonbyte_aligned.dcm",
}
"""Files that no other software decodes, and the uncompressed file that holds the same pixels."""
ORACLES = {
    **dict.fromkeys(NATIVE, (("pydicom, in this run", by_pydicom),)),
    RLE: (("pydicom, in this run", by_pydicom),),
    JPEG_BASELINE: (("Pillow, in this run", by_pillow),),
}


def second(data, syntax):
    """Who else reads this file, and its values; ("", None) when nobody here does."""
    for name, read in ORACLES.get(syntax, ()):
        with warnings.catch_warnings():  # of values that have nothing to do with pixels
            warnings.simplefilter("ignore")
            try:
                dataset = pydicom.dcmread(BytesIO(data), force=True)
                return name, shaped(read(dataset), dataset)
            except Exception:  # noqa: BLE001, S112  a library that fails is no oracle here
                continue
    return "", None


def shaped(frames, dataset):
    """Put the axis of frames first where a library leaves it out."""
    samples = (dataset.SamplesPerPixel,) if dataset.SamplesPerPixel > 1 else ()
    return frames.reshape(-1, dataset.Rows, dataset.Columns, *samples)
