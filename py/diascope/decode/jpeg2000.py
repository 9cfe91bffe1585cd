"""JPEG 2000 and High-Throughput JPEG 2000. Standard: PS3.5 8.2.4, 8.2.14, A.4.4.

The codec undoes the codestream's own colour transform (RCT, ICT), so those samples are RGB. The
codestream decides depth and sign for decoding; `stored` then reads them as described.
"""

from dataclasses import replace

import imagecodecs

from diascope.decode import codec, jpeg2000_header, jpeg2000_packets, jpeg2000_parts, stored
from diascope.decode.jpeg2000_header import Jpeg2000Header
from diascope.errors import PixelDataError
from diascope.values import DecodedFrame, PixelDescription

METHOD, HIGH_THROUGHPUT_METHOD = "ISO_15444_1", "ISO_15444_15"  # PS3.3 C.7.6.1.1.5.1
_TRANSFORMED = frozenset({"YBR_RCT", "YBR_ICT"})


def decode(data: bytes, pixels: PixelDescription) -> DecodedFrame:
    """Decode one JPEG 2000 frame.

    Raises:
        PixelDataError: the headers contradict the description, or something is missing, or the
            codec fails.
        LimitExceeded: `tiles`, `layers` or `precincts`.
        TransferSyntaxError: `components`.

    Standard: PS3.5 8.2.4.
    """
    return _decode(data, pixels, METHOD)


def decode_high_throughput(data: bytes, pixels: PixelDescription) -> DecodedFrame:
    """Decode one HTJ2K frame, by OpenJPEG as well.

    OpenJPH is faster, but fills what is missing, differently in different builds, and wraps 255
    to 0 where the inverse transform of irreversible colour overshoots: ADR 0029.

    Raises:
        PixelDataError: the headers contradict the description, or something is missing, or the
            codec fails.
        LimitExceeded: `tiles`, `layers` or `precincts`.
        TransferSyntaxError: `components`.

    Standard: PS3.5 8.2.14.
    """
    return _decode(data, pixels, HIGH_THROUGHPUT_METHOD)


def _decode(data: bytes, pixels: PixelDescription, method: str) -> DecodedFrame:
    stream = jpeg2000_header.codestream(data)
    header = jpeg2000_header.read(stream)
    coded = jpeg2000_header.check(header, pixels)
    parts = jpeg2000_parts.read(stream, header)
    header = jpeg2000_parts.with_codings(header, parts)
    jpeg2000_header.check_codings(header)
    photometric = color_model(header, pixels.photometric)
    samples = codec.run(imagecodecs.jpeg2k_decode, stream)
    jpeg2000_packets.check(stream, header, parts)
    found = stored.from_codestream(samples, header.precision, coded, photometric)
    return replace(found, lossy="" if header.is_reversible else method)


def color_model(header: Jpeg2000Header, photometric: str) -> str:
    """Say what the samples are once the codec has undone the codestream's transform.

    Raises:
        PixelDataError: `color`, the file names a transform that the codestream does not have.

    Standard: PS3.3 C.7.6.3.1.2, YBR_RCT and YBR_ICT; ISO/IEC 15444-1 A.6.1.
    """
    if photometric not in _TRANSFORMED:
        return photometric
    if not header.has_color_transform:
        raise PixelDataError("color", "the codestream has no colour transform")
    return "RGB"
