"""Basic and extended offset tables, fragmented frames: the table decides, or the codestreams do.

Standard: PS3.5 A.4 and Annex A.4 table; PS3.3 C.7.6.3.1.8, Extended Offset Table.
"""

from dataclasses import replace
from struct import pack

import numpy as np
import pytest

from diascope import part10
from diascope.errors import DiascopeError
from diascope.parts import split
from tests.support import phantoms
from tests.support.phantoms import LITTLE, Image, ramp
from tests.support.stored_parts import decoded_frames

VALUES = ramp((3, 12, 10), "u2", 12)
SPLIT = Image(VALUES, phantoms.JPEG_LS, bits_stored=12, fragments=3)
EXTENDED, LENGTHS = 0x7FE00001, 0x7FE00002


def starts(image):
    """Where each frame begins, counted from the first item's tag. Standard: PS3.5 A.4."""
    found, at = [], 0
    for frame in phantoms.fragments(image):
        found.append(at)
        at += sum(8 + len(fragment) for fragment in frame)
    return found


def extended(offsets, kind=EXTENDED):
    return {kind: ("OV", pack(f"<{len(offsets)}Q", *offsets))}


def kinds(data):
    return [part.kind for part in split(part10.read(data))]


def is_right(data):
    found = np.stack([frame.values.array for frame in decoded_frames(data)])
    return np.array_equal(VALUES, found)


@pytest.mark.requirement("IMG-05", "INT-02")
@pytest.mark.parametrize("table", ["basic", "extended", "none"])
def test_one_fragment_a_frame_needs_no_table(table):
    data = phantoms.file(replace(SPLIT, fragments=1, table=table))

    assert ["header", "frame", "frame", "frame"] == kinds(data)[:4]
    assert is_right(data)


@pytest.mark.requirement("IMG-05", "INT-02")
def test_fragments_are_joined_as_the_basic_table_says():
    data = phantoms.file(SPLIT)

    assert ["header", "frame", "frame", "frame"] == kinds(data)[:4]
    assert is_right(data)


@pytest.mark.requirement("IMG-05", "INT-02")
def test_fragments_are_joined_as_the_extended_table_says():
    """Its offsets have 64 bits, and the standard pairs it with lengths."""
    lengths = extended([sum(map(len, frame)) for frame in phantoms.fragments(SPLIT)], LENGTHS)
    data = phantoms.file(replace(SPLIT, table="none", extra=extended(starts(SPLIT)) | lengths))

    assert ["header", "frame", "frame", "frame"] == kinds(data)[:4]
    assert is_right(data)


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize(
    "syntax", [phantoms.JPEG_LS, phantoms.JPEG_2000_LOSSLESS, phantoms.JPEG_LOSSLESS]
)
def test_without_a_table_the_ends_of_the_codestreams_decide(syntax):
    data = phantoms.file(replace(SPLIT, syntax=syntax, table="none"))

    assert ["whole"] == kinds(data)
    assert is_right(data)


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize(
    "offsets",
    [
        lambda real: [each + (1 << 32) for each in real],
        lambda real: [real[0], real[1] + (1 << 32), real[2] + (1 << 33)],
        lambda real: [real[0], real[2], real[1]],
        lambda real: [real[0], real[1] + 2, real[2]],
        lambda real: real[:2],
        lambda real: [each + 8 for each in real],
    ],
    ids=["beyond 4 GB", "low halves right", "falling", "inside an item", "two of three", "values"],
)
def test_an_extended_table_that_lies_is_not_believed(offsets):
    """The low halves alone would be right: all 64 bits are read. The codestreams decide then."""
    extra = extended(offsets(starts(SPLIT)))
    data = phantoms.file(replace(SPLIT, table="none", extra=extra))

    assert ["whole"] == kinds(data)
    assert is_right(data)


@pytest.mark.requirement("IMG-05")
def test_two_tables_that_disagree_decide_nothing():
    real = starts(SPLIT)
    shifted = [0, real[1] + 8 + len(phantoms.fragments(SPLIT)[1][0]), real[2]]
    data = phantoms.file(replace(SPLIT, extra=extended(shifted)))

    assert ["whole"] == kinds(data)
    assert is_right(data)
    assert ["header", "frame", "frame", "frame"] == kinds(
        phantoms.file(replace(SPLIT, extra=extended(real)))
    )[:4]


@pytest.mark.requirement("IMG-05")
def test_fragments_that_nothing_tells_apart_are_refused():
    """JPEG XL has no end marker, so that a table must say where its frames end."""
    image = replace(SPLIT, syntax=phantoms.JPEG_XL_LOSSLESS)
    loose = phantoms.file(replace(image, table="none"))

    assert is_right(phantoms.file(image))
    with pytest.raises(DiascopeError) as refusal:
        decoded_frames(loose)
    assert "pixels.boundaries" == refusal.value.code


def test_a_table_of_another_vr_is_read_by_its_bytes():
    """UN or OV: the value is the same row of 64-bit numbers."""
    value = pack("<3Q", *starts(SPLIT))
    data = phantoms.file(replace(SPLIT, table="none", extra={EXTENDED: ("UN", value)}))

    assert LITTLE.element(EXTENDED, "UN", value) in data
    assert is_right(data)
