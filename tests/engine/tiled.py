"""Slides in tiles whose codestreams have the sizes that a test asks for."""

from struct import pack

import numpy as np

from tests.engine.enhanced import Groups
from tests.support import codestreams, phantoms
from tests.support.phantoms import Image, ramp

# A slide of 56 x 88 pixels in tiles of 32 x 48: two across, two down, and what is left of each
ROWS, COLUMNS, MATRIX = 32, 48, (56, 88)
COVERED = [(32, 48), (32, 40), (24, 48), (24, 40)]
CORNERS = [(1, 1), (1, 49), (33, 1), (33, 49)]  # row and column position, from 1
SLIDE_POSITION = 0x0048021A
KINDS = {
    phantoms.JPEG_BASELINE: ((3,), "u1", 8),
    phantoms.JPEG_LOSSLESS_SV1: ((), "u2", 12),
    phantoms.JPEG_LS: ((), "u2", 12),
    phantoms.JPEG_2000_LOSSLESS: ((3,), "u1", 8),
    phantoms.HTJ2K_LOSSLESS: ((), "u2", 16),
}
NAMES = ["JPEG", "lossless JPEG", "JPEG-LS", "JPEG 2000", "HTJ2K"]


def matrix(rows=MATRIX[0], columns=MATRIX[1], organization="TILED_FULL", order="<", vr="UL"):
    """The elements of a tiled image, for `Image.extra`."""
    found = {
        0x00480006: (vr, pack(order + "I", columns)),
        0x00480007: (vr, pack(order + "I", rows)),
    }
    return found | ({0x00209311: ("CS", organization)} if organization else {})


def placed(g, row, column):
    """The functional group of one tile. PS3.3 C.8.12.6.1."""
    order = g.w.order
    return g.item(
        g.macro(
            SLIDE_POSITION,
            g.w.element(0x0048021E, "SL", pack(order + "i", column))
            + g.w.element(0x0048021F, "SL", pack(order + "i", row)),
        )
    )


def by_position(corners=CORNERS, syntax=phantoms.EXPLICIT):
    g = Groups(syntax)
    return g.raw([b""], [placed(g, *corner) for corner in corners])


def contents(syntax, frames=4):
    """What full tiles would hold; slopes where the compression is lossy."""
    samples, kind, bits = KINDS[syntax]
    if syntax == phantoms.JPEG_BASELINE:
        return np.stack([codestreams.smooth(3) + np.uint8(20 * n) for n in range(frames)])
    return ramp((frames, ROWS, COLUMNS, *samples), kind, bits)


def tiled(syntax, sizes=COVERED, extra=None, raw=None, **options):
    """A file whose codestreams have these sizes; also what full tiles would hold."""
    frames = contents(syntax, len(sizes))
    photometric = "RGB" if frames.ndim == 4 else "MONOCHROME2"
    photometric = options.pop("photometric", photometric)
    plain = Image(frames, syntax, KINDS[syntax][2], photometric=photometric)
    encoded = tuple(
        phantoms.encode(np.ascontiguousarray(grown(frame, size)), plain)
        for frame, size in zip(frames, sizes, strict=True)
    )
    image = Image(
        frames, syntax, KINDS[syntax][2], photometric=photometric, encoded=encoded,
        extra=matrix() if extra is None else extra, raw=raw or {}, **options,
    )  # fmt: skip
    return phantoms.file(image), frames


def grown(frame, size):
    """The first rows and columns of a frame, repeated where more are asked for."""
    rows, columns = (np.arange(extent) for extent in size)
    return frame[rows % frame.shape[0]][:, columns % frame.shape[1]]


def cleared(frame, size):
    """A frame with 0 outside its first rows and columns."""
    found = np.zeros_like(frame)
    found[: size[0], : size[1]] = frame[: size[0], : size[1]]
    return found
