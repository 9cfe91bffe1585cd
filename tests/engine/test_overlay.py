"""Overlay planes of an image: PS3.3 C.9.2 and C.9.3, packed as PS3.5 8.1.2 says."""

from struct import pack

import numpy as np
import pytest

from diascope import overlay
from diascope.overlay import EMBEDDED_NOTICE, OVERLAY_NOTICE
from diascope.values import EncodedFrame
from tests.engine.headers import image
from tests.support import phantoms
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import encoded_frame, image_of, parts_of

pytestmark = pytest.mark.requirement("IMG-06")
POINTS = (np.arange(15).reshape(3, 5) % 4 == 1).astype(np.uint8)
TWO = np.stack([POINTS, 1 - POINTS])


def plane(points=POINTS, origin=(1, 1), group=0x6000, **changes):
    """Elements of one overlay, as `headers.image` takes them; a change of None drops one."""
    packed = np.packbits(points.reshape(-1), bitorder="little").tobytes()
    elements = {
        0x10: ("US", pack("<H", points.shape[-2])),
        0x11: ("US", pack("<H", points.shape[-1])),
        0x40: ("CS", "G"),
        0x50: ("SS", pack("<2h", *origin)),
        0x100: ("US", pack("<H", 1)),
        0x102: ("US", pack("<H", 0)),
        0x3000: ("OB", packed),
    }
    if points.ndim == 3:
        elements[0x15] = ("IS", str(len(points)))
    elements |= {int(name[1:], 16): value for name, value in changes.items()}
    return {
        f"_{group << 16 | tag:08X}": value for tag, value in elements.items() if value is not None
    }


def on_frame(parsed, index=0):
    return overlay.of_frame(parsed.overlays, EncodedFrame(b"", index), parsed.pixels)


def test_bits_are_packed_from_the_lowest_and_run_on_from_row_to_row():
    found = on_frame(image(**plane()))

    assert [(POINTS.tolist(), (1, 1), 65_535)] == [
        (each.points.astype(int).tolist(), each.origin, each.grey) for each in found
    ]


def test_an_overlay_may_begin_outside_the_image_and_have_another_size():
    found = image(**plane(origin=(-3, 2))).overlays[0]

    assert ((-3, 2), 3, 5) == (found.origin, found.rows, found.columns)


def test_sixteen_groups_are_read_in_order():
    both = plane(group=0x601E) | plane(1 - POINTS, group=0x6002)

    assert [0x6002, 0x601E] == [each.group for each in image(**both).overlays]


def test_a_group_that_only_switches_an_overlay_on_is_none():
    assert () == image(_60001001=("CS", "LAYER")).overlays


@pytest.mark.parametrize(
    ("frame", "expected"),
    [(0, None), (1, 0), (2, 1), (3, None)],
    ids=["before", "1", "2", "after"],
)
def test_overlay_frames_lie_one_to_one_on_image_frames_from_the_origin_on(frame, expected):
    parsed = image(ramp((4, 6, 4)), **plane(TWO, _51=("US", pack("<H", 2))))
    found = on_frame(parsed, frame)

    wanted = [] if expected is None else [TWO[expected].tolist()]
    assert wanted == [each.points.astype(int).tolist() for each in found]


def test_an_overlay_without_frames_lies_on_every_frame():
    parsed = image(ramp((4, 6, 4)), **plane())

    assert [1, 1, 1, 1] == [len(on_frame(parsed, index)) for index in range(4)]


@pytest.mark.parametrize(
    "syntax",
    [
        phantoms.EXPLICIT, phantoms.IMPLICIT, phantoms.RLE, phantoms.ENCAPSULATED,
        phantoms.DEFLATED_FRAME,
    ],
)  # fmt: skip
def test_an_overlay_of_old_stands_in_an_unused_bit_of_the_pixels(syntax):
    values = ramp((1, 6, 4))
    marked = (np.arange(24).reshape(1, 6, 4) % 5 == 2).astype(np.uint16)
    stored = values | marked << 14
    old = plane(
        np.zeros((6, 4), np.uint8), _3000=None, _100=("US", pack("<H", 16)),
        _102=("US", pack("<H", 14)),
    )  # fmt: skip
    extra = {int(name[1:], 16): value for name, value in old.items()}
    parts = parts_of(phantoms.file(Image(stored, syntax, bits_stored=12, extra=extra)))
    parsed = image_of(phantoms.file(Image(stored, syntax, bits_stored=12, extra=extra)))
    found = overlay.of_frame(parsed.overlays, encoded_frame(parsed, parts, 0), parsed.pixels)

    assert [marked[0].tolist()] == [each.points.astype(int).tolist() for each in found]


def test_an_overlay_in_pixels_that_a_codec_rewrote_is_lost_and_said():
    parsed = image(
        syntax=phantoms.JPEG_LS, bits_stored=12, **plane(np.zeros((6, 4), np.uint8),
        _3000=None, _102=("US", pack("<H", 14))),
    )  # fmt: skip

    assert ((), True) == (parsed.overlays, EMBEDDED_NOTICE in parsed.notices)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"_10": None}, id="no rows"),
        pytest.param({"_11": ("US", pack("<H", 0))}, id="no columns"),
        pytest.param({"_10": ("US", pack("<H", 400))}, id="more points than bits"),
        pytest.param({"_15": ("IS", "9")}, id="more frames than bits"),
        pytest.param({"_15": ("IS", "-1")}, id="frames below zero"),
        pytest.param({"_15": ("IS", "x")}, id="frames no number"),
        pytest.param({"_50": ("SS", pack("<h", 1))}, id="half an origin"),
        pytest.param({"_51": ("US", pack("<H", 0)), "_15": ("IS", "1")}, id="frame 0"),
        pytest.param({"_3000": None}, id="no data, another size"),
        pytest.param({"_10": ("SS", pack("<h", 3))}, id="rows of another VR"),
        pytest.param({"_10": ("UN", pack("<I", 3))}, id="rows of an unknown VR, another size"),
        pytest.param({"_10": ("UN", b"")}, id="rows of an unknown VR, empty"),
    ],
)
def test_an_overlay_that_cannot_be_used_is_left_out_and_said(changes):
    parsed = image(**plane(**changes))

    assert ((), True) == (parsed.overlays, OVERLAY_NOTICE in parsed.notices)


def test_a_bit_that_holds_the_picture_is_no_overlay():
    parsed = image(
        bits_stored=12, **plane(np.zeros((6, 4), np.uint8), _3000=None, _102=("US", pack("<H", 3)))
    )

    assert ((), True) == (parsed.overlays, OVERLAY_NOTICE in parsed.notices)


def test_words_of_a_big_endian_file_are_swapped_back():
    packed = np.packbits(POINTS.reshape(-1), bitorder="little")
    swapped = np.frombuffer(packed.tobytes(), "<u2").astype(">u2").tobytes()
    changes = {"_3000": ("OW", swapped), "_10": ("US", pack(">H", 3)),
               "_11": ("US", pack(">H", 5)), "_50": ("SS", pack(">2h", 1, 1))}  # fmt: skip
    changes["_100"] = ("US", pack(">H", 1))
    found = on_frame(image(syntax=phantoms.BIG, **plane(**changes)))

    assert [POINTS.tolist()] == [each.points.astype(int).tolist() for each in found]


@pytest.mark.parametrize("syntax", [phantoms.EXPLICIT, phantoms.BIG], ids=["little", "big"])
def test_a_group_of_an_unknown_vr_is_read_in_little_endian(syntax):
    """PS3.5 6.2.2 note 2: what passed through a system that did not know the group."""
    unknown = {tag: ("UN", value) for tag, (_, value) in plane(TWO, origin=(-3, 2)).items()}
    unknown["_60000051"] = ("UN", pack("<H", 2))
    parsed = image(ramp((4, 6, 4)), syntax, **unknown)

    assert ((), (-3, 2), 2) == (
        parsed.notices, parsed.overlays[0].origin, parsed.overlays[0].first_frame,
    )  # fmt: skip
    assert [TWO[0].tolist()] == [each.points.astype(int).tolist() for each in on_frame(parsed, 1)]
