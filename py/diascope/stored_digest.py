"""What a file's stored pixels are, as one SHA-256 that other implementations can be held against.

The digest covers what stands before any colour or LUT step: the stored values of every frame,
sign extended, little endian, shape (frames, rows, columns[, samples]), samples last. The element
type is the smallest that holds Bits Allocated: 1 and 8 bits are uint8, 16 uint16, 32 uint32; int
of the same size when Pixel Representation is 1; float32 and float64 for Float and Double Float
Pixel Data. Frames are hashed one after another; only one is held. An edge tile that is smaller
stands at the top left of a frame of Rows x Columns, 0 elsewhere (ADR 0027).

Of bytes that no manifest vouches for. Nothing is shown from a digest, and no open study is
touched (ADR 0026). Standard: PS3.3 C.7.6.3, PS3.5 8.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diascope import decode, file_meta, frames, instance, integrity, part10, tiles
from diascope.errors import DiascopeError, PhotometricError, PixelDataError
from diascope.limits import DEFAULT_LIMITS
from diascope.manifest import PartEntry
from diascope.values import StoredBytes, VerifiedBytes


def of_file(data: bytes) -> dict[str, Any]:
    """Return transfer syntax, digest, type and shape of a Part 10 file's pixels, or the refusal.

    `{"transfer_syntax", "stored_sha256", "dtype", "shape"}`, or `{"refused": code}` with the
    transfer syntax when the file names one. It never raises.

    Standard: PS3.3 C.7.6.3, PS3.5 8.
    """
    named: dict[str, Any] = {}
    try:
        meta, _ = file_meta.read_meta(data, DEFAULT_LIMITS)
        named["transfer_syntax"] = part10.named_syntax(meta)
        return {**named, **_digest(data)}
    except DiascopeError as error:
        return {**named, "refused": error.code}
    except MemoryError:
        return {**named, "refused": "limit.memory"}
    except Exception:  # noqa: BLE001 - total, as the door is: a bug costs one file, not the run
        return {**named, "refused": "engine.internal"}


def _digest(data: bytes) -> dict[str, Any]:
    running, shape, dtype = hashlib.sha256(), None, None
    count = 0
    for array in _stored(data):
        if shape not in {None, array.shape} or dtype not in {None, array.dtype}:
            raise PixelDataError("shape", f"{array.shape} {array.dtype} after {shape} {dtype}")
        shape, dtype, count = array.shape, array.dtype, count + 1
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        running.update(np.ascontiguousarray(little).data)
    if shape is None or dtype is None:
        raise PhotometricError("no_pixels")
    return {
        "stored_sha256": running.hexdigest(),
        "dtype": dtype.name,
        "shape": [count, *shape],
    }


def _stored(data: bytes) -> Iterator[NDArray[np.generic]]:
    """Decode every frame, one after another."""
    whole = _unvouched(data)
    image = instance.parse(whole)
    if image.pixels is None:
        raise PhotometricError("no_pixels")
    for encoded in frames.every(image, whole):
        pixels = tiles.of_frame(image, encoded.index).pixels or image.pixels
        yield decode.decode_frame(encoded, pixels).values.array


def _unvouched(data: bytes) -> VerifiedBytes:
    """Pass the one door to the parsers with an entry of our own making: nobody signed it."""
    digest = hashlib.sha256(data).hexdigest()
    return integrity.verify(StoredBytes(data), PartEntry("whole", 0, len(data), digest, "", 0))
