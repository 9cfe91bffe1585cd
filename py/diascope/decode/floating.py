"""Float Pixel Data and Double Float Pixel Data: always native, every bit is part of the value.

Standard: PS3.3 C.7.6.24 and C.7.6.25; PS3.5 8.2 and A.1 to A.3.
"""

import numpy as np

from diascope.decode import stored
from diascope.errors import PixelDataError, TransferSyntaxError
from diascope.part10 import NATIVE_ENCODINGS
from diascope.values import DecodedFrame, PixelDescription, StoredValues

BYTES = {"float": 4, "double": 8}


def decode(data: bytes, pixels: PixelDescription) -> DecodedFrame:
    """Decode one frame to (rows, columns) of float32 or float64, not a number included.

    Raises:
        TransferSyntaxError: `floating`, these pixels are never compressed.
        PixelDataError: `length`.

    Standard: PS3.3 C.7.6.24 and C.7.6.25.
    """
    encoding = NATIVE_ENCODINGS.get(pixels.transfer_syntax)
    if encoding is None:
        raise TransferSyntaxError("floating", pixels.transfer_syntax)
    size = BYTES[pixels.kind]
    if len(data) != pixels.rows * pixels.columns * size:
        raise PixelDataError("length", f"{len(data)} bytes")
    order = "<" if encoding.is_little else ">"
    array = (
        np.frombuffer(data, f"{order}f{size}").astype(f"=f{size}").reshape(stored.shape(pixels))
    )
    array.setflags(write=False)
    return DecodedFrame(StoredValues(array, 8 * size, is_signed=True), pixels.photometric)
