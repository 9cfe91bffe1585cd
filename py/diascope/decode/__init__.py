"""Encoded frames to stored values: one function a transfer syntax, and the table of them.

A decoder takes the bytes of one frame and their description, holds what the codestream says of
itself against it before any codec runs, and returns samples last, sign extended. Colour stays in
the model it is stored in, and the result names that model. Standard: PS3.5 8 and Annex A.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from diascope import transfer_syntaxes
from diascope.decode import deflated, floating, jpeg, jpeg2000, jpegls, jpegxl, native, rle, stored
from diascope.errors import TransferSyntaxError
from diascope.limits import DEFAULT_LIMITS
from diascope.values import DecodedFrame, EncodedFrame, PixelDescription

__all__ = ["DECODERS", "DecodedFrame", "decode_frame"]

Decoder = Callable[[bytes, PixelDescription], DecodedFrame]

DECODERS: Mapping[str, Decoder] = MappingProxyType(
    {
        "1.2.840.10008.1.2": native.decode_little,
        "1.2.840.10008.1.2.1": native.decode_little,
        "1.2.840.10008.1.2.1.98": native.decode_little,
        "1.2.840.10008.1.2.1.99": native.decode_little,
        "1.2.840.10008.1.2.2": native.decode_big,
        "1.2.840.10008.1.2.4.50": jpeg.decode,
        "1.2.840.10008.1.2.4.51": jpeg.decode,
        "1.2.840.10008.1.2.4.53": jpeg.decode,
        "1.2.840.10008.1.2.4.55": jpeg.decode,
        "1.2.840.10008.1.2.4.57": jpeg.decode,
        "1.2.840.10008.1.2.4.70": jpeg.decode,
        "1.2.840.10008.1.2.4.80": jpegls.decode,
        "1.2.840.10008.1.2.4.81": jpegls.decode,
        "1.2.840.10008.1.2.4.90": jpeg2000.decode,
        "1.2.840.10008.1.2.4.91": jpeg2000.decode,
        "1.2.840.10008.1.2.4.110": jpegxl.decode,
        "1.2.840.10008.1.2.4.111": jpegxl.decode,
        "1.2.840.10008.1.2.4.112": jpegxl.decode,
        "1.2.840.10008.1.2.4.201": jpeg2000.decode_high_throughput,
        "1.2.840.10008.1.2.4.202": jpeg2000.decode_high_throughput,
        "1.2.840.10008.1.2.4.203": jpeg2000.decode_high_throughput,
        "1.2.840.10008.1.2.5": rle.decode,
        "1.2.840.10008.1.2.8.1": deflated.decode,
    }
)


def decode_frame(encoded: EncodedFrame, pixels: PixelDescription) -> DecodedFrame:
    """Decode one frame to (rows, columns) or (rows, columns, samples), read-only.

    An edge tile that is smaller has its own size in `covered` (ADR 0027).

    Raises:
        TransferSyntaxError: `unknown`, no decoder; those of `transfer_syntaxes`; or a form of it
            that no codec here reads.
        PixelDataError: the bytes do not fit their description.
        LimitExceeded: the frame, its tiles, layers or scans are beyond the limits.

    Standard: PS3.5 8 and Annex A.
    """
    transfer_syntaxes.refuse(pixels.transfer_syntax)
    if pixels.kind != "integer":
        return floating.decode(encoded.data, pixels)
    decoder = DECODERS.get(pixels.transfer_syntax)
    if decoder is None:
        raise TransferSyntaxError("unknown", pixels.transfer_syntax)
    size = stored.container(pixels) * pixels.samples_per_pixel
    DEFAULT_LIMITS.check_frame(pixels.rows, pixels.columns, size)
    return stored.in_frame(decoder(encoded.data, pixels), pixels)
