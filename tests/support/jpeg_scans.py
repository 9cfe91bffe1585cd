"""JPEG and JPEG-LS of known values with restart intervals and a scan a component; its segments.

Written from ISO/IEC 10918-1 alone, for 8 bits. "baseline" pictures are flat in each block of
8 x 8, so that no decoder may change them (A.3.3: with a step of 8 the one coefficient is the
sample); "lossless" ones have predictor 1 (H.1.2.1).
"""

import re
from struct import pack

import imagecodecs
import numpy as np

BLOCK, MIDDLE = 8, 128
SOS, EOI, RESTARTS = 0xDA, 0xD9, range(0xD0, 0xD8)
SOF = {"baseline": 0xC0, "lossless": 0xC3}
END = bytes([0xFF, EOI])


def picture(rows, columns, samples=1):
    """Blocks of unlike values: (rows, columns[, samples])."""
    row, column, sample = np.indices((rows // BLOCK, columns // BLOCK, samples))
    blocks = (row * 79 + column * 53 + sample * 101 + 17) % 256
    flat = blocks.repeat(BLOCK, 0).repeat(BLOCK, 1).astype("u1")
    return flat if samples > 1 else flat[..., 0]


GREY, COLOR = picture(64, 128), picture(32, 48, 3)


def encode(values, process, interval=0):
    """Each component in a scan of its own; `interval` is counted in blocks or samples."""
    planes = np.moveaxis(np.atleast_3d(values), -1, 0).astype(int)
    head = segment(0xDB, bytes([0]) + bytes([BLOCK] * 64))
    head += segment(SOF[process], frame_header(values.shape))
    head += segment(0xC4, bytes([0x00, 0, 0, 0, 9, *[0] * 12, *range(9)]))
    head += segment(0xC4, bytes([0x10, 1, *[0] * 15, 0]))
    if interval:
        head += segment(0xDD, pack(">H", interval))
    scans = b"".join(scan(n, plane, process, interval) for n, plane in enumerate(planes))
    return b"\xff\xd8" + head + scans + b"\xff\xd9"


def scan(number, plane, process, interval):
    band = (0, 63, 0) if process == "baseline" else (1, 0, 0)
    coder = baseline if process == "baseline" else lossless
    units = plane[::BLOCK, ::BLOCK] if process == "baseline" else plane
    every, step = units.ravel().tolist(), interval or units.size
    coded = [coder(every[at : at + step], units.shape[1]) for at in range(0, len(every), step)]
    found = segment(SOS, bytes([1, number + 1, 0, *band])) + packed(coded[0])
    for n, bits in enumerate(coded[1:]):
        found += bytes([0xFF, RESTARTS[n % 8]]) + packed(bits)
    return found


def baseline(units, _):
    """The difference of each mean, then "no more coefficients". F.1.2.1."""
    means = [MIDDLE, *units]
    return "".join(code(b - a) + "0" for a, b in zip(means, units, strict=False))


def lossless(units, columns):
    """The difference from the left, in the first column from above. H.1.2.1."""
    before = [
        units[n - columns] if n and n % columns == 0 else units[n - 1] if n else MIDDLE
        for n in range(len(units))
    ]
    return "".join(code(b - a) for a, b in zip(before, units, strict=True))


def code(difference):
    size = abs(difference).bit_length()
    low = difference if difference >= 0 else difference + (1 << size) - 1
    return f"{size:04b}" + (f"{low:0{size}b}" if size else "")


def packed(bits):
    padded = bits + "1" * (-len(bits) % 8)
    coded = bytes(int(padded[at : at + 8], 2) for at in range(0, len(padded), 8))
    return coded.replace(b"\xff", b"\xff\0")


def segment(marker, body):
    return bytes([0xFF, marker]) + pack(">H", len(body) + 2) + body


def frame_header(shape, bits=8):
    rows, columns, samples = (*shape, 1)[:3]
    listed = b"".join(bytes([n + 1, 0x11, 0]) for n in range(samples))
    return pack(">BHHB", bits, rows, columns, samples) + listed


def jpeg_ls(values):
    """JPEG-LS with a scan a component, from the scans of its planes. ISO/IEC 14495-1 C.2.3."""
    found = b"\xff\xd8" + segment(0xF7, frame_header(values.shape))
    for n in range(values.shape[2]):
        plane = parts(imagecodecs.jpegls_encode(np.ascontiguousarray(values[..., n])))
        (own,) = [each for each in plane if each[1] == SOS]
        found += segment(SOS, bytes([1, n + 1, 0, 0, 0, 0])) + own[10:]
    return found + b"\xff\xd9"


def parts(stream):
    """SOI, then each segment, those of scans and restarts with their coded data."""
    found, at = [stream[:2]], 2
    while at < len(stream):
        marker = stream[at + 1]
        is_bare = marker == EOI or marker in RESTARTS
        stop = at + 2 + (0 if is_bare else int.from_bytes(stream[at + 2 : at + 4], "big"))
        if marker == SOS or marker in RESTARTS:
            stop = re.compile(rb"\xff[\x80-\xfe]").search(stream, stop).start()
        found.append(stream[at:stop])
        at = stop
    return found


def places(every, *markers):
    """The indices of the parts that have one of these markers."""
    return [n for n, each in enumerate(every) if each[1] in markers]


def without(every, *dropped):
    return b"".join(each for n, each in enumerate(every) if n not in dropped)


def cut(part):
    """A scan or interval with half of its coded data."""
    head = 2 if part[1] in RESTARTS else 2 + int.from_bytes(part[2:4], "big")
    return part[: head + (len(part) - head) // 2]
