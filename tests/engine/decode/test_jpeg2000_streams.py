"""JPEG 2000 and HTJ2K: all tiles and packets are there, and a codec keeps no more than it must."""

from struct import pack

import imagecodecs
import numpy as np
import pytest

from diascope.decode import jpeg2000, jpeg2000_coding, jpeg2000_header, jpeg2000_packets
from diascope.decode import jpeg2000_parts as parts_of
from diascope.errors import DiascopeError
from diascope.values import PixelDescription
from tests.support import jpeg2000_streams as j2k
from tests.support import phantoms
from tests.support.jpeg2000_streams import EMPTY_PACKET, EOC, Style
from tests.support.phantoms import ramp

VALUES = ramp((1, 64, 48), "u2", 12)[0]
HIGH = [False, True]
CODECS = ["JPEG 2000", "HTJ2K"]
DECODE = {False: jpeg2000.decode, True: jpeg2000.decode_high_throughput}
both = pytest.mark.parametrize("high", HIGH, ids=CODECS)


def pixels(rows=64, columns=48, samples=1, bits=16):
    return PixelDescription(
        rows, columns, samples, "RGB" if samples == 3 else "MONOCHROME2", bits, bits, bits - 1,
        False, False, 1, phantoms.JPEG_2000_LOSSLESS,
    )  # fmt: skip


def refusal(data, described, *, high=False):
    with pytest.raises(DiascopeError) as caught:
        DECODE[high](data, described)
    return caught.value.code


def encoded(*, high):
    if high:
        return imagecodecs.htj2k_encode(VALUES, reversible=True)
    return imagecodecs.jpeg2k_encode(VALUES, level=0, reversible=True, codecformat="J2K")


def headed(main, inside=b"", side=1024, samples=1, data=EMPTY_PACKET, tile=None):
    size = j2k.siz(side, side, tile=tile, components=samples)
    return j2k.stream(size, main, j2k.tile_part(0, data, inside))


def counted(style, rows, columns, tile=None):
    """What a codec would keep, counted cell by cell as B.6 and B.7 have it."""
    height, width = tile or (rows, columns)
    found = 0
    for y in range(0, rows, height):
        for x in range(0, columns, width):
            found += of_tile(style, (x, min(x + width, columns)), (y, min(y + height, rows)))
    return found


def of_tile(style, across, down):
    sizes = style.precincts or b"\xff" * (style.levels + 1)
    found = 0
    for resolution, size in enumerate(sizes):
        level = style.levels - resolution
        found += cells(across, level, 0, size & 15) * cells(down, level, 0, size >> 4)
        bands = [(1, 0), (0, 1), (1, 1)] if resolution else [(0, 0)]
        inner = resolution > 0
        for bx, by in bands:
            found += cells(
                across, level + inner, bx, min(style.block[0] + 2, (size & 15) - inner)
            ) * cells(down, level + inner, by, min(style.block[1] + 2, (size >> 4) - inner))
    return found


def cells(span, level, band, size):
    """Which cells of 2^size the samples of a sub-band fall into, one sample after the other."""
    offset = band << level >> 1
    first, last = (-(-(edge - offset) // (1 << level)) for edge in span)
    return len({n >> size for n in range(first, last)})


@pytest.mark.requirement("security row 1")
@pytest.mark.parametrize("tile", [None, (16, 16), (24, 7)], ids=["whole", "16 x 16", "24 x 7"])
@pytest.mark.parametrize(
    "style",
    [
        Style(), Style(5), Style(3, b"\x12\x34\x56\x78"), Style(2, b"\0\x21\x12", b"\0\1"),
        Style(5, block=b"\0\2"), Style(32),
    ],
    ids=["no level", "5 levels", "precincts", "small", "blocks", "32 levels"],
)  # fmt: skip
def test_precincts_and_code_blocks_are_counted_as_the_standard_cuts_them(style, tile):
    main = j2k.cod(style)
    header = jpeg2000_header.read(
        j2k.stream(j2k.siz(50, 37, tile=tile), main, j2k.tile_part(0, EMPTY_PACKET))
    )
    (coding,) = header.codings

    assert counted(style, 50, 37, tile) == jpeg2000_coding.records(coding, header.grid.spans(), 0)


@pytest.mark.requirement("security row 1")
@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("levels", range(6))
@pytest.mark.parametrize("place", ["COD", "COC", "tile COD", "tile COC"])
def test_precincts_far_beyond_the_samples_are_refused_wherever_they_are_said(place, levels, size):
    """146 bytes of precincts of one sample made OpenJPEG take 2.3 GB."""
    own, plain = Style(levels, bytes([size * 17] * (levels + 1))), j2k.cod(Style())
    main, inside = {
        "COD": (j2k.cod(own), b""), "COC": (plain + j2k.coc(own), b""),
        "tile COD": (plain, j2k.cod(own)), "tile COC": (plain, j2k.coc(own)),
    }[place]  # fmt: skip

    assert "limit.precincts" == refusal(headed(main, inside), pixels(1024, 1024, bits=8))


@pytest.mark.requirement("security row 1")
@pytest.mark.parametrize(
    ("style", "layers", "code"),
    [
        (Style(0, b"\0"), 1, "limit.precincts"),
        (Style(3, b"\0\xff\xff\xff"), 1, "limit.precincts"),
        (Style(1, b"\0\0"), 1, "pixels.codestream"),
        (Style(2, b"\xff\xff"), 1, "pixels.codestream"),
        (Style(33), 1, "pixels.codestream"),
        (Style(block=b"\4\5"), 1, "pixels.codestream"),
        (Style(block=b"\x09\0"), 1, "pixels.codestream"),
        (Style(5, block=b"\0\0"), 1, "limit.precincts"),
        (Style(32, b"\x66" + b"\x88" * 31 + b"\x55"), 100, "limit.precincts"),
        (Style(), 101, "limit.layers"),
    ],
    ids=[
        "1 sample", "1 in the lowest", "1 in a higher", "too few sizes", "33 levels",
        "a block of 8,192", "a block of 2,048 x 4", "blocks of 16", "places", "layers",
    ],
)  # fmt: skip
def test_a_coding_style_is_refused_before_a_codec_runs(style, layers, code):
    for main, inside in (
        (j2k.cod(style, layers), b""),
        (j2k.cod(Style()), j2k.cod(style, layers)),
    ):
        assert code == refusal(headed(main, inside), pixels(1024, 1024, bits=8))


def test_a_coding_segment_cut_short_is_refused():
    for inside in (j2k.segment(j2k.COD, bytes(9)), j2k.segment(j2k.COC, bytes(6))):
        data = headed(j2k.cod(Style()), inside)
        assert "pixels.codestream" == refusal(data, pixels(1024, 1024, bits=8))


@pytest.mark.requirement("security row 1")
def test_a_tile_counts_for_each_of_its_components():
    """Each costs a codec 7 KB, and 2 KB a component: 65,025 made one take 780 MB."""
    small = {"side": 128, "tile": (1, 1)}
    assert "limit.tiles" == refusal(
        headed(j2k.cod(Style()), samples=3, **small), pixels(128, 128, 3, 8)
    )
    assert "pixels.truncated" == refusal(
        headed(j2k.cod(Style()), side=32, tile=(1, 1)), pixels(32, 32, bits=8)
    )


@pytest.mark.requirement("security row 1")
@pytest.mark.parametrize(
    ("rows", "columns", "tile", "samples", "style"),
    [
        (4096, 3000, (256, 256), 3, Style(5)),
        (4096, 4096, (64, 64), 1, Style(5)),
        (4096, 3000, None, 3, Style(5, b"\x77" * 6)),
        (4096, 3000, None, 1, Style(5, b"\x66" + b"\x77" * 5, b"\2\2")),
        (512, 512, (64, 64), 3, Style(5, block=b"\3\3")),
        (65_535, 4_000, None, 1, Style(5)),
    ],
    ids=["tiles", "4,096 tiles", "128 in colour", "128 and blocks of 16", "small", "a long one"],
)
def test_what_encoders_write_is_far_from_the_limits(rows, columns, tile, samples, style):
    size = j2k.siz(rows, columns, tile=tile, components=samples)
    data = j2k.stream(size, j2k.cod(style, 20), j2k.tile_part(0, EMPTY_PACKET))
    header = jpeg2000_header.read(data)

    jpeg2000_header.check(header, pixels(rows, columns, samples, 8))


@both
@pytest.mark.requirement("security row 3")
def test_a_tile_that_is_not_there_is_refused_not_filled(high):
    stream = j2k.quarters(VALUES, high=high)
    head, parts, end = j2k.split(stream)
    assert np.array_equal(VALUES, DECODE[high](stream, pixels()).values.array)

    for n in range(4):
        left = head + b"".join(parts[:n] + parts[n + 1 :]) + end
        twice = head + b"".join([*parts[:n], parts[n - 1], *parts[n + 1 :]]) + end
        assert "pixels.truncated" == refusal(left, pixels(), high=high)
        assert "pixels.truncated" == refusal(twice, pixels(), high=high)


def test_a_tile_has_as_many_parts_as_it_says_in_their_order():
    head, (*others, last), end = j2k.split(j2k.quarters(VALUES, high=False))
    for part in (
        last[:4] + b"\0\4" + last[6:],
        last[:10] + b"\1" + last[11:],
        last[:11] + b"\2" + last[12:],
    ):
        data = head + b"".join([*others, part]) + end
        assert "pixels.truncated" == refusal(data, pixels())


def test_a_codestream_without_tile_parts_is_none():
    head, _, end = j2k.split(encoded(high=False))

    assert "pixels.codestream" == refusal(head + end, pixels())


@both
@pytest.mark.requirement("security row 3")
def test_a_codestream_cut_anywhere_is_refused_whatever_its_length_says(high):
    """OpenJPH filled it, in one build and not in another; OpenJPEG where a packet ends."""
    head, (part,), end = j2k.split(encoded(high=high))
    for length in [*range(20, len(part), 37), *range(len(part) - 20, len(part))]:
        for written in (0, length):
            data = head + j2k.with_length(part[:length], written) + end
            assert refusal(data, pixels(), high=high) in {"pixels.truncated", "pixels.codec"}


@pytest.mark.requirement("security row 3")
@pytest.mark.parametrize("length", [None, 0], ids=["fit", "to the end"])
def test_one_packet_too_few_is_a_cut(length):
    """Three layers of six resolutions, all of them empty: grey, if all of them are there."""
    for count in (18, 17, 12, 1):
        part = j2k.tile_part(0, EMPTY_PACKET * count, length=length)
        data = j2k.stream(j2k.siz(64, 48), j2k.cod(Style(5), 3), part)
        if count == 18:
            found = jpeg2000.decode(data, pixels(bits=8)).values.array
            assert {128} == set(found.reshape(-1).tolist())
        else:
            assert "pixels.truncated" == refusal(data, pixels(bits=8))


@both
def test_the_second_asking_reads_the_packets_of_each_tile_and_no_bit_planes(high):
    stream = j2k.quarters(VALUES, high=high)
    header = jpeg2000_header.read(stream)
    parts = parts_of.read(stream, header)
    asked = jpeg2000_packets.with_tails(stream, parts_of.with_codings(header, parts), parts)
    found = imagecodecs.jpeg2k_decode(asked)

    assert len(stream) + 4 * len(jpeg2000_packets.TAIL) == len(asked)
    assert high == np.array_equal(VALUES, found)
    assert high or {0x8000} == set(found.reshape(-1).tolist())


def test_quantization_in_a_tile_or_of_a_component_is_emptied_too():
    own = j2k.segment(j2k.QCC, b"\0\x40" + b"\x48" * 16) + j2k.qcd(5)
    part = j2k.tile_part(0, EMPTY_PACKET * 6, own)
    tlm = j2k.segment(0xFF55, b"\0\x40" + pack(">I", len(part)))
    data = j2k.stream(j2k.siz(64, 48), j2k.cod(Style(5)) + tlm, part)
    header = jpeg2000_header.read(data)
    asked = jpeg2000_packets.with_tails(data, header, parts_of.read(data, header))

    assert b"\x48" not in asked[asked.index(b"\xff\x90") :]
    assert b"\xff\x55" not in asked
    assert "" == jpeg2000.decode(data, pixels(bits=8)).lossy


@both
def test_a_tile_that_is_irreversible_makes_the_frame_so(high):
    style = 0x40 * high
    cod = j2k.cod(Style(style=style))
    lossy = cod[:-1] + b"\0"
    data = headed(cod, lossy, side=64)
    header = jpeg2000_header.read(data)
    assert header.is_reversible
    assert not parts_of.with_codings(header, parts_of.read(data, header)).is_reversible


@both
def test_only_padding_follows_the_end_of_a_frame(high):
    stream = encoded(high=high)
    for rest in (b"", b" ", b"\0", bytes(7), b"\xff" * 4):
        found = DECODE[high](stream + rest, pixels()).values.array
        assert np.array_equal(VALUES, found)
    for rest in (stream, b"ab", b"\0\0" + EOC):
        assert "pixels.codestream" == refusal(stream + rest, pixels(), high=high)
