"""Limits that grow with the frames of an image: inside its per-frame groups, and nowhere else."""

from struct import pack

import numpy as np
import pytest

from diascope import frame_keys, functional_groups, part10
from diascope.elements import ElementWalk
from diascope.encoding import FRAME_GROUPS, IMPLICIT_LITTLE, SHARED_GROUPS
from diascope.errors import DiascopeError
from diascope.limits import Count, Limits
from tests.engine.enhanced import CONTENT, MEASURES, ORIENTATION, PIXEL_VALUES, POSITION, Groups
from tests.support import phantoms
from tests.support.phantoms import ITEM, LITTLE, Image, Writer
from tests.support.stored_parts import image_of, parts_of

IMPLICIT = Writer(is_explicit=False)
SMALL = Limits(
    elements=40, items=10, frame_elements=6, frame_items=3, all_elements=100, all_items=36, group=9
)


def refusal(data, limits=None, read=part10.read):
    with pytest.raises(DiascopeError) as caught:
        read(data, *([limits] if limits else []))
    return caught.value.code


def empty(count, writer=LITTLE):
    """Empty private elements."""
    return b"".join(
        writer.element(0x00291000 + 0x20000 * (n // 0xE000) + n % 0xE000, "US", b"")
        for n in range(count)
    )


def file(groups, frames=None, syntax=phantoms.EXPLICIT, before=b"", **options):
    """An image of so many frames of one pixel with these groups, whose items are bytes."""
    w = phantoms.writer(syntax)
    raw = {FRAME_GROUPS: w.sequence(FRAME_GROUPS, *groups)}
    if before:
        raw[0x00290010] = before
    pixels = np.zeros((len(groups) if frames is None else frames, 1, 1), "u1")
    return phantoms.file(Image(pixels, syntax, raw=raw, **options))


# Each group of a file: how many elements it holds.
OPEN = {
    "no more than before": [3] * 4,
    "all that its frames permit": [6] * 4 + [4],
    "one that is large in a file that is small": [20],
    "one that is large in a file that is full": [26],
    "the most there may be": [5] * 8 + [9],
}
REFUSED = {
    "more than its frames permit": ([9] * 5, 2),
    "one group too large": ([4] * 7 + [10], 8),
    "one group too large, at first": ([10] + [4] * 7, 8),
    "one group too large, alone": ([27], 1),
    "more than any file": ([6] * 25, 25),
}


@pytest.mark.requirement("IMG-01", "security row 13")
@pytest.mark.parametrize("name", list(OPEN))
def test_a_file_may_hold_more_elements_the_more_frames_it_has(name):
    data = file([empty(count) for count in OPEN[name]])
    for read in (part10.read, part10.read_header):
        assert len(OPEN[name]) == len(read(data, SMALL).groups[FRAME_GROUPS])


@pytest.mark.requirement("security row 13")
@pytest.mark.parametrize("name", list(REFUSED))
def test_a_file_that_holds_too_much_is_refused(name):
    counts, frames = REFUSED[name]
    data = file([empty(count) for count in counts], frames)

    assert ["limit.elements"] * 2 == [
        refusal(data, SMALL, read) for read in (part10.read, part10.read_header)
    ]


@pytest.mark.requirement("security row 13")
@pytest.mark.parametrize(
    ("each", "count", "code"),
    [(1, 10, ""), (3, 8, ""), (3, 10, "limit.items"), (0, 36, ""), (0, 37, "limit.items")],
)
def test_items_grow_too(each, count, code):
    """The item of a frame counts, and those in it."""
    nested = LITTLE.sequence(CONTENT, *[b""] * each) if each else b""
    data = file([nested] * count)
    if code:
        assert code == refusal(data, SMALL)
    else:
        assert count == part10.read(data, SMALL).layout.frames


@pytest.mark.requirement("security row 13")
@pytest.mark.parametrize("place", ["at the top", "in another sequence", "in the shared groups"])
def test_what_stands_elsewhere_does_not_grow(place):
    many = empty(30)
    before = many if place == "at the top" else LITTLE.sequence(0x00290010, many)
    data = file([b""] * 10, before=before)
    if place == "in the shared groups":
        raw = {tag: LITTLE.sequence(tag, *[many] * n) for tag, n in ((SHARED_GROUPS, 1),)}
        raw[FRAME_GROUPS] = LITTLE.sequence(FRAME_GROUPS, *[b""] * 10)
        data = phantoms.file(Image(np.zeros((10, 1, 1), "u1"), raw=raw))

    assert "limit.elements" == refusal(data, SMALL)


@pytest.mark.requirement("security row 13")
def test_elements_after_the_groups_find_the_old_limit():
    def followed(count):
        raw = {0x54000100 + n: LITTLE.element(0x54000100 + n, "SH", b"") for n in range(count)}
        raw[FRAME_GROUPS] = LITTLE.sequence(FRAME_GROUPS, *[empty(6)] * 10)
        return phantoms.file(Image(np.zeros((10, 1, 1), "u1"), raw=raw))

    assert 10 == part10.read(followed(20), SMALL).layout.frames
    assert "limit.elements" == refusal(followed(30), SMALL)


@pytest.mark.requirement("security row 13")
def test_frames_count_only_if_the_file_can_hold_them():
    """Of a header part nobody knows, and it was signed; its pixels are refused when read."""
    large = Image(np.zeros((1, 40, 40), "u1"))
    many = {0x00280008: ("IS", "20")}
    raw = {FRAME_GROUPS: LITTLE.sequence(FRAME_GROUPS, *[empty(6)] * 10)}
    one = phantoms.file(Image(large.frames, extra=many, raw=raw))
    rle = phantoms.file(
        Image(large.frames, phantoms.RLE, extra={0x00280008: ("IS", "99999")}, raw=raw)
    )

    assert ["limit.elements"] * 2 == [refusal(data, SMALL) for data in (one, rle)]
    assert 10 == len(
        part10.read_header(rle[: rle.index(b"\xe0\x7f\x10\0") + 20], SMALL).groups[FRAME_GROUPS]
    )


@pytest.mark.requirement("security row 13")
def test_frames_of_an_image_that_nobody_can_show_count_for_nothing():
    data = file([empty(6)] * 10, extra={0x00280010: ("US", b"\0\0")})

    assert "limit.elements" == refusal(data, SMALL)


def mr(g, n):
    """A frame's group of a scanner: 13 macros with 50 elements and more."""
    code = g.macro(0x00082218, *[g.w.element(0x00080100 + k, "SH", "CODE") for k in (0, 2, 4)])
    return g.item(
        g.macro(CONTENT, b"".join(g.unsigned(0x00209057 + k, n + 1) for k in range(8)) + code),
        g.text(POSITION, 0x00200032, f"0\\0\\{n}"),
        g.text(ORIENTATION, 0x00200037, "1\\0\\0\\0\\1\\0"),
        g.text(MEASURES, 0x00280030, "1\\1"),
        g.rescale(str(n + 1), "0"),
        *(g.macro(tag, empty(6, g.w)) for tag in (0x00189112, 0x00189114, 0x00189118, 0x00189226)),
    )


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize(
    "syntax", [phantoms.EXPLICIT, phantoms.IMPLICIT], ids=["explicit", "implicit"]
)
def test_five_thousand_frames_of_a_scanner_open(syntax):
    """They hold 230,000 elements and 65,000 items; each frame has its place and its rescale."""
    g = Groups(syntax)
    first, marks = mr(g, 0), (b"0\\0\\0", b"1 ")
    position = first.index(marks[0]) + 4
    groups = [
        first[:position] + bytes([48 + n % 10]) + first[position + 1 :] for n in range(5_000)
    ]
    image = image_of(file(groups, syntax=syntax))
    keys = frame_keys.read(image)

    assert 5_000 == image.pixels.frames == len(keys.columns["position"])
    assert "0\\0\\9" == keys.columns["position"][4_999]
    found = functional_groups.of_frame(image, 4_999)
    assert ("1", "0") == (found.rescale_slope, found.rescale_intercept)


@pytest.mark.requirement("IMG-01")
def test_twenty_thousand_frames_of_a_segmentation_open():
    """Of one bit each, with four macros; the pixels are bit-packed and stay whole."""
    g = Groups()
    group = g.item(
        g.macro(CONTENT, g.unsigned(0x00209157, 1, 1)),
        g.text(POSITION, 0x00200032, "0\\0\\0"),
        g.macro(0x0062000A, g.w.us(0x0062000B, 1)),
    )
    raw = {FRAME_GROUPS: LITTLE.sequence(FRAME_GROUPS, *[group] * 20_000)}
    bits = {0x00280100: ("US", b"\1\0"), 0x00280101: ("US", b"\1\0"), 0x00280102: ("US", b"\0\0")}
    pixels = {0x7FE00010: ("OB", bytes(2_500))}
    frames = np.zeros((20_000, 1, 1), "u1")
    (whole,) = parts_of(phantoms.file(Image(frames, raw=raw, extra={**bits, **pixels})))
    image = part10.read_header(whole.data)

    assert (20_000, 20_000) == (image.layout.frames, len(image.groups[FRAME_GROUPS]))


FORMS = {"implicit": phantoms.IMPLICIT, "as UN": phantoms.EXPLICIT}


@pytest.mark.requirement("security row 13")
@pytest.mark.parametrize("form", list(FORMS))
def test_four_million_elements_in_groups_are_refused_when_the_limit_is_reached(form):
    """Two hundred items of 20,000: each alone would be within the limits."""
    junk = IMPLICIT.marker(ITEM, 8 * 20_000) + empty(20_000, IMPLICIT)
    w = phantoms.writer(FORMS[form])
    element = w.element(FRAME_GROUPS, "UN", junk * 200)
    frames = np.zeros((200, 1, 1), "u1")
    data = phantoms.file(Image(frames, FORMS[form], raw={FRAME_GROUPS: element}))
    count = Count(Limits())
    with pytest.raises(DiascopeError) as caught:
        walked(element, FORMS[form], count)

    assert "limit.elements" == refusal(data) == caught.value.code
    assert 100_001 == count.elements


def walked(element, syntax, count):
    encoding = part10.NATIVE_ENCODINGS[syntax]
    return ElementWalk(element, Limits(), count).groups(0, encoding, 200)


@pytest.mark.requirement("security row 13")
def test_macros_that_nobody_saw_inside_are_counted_together_when_frames_are_listed():
    """In Implicit VR a macro is a value like any other until it is opened."""
    macro = IMPLICIT.element(
        POSITION, "SQ", IMPLICIT.marker(ITEM, 160_000) + empty(20_000, IMPLICIT)
    )
    image = image_of(file([macro] * 10, syntax=phantoms.IMPLICIT))
    with pytest.raises(DiascopeError) as caught:
        frame_keys.read(image)

    assert "limit.elements" == caught.value.code
    assert image.geometry.position == functional_groups.of_frame(image, 3).geometry.position


@pytest.mark.requirement("security row 13")
def test_another_number_of_groups_than_frames_costs_no_more_than_a_small_file():
    """Each frame that is shown asks whether one of them has a rescale."""
    filled = [empty(120)] * 2_000
    hidden = LITTLE.element(
        0x00431010, "OB", pack("<HH", PIXEL_VALUES >> 16, PIXEL_VALUES & 0xFFFF)
    )
    image = image_of(file(filled, frames=2_001))
    assert functional_groups.COUNT_NOTICE in functional_groups.of_frame(image, 0).notices

    image = image_of(file([*filled[1:], hidden], frames=2_001))
    with pytest.raises(DiascopeError) as caught:
        functional_groups.of_frame(image, 0)
    assert "limit.elements" == caught.value.code


@pytest.mark.parametrize("data", [b"", b"\0\x52\x30\x92", IMPLICIT.marker(FRAME_GROUPS)[:-1]])
def test_a_walk_peeks_at_no_tag_where_there_is_no_element(data):
    assert 0 == ElementWalk(data, Limits()).peek(0, IMPLICIT_LITTLE)
