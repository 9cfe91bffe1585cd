"""Edge tiles of a slide that are smaller than described: exactly what lies inside, or refused."""

import hashlib
from dataclasses import replace
from fractions import Fraction
from struct import pack

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import frame_range, mixing, padding, pipeline, stored_digest, tiles
from diascope.errors import DiascopeError
from diascope.mixing import Grid
from diascope.presets import Look
from diascope.values import Tiling, Window
from diascope.viewport import E6, View
from tests.engine import enhanced, studies
from tests.engine.enhanced import Groups
from tests.engine.images import grey_image, stored
from tests.engine.readers import holding_all
from tests.engine.test_padding import expected_mix
from tests.engine.test_pipeline import one_to_one, whole
from tests.engine.tiled import (
    COLUMNS,
    CORNERS,
    COVERED,
    KINDS,
    NAMES,
    ROWS,
    SLIDE_POSITION,
    by_position,
    cleared,
    matrix,
    placed,
    tiled,
)
from tests.support import codestreams, phantoms
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import decoded_frames, image_of

pytestmark = pytest.mark.requirement("IMG-05")


def refusal(data):
    with pytest.raises(DiascopeError) as caught:
        decoded_frames(data)
    return caught.value.code


@pytest.mark.parametrize("syntax", KINDS, ids=NAMES)
@pytest.mark.parametrize(
    ("extra", "raw"),
    [
        pytest.param(matrix(), {}, id="in order"),
        pytest.param(matrix(organization="TILED_SPARSE"), by_position(), id="by position"),
        pytest.param(matrix(organization=""), by_position(), id="by position, unnamed"),
        pytest.param(matrix(), by_position(), id="both"),
    ],
)
def test_a_smaller_edge_tile_lies_at_the_top_left_of_its_frame(syntax, extra, raw):
    """Right edge, bottom edge and corner; 0 stands where the codestream has nothing."""
    data, frames = tiled(syntax, extra=extra, raw=raw)
    worst = 6 if syntax == phantoms.JPEG_BASELINE else 0
    made = decoded_frames(data)
    assert [None, *COVERED[1:]] == [each.values.covered for each in made]
    for frame, size, found in zip(frames, COVERED, made, strict=True):
        difference = found.values.array.astype(int) - cleared(frame, size)
        assert np.abs(difference).max() <= worst
        assert not found.values.array[size[0] :].any()
        assert not found.values.array[:, size[1] :].any()
        assert not found.values.array.flags.writeable


@pytest.mark.parametrize(
    ("name", "syntax", "expected", "bits"),
    [
        ("grey-12-boxes.jxl", phantoms.JPEG_XL, codestreams.GREY_12, 12),
        ("colour.jxl", phantoms.JPEG_XL_LOSSLESS, codestreams.COLOR, 8),
    ],
)
def test_a_smaller_corner_tile_in_jpeg_xl(name, syntax, expected, bits):
    size = expected.shape[:2]
    assert COVERED[3] == size
    frames = np.zeros((1, ROWS, COLUMNS, *expected.shape[2:]), expected.dtype)
    image = Image(frames, syntax, bits, encoded=(codestreams.stored(name),), extra=matrix(*size))
    (found,) = decoded_frames(phantoms.file(image))
    assert size == found.values.covered
    assert np.array_equal(expected, found.values.array[:24, :40])


def test_a_smaller_tile_of_recompressed_jpeg():
    """The rebuilt JPEG has the size of the JPEG XL header, 32 x 48, in a tile of 40 x 64."""
    frames = np.zeros((1, 40, 64), "u1")
    stream = codestreams.stored("grey-jpeg.jxl")
    image = Image(frames, phantoms.JPEG_XL_JPEG, encoded=(stream,), extra=matrix(32, 48))
    (found,) = decoded_frames(phantoms.file(image))
    assert (32, 48) == found.values.covered
    # Pillow's tables at quality 92 keep slopes to a few levels
    assert np.abs(codestreams.smooth(1) - found.values.array[:32, :48].astype(int)).max() <= 6


WITH_SIZES = [phantoms.JPEG_BASELINE, phantoms.JPEG_LS, phantoms.HTJ2K_LOSSLESS]
WRONG = {
    0: [(24, 40), (32, 40), (24, 48), (33, 48), (32, 49), (31, 48)],
    1: [(24, 48), (24, 40), (32, 39), (32, 41), (33, 40), (32, 49)],
    2: [(32, 40), (24, 40), (23, 48), (25, 48), (24, 49)],
    3: [(32, 40), (24, 48), (24, 39), (23, 40), (25, 40), (24, 41), (33, 49), (40, 24)],
}


@pytest.mark.requirement("security row 4")
@pytest.mark.parametrize(
    "syntax", [phantoms.JPEG_BASELINE, phantoms.JPEG_LS, phantoms.HTJ2K_LOSSLESS]
)
@pytest.mark.parametrize(
    ("index", "size"), [(index, size) for index, sizes in WRONG.items() for size in sizes]
)  # fmt: skip
def test_any_other_size_is_refused(syntax, index, size):
    sizes = [*COVERED]
    sizes[index] = size
    assert "pixels.dimensions" == refusal(tiled(syntax, sizes)[0])


G = Groups()
DOUBTS = {
    "not tiled": ({}, {}),
    "no rows": ({0x00480006: ("UL", pack("<I", 88)), 0x00209311: ("CS", "TILED_FULL")}, {}),
    "rows 0": (matrix(rows=0), {}),
    "columns 0": (matrix(columns=0), {}),
    "rows 2^32 - 1": (matrix(rows=2**32 - 1), {}),
    "columns 2^32 - 1": (matrix(columns=2**32 - 1), {}),
    "both 2^32 - 1": (matrix(2**32 - 1, 2**32 - 1), {}),
    "another VR": (matrix(vr="SL"), {}),
    "two values": (matrix() | {0x00480006: ("UL", pack("<2I", 88, 88))}, {}),
    "another organization": (matrix(organization="3D"), {}),
    "of more tiles": (matrix(56, 144), {}),
    "a label": (matrix() | {0x00080008: ("CS", "ORIGINAL\\PRIMARY\\LABEL\\NONE")}, {}),
    "a concatenation that does not say which part": (
        matrix() | {0x00209161: ("UI", "1.2.3")}, {},
    ),
    "no positions": (matrix(organization="TILED_SPARSE"), {}),
    "positions against the order": (matrix(), by_position(CORNERS[::-1])),
    "positions 0": (matrix(organization=""), by_position([(0, 0)] * 4)),
    "positions outside": (matrix(organization=""), by_position([(57, 89)] * 4)),
    "positions below -2^31": (matrix(organization=""), by_position([(-(2**31), 1)] * 4)),
    "fewer positions": (matrix(organization=""), by_position(CORNERS[:3])),
    "fewer groups, in order": (matrix(), by_position(CORNERS[:3])),
    "two positions": (
        matrix(),
        G.raw(None, [G.item(G.macro(SLIDE_POSITION, b"", b""))] * 4),
    ),
    "an empty position": (matrix(), G.raw(None, [G.item(G.macro(SLIDE_POSITION))] * 4)),
}  # fmt: skip


@pytest.mark.requirement("security row 4")
@pytest.mark.parametrize("doubt", DOUBTS)
def test_in_doubt_a_frame_is_rows_by_columns(doubt):
    """A smaller tile is refused, and whole ones are decoded as if nothing had been said."""
    extra, raw = DOUBTS[doubt]
    data, _ = tiled(phantoms.JPEG_LS, extra=extra, raw=raw)
    assert "pixels.dimensions" == refusal(data)
    data, frames = tiled(phantoms.JPEG_LS, [(ROWS, COLUMNS)] * 4, extra, raw)
    made = decoded_frames(data)
    assert np.array_equal(frames, [each.values.array for each in made])
    assert [None] * 4 == [each.values.covered for each in made]


@pytest.mark.parametrize(
    "syntax", [phantoms.EXPLICIT, phantoms.IMPLICIT, phantoms.BIG, phantoms.DEFLATED]
)
@pytest.mark.parametrize("organization", ["TILED_FULL", "TILED_SPARSE"])
def test_the_matrix_is_read_in_every_encoding(syntax, organization):
    order = ">" if syntax == phantoms.BIG else "<"
    extra = matrix(organization=organization, order=order)
    frames = ramp((4, ROWS, COLUMNS))
    data = phantoms.file(Image(frames, syntax, extra=extra, raw=by_position(syntax=syntax)))
    assert COVERED == [tiles.covered(image_of(data), index) for index in range(4)]
    assert np.array_equal(frames, [each.values.array for each in decoded_frames(data)])


@pytest.mark.parametrize(
    ("first", "frames"), [(0, 8), (0, 12), (3, 5), (8, 1)], ids=["2 planes", "3", "a part", "one"]
)
def test_every_plane_begins_anew_and_a_concatenation_goes_on(first, frames):
    """PS3.3 C.7.6.17.3: focal planes and optical paths follow each other plane by plane."""
    extra = matrix()
    if first:
        extra |= {0x00209161: ("UI", "1.2.3"), 0x00209228: ("UL", pack("<I", first))}
    sizes = (COVERED * 3)[first : first + frames]
    made = decoded_frames(tiled(phantoms.JPEG_LS, sizes, extra)[0])
    assert [None if size == (ROWS, COLUMNS) else size for size in sizes] == [
        each.values.covered for each in made
    ]


def test_planes_that_are_not_whole_leave_the_order_in_doubt():
    """PS3.3 C.7.6.17.3: without a concatenation a file holds all tiles of each plane."""
    assert "pixels.dimensions" == refusal(tiled(phantoms.JPEG_LS, COVERED[:3])[0])


def test_rle_and_native_frames_have_no_size_of_their_own():
    """Their bytes fill Rows x Columns or are refused, wherever the tile lies."""
    small = ramp((1, 24, 40))
    full = ramp((1, ROWS, COLUMNS))
    rle = phantoms.encode(small[0], Image(small, phantoms.RLE, 12))
    image = Image(full, phantoms.RLE, 12, encoded=(rle,), extra=matrix(24, 40))
    assert refusal(phantoms.file(image)).startswith("pixels.")
    for syntax in (phantoms.RLE, phantoms.EXPLICIT):
        (found,) = decoded_frames(phantoms.file(Image(full, syntax, 12, extra=matrix(24, 40))))
        assert found.values.covered is None
        assert np.array_equal(full[0], found.values.array)


NUMBERS = st.sampled_from([1, 2, 47, 48, 49, 2**31, 2**32 - 1]) | st.integers(1, 2**32 - 1)
PLACES = st.sampled_from([0, 1, -1, 2**31 - 1, -(2**31)]) | st.integers(-(2**31), 2**31 - 1)


@given(NUMBERS, NUMBERS, st.none() | NUMBERS, st.integers(0, 99_999), st.tuples(PLACES, PLACES))
@settings(max_examples=200, deadline=None)
def test_no_matrix_covers_more_than_the_frame_or_nothing(rows, columns, first, index, corner):
    """Any numbers that the attributes can hold. PS3.5 6.2, UL and SL."""
    g = Groups()
    parsed = enhanced.parsed(g, None, [placed(g, *corner)])
    image = grey_image(pixels={"rows": ROWS, "columns": COLUMNS, "frames": 100_000})
    image = replace(image, tiling=Tiling(rows, columns, first))
    found = tiles.covered(image, index)
    assert (found is None) == (first is None)
    stated = replace(image, groups=parsed.groups, tiling=Tiling(rows, columns, None))
    stated = replace(stated, pixels=replace(image.pixels, frames=1))
    for size in (found, tiles.covered(stated, 0)):
        assert size is None or (1 <= size[0] <= ROWS and 1 <= size[1] <= COLUMNS)


@pytest.mark.requirement("IMG-04")
@pytest.mark.parametrize("invert", [False, True], ids=["plain", "inverted"])
@pytest.mark.parametrize("zoom_e6", [1_370_000, 640_000, 2_000_000])
def test_colour_near_the_border_is_that_of_its_own_pixels(zoom_e6, invert):
    """Each canvas byte at the corner of the slide: real neighbours alone, black outside."""
    data, frames = tiled(phantoms.JPEG_2000_LOSSLESS)
    hidden = np.ones((ROWS, COLUMNS), bool)
    hidden[:24, :40] = False
    view = View(20, 18, zoom_e6, 40_300_000, 23_600_000, "free")
    made = pipeline.render_frame(whole(data), 3, Look(None, invert), view).array
    kinds = set()
    for y in range(18):
        for x in range(20):
            u, v = (
                Fraction(center, E6) + (2 * at + 1 - size) * Fraction(E6, 2 * zoom_e6)
                for center, at, size in ((40_300_000, x, 20), (23_600_000, y, 18))
            )
            if not (0 <= u < COLUMNS and 0 <= v < ROWS):
                expected = [0, 0, 0]
            else:
                expected = [
                    shown(frames[3, ..., n], hidden, u, v, zoom_e6, invert) for n in range(3)
                ]
            kinds.add(expected == [0, 0, 0])
            assert [*expected, 255] == made[y, x].tolist()
    assert {False, True} == kinds


def shown(plane, hidden, u, v, zoom_e6, invert):
    """One sample by the stated rule: nearest at whole zooms, else weighed real neighbours."""
    if zoom_e6 % E6 == 0:
        mixed = None if hidden[int(v), int(u)] else Fraction(int(plane[int(v), int(u)]))
    else:
        mixed = expected_mix(plane, hidden, u, v)
    if mixed is None:
        return 0
    nearest = (mixed + Fraction(1, 2)).__floor__()
    return 255 - nearest if invert else nearest


@pytest.mark.requirement("IMG-04")
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=20, deadline=None)
def test_a_box_of_colour_is_the_mean_of_its_real_pixels(seed, row_box, column_box):
    rng = np.random.default_rng(seed)
    values, hidden = rng.integers(0, 256, (7, 9, 3)).astype("u1"), rng.random((7, 9)) < 0.6
    made = mixing.box_means(Grid(values, hidden), row_box, column_box)
    for i in range(made.values.shape[0]):
        for j in range(made.values.shape[1]):
            box = np.s_[i * row_box : (i + 1) * row_box, j * column_box : (j + 1) * column_box]
            real = values[box][~hidden[box]].tolist()
            assert made.hidden[i, j] == (not real)
            if real:
                means = [Fraction(sum(each), len(real)) for each in zip(*real, strict=True)]
                nearest = [(mean + Fraction(1, 2)).__floor__() for mean in means]
                assert nearest == made.values[i, j].tolist()


@pytest.mark.requirement("IMG-02")
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("invert", [False, True], ids=["plain", "inverted"])
def test_grey_outside_is_black_and_counts_for_no_window(photometric, invert):
    """The window that opens spans the values of the tile; the 0 outside is below them."""
    frame = ramp((1, ROWS, COLUMNS), "u2", 10)[0] + np.uint16(500)
    frame = frame[:24, :40]
    stream = phantoms.encode(frame, Image(frame[None], phantoms.JPEG_LS, 12))
    image = Image(
        np.zeros((1, ROWS, COLUMNS), "u2"), phantoms.JPEG_LS, 12, photometric=photometric,
        encoded=(stream,), extra=matrix(24, 40),
    )  # fmt: skip
    data = phantoms.file(image)
    made = pipeline.render_frame(whole(data), 0, Look(None, invert), one_to_one(ROWS, COLUMNS))
    low, high = int(frame.min()), int(frame.max())
    is_inverse = (photometric == "MONOCHROME1") != invert
    for row, column in np.ndindex(ROWS, COLUMNS):
        expected = 0
        if row < 24 and column < 40:
            share = Fraction(int(frame[row, column]) - low, high - low)
            expected = (255 * (1 - share if is_inverse else share) + Fraction(1, 2)).__floor__()
        assert [expected] * 3 + [255] == made.array[row, column].tolist()


@pytest.mark.parametrize("bits", [12, 32], ids=["counted", "ranked"])
@pytest.mark.parametrize("cut", [0, 10])
def test_the_range_of_a_tile_is_that_of_its_own_values(bits, cut):
    """Ten of 100 values are cut at each end; the frame's other 100 are 0."""
    values = np.zeros((20, 10), np.int64)
    values[:10] = np.arange(700, 800).reshape(10, 10)
    frame = replace(stored(values, bits), covered=(10, 10))
    low, high = frame_range.percentiles(grey_image(), frame, cut)
    assert (700 + cut, 799 - cut) == (low, high)


def test_padding_in_a_tile_and_what_lies_outside_are_both_hidden():
    frame = replace(stored([[1, 2, 0], [3, 1, 0], [0, 0, 0]]), covered=(2, 2))
    image = grey_image(padding=(1, 1))
    expected = [[True, False, True], [False, True, True], [True, True, True]]
    assert expected == padding.hidden(frame, image).tolist()
    assert (padding.TILE_NOTICE,) == padding.notices(frame, image)


@pytest.mark.parametrize(
    "syntax", [phantoms.JPEG_BASELINE, phantoms.JPEG_LS], ids=["colour", "grey"]
)
def test_a_smaller_tile_is_said_in_the_viewport_and_a_whole_one_is_not(syntax):
    data, _ = tiled(syntax)
    reader = holding_all(studies.study([data]), 60, 50)
    view = View(60, 50, 1_250_000, 24_000_000, 16_000_000, "fit")
    window = None if syntax == phantoms.JPEG_BASELINE else Window("2048", "4096")
    for index, size in enumerate(COVERED):
        painted = reader.show("1", 0, index, 1)
        if window:
            change = {"window": {"center": window.center, "width": window.width}}
            painted = reader.change("1", change, 1)
        said = padding.TILE_NOTICE in str(painted.reply["corners"])
        assert said == (size != (ROWS, COLUMNS))
        expected = pipeline.render_frame(whole(data), index, Look(window), view).array
        assert expected.tobytes() == painted.pixels.tobytes()


def test_the_digest_has_zeros_where_a_tile_has_nothing():
    data, frames = tiled(phantoms.JPEG_LS)
    stored_values = b"".join(
        cleared(frame, size).astype("<u2").tobytes()
        for frame, size in zip(frames, COVERED, strict=True)
    )
    assert {
        "transfer_syntax": phantoms.JPEG_LS,
        "stored_sha256": hashlib.sha256(stored_values).hexdigest(),
        "dtype": "uint16",
        "shape": [4, ROWS, COLUMNS],
    } == stored_digest.of_file(data)
    larger = tiled(phantoms.JPEG_LS, [*COVERED[:3], (24, 41)])[0]
    assert "pixels.dimensions" == stored_digest.of_file(larger)["refused"]
