"""JPEG Baseline, Extended and Lossless. Standard: PS3.5 8.2.1 and A.4.1.

Components come back as they are coded, chroma repeated to full resolution by the codec's own
rule: YBR stays YBR. Which of the two they are is decided here and returned with them, from the
codestream where it says so, else from the file. ljpeg_decode is not used: it returns an empty
array for a codestream that is not what its transfer syntax says.
"""

import hashlib
from dataclasses import replace
from itertools import pairwise

import imagecodecs
import numpy as np

from diascope.decode import codec, jpeg_header, jpeg_scans, stored
from diascope.decode.jpeg_header import JpegHeader
from diascope.errors import PixelDataError, TransferSyntaxError
from diascope.values import DecodedFrame, PixelDescription

# SOF0 baseline, SOF1 extended, SOF2 progressive, SOF3 lossless; all Huffman coded
PROCESSES = frozenset({0xC0, 0xC1, 0xC2, 0xC3})
LOSSLESS = 0xC3
METHOD = "ISO_10918_1"  # PS3.3 C.7.6.1.1.5.1
# libjpeg makes up zeros, so it begins with ones; any bits, and no marker.
TAIL = b"\xfe" + hashlib.sha512(b"diascope").digest().replace(b"\xff", b"\x5a")
_RGB_IDENTIFIERS = frozenset({(0x52, 0x47, 0x42), (0x72, 0x67, 0x62)})  # "RGB", "rgb"


def decode(data: bytes, pixels: PixelDescription) -> DecodedFrame:
    """Decode one JPEG frame of 2 to 16 bits.

    Raises:
        PixelDataError: the headers contradict the description or the scans, or the codec fails.
        TransferSyntaxError: `process`, arithmetic or hierarchical coding.

    Standard: PS3.5 8.2.1.
    """
    header = jpeg_header.read(data)
    if header.process not in PROCESSES:
        raise TransferSyntaxError("process", f"SOF{header.process - 0xC0}")
    coded = jpeg_header.check(header, pixels)
    jpeg_scans.check(data, header)
    photometric, options = pixels.photometric, {}
    if len(header.components) > 1:
        photometric = color_model(header, photometric)
        space = "RGB" if photometric == "RGB" else "YCBCR"
        options = {"colorspace": space, "outcolorspace": space}
    samples = codec.run(imagecodecs.jpeg8_decode, data, **options)
    if not np.array_equal(
        samples, codec.run(imagecodecs.jpeg8_decode, drawn_out(data), **options)
    ):
        raise PixelDataError("truncated", "the scan ends before the image does")
    found = stored.from_codestream(samples, header.precision, coded, photometric)
    return replace(found, lossy="" if header.process == LOSSLESS else METHOD)


def drawn_out(data: bytes) -> bytes:
    """Return the codestream with bytes between all coded data and the marker that ends them.

    libjpeg makes up what a scan or an interval cut short does not hold, and says nothing. After
    complete ones nothing is read, so these bytes change no sample; after one cut short they do.

    Standard: ISO/IEC 10918-1 F.2.2.5 and B.2.1.
    """
    edges = [0, *jpeg_header.coded_ends(data), len(data)]
    return TAIL.join(data[a:b] for a, b in pairwise(edges))


def color_model(header: JpegHeader, photometric: str) -> str:
    """Say which colour model the components are coded in.

    Component identifiers "RGB", then a JFIF marker, then an Adobe marker say it; components of
    unequal sampling are luminance and chroma; else the file is right. Only the file tells that
    luminance and chroma have a partial range.

    Standard: ISO/IEC 10918-5 (JFIF) and 10918-6 6.5.3 (Adobe); PS3.5 8.2.1.
    """
    if tuple(identifier for identifier, _ in header.components) in _RGB_IDENTIFIERS:
        return "RGB"
    is_halved = len({sampling for _, sampling in header.components}) > 1
    is_partial = photometric.startswith("YBR_PARTIAL")
    if header.is_jfif or header.adobe == 1 or (is_halved and not is_partial):
        return "YBR_FULL"
    if header.adobe == 0:
        return "RGB"
    return "YBR_FULL" if photometric == "YBR_FULL_422" else photometric
