"""Row 1, the header's side: dimensions, samples, depth and frames that the pixel data do not have.

What the header may say is PS3.3 C.7.6.3; what native data must then be long is PS3.5 8.1.1.
"""

import numpy as np

from diascope.part10 import SURPLUS_NOTICE
from tests.hostile.case import refuse, right
from tests.hostile.seeds import (
    CODECS,
    COLUMNS,
    FRAMES_TAG,
    PHOTOMETRIC_TAG,
    ROWS,
    SIDELESS,
    file,
    header,
    truth,
)

ROW = 1
LENGTH = {"pixels.length", "pixels.codec", "pixels.rle_header", "pixels.truncated"}
SIDES = (0, 1, 2, 7, ROWS - 1, ROWS + 1, 2 * ROWS, 255, 4096, 65_535)
SAMPLES = (0, 2, 3, 4, 16, 255, 65_535)
NUMBERS_OF_FRAMES = ("2", "3", "17", "1000")
MOST_FRAMES = "100000"  # as many as may be; sorting so many takes a while
TOO_MANY_FRAMES = ("100001", "2147483647", "4294967296", "999999999999")
NO_NUMBERS = ("0", "-1", "++1", "1.5", "1e2", "x", "0x10", "1\\2", "9999999999999", "\u0661")
WRONG_DEPTHS = {  # allocated, stored, high
    "stored_above_allocated": (16, 17, 16), "high_above_allocated": (16, 12, 16),
    "high_below_stored": (16, 12, 5), "none_stored": (16, 0, 15), "all_ones": (16, 65_535, 65_535),
    "high_far_above": (16, 16, 255),
}  # fmt: skip
NO_CONTAINERS = (4, 7, 12, 24, 40, 64, 255, 65_528, 65_535)


def cases():
    for codec in CODECS:
        yield from sides(codec)
        yield from samples(codec)
        yield from depths(codec)
        yield from frames(codec)


def sides(codec):
    """Rows and Columns that are not those of the pixel data."""
    asked = [(rows, COLUMNS) for rows in SIDES] + [(ROWS, columns) for columns in SIDES]
    asked += [(COLUMNS, ROWS), (65_535, 65_535), (32_768, 32_768), (1, 1), (60_000, 9_000)]
    for rows, columns in asked:
        if (rows, columns) != (ROWS, COLUMNS):
            data = file(codec, changes=header(codec, rows=rows, columns=columns))
            yield of_sides(codec, data, rows, columns)


def of_sides(codec, data, rows, columns):
    """Where a frame knows only how many bytes it holds, the header's sides are the sides."""
    name, held = f"{codec.name}-{rows}x{columns}", truth(codec).reshape(-1)
    enough = rows * columns <= held.size if codec.is_native else rows * columns == held.size
    if rows * columns and enough and (codec.is_native or codec.family in SIDELESS):
        shown = held[: rows * columns].reshape(1, rows, columns)
        notices = [SURPLUS_NOTICE] if shown.size < held.size else []
        return right(ROW, name, data, shown, *notices)
    return refuse(ROW, name, data, *wrong_sides(codec, rows, columns))


def wrong_sides(codec, rows, columns):
    if not rows * columns:
        return {"part10.pixel_attributes"}
    if rows * columns * truth(codec).itemsize > 512 << 20:
        return {"limit.frame_bytes"}
    if codec.is_native:
        return {"part10.pixel_length"}
    return LENGTH if codec.family in SIDELESS else {"pixels.dimensions"}


def samples(codec):
    """Samples per Pixel that the pixel data do not have, under each kind of colour model."""
    for count in SAMPLES:
        for model in ("MONOCHROME2", "RGB", "YBR_FULL"):
            changes = header(codec, samples=count) | {PHOTOMETRIC_TAG: ("CS", model)}
            data = file(codec, changes=changes)
            name = f"{codec.name}-{count}_samples-{model.lower()}"
            yield refuse(ROW, name, data, *of_samples(codec, count, model))


def of_samples(codec, count, model):
    if count == 0:
        return {"part10.pixel_attributes"}
    broken = {"malformed.description"} if model == "MONOCHROME2" or count != 3 else set()
    if codec.is_native:
        return broken | {"part10.pixel_length"}
    return broken | (LENGTH if codec.family in SIDELESS else {"pixels.components"})


def depths(codec):
    """Bits that contradict each other, or that the codestream does not have."""
    for name, (allocated, stored, high) in WRONG_DEPTHS.items():
        changes = header(codec, allocated=allocated, stored=stored, high=high)
        codes = {"malformed.description"}
        codes |= {"part10.pixel_length"} if codec.is_native and codec.dtype == "u1" else set()
        yield refuse(ROW, f"{codec.name}-{name}", file(codec, changes=changes), *codes)
    for bits in NO_CONTAINERS:
        changes = header(codec, allocated=bits, stored=min(bits, 12), high=min(bits, 12) - 1)
        codes = {"pixels.bits_allocated", "unsupported.bits", "pixels.precision"}
        codes |= {"part10.pixel_length", "pixels.rle_header", "malformed.description"}
        codes |= {"limit.frame_bytes", "pixels.length"}
        name = f"{codec.name}-{bits}_bits_allocated"
        if codec.is_native and bits < 16:
            codes.discard("part10.pixel_length")
        yield refuse(ROW, name, file(codec, changes=changes), *codes)
    zero = header(codec, allocated=0)
    yield refuse(
        ROW, f"{codec.name}-0_bits_allocated", file(codec, changes=zero), "part10.pixel_attributes"
    )
    if codec.family != "native":
        yield from narrow(codec)


def narrow(codec):
    """Fewer bits allotted than the codestream has. Standard: PS3.5 8.2."""
    codes = LENGTH if codec.family in SIDELESS else {"pixels.precision"}
    for bits in (1, 8):
        if bits < codec.bits:
            changes = header(codec, allocated=bits, stored=bits, high=bits - 1)
            yield refuse(ROW, f"{codec.name}-{bits}_bits", file(codec, changes=changes), *codes)


def frames(codec):
    """A Number of Frames that the pixel data do not have."""
    code = "part10.pixel_length" if codec.is_native else "pixels.boundaries"
    for number in NUMBERS_OF_FRAMES:
        yield refuse(ROW, f"{codec.name}-{number}_frames", told(codec, number), code)
    if codec.name in {"explicit", "rle", "jpeg_baseline", "jpeg_2000"}:
        yield refuse(ROW, f"{codec.name}-most_frames", told(codec, MOST_FRAMES), code)
    for number in TOO_MANY_FRAMES:
        yield refuse(ROW, f"{codec.name}-{number}_frames", told(codec, number), "limit.frames")
    for n, number in enumerate(NO_NUMBERS):
        code = "part10.pixel_attributes"
        yield refuse(ROW, f"{codec.name}-frames_no_number_{n}", told(codec, number), code)
    yield from fewer(codec)


def told(codec, number, frames=1):
    return file(codec, frames, {FRAMES_TAG: ("IS", number)})


def fewer(codec):
    """The pixel data hold three frames; the header tells of one or two."""
    three = truth(codec, 3)
    for number in (1, 2):
        data, name = told(codec, str(number), 3), f"{codec.name}-{number}_of_3_frames"
        if codec.is_native:
            yield right(ROW, name, data, np.array(three[:number]), SURPLUS_NOTICE)
        else:
            codes = LENGTH if codec.family in SIDELESS else {"pixels.codestream"}
            yield refuse(ROW, name, data, "pixels.boundaries", *codes)
