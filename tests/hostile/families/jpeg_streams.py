"""Row 3, inside a JPEG or JPEG-LS codestream: scans and restart intervals that are not there.

libjpeg looks for the next marker over any bytes between, and shows what it got. Standard: ISO/IEC
10918-1 B.1.1, B.2.1, E.1.4, G.1.1.1; 14495-1 C.2.1; PS3.5 A.4.
"""

from dataclasses import dataclass, field

import numpy as np

from tests.conformance import block_jpeg
from tests.hostile.case import refuse, right
from tests.hostile.seeds import CODESTREAMS, encoded, truth
from tests.support import codestreams, phantoms
from tests.support.jpeg_scans import (
    COLOR,
    END,
    GREY,
    RESTARTS,
    SOS,
    cut,
    encode,
    jpeg_ls,
    parts,
    places,
    without,
)

ROW = 3
STRAY = (b"\0", b"\x11", b"\0\0", b"\x11\x22")
SHORT = {"pixels.truncated", "pixels.codestream", "pixels.codec"}
MISSING, MORE = "pixels.truncated", "pixels.codestream"
DROPPED = (1, 2, 3, 8)


@dataclass(frozen=True, eq=False)
class Stream:
    """A valid codestream and what it holds; nothing is known of that where all is refused."""

    name: str
    syntax: str
    data: bytes = field(repr=False)
    values: np.ndarray = field(repr=False)
    bits: int = 8
    photometric: str = ""

    def file(self, data):
        image = phantoms.Image(
            self.values, self.syntax, self.bits, photometric=self.photometric, encoded=(data,)
        )
        return phantoms.file(image)

    @property
    def parts(self):
        return parts(self.data)


def cases():
    for stream in (*of_seeds(), *in_intervals(), *in_scans(), *in_progression()):
        yield from stray(stream)
        yield from again(stream)
        yield from intervals(stream)
        yield from scans(stream)
    yield from details()


def of_seeds():
    """One scan of one component, by each encoder."""
    for codec in CODESTREAMS:
        if codec.family in {"jpeg", "jpegls"}:
            stream = encoded(codec)[0]
            yield Stream(codec.name, codec.syntax, stream, truth(codec), codec.bits)


def in_intervals():
    """Sixteen restart intervals, so that eight more have the same numbers."""
    for process, syntax, interval in (
        ("baseline", phantoms.JPEG_BASELINE, 8),
        ("lossless", phantoms.JPEG_LOSSLESS, 512),
    ):
        data = encode(GREY, process, interval)
        yield Stream(f"jpeg_{process}_intervals", syntax, data, GREY[None])


def in_scans():
    """A scan a component."""
    for process, syntax in (
        ("baseline", phantoms.JPEG_BASELINE),
        ("lossless", phantoms.JPEG_LOSSLESS_SV1),
    ):
        yield Stream(f"jpeg_{process}_scans", syntax, encode(COLOR, process), COLOR[None])
    yield Stream("jpeg_ls_scans", phantoms.JPEG_LS, jpeg_ls(COLOR), COLOR[None])


def in_progression():
    """By Pillow, with every kind of scan."""
    for name, samples, model in (("grey", 1, ""), ("colour", 3, "YBR_FULL")):
        data = codestreams.stored(f"{name}-progressive.jpg")
        values = codestreams.smooth(samples)[None]
        yield Stream(f"jpeg_progressive_{name}", phantoms.JPEG_PROGRESSIVE, data, values, 8, model)


def stray(stream):
    """Bytes of no segment before a scan, with all of it and with half of it."""
    every = stream.parts
    for scan in places(every, SOS):
        for n, bytes_ in enumerate(STRAY):
            for whose, half in (("it", scan), ("the_last", places(every, SOS, *RESTARTS)[-1])):
                name = f"{stream.name}-stray_{n}_before_scan_{scan}_half_of_{whose}"
                halved = [cut(each) if at == half else each for at, each in enumerate(every)]
                halved[scan] = bytes_ + halved[scan]
                yield refuse(ROW, name, stream.file(b"".join(halved)), *SHORT)
    first = places(every, SOS)[0]
    for n, bytes_ in enumerate(STRAY):
        data = b"".join([*every[:first], bytes_, *every[first:]])
        yield refuse(ROW, f"{stream.name}-stray_{n}", stream.file(data), MORE)


def again(stream):
    """More than one codestream in one frame; one, with what makes its length even."""
    data, other = stream.data, stream.data[:2] + b"\xff\xfe\0\3." + stream.data[2:]
    for name, rest in (
        ("itself", data),
        ("another", other),
        ("zeros_and_another", b"\0\0" + other),
        ("half_of_another", other[: len(other) // 2] + END),
        ("bytes_and_an_end", b"\1\2\3" + END),
        ("an_end", END),
    ):
        yield refuse(ROW, f"{stream.name}-and_{name}", stream.file(data + rest), MORE)
    if "progressive" not in stream.name:  # of which no formula tells the values
        for name, rest in (("nothing", b""), ("zeros", b"\0\0\0"), ("ones", b"\xff\xff")):
            data = stream.file(stream.data + rest)
            yield right(ROW, f"{stream.name}-and_{name}", data, stream.values)


def intervals(stream):
    """Some left out, emptied or halved, wherever they stand."""
    every = stream.parts
    found = places(every, *RESTARTS)
    for count in DROPPED if found else ():
        for start in sorted({0, len(found) // 3, len(found) - count}):
            dropped = found[start : start + count]
            data = stream.file(without(every, *dropped))
            name = f"{stream.name}-without_{count}_intervals_from_{start}"
            yield refuse(ROW, name, data, MISSING)
            emptied = [each[:2] if n in dropped else each for n, each in enumerate(every)]
            name = f"{stream.name}-{count}_empty_intervals_from_{start}"
            yield refuse(ROW, name, stream.file(b"".join(emptied)), *SHORT)
    if found:
        one = without(every, *places(every, 0xDD))
        yield refuse(ROW, f"{stream.name}-without_dri", stream.file(one), *SHORT)
        more = b"".join([*every[:-1], every[found[7]], END])
        yield refuse(ROW, f"{stream.name}-one_more_interval", stream.file(more), *SHORT)


def scans(stream):
    """Each left out; the last ones left out; each sent twice."""
    every = stream.parts
    found = places(every, SOS)
    if places(every, *RESTARTS):
        return
    for n, scan in enumerate(found):
        data = stream.file(without(every, scan))
        yield refuse(ROW, f"{stream.name}-without_scan_{n}", data, *SHORT)
        rest = every[: scan - 1 if every[scan - 1][1] == 0xC4 else scan]
        data = stream.file(b"".join([*rest, END]))
        yield refuse(ROW, f"{stream.name}-ends_before_scan_{n}", data, *SHORT)
        twice = [*every[:scan], every[scan], *every[scan:]]
        data = stream.file(b"".join(twice))
        yield refuse(ROW, f"{stream.name}-scan_{n}_twice", data, *SHORT)


def details():
    """G.1.1.1.1 asks for means, not for all details; the first ones libjpeg would make up."""
    for process in ("spectral", "progressive"):
        for shape in ((32, 48), (32, 48, 3)):
            values = block_jpeg.picture(shape, 8)
            data = block_jpeg.encode(values, 8, process)
            name = f"jpeg_{process}_{len(shape)}"
            stream = Stream(name, phantoms.JPEG_PROGRESSIVE, data, values[None])
            yield from bands(stream, *split(stream))


def split(stream):
    """What stands before the scans of details, and one of those for each component."""
    every = stream.parts
    first = next(n for n in places(every, SOS) if is_detailed(every[n]))
    return every[:first], every[first:-1]


def is_detailed(scan):
    return scan[4 + 1 + 2 * scan[4]] > 0


def bands(stream, means, details_):
    blocks = "0" * (stream.values.shape[1] * stream.values.shape[2] // 64)
    numbers = range(len(details_))
    for last, is_right in ((63, True), (9, True), (8, False), (1, False)):
        sent = [block_jpeg.scan([n], (1, last), 0, blocks) for n in numbers]
        data = stream.file(b"".join([*means, *sent, END]))
        name = f"{stream.name}-details_1_to_{last}"
        yield (
            right(ROW, name, data, stream.values) if is_right else refuse(ROW, name, data, MISSING)
        )
    last_mean = places(means, SOS)[-1]
    for name, sent in (
        ("without_details", means),
        ("without_the_first_details", [*means, *details_[1:]]),
        ("without_means", [*means[: places(means, SOS)[0]], *details_]),
        ("without_last_means", [*means[:last_mean], *details_]),
    ):
        data = stream.file(b"".join([*sent, END]))
        yield refuse(ROW, f"{stream.name}-{name}", data, MISSING)
    swapped = stream.file(b"".join([*means[:last_mean], *details_, means[last_mean], END]))
    name = f"{stream.name}-details_before_last_means"
    if len(places(means, SOS)) > 1:  # of which only the last bits are sent after the details
        yield right(ROW, name, swapped, stream.values)
    else:
        yield refuse(ROW, name, swapped, MISSING)
