"""Small valid images, one a codec, from which the defects are made; and what they truly hold.

Their codestreams are kept as files: an encoder may write others on another processor, and the
hostile files are to be the same everywhere. `python -m tests.hostile.seeds` writes them again.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from struct import pack

import imagecodecs
import numpy as np

from tests.support import phantoms
from tests.support.jpeg2000_streams import quarters
from tests.support.phantoms import BIG, NATIVE, Image, ramp

FOLDER = Path(__file__).parents[1] / "vectors" / "seeds"
ROWS, COLUMNS = 24, 20
SYNTAX, FRAMES_TAG, ROWS_TAG, COLUMNS_TAG = 0x00020010, 0x00280008, 0x00280010, 0x00280011
SAMPLES_TAG, PHOTOMETRIC_TAG, PLANAR_TAG = 0x00280002, 0x00280004, 0x00280006
ALLOCATED_TAG, STORED_TAG, HIGH_TAG, SIGN_TAG = 0x00280100, 0x00280101, 0x00280102, 0x00280103


@dataclass(frozen=True)
class Codec:
    """A transfer syntax with the form of sample that its seed holds."""

    name: str
    syntax: str
    dtype: str = "u2"
    bits: int = 12
    family: str = "native"

    @property
    def is_native(self):
        return self.syntax in NATIVE

    @property
    def is_lossy(self):
        return self.syntax in LOSSY


LOSSY = frozenset(
    {
        phantoms.JPEG_BASELINE,
        phantoms.JPEG_EXTENDED,
        phantoms.JPEG_LS_NEAR,
        phantoms.JPEG_XL_JPEG,
        phantoms.JPEG_2000,
        phantoms.HTJ2K,
    }
)
LOSSLESS_WAVELETS = (phantoms.JPEG_2000_LOSSLESS, phantoms.HTJ2K_LOSSLESS)
CODECS = (
    Codec("implicit", phantoms.IMPLICIT),
    Codec("explicit", phantoms.EXPLICIT),
    Codec("deflated", phantoms.DEFLATED),
    Codec("big", phantoms.BIG),
    Codec("rle", phantoms.RLE, family="rle"),
    Codec("encapsulated", phantoms.ENCAPSULATED, family="raw"),
    Codec("deflated_frame", phantoms.DEFLATED_FRAME, family="raw"),
    Codec("jpeg_baseline", phantoms.JPEG_BASELINE, "u1", 8, "jpeg"),
    Codec("jpeg_extended", phantoms.JPEG_EXTENDED, family="jpeg"),
    Codec("jpeg_lossless", phantoms.JPEG_LOSSLESS, family="jpeg"),
    Codec("jpeg_lossless_sv1", phantoms.JPEG_LOSSLESS_SV1, family="jpeg"),
    Codec("jpeg_ls", phantoms.JPEG_LS, family="jpegls"),
    Codec("jpeg_ls_near", phantoms.JPEG_LS_NEAR, family="jpegls"),
    Codec("jpeg_2000_lossless", phantoms.JPEG_2000_LOSSLESS, family="j2k"),
    Codec("jpeg_2000", phantoms.JPEG_2000, family="j2k"),
    Codec("htj2k_lossless", phantoms.HTJ2K_LOSSLESS, family="j2k"),
    Codec("htj2k_rpcl", phantoms.HTJ2K_RPCL, family="j2k"),
    Codec("htj2k", phantoms.HTJ2K, family="j2k"),
    Codec("jpeg_xl_lossless", phantoms.JPEG_XL_LOSSLESS, "u2", 16, "jxl"),
    Codec("jpeg_xl_jpeg", phantoms.JPEG_XL_JPEG, "u1", 8, "jxl"),
    Codec("jpeg_xl", phantoms.JPEG_XL, "u2", 16, "jxl"),
)
_DECODERS = {
    "jpeg": imagecodecs.jpeg8_decode,
    "jpegls": imagecodecs.jpegls_decode,
    "j2k": imagecodecs.jpeg2k_decode,
}
COMPRESSED = tuple(codec for codec in CODECS if not codec.is_native)
SIDELESS = frozenset({"rle", "raw"})  # their frames know only how many bytes they hold
TILED = tuple(c for c in CODECS if c.syntax in LOSSLESS_WAVELETS)
LARGER = (64, 48)
MOST_FRAMES = 3
# Their headers stand at known bytes, and their end has a marker.
CODESTREAMS = tuple(codec for codec in COMPRESSED if codec.family in _DECODERS)


def image(codec, frames=1, rows=ROWS, columns=COLUMNS):
    """The valid image of a codec."""
    values = ramp((frames, rows, columns), codec.dtype, codec.bits)
    return Image(values, codec.syntax, codec.bits)


@cache
def encoded(codec, frames=1, rows=ROWS, columns=COLUMNS):
    """Each frame's codestream, as its own encoder made it."""
    if codec.family in SIDELESS:
        return tuple(made(codec, n, rows, columns) for n in range(frames))
    return tuple(stored(f"{codec.name}-{rows}x{columns}-{n}") for n in range(frames))


@cache
def four_tiles(codec):
    """The codestream of a frame of `LARGER` in four tiles."""
    return stored(f"{codec.name}-four_tiles")


def stored(name):
    """The bytes of one file."""
    return (FOLDER / f"{name}.bin").read_bytes()


def made(codec, frame, rows, columns):
    """A frame's codestream, as its encoder makes it here."""
    values = image(codec, frame + 1, rows, columns)
    return phantoms.encode(values.frames[frame], values)


def files():
    """Every codestream that is kept, by name."""
    for codec in COMPRESSED:
        for n in range(MOST_FRAMES if codec.family not in SIDELESS else 0):
            yield f"{codec.name}-{ROWS}x{COLUMNS}-{n}", made(codec, n, ROWS, COLUMNS)
    for codec in TILED:
        yield "{}-{}x{}-0".format(codec.name, *LARGER), made(codec, 0, *LARGER)
        frame = image(codec, 1, *LARGER).frames[0]
        is_high = codec.syntax == phantoms.HTJ2K_LOSSLESS
        yield f"{codec.name}-four_tiles", quarters(frame, high=is_high)


@cache
def truth(codec, frames=1):
    """What the valid image holds: its own values, or those that its lossy codestreams stand for.

    The latter come from the codec itself, without any code of the engine.
    """
    if not codec.is_lossy:
        return image(codec, frames).frames
    decode = _DECODERS.get(codec.family, rebuilt)
    return np.stack([decode(data) for data in encoded(codec, frames)]).astype(codec.dtype)


def rebuilt(data):
    """A JPEG that was recompressed as JPEG XL, as it was."""
    return imagecodecs.jpeg8_decode(imagecodecs.jpegxl_decode_jpeg(data))


def file(codec, frames=1, changes=None, streams=None, **options):
    """The file of a codec's seed with other header elements or other codestreams."""
    made = image(codec, frames)
    if not codec.is_native:
        options["encoded"] = streams or encoded(codec, frames)
    return phantoms.file(replace(made, extra=changes or {}, **options))


def us(codec, number):
    """An unsigned short as an element's VR and bytes, in the codec's byte order."""
    return "US", pack(">H" if codec.syntax == BIG else "<H", number)


def header(codec, **numbers):
    """Header elements by their names here: `header(codec, rows=3)`."""
    tags = {
        "rows": ROWS_TAG, "columns": COLUMNS_TAG, "samples": SAMPLES_TAG,
        "allocated": ALLOCATED_TAG, "stored": STORED_TAG, "high": HIGH_TAG, "sign": SIGN_TAG,
    }  # fmt: skip
    return {tags[name]: us(codec, number) for name, number in numbers.items()}


EXPLICIT = CODECS[1]


def plain(changes=None, **options):
    """The uncompressed seed, with other elements."""
    return file(EXPLICIT, changes=changes, **options)


def values():
    """What the uncompressed seed holds."""
    return truth(EXPLICIT)


if __name__ == "__main__":
    for name, data in files():
        (FOLDER / f"{name}.bin").write_bytes(data)
