"""All packets of a JPEG 2000 codestream are there: the codec is asked a second time.

A codestream cut between two packets, with lengths made to fit, is filled by every codec: a packet
that is not there reads as an empty one. So each tile gets a tail in which no packet can be read.
A codec that has all packets never comes to it. Standard: ISO/IEC 15444-1 B.9, B.10.
"""

from collections.abc import Iterable
from struct import pack

import imagecodecs

from diascope.decode import codec, jpeg2000_header
from diascope.decode.jpeg2000_header import Jpeg2000Header
from diascope.decode.jpeg2000_parts import TilePart
from diascope.errors import PixelDataError

# Ones, as a packet header has them: a packet with a code-block of 2^33 bytes or more. Bits are
# stuffed as B.10.1 has it, so that there is no marker.
TAIL = b"\xff\x7f" * 32
_QCD, _QCC, _TLM = 0xFF5C, 0xFF5D, 0xFF55
_STYLE, _ONE_GUARD_BIT = 0x1F, 0x20  # A.6.4, Sqcd; with exponents of 0 that is no bit-plane
_SOT_BYTES = 12


def check(data: bytes, header: Jpeg2000Header, parts: list[TilePart]) -> None:
    """Refuse a codestream that has fewer packets than its tiles, layers and precincts.

    Call it for one that the codec has decoded. Packet headers that stand apart, in PPM or PPT, are
    not asked for.

    Raises:
        PixelDataError: `truncated`.

    Standard: ISO/IEC 15444-1 B.9, B.10.
    """
    try:
        codec.run(imagecodecs.jpeg2k_decode, with_tails(data, header, parts))
    except PixelDataError:
        raise PixelDataError("truncated", "packets are missing") from None


def with_tails(data: bytes, header: Jpeg2000Header, parts: list[TilePart]) -> bytes:
    """Return the codestream with a tail after the last packet of each tile.

    Without bit-planes, code-blocks need no decoding: the packets are read and no more. Those of
    HTJ2K keep theirs, as it is an error there to have more empty ones than there are.

    Standard: ISO/IEC 15444-1 A.4.2, Psot.
    """
    is_high = any(coding.is_high_throughput for coding in header.codings)
    width = 0 if is_high else 1 if header.components < 257 else 2
    last = {part.tile: part for part in parts}
    made = [data[:2], _segments(jpeg2000_header.segments(data, 2), width)]
    for part in parts:
        inside = _segments(part.header, width)
        body = data[part.body : part.stop] + TAIL * (last[part.tile] is part)
        length = _SOT_BYTES + len(inside) + len(body)
        made += [data[part.start : part.start + 6], pack(">I", length)]
        made += [data[part.start + 10 : part.start + _SOT_BYTES], inside, body]
    return b"".join([*made, codec.END])


def _segments(found: Iterable[tuple[int, bytes]], width: int) -> bytes:
    """Return a header without bit-planes, and without the lengths of the tile-parts.

    `width` is the bytes of a component's number, 0 where bit-planes must stay.

    Standard: ISO/IEC 15444-1 A.6.4 (QCD), A.6.5 (QCC), A.7.1 (TLM), Equation E-2.
    """
    made = []
    for marker, body in found:
        if marker == _TLM:
            continue
        kept = {_QCD: 0, _QCC: width}.get(marker) if width else None
        if kept is not None and len(body) > kept:
            style = _ONE_GUARD_BIT | body[kept] & _STYLE
            empty = bytes([style]) + bytes(len(body) - kept - 1)
            made += [pack(">HH", marker, len(body) + 2), body[:kept], empty]
        else:
            made += [pack(">HH", marker, len(body) + 2), body]
    return b"".join(made)
