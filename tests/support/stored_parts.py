"""A file on its way through the engine as in the browser: cut, listed, verified, decoded."""

import hashlib

from diascope import decode, frames, instance, integrity, part10, tiles
from diascope.manifest import PartEntry
from diascope.parts import split


def verified(kind, index, data):
    """Make verified bytes by the only door there is."""
    digest = hashlib.sha256(data).hexdigest()
    return integrity.verify(data, PartEntry(kind, index, len(data), digest, "0" * 64, 0))


def parts_of(data):
    """All parts of a file, verified."""
    ranges = split(part10.read(data))
    return [verified(each.kind, each.index, data[each.start : each.stop]) for each in ranges]


def image_of(data):
    """The instance of a file."""
    return instance.parse(parts_of(data)[0])


def encoded_frame(image, parts, index):
    """Frame `index`, counted from 0, from its part or from the whole."""
    if len(parts) == 1:
        return frames.from_whole(image, parts[0], index)
    return frames.from_part(image, parts[index + 1], index)


def decoded_frames(data):
    """Every decoded frame of a file."""
    parts = parts_of(data)
    image = instance.parse(parts[0])
    return [
        decode.decode_frame(encoded_frame(image, parts, n), tiles.of_frame(image, n).pixels)
        for n in range(image.pixels.frames)
    ]
