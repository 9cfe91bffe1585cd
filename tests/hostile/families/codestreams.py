"""Row 1, the codestream's side: what it says of itself is not what the header says.

Written as patches of valid codestreams at the places that their standards give: ISO/IEC 10918-1
B.2.2 (SOF), 14495-1 C.2.2 (SOF55), 15444-1 A.5.1 (SIZ) and A.6.1 (COD), PS3.5 G.5 (RLE).
"""

from struct import pack

from tests.hostile.case import refuse, right
from tests.hostile.seeds import CODESTREAMS, COLUMNS, ROWS, encoded, file, image, truth
from tests.support import phantoms

ROW = 1
SIDES_16 = (0, 1, 2, ROWS - 1, ROWS + 1, 2 * ROWS, 4096, 65_500, 65_535)
SIDES_32 = (0, 1, ROWS - 1, ROWS + 1, 2 * ROWS, 16_384, 65_536, 2**31 - 1, 2**31, 2**32 - 1)
SOF_OTHERS = (0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
J2K_SIZ, J2K_COD = b"\xff\x51", b"\xff\x52"


def cases():
    for codec in CODESTREAMS:
        yield from (j2k if codec.family == "j2k" else jpeg)(codec)
    yield from tiles()


def patched(codec, at, value):
    """The seed's codestream with other bytes at one place, in its file."""
    stream = encoded(codec)[0]
    return file(codec, streams=(stream[:at] + value + stream[at + len(value) :],))


def frame_header(stream):
    """Where SOF's marker stands: the first of its family that no segment hides."""
    at = 2
    while stream[at] == 0xFF and not (
        0xC0 <= stream[at + 1] <= 0xCF and stream[at + 1] not in {0xC4, 0xC8, 0xCC}
    ):
        if stream[at + 1] == 0xF7:
            break
        at += 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
    return at


def jpeg(codec):
    """SOF: marker, length, precision, rows, columns, components."""
    at = frame_header(encoded(codec)[0])
    bad = {"pixels.dimensions", "pixels.codestream"}
    for name, place, own in (("rows", at + 5, ROWS), ("columns", at + 7, COLUMNS)):
        for side in SIDES_16:
            if side != own:
                data = patched(codec, place, pack(">H", side))
                yield refuse(ROW, f"{codec.name}-sof_{name}_{side}", data, *bad)
    both = patched(codec, at + 5, pack(">HH", 65_500, 65_500))
    yield refuse(ROW, f"{codec.name}-sof_65500x65500", both, *bad)
    for count in (0, 2, 3, 4, 255):
        data = patched(codec, at + 9, bytes([count]))
        codes = {"pixels.components", "pixels.codestream"}
        yield refuse(ROW, f"{codec.name}-sof_{count}_components", data, *codes)
    for bits in (0, 1, 17, 32, 255):
        data = patched(codec, at + 4, bytes([bits]))
        yield refuse(ROW, f"{codec.name}-sof_{bits}_bits", data, "pixels.precision")
    if codec.family == "jpeg":
        yield from processes(codec, at)
    yield from segments(codec, at)


def processes(codec, at):
    """A coding process that no decoder here has: arithmetic, differential."""
    for marker in SOF_OTHERS:
        data = patched(codec, at + 1, bytes([marker]))
        yield refuse(ROW, f"{codec.name}-sof{marker - 0xC0}", data, "transfer_syntax.process")


def segments(codec, at):
    """Segments that hide, repeat, cut or lack the frame header."""
    stream = encoded(codec)[0]
    length = 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
    own, rest = stream[at : at + length], stream[at + length :]
    huge = own[:5] + pack(">HH", 65_500, 65_500) + own[9:]
    no_header = {"pixels.codestream", "pixels.codec"}
    twice = no_header | {"pixels.dimensions"}
    made = {
        "without_sof": (stream[:at] + rest, no_header),
        "without_soi": (stream[2:], no_header),
        "huge_sof_first": (stream[:at] + huge + own + rest, twice),
        "huge_sof_second": (stream[:at] + own + huge + rest, twice),
        "sof_cut": (stream[: at + 6], no_header | {"pixels.truncated"}),
        "segment_of_length_0": (stream[:2] + b"\xff\xe1\0\0" + stream[2:], no_header),
        "segment_of_length_1": (stream[:2] + b"\xff\xe1\0\1" + stream[2:], no_header),
        "segment_past_the_end": (stream[:2] + b"\xff\xe1\xff\xff" + stream[2:], no_header),
        "only_soi": (b"\xff\xd8", no_header),
        "only_eoi": (b"\xff\xd9", no_header),
    }
    for name, (bytes_, codes) in made.items():
        yield refuse(ROW, f"{codec.name}-{name}", file(codec, streams=(bytes_,)), *codes)
    scans = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" * 1_001
    data = file(codec, streams=(stream[:-2] + scans + stream[-2:],))
    yield refuse(ROW, f"{codec.name}-1001_scans", data, "limit.scans")
    hidden = b"\xff\xe1" + pack(">H", 2 + len(huge)) + huge
    data = file(codec, streams=(stream[:2] + hidden + stream[2:],))
    yield right(ROW, f"{codec.name}-huge_sof_in_a_comment", data, truth(codec))


def j2k(codec):
    """SIZ: marker, length, capabilities, X Y XO YO XT YT XTO YTO, components, depth and steps."""
    at = encoded(codec)[0].index(J2K_SIZ)
    bad = {"pixels.dimensions", "pixels.codestream"}
    for name, place, own in (("columns", at + 6, COLUMNS), ("rows", at + 10, ROWS)):
        for side in SIDES_32:
            if side != own:
                data = patched(codec, place, pack(">I", side))
                yield refuse(ROW, f"{codec.name}-siz_{name}_{side}", data, *bad)
    both = patched(codec, at + 6, pack(">II", 16_384, 16_384))
    yield refuse(ROW, f"{codec.name}-siz_16384x16384", both, *bad)
    for name, place in (("x", at + 14), ("y", at + 18)):
        for side in (1, COLUMNS, ROWS, 2**32 - 1):
            data = patched(codec, place, pack(">I", side))
            yield refuse(ROW, f"{codec.name}-siz_offset_{name}_{side}", data, *bad)
    yield from j2k_tiles(codec, at)
    yield from j2k_components(codec, at)
    yield from j2k_segments(codec, at)


def j2k_tiles(codec, at):
    wrong = {"pixels.codestream", "pixels.codec"}
    for name, place in (("width", at + 22), ("height", at + 26)):
        data = patched(codec, place, pack(">I", 0))
        yield refuse(ROW, f"{codec.name}-siz_tile_{name}_0", data, *wrong)
    for name, place in (("x", at + 30), ("y", at + 34)):
        for side in (1, 2**31, 2**32 - 1):  # a tile must begin before the image does
            data = patched(codec, place, pack(">I", side))
            codes = wrong | {"limit.tiles"}
            yield refuse(ROW, f"{codec.name}-siz_tile_{name}_at_{side}", data, *codes)


def j2k_components(codec, at):
    bad = {"pixels.components", "pixels.codestream"}
    for count in (0, 2, 3, 4, 16_384, 65_535):
        data = patched(codec, at + 38, pack(">H", count))
        yield refuse(ROW, f"{codec.name}-siz_{count}_components", data, *bad)
    for depth in (16, 31, 37, 38, 0x7F, 0x80 | 16, 0xFF):  # one less than the bits
        data = patched(codec, at + 40, bytes([depth]))
        yield refuse(ROW, f"{codec.name}-siz_depth_{depth}", data, "pixels.precision")
    for name, place in (("x", at + 41), ("y", at + 42)):
        for step in (0, 2, 255):
            data = patched(codec, place, bytes([step]))
            yield refuse(
                ROW, f"{codec.name}-siz_step_{name}_{step}", data, "transfer_syntax.components"
            )
    cod = encoded(codec)[0].index(J2K_COD)
    for layers in (101, 1_000, 65_535):
        data = patched(codec, cod + 6, pack(">H", layers))
        yield refuse(ROW, f"{codec.name}-cod_{layers}_layers", data, "limit.layers")


def j2k_segments(codec, at):
    stream = encoded(codec)[0]
    length = 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
    own, rest = stream[at : at + length], stream[at + length :]
    huge = own[:6] + pack(">II", 16_384, 16_384) + own[14:22] + pack(">II", 16_384, 16_384)
    huge += own[30:]
    no_header = {"pixels.codestream", "pixels.codec"}
    twice = no_header | {"pixels.dimensions"}
    cod = stream.index(J2K_COD)
    cod_length = 2 + int.from_bytes(stream[cod + 2 : cod + 4], "big")
    made = {
        "without_siz": (stream[:at] + rest, no_header),
        "without_cod": (stream[:cod] + stream[cod + cod_length :], no_header),
        "huge_siz_first": (stream[:at] + huge + own + rest, twice),
        "huge_siz_second": (stream[:at] + own + huge + rest, twice),
        "siz_cut": (stream[: at + 20], no_header),
        "segment_past_the_end": (stream[: at + 2] + b"\xff\xff" + own[4:] + rest, no_header),
        "segment_of_length_0": (stream[:at] + own + b"\xff\x64\0\0" + rest, no_header),
        "only_soc": (b"\xff\x4f", no_header),
        "boxes_without_a_codestream": (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(40), no_header),
        "a_box_past_the_end": (
            b"\0\0\0\x0cjP  \r\n\x87\n\xff\xff\xff\xffjp2c" + stream,
            no_header,
        ),
        "main_header_only": (stream[: stream.index(b"\xff\x90")] + b"\xff\xd9", no_header),
    }
    for name, (bytes_, codes) in made.items():
        yield refuse(ROW, f"{codec.name}-{name}", file(codec, streams=(bytes_,)), *codes)


def tiles():
    """More tiles than a tile's number can count: 512 x 512 of one pixel each."""
    for codec in CODESTREAMS:
        if codec.family == "j2k":
            stream = encoded(codec)[0]
            at = stream.index(J2K_SIZ) + 6
            sizes = pack(">6I", 512, 512, 0, 0, 1, 1)
            stream = stream[:at] + sizes + stream[at + len(sizes) :]
            made = phantoms.Image(
                image(codec, 1, 512, 512).frames, codec.syntax, codec.bits, encoded=(stream,)
            )
            yield refuse(ROW, f"{codec.name}-262144_tiles", phantoms.file(made), "limit.tiles")
