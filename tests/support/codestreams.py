"""Codestreams kept as files, so that every runtime decodes the same bytes and needs no encoder.

`python -m tests.support.codestreams` writes them again; it needs Pillow for progressive JPEG and
imagecodecs, and other versions of either may compress otherwise. What they hold is computed here
from formulas, and for JPEG it is the sequential twin of the same coefficients.
"""

from io import BytesIO
from pathlib import Path

import numpy as np

from tests.support.phantoms import ramp

FOLDER = Path(__file__).parents[1] / "vectors" / "codestreams"
GREY = ramp((1, 24, 40), "u1", 8)[0]
GREY_12 = ramp((1, 24, 40), "u2", 12)[0]
EVERY_16 = np.arange(1 << 16, dtype="u2").reshape(256, 256)
COLOR = ramp((1, 24, 40, 3), "u1", 8)[0]
_LETTERS = ("183c66667e666600", "7c667c66667c0000", "3c60606060603c00", "7e607860607e0000")


def smooth(planes):
    """What a lossy coder keeps well: slopes, another in each plane."""
    row, column = np.indices((32, 48))
    found = [row * (2 + n) + column * (3 - n) for n in range(planes)]
    return np.stack(found, axis=-1).astype("u1") if planes > 1 else found[0].astype("u1")


def labelled():
    """Letters repeated on black, as burned into an ultrasound image."""
    letters = [
        np.unpackbits(np.frombuffer(bytes.fromhex(each), "u1")).reshape(8, 8) * np.uint8(255)
        for each in _LETTERS
    ]
    image = np.zeros((160, 240), "u1")
    for row in range(12):
        for column in range(21):
            letter = letters[(7 * row + 5 * column + row * column) % len(letters)]
            image[12 * row + 4 :, 10 * column + 4 :][:8, :8] = letter
    return image


def jpeg(values, **options):
    """A JPEG by Pillow, in the colour model YCbCr without subsampling."""
    from PIL import Image  # noqa: PLC0415 - Pyodide has none

    stream = BytesIO()
    Image.fromarray(values).save(stream, "JPEG", quality=92, subsampling=0, **options)
    return stream.getvalue()


def made():
    """Every file by name."""
    import imagecodecs  # noqa: PLC0415

    def lossless(values, bits, **options):
        return imagecodecs.jpegxl_encode(values, lossless=True, bitspersample=bits, **options)

    plain, color = jpeg(smooth(1)), jpeg(smooth(3))
    return {
        "grey-8.jxl": lossless(GREY, 8),
        "grey-12-boxes.jxl": lossless(GREY_12, 12, usecontainer=True),
        "grey-16.jxl": lossless(EVERY_16, 16, effort=9),
        "colour.jxl": lossless(COLOR, 8),
        "labelled.jxl": lossless(labelled(), 8, effort=7),
        "grey-jpeg.jxl": imagecodecs.jpegxl_encode_jpeg(plain),
        "colour-jpeg.jxl": imagecodecs.jpegxl_encode_jpeg(color),
        "lossy-grey.jxl": imagecodecs.jpegxl_encode(GREY, distance=1.0),
        "lossy-colour.jxl": imagecodecs.jpegxl_encode(COLOR, distance=1.0),
        "animation.jxl": lossless(np.stack([COLOR, COLOR[::-1]]), 8),
        "alpha.jxl": lossless(np.dstack([COLOR, GREY]), 8),
        "grey-sequential.jpg": plain,
        "grey-restarts.jpg": jpeg(smooth(1), restart_marker_blocks=5),
        "grey-progressive.jpg": jpeg(smooth(1), progressive=True),
        "colour-sequential.jpg": color,
        "colour-progressive.jpg": jpeg(smooth(3), progressive=True),
    }


def stored(name):
    """The bytes of one file."""
    return (FOLDER / name).read_bytes()


if __name__ == "__main__":
    for name, data in made().items():
        (FOLDER / name).write_bytes(data)
