"""Row 3: less is there than was promised. Nothing may be read beyond it and nothing made up.

A codec that fills what is missing from a codestream would show a picture that was never taken.
Standard: PS3.5 8.1.1, A.4 and G; ISO/IEC 10918-1 B.2.1, 14495-1 C.2.1, 15444-1 A.4.4.
"""

from struct import pack

import numpy as np

from diascope.lut_sequences import VOI_LUT_NOTICE
from tests.hostile.case import refuse, right
from tests.hostile.seeds import (
    CODECS,
    CODESTREAMS,
    COLUMNS,
    COMPRESSED,
    EXPLICIT,
    ROWS,
    encoded,
    file,
    truth,
    values,
)
from tests.support import phantoms
from tests.support.phantoms import ITEM, LITTLE, SEQUENCE_END, UNDEFINED

ROW = 3
SHARES = (0, 5, 20, 40, 50, 60, 80, 90, 97)  # per cent of a codestream
SHORT = {"pixels.truncated", "pixels.codestream", "pixels.codec", "pixels.length"}
SHORT |= {"pixels.rle_header"}
END = b"\xff\xd9"
RLE = next(codec for codec in COMPRESSED if codec.family == "rle")


def cases():
    for codec in COMPRESSED:
        yield from cut(codec)
        yield from tables(codec)
        yield from items(codec)
    for codec in CODESTREAMS:
        yield from filled(codec)
    for codec in CODECS:
        if codec.is_native:
            yield from native(codec)
    yield from rle_headers()
    yield from rle_runs()
    yield from tables_of_values()


def cut(codec):
    """A codestream without its rest."""
    stream = encoded(codec)[0]
    lengths = {len(stream) * share // 100 for share in SHARES} | {1, 2, 3, len(stream) - 2}
    for length in sorted(lengths - {0}):  # an empty one is among the items
        data = file(codec, streams=(stream[:length],))
        yield refuse(ROW, f"{codec.name}-cut_at_{length}", data, *SHORT)


def filled(codec):
    """A codestream without its middle, but with its end marker: a codec must not fill the gap."""
    stream = encoded(codec)[0]
    for share in SHARES[3:]:
        data = file(codec, streams=(stream[: len(stream) * share // 100] + END,))
        yield refuse(ROW, f"{codec.name}-{share}_percent_and_an_end", data, *SHORT)


def offsets(codec, table, frames=3):
    """A file of three frames with another Basic Offset Table. Standard: PS3.5 A.4."""
    streams = [data + bytes(len(data) % 2) for data in encoded(codec, frames)]
    inside = LITTLE.marker(ITEM, len(table)) + table
    inside += b"".join(LITTLE.marker(ITEM, len(each)) + each for each in streams)
    good = file(codec, frames, table="none")
    at = good.index(pack("<HH", 0x7FE0, 0x0010) + b"OB")
    return good[: at + 12] + inside + LITTLE.marker(SEQUENCE_END)


def tables(codec):
    """Tables that point nowhere: one fragment a frame needs none, so the picture stays right."""
    made = {
        "past_the_end": pack("<3I", 0, 2**31, 2**32 - 1), "backwards": pack("<3I", 300, 200, 0),
        "all_zero": bytes(12), "unaligned": pack("<3I", 0, 1, 3),
        "too_many": pack("<5I", *range(5)), "too_few": pack("<2I", 0, 8),
        "odd": b"\0\0\0\0\1\0", "all_ones": b"\xff" * 12,
    }  # fmt: skip
    for name, table in made.items():
        yield right(ROW, f"{codec.name}-table_{name}", offsets(codec, table), truth(codec, 3))
    for name, value in (("past_the_end", b"\xff" * 8), ("zero", bytes(8))):
        wide = {0x7FE00001: ("OV", value * 3), 0x7FE00002: ("OV", value * 3)}
        data = file(codec, 3, wide, table="none")
        yield right(ROW, f"{codec.name}-extended_table_{name}", data, truth(codec, 3))


def items(codec):
    """Items of encapsulated pixel data that are none. Standard: PS3.5 A.4."""
    good = file(codec)
    at = good.index(pack("<HH", 0x7FE0, 0x0010) + b"OB") + 12
    stream = encoded(codec)[0] + bytes(len(encoded(codec)[0]) % 2)
    table, stop = LITTLE.marker(ITEM), LITTLE.marker(SEQUENCE_END)
    own = LITTLE.marker(ITEM, len(stream)) + stream
    made = {
        "no_items": stop, "only_a_table": table + stop, "no_delimiter": table + own,
        "endless_item": table + LITTLE.marker(ITEM, UNDEFINED) + stream + stop,
        "item_past_the_end": table + LITTLE.marker(ITEM, 1 << 30) + stream + stop,
        "delimiter_of_length_8": table + own + LITTLE.marker(SEQUENCE_END, 8),
        "an_element_between": table + LITTLE.us(0x00280010, 1) + own + stop,
        "an_empty_fragment": table + LITTLE.marker(ITEM, 0) + stop,
        "a_short_item": table + LITTLE.marker(ITEM, len(stream) - 2) + stream + stop,
        "a_long_item": table + LITTLE.marker(ITEM, len(stream) + 2) + stream + stop,
    }  # fmt: skip
    codes = {"part10.fragments", "part10.truncated", "part10.undefined_length", "part10.length"}
    codes |= {"part10.pixel_length", "part10.vr"} | SHORT
    if codec is RLE:
        made["200001_fragments"] = table + LITTLE.marker(ITEM, 0) * 200_001 + stop
    for name, inside in made.items():
        many = {"limit.fragments"} if "fragments" in name else codes
        yield refuse(ROW, f"{codec.name}-{name}", good[:at] + inside, *many)
    defined = good[: at - 4] + pack("<I", len(table + own)) + table + own
    yield refuse(ROW, f"{codec.name}-of_defined_length", defined, "part10.fragments")


def native(codec):
    """Pixel data shorter than described, and longer than the file."""
    held = truth(codec)
    for count in (0, 1, 10, held.size // 2, held.size - 1):
        flat = held.reshape(-1)[:count].reshape(1, 1, count)
        made = phantoms.Image(flat, codec.syntax, codec.bits, extra=size(codec))
        data = phantoms.file(made)
        yield refuse(ROW, f"{codec.name}-{count}_values", data, "part10.pixel_length")
    whole = file(codec)
    if codec.name != "deflated":
        for missing in (1, 2, 100, 2 * held.size - 1):
            data = whole[:-missing]
            yield refuse(ROW, f"{codec.name}-file_less_{missing}", data, "part10.truncated")
    else:
        for missing in (2, 3, 10, 100):
            codes = {"part10.truncated", "part10.deflate"}
            yield refuse(ROW, f"{codec.name}-file_less_{missing}", whole[:-missing], *codes)


def size(codec):
    order = ">H" if codec.name == "big" else "<H"
    return {0x00280010: ("US", pack(order, ROWS)), 0x00280011: ("US", pack(order, COLUMNS))}


def rle_headers():
    """PS3.5 G.5: the count of segments and where each begins."""
    stream = encoded(RLE)[0]
    for count in (0, 1, 3, 4, 15, 16, 255, 2**31, 2**32 - 1):
        data = file(RLE, streams=(pack("<I", count) + stream[4:],))
        yield refuse(ROW, f"rle-{count}_segments", data, "pixels.rle_header")
    for n in (1, 2):
        for offset in (0, 1, 63, 65, len(stream), len(stream) + 1, 2**31, 2**32 - 1):
            data = file(RLE, streams=(stream[: 4 * n] + pack("<I", offset) + stream[4 * n + 4 :],))
            codes = {"pixels.rle_header", "pixels.codec", "pixels.length"}
            yield refuse(ROW, f"rle-segment_{n}_at_{offset}", data, *codes)


def rle_runs():
    """Segments that unpack to more or less than a plane of bytes. Standard: PS3.5 G.3."""
    plane = ROWS * COLUMNS
    literal, repeat = bytes([9]) + bytes(10), bytes([256 - 9]) + b"\x5a"
    broken = {
        "short": literal * (plane // 20), "empty": b"", "one_literal_cut": b"\x7f" + bytes(10),
        "one_repeat_cut": b"\xff", "only_no_ops": b"\x80" * 100,
        "one_short": literal * (plane // 10 - 1) + bytes([8]) + bytes(9),
    }  # fmt: skip
    for name, segment in broken.items():
        yield refuse(ROW, f"rle-{name}", of_segments(segment, segment), *SHORT)
    for name, segment in (("twice", literal * (plane // 5)), ("flood", repeat * plane)):
        yield refuse(ROW, f"rle-{name}_as_long", of_segments(segment, segment), *SHORT)
    exact = repeat * (plane // 10)
    shown = np.full((1, ROWS, COLUMNS), 0x5A5A, "u2") & 0x0FFF
    yield right(ROW, "rle-repeats", of_segments(exact, exact), shown)
    padded = b"\x80" * 1_000 + exact
    yield right(ROW, "rle-a_thousand_no_ops", of_segments(padded, padded), shown)


def of_segments(*segments):
    even = [each + bytes(len(each) % 2) for each in segments]
    starts = np.cumsum([64, *(len(each) for each in even)])[:-1]
    header = pack("<16I", len(even), *starts, *[0] * (15 - len(even)))
    return file(RLE, streams=(header + b"".join(even),))


def tables_of_values():
    """VOI and Modality LUTs with fewer entries than they say. Standard: PS3.3 C.11.1.1.1."""
    for tag, name in ((0x00283010, "voi"), (0x00283000, "modality")):
        for count in (0, 2, 255, 4095, 65_535):
            for bits in (8, 16):
                if (count, bits) != (2, 8):  # whose two entries are there
                    yield short_table(tag, name, count, bits)
        yield one_entry(tag, name)


def lut(tag, descriptor, data):
    item = LITTLE.us(0x00283002, *descriptor) + LITTLE.element(0x00283006, "OW", data)
    return {tag: ("SQ", LITTLE.marker(ITEM, len(item)) + item)}


def short_table(tag, name, count, bits):
    """A VOI LUT that cannot be used is left out and said; a Modality LUT is refused."""
    data = file(EXPLICIT, changes=lut(tag, (count, 0, bits), b"\1\0"))
    label = f"{name}_lut-{count}_entries-{bits}_bits"
    if name == "modality":
        return refuse(ROW, label, data, "malformed.table")
    return right(ROW, label, data, values(), VOI_LUT_NOTICE)


def one_entry(tag, name):
    """One entry: every value, below or above, is mapped to it."""
    data = file(EXPLICIT, changes=lut(tag, (1, 65_535, 16), b"\1\0"))
    return right(ROW, f"{name}_lut-1_entry", data, values())
