"""JPEG XL: what integers alone decode, and JPEG rebuilt from it. Standard: PS3.5 8.2.15.

A lossless image is decoded. A recompressed JPEG is rebuilt byte for byte and decoded as JPEG. The
rest is refused: its decoders compute in floating point within a tolerance, so that two machines
show different pixels, and a record of what was shown would prove nothing (ADR 0018).
"""

import imagecodecs

from diascope.decode import codec, jpeg, jpegxl_header, stored
from diascope.errors import InexactError, PixelDataError
from diascope.limits import MAX_FRAME_BYTES, MIB
from diascope.values import DecodedFrame, PixelDescription

MAX_GROWTH = 8  # our own: a rebuilt JPEG is a quarter longer; its markers may pack better
# Models whose components are coded as they stand; XYB, RCT and ICT are never those of an image
AS_CODED = frozenset({"MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "YBR_FULL"})


def decode(data: bytes, pixels: PixelDescription) -> DecodedFrame:
    """Decode one JPEG XL frame, bare or in its boxes.

    Raises:
        PixelDataError: the headers contradict the description, or the codec fails.
        InexactError: `inexact`, its decoding is not the same on every machine.
        TransferSyntaxError: `form`; or `process`, a rebuilt JPEG that is not decoded.

    Standard: PS3.5 8.2.15, ISO/IEC 18181-1 and 18181-2.
    """
    stream, is_jpeg = jpegxl_header.codestream(data)
    header = jpegxl_header.read(stream)
    coded = jpegxl_header.check(header, pixels)
    if is_jpeg:
        return jpeg.decode(_rebuilt(data), coded)
    if not header.is_exact:
        raise InexactError("inexact", "lossy JPEG XL")
    if pixels.photometric not in AS_CODED:
        raise PixelDataError("color", f"{pixels.photometric} is not how the codestream is coded")
    samples = codec.run(imagecodecs.jpegxl_decode, stream, numthreads=1)
    return stored.from_codestream(samples, header.precision, coded, pixels.photometric)


def _rebuilt(data: bytes) -> bytes:
    """Return the JPEG of which this is the recompression. Standard: ISO/IEC 18181-2 Annex A."""
    room = bytearray(min(MAX_GROWTH * len(data) + MIB, MAX_FRAME_BYTES))
    return bytes(codec.run(imagecodecs.jpegxl_decode_jpeg, data, numthreads=1, out=room))
