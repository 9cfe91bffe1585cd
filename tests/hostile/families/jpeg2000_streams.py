"""Rows 1 and 3: JPEG 2000 and HTJ2K that ask for more than they hold, or hold less than they say.

A codec keeps a record for each precinct, code-block and tile before it reads one, and fills tiles
and packets that are not there. Standard: ISO/IEC 15444-1 A.4.2, A.6.1, A.6.2, B.6 to B.10.
"""

import numpy as np

from tests.hostile.case import refuse, right
from tests.hostile.seeds import LARGER, TILED, encoded, four_tiles
from tests.support import jpeg2000_streams as j2k
from tests.support import phantoms
from tests.support.jpeg2000_streams import EMPTY_PACKET, EOC, Style
from tests.support.phantoms import ramp

MEMORY, SHORT = 1, 3
SIDE = 1024  # 12,288 records are allowed for so many samples
CODECS = (("j2k", phantoms.JPEG_2000_LOSSLESS, 0), ("htj2k", phantoms.HTJ2K_LOSSLESS, 0x40))
SEEDS = {codec.syntax: codec for codec in TILED}
CUT = {"pixels.truncated", "pixels.codec"}


def cases():
    for name, syntax, style in CODECS:
        yield from precincts(name, syntax, style)
        yield from tiles(name, syntax, style)
        yield from layers(name, syntax, style)
        yield from absent_tiles(name, syntax)
        yield from cut(name, syntax)
        yield from after_the_end(name, syntax)
    yield from packets()


def file(syntax, stream, shape, dtype="u1", bits=8):
    image = phantoms.Image(np.zeros((1, *shape), dtype), syntax, bits, encoded=(stream,))
    return phantoms.file(image)


def places(style, plain, layers=1):
    """Where a style can stand: COD and COC, in the main header and in that of a tile-part."""
    own, general = j2k.cod(style, layers), j2k.cod(plain)
    return {
        "cod": (own, b""),
        "coc": (general + j2k.coc(style), b""),
        "tile_cod": (general, own),
        "tile_coc": (general, j2k.coc(style)),
    }


def whole(main, inside, side=SIDE):
    part = j2k.tile_part(0, EMPTY_PACKET * 6, inside)
    return j2k.stream(j2k.siz(side, side), main, part)


def precincts(name, syntax, style):
    """Precincts and code-blocks of one, two or four samples, where they may be and elsewhere."""
    bombs = {
        f"{levels}_levels-{1 << size}": (Style(levels, bytes([size * 17] * (levels + 1))), size)
        for levels in range(6)
        for size in range(3)
    }
    lowest = {
        f"{levels}_levels-1_in_the_lowest": (Style(levels, b"\0" + b"\xff" * levels), 1)
        for levels in range(1, 4)
    }
    blocks = {f"blocks_of_{4 << n}": (Style(5, block=bytes([n, 0])), 1) for n in range(2)}
    for label, (own, size) in (bombs | lowest | blocks).items():
        made = Style(own.levels, own.precincts, own.block, style)
        # Only the lowest resolution may have precincts of one sample: A.6.1, Table A.21
        code = "limit.precincts" if size or not own.levels else "pixels.codestream"
        for place, (main, inside) in places(made, Style(style=style)).items():
            data = file(syntax, whole(main, inside), (SIDE, SIDE))
            yield refuse(MEMORY, f"{name}-precincts-{label}-{place}", data, code)


def tiles(name, syntax, style):
    """As many tiles as their number can count, and fewer in three components; 1,000 components."""
    plain = j2k.cod(Style(style=style))
    for label, rows, columns, components in (
        ("65535_tiles", 257, 255, 1),
        ("21846_tiles", 331, 66, 1),
        ("13108_tiles_of_3", 113, 116, 3),
    ):
        size = j2k.siz(rows, columns, tile=(1, 1), components=components)
        data = j2k.stream(size, plain, j2k.tile_part(0, EMPTY_PACKET))
        shape = (rows, columns) if components == 1 else (rows, columns, components)
        yield refuse(MEMORY, f"{name}-{label}", file(syntax, data, shape), "limit.tiles")
    data = j2k.stream(j2k.siz(8, 8, components=1_000), plain, j2k.tile_part(0, EMPTY_PACKET))
    made = file(syntax, data, (8, 8))
    yield refuse(MEMORY, f"{name}-1000_components", made, "pixels.components")


def layers(name, syntax, style):
    """Layers beyond the limit, and places for packets: layers x resolutions x precincts."""
    plain = Style(style=style)
    for count in (101, 65_535):
        for place in ("cod", "tile_cod"):
            main, inside = places(plain, plain, count)[place]
            data = file(syntax, whole(main, inside, 64), (64, 64))
            yield refuse(MEMORY, f"{name}-{count}_layers-{place}", data, "limit.layers")
    many = Style(32, b"\x66" + b"\x88" * 31 + b"\x55", style=style)
    data = file(syntax, whole(j2k.cod(many, 100), b""), (SIDE, SIDE))
    yield refuse(MEMORY, f"{name}-places_for_3_million_packets", data, "limit.precincts")


def absent_tiles(name, syntax):
    """Each tile left out, in the place of another, there twice, or of a number too high."""
    values = ramp((1, *LARGER), "u2", 12)[0]
    stream = four_tiles(SEEDS[syntax])
    head, parts, end = j2k.split(stream)
    yield right(SHORT, f"{name}-four_tiles", file(syntax, stream, LARGER, "u2", 12), values[None])
    made = {f"without_tile_{n}": parts[:n] + parts[n + 1 :] for n in range(4)}
    made |= {f"tile_{n}_for_3": [*parts[:3], parts[n]] for n in range(3)}
    made |= {
        "tile_0_twice": [*parts, parts[0]],
        "tile_4": [*parts[:3], parts[3][:4] + b"\0\4" + parts[3][6:]],
        "only_one_of_2_parts": [*parts[:3], parts[3][:11] + b"\2" + parts[3][12:]],
        "the_second_part_first": [*parts[:3], parts[3][:10] + b"\1" + parts[3][11:]],
        "the_first_to_the_end": [j2k.with_length(parts[0], 0), *parts[1:]],
    }
    for label, left in made.items():
        data = file(syntax, head + b"".join(left) + end, LARGER, "u2", 12)
        yield refuse(SHORT, f"{name}-{label}", data, "pixels.truncated")


def cut(name, syntax):
    """Cut in the tile's data; its length is made to fit, or is that of all that follows."""
    values = ramp((1, *LARGER), "u2", 12)[0]
    stream = encoded(SEEDS[syntax], 1, *LARGER)[0]
    head, parts, end = j2k.split(stream)
    part = b"".join(parts)
    assert len(parts) == 1
    lengths = {len(part) * share // 100 for share in range(10, 100, 5)}
    lengths |= {len(part) - n for n in range(1, 9)}
    for length in sorted(lengths):
        for label, written in (("fit", length), ("psot_0", 0)):
            data = head + j2k.with_length(part[:length], written) + end
            made = file(syntax, data, LARGER, "u2", 12)
            yield refuse(SHORT, f"{name}-cut_to_{length}-{label}", made, *CUT)
    data = head + j2k.with_length(part, 0) + end
    made = file(syntax, data, LARGER, "u2", 12)
    yield right(SHORT, f"{name}-whole-psot_0", made, values[None])


def after_the_end(name, syntax):
    """A second codestream in the frame, and what may follow the first."""
    values = ramp((1, 24, 20), "u2", 12)
    stream = encoded(SEEDS[syntax])[0]
    for label, rest in (
        ("itself", stream),
        ("three_letters", b"abc"),
        ("a_marker", b"\0\0" + EOC),
    ):
        data = file(syntax, stream + rest, (24, 20), "u2", 12)
        yield refuse(SHORT, f"{name}-followed_by_{label}", data, "pixels.codestream")
    even = b" "[: len(stream) % 2]
    for label, rest in (("what_makes_it_even", even), ("zeros", bytes(9)), ("ones", b"\xff" * 9)):
        data = file(syntax, stream + rest, (24, 20), "u2", 12)
        yield right(SHORT, f"{name}-followed_by_{label}", data, values)


def packets():
    """Packets that hold nothing: of all of them the picture is grey, and one too few is a cut."""
    grey = np.full((1, 64, 64), 128, "u1")
    syntax = phantoms.JPEG_2000_LOSSLESS
    for levels, layers in ((0, 1), (5, 1), (5, 3), (2, 100)):
        due = (levels + 1) * layers
        for count in sorted({due, due - 1, due // 2, 0}):
            for label, length in (("fit", None), ("psot_0", 0)):
                part = j2k.tile_part(0, EMPTY_PACKET * count, length=length)
                stream = j2k.stream(j2k.siz(64, 64), j2k.cod(Style(levels), layers), part)
                data = file(syntax, stream, (64, 64))
                name = f"j2k-{count}_of_{due}_packets-{label}"
                if count == due:
                    yield right(SHORT, name, data, grey)
                else:
                    yield refuse(SHORT, name, data, *CUT)
