"""The generated set's compressed forms: JPEG, JPEG-LS, JPEG 2000, HTJ2K, JPEG XL.

Where a process loses something, the truth is exact all the same wherever it can be: flat blocks
for JPEG (`block_jpeg`), NEAR for JPEG-LS, reversible codestreams under lossy transfer syntaxes.
What is left is held against another library, or against the array within six standard deviations
of the noise that the encoder was asked for.
"""

from dataclasses import replace
from functools import partial
from math import ceil

import imagecodecs
import numpy as np

from tests.conformance import block_jpeg
from tests.conformance.made import ARRAY, grey, named, polarity
from tests.support import phantoms
from tests.support.phantoms import Image, ramp

SHAPE = (40, 36)
BLOCKS = (32, 48)
FRAMES = (1, 3)
TABLES = ("basic", "none", "extended")
NEARS = (1, 3)
NOISE_DB = 60  # of JPEG 2000: 20 log10(peak / standard deviation)
DEVIATIONS = 6
ICT_GAIN = 2.04  # of noise in Cb upon blue: (1 + 1.772 ** 2) ** 0.5, ISO/IEC 15444-1 G.3


def every():
    yield from jpeg_of_blocks()
    for syntax in (phantoms.JPEG_LOSSLESS, phantoms.JPEG_LOSSLESS_SV1):
        yield from lossless(syntax, (8, 10, 12, 16))
    yield from predictors()
    for syntax in (phantoms.JPEG_LS, phantoms.JPEG_LS_NEAR):
        yield from lossless(syntax, (8, 10, 12, 16), encoder=jpeg_ls)
    yield from near_lossless()
    for syntax in (phantoms.JPEG_2000_LOSSLESS, phantoms.JPEG_2000):
        yield from lossless(syntax, (1, 8, 10, 12, 16), encoder=jpeg_2000)
    yield from color_transforms()
    yield from irreversible()
    for syntax, encoder in HIGH_THROUGHPUT.items():
        yield from lossless(syntax, (8, 16), encoder=encoder)
    yield from irreversible_high_throughput()
    for syntax in (phantoms.JPEG_XL_LOSSLESS, phantoms.JPEG_XL):
        yield from lossless(syntax, (8, 10, 12, 16), encoder=jpeg_xl)


def encoded(image, encoder):
    """The image with its frames compressed by `encoder(frame, bits)`."""
    bits = image.bits_stored or image.allocated
    return replace(image, encoded=tuple(encoder(frame, bits) for frame in image.frames))


def low(frame, bits):
    """The low bits of each sample: these codestreams have so many, and no sign."""
    return phantoms.unsigned(frame) & ((1 << bits) - 1)


def jpeg_lossless(frame, bits, predictor=1):
    return imagecodecs.jpeg8_encode(
        low(frame, bits), lossless=True, bitspersample=bits, predictor=predictor
    )


def jpeg_ls(frame, _, near=0):
    return imagecodecs.jpegls_encode(phantoms.unsigned(frame), level=near)


def jpeg_2000(frame, bits, *, mct=False):
    options = {"codecformat": "J2K", "bitspersample": bits, "mct": mct}
    return imagecodecs.jpeg2k_encode(frame, level=0, reversible=True, **options)


rct = partial(jpeg_2000, mct=True)


def htj2k(frame, _, *, tlm=False):
    return imagecodecs.htj2k_encode(frame, reversible=True, tlm=tlm)


HIGH_THROUGHPUT = {
    phantoms.HTJ2K_LOSSLESS: htj2k,
    phantoms.HTJ2K_RPCL: partial(htj2k, tlm=True),  # PS3.5 10.18: the order is RPCL in all of them
    phantoms.HTJ2K: htj2k,
}


def jpeg_xl(frame, bits):
    return imagecodecs.jpegxl_encode(low(frame, bits), lossless=True, bitspersample=bits)


def lossless(syntax, depths, encoder=jpeg_lossless):
    """Depths, signs, frames and both grey models; colour; tables and fragments."""
    for n, bits in enumerate(depths):
        for is_signed in (False, True)[: 1 if bits == 1 else 2]:
            for frames in FRAMES:
                model = polarity(n + frames // 3)
                image = grey(syntax, (frames, *SHAPE), bits, is_signed=is_signed)
                yield named(
                    encoded(replace(image, photometric=model, vr="OB"), encoder), "lossless"
                )
    for size, frames in ((1, 1), (1, 3), (2, 1)):
        values = ramp((frames, *SHAPE, 3), f"u{size}", 8 * size)
        yield named(encoded(Image(values, syntax, photometric="RGB"), encoder), "lossless")
    yield from offset_tables(syntax, encoder)


def offset_tables(syntax, encoder):
    for table in TABLES:
        has_no_end = encoder is jpeg_xl and table == "none"  # by which frames could be told apart
        for pieces in (1, 3)[: 1 if table == "extended" or has_no_end else 2]:
            image = grey(syntax, (3, *SHAPE), 8, table=table, fragments=pieces)
            yield named(encoded(image, encoder), table, f"{pieces}-fragments")


def predictors():
    """All seven of ISO/IEC 10918-1 table H.1; SV1 is the first alone."""
    for predictor in range(2, 8):
        for bits in (8, 16):
            image = grey(phantoms.JPEG_LOSSLESS, (1, *SHAPE), bits)
            encoder = partial(jpeg_lossless, predictor=predictor)
            yield named(encoded(image, encoder), f"predictor-{predictor}")


def jpeg_of_blocks():
    processes = {
        phantoms.JPEG_BASELINE: ("baseline", (8,)),
        phantoms.JPEG_EXTENDED: ("extended", (8, 12)),
        phantoms.JPEG_SPECTRAL: ("spectral", (8, 12)),
        phantoms.JPEG_PROGRESSIVE: ("progressive", (8, 12)),
    }
    for syntax, (process, depths) in processes.items():
        for bits in depths:
            yield from blocks(syntax, process, bits)
        yield from halved_chroma(syntax, process)
    yield from blocks(phantoms.JPEG_XL_JPEG, "baseline", 8, again=imagecodecs.jpegxl_encode_jpeg)


def blocks(syntax, process, bits, again=lambda coded: coded):
    """Each codestream of `block_jpeg`, or what `again` makes of it."""
    for n, model in enumerate(("MONOCHROME2", "MONOCHROME1", "RGB", "YBR_FULL")):
        shape = (*BLOCKS, 3) if n > 1 else BLOCKS
        for frames in FRAMES:
            values = np.stack([block_jpeg.picture(shape, bits, seed) for seed in range(frames)])
            coded = tuple(again(block_jpeg.encode(frame, bits, process)) for frame in values)
            for table in TABLES[: 1 if frames == 1 else 3]:
                fields = {"photometric": model, "bits_stored": bits, "table": table}
                yield named(Image(values, syntax, encoded=coded, **fields), table, "blocks")


def halved_chroma(syntax, process):
    """One chroma of each kind a frame: how it is brought to full size is the decoder's own."""
    values = np.stack([block_jpeg.picture((*BLOCKS, 3), 8, seed) for seed in range(2)])
    values[..., 1:] = values[:, :1, -1:, 1:]
    coded = tuple(block_jpeg.encode(frame, 8, process, is_halved=True) for frame in values)
    yield named(Image(values, syntax, photometric="YBR_FULL_422", encoded=coded), "blocks")


def near_lossless():
    """No sample is off by more than NEAR. Standard: ISO/IEC 14495-1 4.2."""
    for near in NEARS:
        for bits in (8, 12, 16):
            image = grey(phantoms.JPEG_LS_NEAR, (2, *SHAPE), bits)
            made = encoded(image, partial(jpeg_ls, near=near))
            against = f"{ARRAY}; NEAR of the codestream"
            yield named(made, f"near-{near}", tolerance=near, against=against)


def color_transforms():
    """Reversible codestreams with the component transform of ISO/IEC 15444-1 G.2."""
    forms = dict.fromkeys((phantoms.JPEG_2000_LOSSLESS, phantoms.JPEG_2000), rct)
    for syntax, encoder in (forms | HIGH_THROUGHPUT).items():
        for size, frames in ((1, 1), (1, 3), (2, 1)):
            values = ramp((frames, *SHAPE, 3), f"u{size}", 8 * size)
            image = Image(values, syntax, photometric="YBR_RCT")
            yield named(encoded(image, encoder), "lossless")


def irreversible():
    for model, bits, frames in (
        ("MONOCHROME2", 8, 1),
        ("MONOCHROME1", 8, 3),
        ("MONOCHROME2", 16, 1),
        ("YBR_ICT", 8, 1),
        ("YBR_ICT", 8, 3),
    ):
        colour = (3,) if model == "YBR_ICT" else ()
        values = smooth((frames, *SHAPE, *colour), bits)
        options = {"level": NOISE_DB, "reversible": False, "codecformat": "J2K"}
        coded = tuple(imagecodecs.jpeg2k_encode(f, mct=bool(colour), **options) for f in values)
        image = Image(values, phantoms.JPEG_2000, photometric=model, encoded=coded)
        deviation = ((1 << bits) - 1) / 10 ** (NOISE_DB / 20) * (ICT_GAIN if colour else 1)
        against = f"{ARRAY}; {DEVIATIONS} standard deviations at {NOISE_DB} dB"
        limit = ceil(DEVIATIONS * deviation)
        yield named(image, "irreversible", tolerance=limit, against=against)


def irreversible_high_throughput():
    """OpenJPEG, which the engine uses for these, against OpenJPH.

    Both compute in floats of 24 bits and round: 16 bits a sample leave them a little less exact.
    """
    for model, bits, frames in (
        ("MONOCHROME2", 8, 1),
        ("MONOCHROME1", 8, 3),
        ("MONOCHROME2", 16, 1),
        ("RGB", 8, 2),
    ):
        colour = (3,) if model == "RGB" else ()
        values = smooth((frames, *SHAPE, *colour), bits)
        coded = tuple(
            imagecodecs.htj2k_encode(f, level=2.0 ** -(bits + 2), reversible=False) for f in values
        )
        image = Image(values, phantoms.HTJ2K, photometric=model, encoded=coded)
        truth = np.stack([imagecodecs.htj2k_decode(each) for each in coded])
        limit = 1 if bits == 8 else 2
        against = f"OpenJPH; rounding of floats, {limit} at {bits} bits"
        yield named(image, "irreversible", truth=truth, tolerance=limit, against=against)


def smooth(shape, bits):
    """Slopes that stay away from black and white, where one library wraps (data/README.md, 1)."""
    frame, row, column, *sample = np.indices(shape, "i8")
    percent = 20 + (row + 2 * column + 5 * frame + (7 * sample[0] if sample else 0)) % 60
    top = (1 << bits) - 1
    return (percent * top // 100).astype("u1" if bits == 8 else "u2")
