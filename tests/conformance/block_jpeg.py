"""A JPEG encoder for pictures that are flat in each block of 8 x 8: no decoder may change them.

Such a block has one coefficient, its mean. With a quantisation step of 8 that coefficient is the
sample itself (ISO/IEC 10918-1 A.3.3: DC = 8 x mean), so a lossy process loses nothing and the
picture that went in is the truth. Written from ISO/IEC 10918-1 alone: baseline and extended
sequential, spectral selection, and full progression with one step of successive approximation.
"""

from struct import pack

import numpy as np

BLOCK = 8
SOF = {"baseline": 0xC0, "extended": 0xC1, "spectral": 0xC2, "progressive": 0xC2}


def encode(picture, bits, process, *, is_halved=False):
    """Encode (rows, columns[, 3]), both multiples of 8 (16 columns with halved chroma)."""
    components = picture[..., None] if picture.ndim == 2 else picture
    factors = [(2 if is_halved and n == 0 else 1) for n in range(components.shape[-1])]
    means = [
        components[::BLOCK, :: BLOCK * (1 if not is_halved or n == 0 else 2), n].astype(int)
        - (1 << (bits - 1))
        for n in range(len(factors))
    ]
    head = segment(0xDB, bytes([0]) + bytes([BLOCK] * 64))
    head += segment(SOF[process], frame_header(picture.shape, bits, factors))
    head += segment(0xC4, bytes([0x00]) + code_lengths({4: bits + 1}) + bytes(range(bits + 1)))
    head += segment(0xC4, bytes([0x10]) + code_lengths({1: 1}) + bytes([0]))
    return b"\xff\xd8" + head + SCANS[process](means, factors) + b"\xff\xd9"


def segment(marker, body):
    return bytes([0xFF, marker]) + pack(">H", len(body) + 2) + body


def frame_header(shape, bits, factors):
    listed = b"".join(bytes([n + 1, factor << 4 | 1, 0]) for n, factor in enumerate(factors))
    return pack(">BHHB", bits, shape[0], shape[1], len(factors)) + listed


def code_lengths(counts):
    return bytes(counts.get(length, 0) for length in range(1, 17))


def scan(numbers, spectrum, approximation, bits):
    """A scan of the components `numbers`; `bits` is a text of 0 and 1."""
    listed = b"".join(bytes([n + 1, 0]) for n in numbers)
    body = bytes([len(numbers)]) + listed + bytes([*spectrum, approximation])
    padded = bits + "1" * (-len(bits) % 8)
    coded = bytes(int(padded[at : at + 8], 2) for at in range(0, len(padded), 8))
    return segment(0xDA, body) + coded.replace(b"\xff", b"\xff\0")


def in_turn(means, factors):
    """The blocks as a scan of all components has them: (component, mean)."""
    rows, columns = means[-1].shape
    for row in range(rows):
        for column in range(columns):
            for n, factor in enumerate(factors):
                for k in range(factor):
                    yield n, int(means[n][row, column * factor + k])


def differences(means, factors, shift=0):
    """The code of each block's mean: its size in 4 bits, then the difference. F.1.2.1."""
    before = [0] * len(factors)
    for n, mean in in_turn(means, factors):
        value = mean >> shift
        difference, before[n] = value - before[n], value
        size = abs(difference).bit_length()
        low = difference if difference >= 0 else difference + (1 << size) - 1
        yield f"{size:04b}" + (f"{low:0{size}b}" if size else "")


def sequential(means, factors):
    """One scan; after each mean the code of "no more coefficients"."""
    coded = "".join(code + "0" for code in differences(means, factors))
    return scan(range(len(factors)), (0, 63), 0, coded)


def no_details(means):
    """A scan a component that says that no block has another coefficient. G.1.2.2."""
    return b"".join(scan([n], (1, 63), 0, "0" * each.size) for n, each in enumerate(means))


def spectral(means, factors):
    coded = "".join(differences(means, factors))
    return scan(range(len(factors)), (0, 0), 0, coded) + no_details(means)


def progressive(means, factors):
    """The means without their last bit, that bit, the rest. G.1.2.1."""
    every = range(len(factors))
    last_bits = "".join(str(mean & 1) for _, mean in in_turn(means, factors))
    first = scan(every, (0, 0), 0x01, "".join(differences(means, factors, 1)))
    return first + scan(every, (0, 0), 0x10, last_bits) + no_details(means)


SCANS = {
    "baseline": sequential,
    "extended": sequential,
    "spectral": spectral,
    "progressive": progressive,
}


def picture(shape, bits, seed=0):
    """Blocks of unlike values over the whole range, its ends among them: (rows, columns[, 3])."""
    rows, columns, *samples = shape
    count = np.indices((rows // BLOCK, columns // BLOCK, *samples), "i8")
    top = (1 << bits) - 1
    values = (count[0] * 7919 + count[1] * 104729 + sum(count[2:]) * 611953 + seed * 31) % (
        top + 1
    )
    values.reshape(-1)[:2] = 0, top
    values = values.repeat(BLOCK, 0).repeat(BLOCK, 1)
    return values.astype("u1" if bits == 8 else "u2")
