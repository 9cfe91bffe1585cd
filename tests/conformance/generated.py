"""The project's own files: what the reference data lack, the same on every run, no real data.

Each transfer syntax with depths, signs, colour models, planes, frames, offset tables and
fragments. The truth of a lossless file is the array that went in, and of a near-lossless one that
array within what its codestream allows; no decoder is asked. `compressed` has the compressed
forms. `every()` is the whole set, `write(folder)` its files.
"""

from struct import pack

import numpy as np

from tests.conformance import compressed
from tests.conformance.made import grey, named, polarity
from tests.support import phantoms
from tests.support.phantoms import Image, ramp

WHOLE_SAMPLES = (*phantoms.NATIVE, phantoms.ENCAPSULATED, phantoms.DEFLATED_FRAME, phantoms.RLE)
DEPTHS = (1, 8, 10, 12, 16, 32)
SHAPE, ODD = (13, 10), (5, 3)
TABLES = ("basic", "none", "extended")


def every():
    """All of the set, in a fixed order."""
    made = [each for syntax in WHOLE_SAMPLES for each in uncompressed(syntax)]
    return [*made, *compressed.every()]


def write(folder):
    """Write the files below a folder, and return the set."""
    made = every()
    for each in made:
        path = folder / each.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.data)
    return made


def uncompressed(syntax):
    """What every form has that keeps samples whole: native, encapsulated, deflated, RLE."""
    yield from depths(syntax)
    yield from odd(syntax)
    yield from within_a_word(syntax)
    yield from palettes(syntax)
    yield from colours(syntax)
    if syntax != phantoms.RLE:
        yield from half_chroma(syntax)
    if syntax in phantoms.NATIVE:
        yield from floats(syntax)
    if syntax not in phantoms.NATIVE:
        yield from offset_tables(syntax)


def depths(syntax):
    for n, bits in enumerate(DEPTHS):
        for is_signed in (False, True)[: 1 if bits == 1 else 2]:
            for frames in (1, 3):
                model = polarity(n + frames // 3)
                shape = (frames, *SHAPE)
                yield named(grey(syntax, shape, bits, is_signed=is_signed, photometric=model))


def odd(syntax):
    """Frames that end inside a byte or a word."""
    for bits in (1, 8):
        yield named(grey(syntax, (3, *ODD), bits), "odd")
    yield named(Image(ramp((1, *ODD), "u1", 8), syntax, vr="OB"), "odd", "ob")


def within_a_word(syntax):
    """12 bits of 16: below other things, above nothing, and with both. Standard: PS3.5 8.1.1."""
    for is_signed in (False, True):
        truth = ramp((2, *SHAPE), "i2" if is_signed else "u2", 12)
        dirt = ramp((2, *SHAPE), "u2", 4) << 12
        word = truth.view("u2") & 0x0FFF
        for high, stored, said in (
            (11, word | dirt, "dirty"),
            (15, word << 4, "high-bit-15"),
            (13, (word << 2) | (dirt & 0xC000) | (dirt >> 14), "high-bit-13-dirty"),
        ):
            written = stored.astype("u2").view(truth.dtype)
            image = Image(written, syntax, bits_stored=12, high_bit=high)
            yield named(image, said, truth=truth)


def palettes(syntax):
    """Indices into tables of 256 and of 65,536 entries; the table is no part of the digest."""
    order = ">" if syntax == phantoms.BIG else "<"
    for bits, first in ((8, 0), (16, 0)):
        entries = np.arange(1 << bits, dtype="u4").astype(f"{order}u2")
        descriptor = pack(f"{order}3H", (1 << bits) & 0xFFFF, first, 16)
        extra = {0x00281101 + n: ("US", descriptor) for n in range(3)}
        extra |= {0x00281201 + n: ("OW", entries.tobytes()) for n in range(3)}
        fields = {"photometric": "PALETTE COLOR", "extra": extra}
        yield named(Image(ramp((2, *SHAPE), f"u{bits // 8}", bits), syntax, **fields))


def colours(syntax):
    for bits, frames, model in (
        *((8, frames, model) for frames in (1, 2) for model in ("RGB", "YBR_FULL")),
        (16, 2, "RGB"),
    ):
        values = ramp((frames, *SHAPE, 3), f"u{bits // 8}", bits)
        for is_planar in (False, True):
            image = Image(values, syntax, photometric=model, is_planar=is_planar)
            yield named(image, "planes" if is_planar else "pixels")


def half_chroma(syntax):
    """Two pixels share Cb and Cr: Y1 Y2 Cb Cr. Standard: PS3.3 C.7.6.3.1.2."""
    for frames in (1, 2):
        pairs = ramp((frames, 6, 5, 4), "u1", 8)
        truth = pairs[..., [0, 2, 3, 1, 2, 3]].reshape(frames, 6, 10, 3)
        if syntax in phantoms.NATIVE:
            data = pairs.tobytes()
            if syntax == phantoms.BIG:
                data = np.frombuffer(data, "<u2").astype(">u2").tobytes()
            fields = {"extra": {0x7FE00010: ("OW", data)}}
        else:
            whole = tuple(each.tobytes() for each in pairs)
            is_deflated = syntax == phantoms.DEFLATED_FRAME
            fields = {"encoded": tuple(map(phantoms.deflated, whole)) if is_deflated else whole}
        yield named(Image(truth, syntax, photometric="YBR_FULL_422", **fields), "pixels")


def floats(syntax):
    """Float and Double Float Pixel Data, with infinities, -0 and what is no number."""
    for size, tag, vr in ((4, 0x7FE00008, "OF"), (8, 0x7FE00009, "OD")):
        for frames in (1, 3):
            values = ramp((frames, *SHAPE), "i4", 16).astype(f"f{size}") / 8
            values.reshape(-1)[:5] = np.inf, -np.inf, np.nan, -0.0, np.finfo(values.dtype).tiny
            image = Image(values, syntax, photometric="MONOCHROME2")
            yield named(image, written=floating(image, tag, vr))


def floating(image, tag, vr):
    """A file of floating-point pixel data. Standard: PS3.3 C.7.6.24 and C.7.6.25."""
    frames, w = image.frames, phantoms.writer(image.syntax)
    numbers = {0x00280002: 1, 0x00280010: SHAPE[0], 0x00280011: SHAPE[1]}
    numbers[0x00280100] = image.allocated
    elements = phantoms.identity(image.syntax) | {t: w.us(t, n) for t, n in numbers.items()}
    elements[0x00280004] = w.element(0x00280004, "CS", image.photometric)
    elements[0x00280008] = w.element(0x00280008, "IS", str(len(frames)))
    data = frames.astype(frames.dtype.newbyteorder(w.order)).tobytes()
    elements[tag] = w.element(tag, vr, data)
    return phantoms.assemble(elements, image.syntax)


def offset_tables(syntax):
    for table in TABLES:
        for frames in (1, 3):
            yield named(grey(syntax, (frames, *SHAPE), 16, table=table), table)
    if syntax != phantoms.RLE:  # whose frames are one fragment each, PS3.5 A.4.2
        yield named(grey(syntax, (3, *SHAPE), 16, fragments=4), "basic", "fragments")
        yield named(grey(syntax, (1, *SHAPE), 16, fragments=4, table="none"), "none", "fragments")
