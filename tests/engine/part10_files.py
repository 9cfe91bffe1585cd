"""Phantom files in every layout that is cut into parts, and the one that tests change."""

from tests.support import phantoms
from tests.support.phantoms import EXPLICIT, Image, ramp

GREY = ramp((1, 6, 4))
FOUR = ramp((4, 6, 4))
CASES = {
    "explicit": Image(GREY),
    "implicit": Image(GREY, phantoms.IMPLICIT),
    "big": Image(GREY, phantoms.BIG),
    "frames": Image(FOUR),
    "planar": Image(ramp((2, 5, 3, 3), "u1", 8), is_planar=True),
    "odd": Image(ramp((1, 3, 3), "u1", 8), vr="OB"),
    "trailer": Image(FOUR, extra={0xFFFCFFFC: ("OB", bytes(6))}),
    "rle": Image(FOUR, phantoms.RLE),
    "rle-no-table": Image(FOUR, phantoms.RLE, table="none"),
    "rle-extended": Image(FOUR, phantoms.RLE, table="extended"),
    "fragments-table": Image(FOUR, phantoms.JPEG_LS, fragments=3),
    "fragments-one-frame": Image(GREY, phantoms.JPEG_LS, fragments=3, table="none"),
    "fragments-no-table": Image(FOUR, phantoms.JPEG_LS, fragments=3, table="none"),
    "bits-aligned": Image(ramp((3, 4, 4), "u1", 1), bits_allocated=1, vr="OB"),
    "bits-packed": Image(ramp((3, 3, 3), "u1", 1), bits_allocated=1, vr="OB"),
    "bytes-swapped": Image(ramp((2, 3, 3), "u1", 8), phantoms.BIG),
    "deflated": Image(GREY, phantoms.DEFLATED),
}
FILES = {name: phantoms.file(image) for name, image in CASES.items()}
WHOLE = {
    "fragments-no-table": "fragments",
    "bits-packed": "bit_packed",
    "bytes-swapped": "byte_swapped",
    "deflated": "deflated",
}


def changed(drop=(), syntax=EXPLICIT, **elements):
    """The explicit phantom with other elements, by name of the tag in hex: _00280010=bytes."""
    image = phantoms.identity(syntax)
    w = phantoms.writer(syntax)
    numbers = {
        0x00280002: 1, 0x00280010: 6, 0x00280011: 4, 0x00280100: 16, 0x00280101: 12,
        0x00280102: 11, 0x00280103: 0,
    }  # fmt: skip
    image |= {tag: w.us(tag, number) for tag, number in numbers.items()}
    image[0x00280004] = w.element(0x00280004, "CS", "MONOCHROME2")
    image[0x7FE00010] = w.element(0x7FE00010, "OW", GREY.tobytes())
    image |= {int(name[1:], 16): value for name, value in elements.items()}
    return phantoms.assemble({t: v for t, v in image.items() if t not in drop}, syntax)
