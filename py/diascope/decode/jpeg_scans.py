"""Whether the scans of a JPEG or JPEG-LS codestream are all there, from their headers alone.

libjpeg shows what it got: a component without its scan is grey, a picture without a restart
interval moves up, one without details is smoothed. What each interval holds is not read here: see
`jpeg.drawn_out`. Standard: ISO/IEC 10918-1 A.2, B.2, E.1.4, G.1.1.1 and H.1.1; 14495-1 C.2.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import product
from math import ceil
from typing import NamedTuple

from diascope.decode import codec, jpeg_header
from diascope.decode.jpeg_header import EOI, RESTARTS, SOF_LS, SOS, JpegHeader
from diascope.errors import PixelDataError

PROGRESSIVE, LOSSLESS = 0xC2, 0xC3  # SOF2, SOF3
_DNL, _DRI = 0xDC, 0xDD
_BLOCK = 8  # the side of a data unit of the DCT processes; of the lossless one it is a sample
_ESTIMATED = 9  # the last coefficient that libjpeg-turbo's decompress_smooth_data makes up


class Scan(NamedTuple):
    """A scan header: its components by their place in the frame header, and what it sends of them.

    `high` and `low` are the successive approximation bit positions Ah and Al. Standard:
    ISO/IEC 10918-1 B.2.3.
    """

    components: tuple[int, ...]
    first: int
    last: int
    high: int
    low: int


def check(data: bytes, header: JpegHeader) -> None:
    """Hold the scans, and the restart intervals in them, against the frame header.

    Raises:
        PixelDataError: `truncated`, one is missing; `codestream`, one is sent twice, or more
            follows the end; `dimensions`, DNL contradicts the frame header.

    Standard: ISO/IEC 10918-1 B.2.1, 14495-1 C.2.1.
    """
    codec.check_end(data)
    scans = []
    marker = stop = 0
    for marker, _, start, stop in jpeg_header.segments(data):
        if marker == SOS:
            scans.append(_scan(data[start:stop], header))
        elif marker == _DNL and int.from_bytes(data[start:stop], "big") != header.rows:
            raise PixelDataError("dimensions", "DNL contradicts the frame header")
    if marker != EOI:
        raise PixelDataError("truncated", "the codestream has no end")
    codec.check_rest(data, stop)
    (_check_progression if header.process == PROGRESSIVE else _check_once)(scans, header)
    if header.process != SOF_LS:  # the codec holds to those, and counts in lines
        _check_intervals(data, header)


def restarts(header: JpegHeader, scan: Scan, interval: int) -> int:
    """Return how many restart markers stand in a scan, whose interval is counted in MCUs.

    A scan of one component has no MCU but its own data units; the padding of an interleaved one
    is not sent there.

    Standard: ISO/IEC 10918-1 A.1.1, A.2.2, A.2.3, B.2.4.4, E.1.4 and H.1.1.
    """
    factors = [(sampling >> 4, sampling & 15) for _, sampling in header.components]
    if not all(1 <= factor <= 4 for pair in factors for factor in pair):
        raise PixelDataError("codestream", "sampling factors")
    if not interval:
        return 0
    side = 1 if header.process == LOSSLESS else _BLOCK
    most = max(h for h, _ in factors), max(v for _, v in factors)
    own = factors[scan.components[0]] if len(scan.components) == 1 else None
    units = 1
    for size, top, factor in zip((header.columns, header.rows), most, own or most, strict=True):
        units *= ceil(ceil(size * factor / top) / side) if own else ceil(size / (side * top))
    return ceil(units / interval) - 1


def _scan(body: bytes, header: JpegHeader) -> Scan:
    """Read a scan header. Where it names all components, libjpeg takes them in their order."""
    count = body[0] if body else 0
    if not 1 <= count <= len(header.components) or len(body) != 4 + 2 * count:
        raise PixelDataError("codestream", "a scan header")
    known = [identifier for identifier, _ in header.components]
    named = list(body[1 : 1 + 2 * count : 2])
    if count == len(known):
        places = tuple(range(count))
    elif all(known.count(each) == 1 == named.count(each) for each in named):
        places = tuple(known.index(each) for each in named)
    else:
        raise PixelDataError("codestream", "a scan of components that the frame does not have")
    first, last, bits = body[-3:]
    return Scan(places, first, last, bits >> 4, bits & 15)


def _check_once(scans: Sequence[Scan], header: JpegHeader) -> None:
    """A component of a sequential, lossless or JPEG-LS image is in exactly one scan."""
    sent = Counter(place for scan in scans for place in scan.components)
    if len(sent) < len(header.components):
        raise PixelDataError("truncated", "a component has no scan")
    if max(sent.values()) > 1:
        raise PixelDataError("codestream", "a component has two scans")


def _check_progression(scans: Sequence[Scan], header: JpegHeader) -> None:
    """Follow the bit position of each coefficient; all that is ever sent must come down to 0.

    A band's first scan has Ah = 0, each later one the Al of the one before, "until full precision
    is reached" (G.1.1.1.2). Of the means (DC) each component has a scan, before any of its
    details (G.1.1.1.1). That all details are sent the standard does not ask: without the higher
    ones a picture cannot be told from one that never had them, and is shown. Where one of the
    first is not sent, libjpeg makes it up from the neighbours (K.8.2): that is refused.
    """
    sent: dict[tuple[int, int], int] = {}
    for scan in scans:
        if (scan.first == 0) != (scan.last == 0) or not scan.first <= scan.last < _BLOCK**2:
            raise PixelDataError("codestream", "the band of a scan")
        for each in product(scan.components, range(scan.first, scan.last + 1)):
            _check_step(scan, sent.get(each), is_mean_sent=(each[0], 0) in sent)
            sent[each] = scan.low
    needed = product(range(len(header.components)), range(_ESTIMATED + 1))
    if any(sent.values()) or not sent.keys() >= set(needed):
        raise PixelDataError("truncated", "the scans end before full precision")


def _check_step(scan: Scan, before: int | None, *, is_mean_sent: bool) -> None:
    """A scan goes on where the one before of its band ended."""
    if scan.first and not is_mean_sent:
        raise PixelDataError("truncated", "details without a mean")
    if before is None and scan.high == 0:
        return
    if before is None or (scan.high and scan.high < before):
        raise PixelDataError("truncated", "a scan of its band is missing")
    if scan.high != before or scan.low != before - 1:
        raise PixelDataError("codestream", "a scan is sent twice")


def _check_intervals(data: bytes, header: JpegHeader) -> None:
    """In each scan the restart markers are as many as its MCUs ask for, from 0 to 7 in turn."""
    interval = due = count = 0
    for marker, _, start, stop in jpeg_header.segments(data):
        if marker in RESTARTS:
            if count == due or marker != RESTARTS[count % len(RESTARTS)]:
                raise PixelDataError("truncated", "a restart marker out of turn")
            count += 1
            continue
        if count < due:
            raise PixelDataError("truncated", "restart intervals are missing")
        if marker == _DRI:
            interval = int.from_bytes(data[start:stop], "big")
        if marker == SOS:
            count, due = 0, restarts(header, _scan(data[start:stop], header), interval)
