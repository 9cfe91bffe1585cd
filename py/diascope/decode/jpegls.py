"""JPEG-LS, lossless and near-lossless. Standard: PS3.5 8.2.3 and A.4.3, ISO/IEC 14495-1.

JPEG-LS knows no sign: the description says how to read the samples.
"""

from dataclasses import replace

import imagecodecs

from diascope.decode import codec, jpeg_header, jpeg_scans, stored
from diascope.errors import PixelDataError
from diascope.values import DecodedFrame, PixelDescription

METHOD = "ISO_14495_1"  # PS3.3 C.7.6.1.1.5.1


def decode(data: bytes, pixels: PixelDescription) -> DecodedFrame:
    """Decode one JPEG-LS frame of 2 to 16 bits, whatever its interleaving.

    Raises:
        PixelDataError: the headers contradict the description or the scans, or the codec fails.

    Standard: PS3.5 8.2.3.
    """
    header = jpeg_header.read(data)
    if header.process != jpeg_header.SOF_LS:
        raise PixelDataError("codestream", "this is not JPEG-LS")
    coded = jpeg_header.check(header, pixels)
    jpeg_scans.check(data, header)
    samples = codec.run(imagecodecs.jpegls_decode, data)
    found = stored.from_codestream(samples, header.precision, coded, pixels.photometric)
    return replace(found, lossy=METHOD if header.near else "")
