"""One generated file: what is written, and the values that every decoder must give back."""

from dataclasses import dataclass, replace

import numpy as np

from tests.support import phantoms
from tests.support.phantoms import Image

SHORT = {
    phantoms.IMPLICIT: "implicit",
    phantoms.EXPLICIT: "explicit",
    phantoms.DEFLATED: "deflated",
    phantoms.BIG: "big-endian",
    phantoms.ENCAPSULATED: "encapsulated",
    phantoms.DEFLATED_FRAME: "deflated-frame",
    phantoms.RLE: "rle",
    phantoms.JPEG_BASELINE: "jpeg-baseline",
    phantoms.JPEG_EXTENDED: "jpeg-extended",
    phantoms.JPEG_SPECTRAL: "jpeg-spectral",
    phantoms.JPEG_PROGRESSIVE: "jpeg-progressive",
    phantoms.JPEG_LOSSLESS: "jpeg-lossless",
    phantoms.JPEG_LOSSLESS_SV1: "jpeg-lossless-sv1",
    phantoms.JPEG_LS: "jpeg-ls",
    phantoms.JPEG_LS_NEAR: "jpeg-ls-near",
    phantoms.JPEG_2000_LOSSLESS: "jpeg-2000-lossless",
    phantoms.JPEG_2000: "jpeg-2000",
    phantoms.HTJ2K_LOSSLESS: "htj2k-lossless",
    phantoms.HTJ2K_RPCL: "htj2k-rpcl",
    phantoms.HTJ2K: "htj2k",
    phantoms.JPEG_XL_LOSSLESS: "jpeg-xl-lossless",
    phantoms.JPEG_XL_JPEG: "jpeg-xl-jpeg",
    phantoms.JPEG_XL: "jpeg-xl",
}
ARRAY = "the array that went in"


@dataclass(frozen=True)
class Made:
    """`truth` is (frames, rows, columns[, samples]); no value may be further off than `tolerance`.

    `against` says whose values the truth is, and with a tolerance above 0 where that comes from.
    """

    name: str
    image: Image
    truth: np.ndarray
    tolerance: int = 0
    against: str = ARRAY
    written: bytes = b""

    @property
    def photometric(self):
        return self.image.photometric or ("RGB" if self.image.samples == 3 else "MONOCHROME2")

    @property
    def data(self):
        return self.written or phantoms.file(self.image)


def named(image, *words, truth=None, **rest):
    """A file whose name says what is in it; the truth is what was written, unless told."""
    frames = image.frames if truth is None else truth
    kind = "float" if frames.dtype.kind == "f" else "signed" if frames.dtype.kind == "i" else ""
    stored = image.bits_stored or image.allocated
    model = image.photometric.lower().replace(" ", "-") or "grey"
    parts = [model, f"{stored}-of-{image.allocated}", kind, f"{len(frames)}f", *words]
    name = "-".join(part for part in parts if part)
    return Made(f"{SHORT[image.syntax]}/{name}.dcm", image, frames, **rest)


def grey(syntax, shape, bits, *, is_signed=False, **fields):
    """A grey image of `bits` in the smallest container."""
    size = 1 if bits <= 8 else 2 if bits <= 16 else 4
    frames = phantoms.ramp(shape, f"{'i' if is_signed else 'u'}{size}", bits)
    image = Image(frames, syntax, bits_stored=bits, **fields)
    return replace(image, bits_allocated=1, vr="OB") if bits == 1 else image


def polarity(n):
    """Both grey models in turn."""
    return ("MONOCHROME2", "MONOCHROME1")[n % 2]
