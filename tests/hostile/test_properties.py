"""Whatever stands around an image, wherever a file is cut: the same picture or a typed error."""

import random
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diascope import part10
from diascope.errors import DiascopeError
from tests.hostile import mutations
from tests.hostile.case import stored_sha256
from tests.hostile.fuzz import execute
from tests.hostile.seeds import COLUMNS, ROWS, file, truth
from tests.hostile.seeds import EXPLICIT as CODEC
from tests.hostile.strategies import SYNTAXES, datasets, encode, patched_codestreams
from tests.support import phantoms
from tests.support.phantoms import Image
from tests.support.stored_parts import decoded_frames, image_of

EXAMPLES, RANDOM_CUTS = 400, 16
NO_PICTURE = ("no picture", "part10.transfer_syntax")
prudent = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.requirement("security row 11", "security row 13")
@prudent
@given(datasets(), st.sampled_from(SYNTAXES), st.booleans())
def test_a_valid_data_set_around_an_image_changes_nothing(dataset, syntax, undefined):
    elements = encode(dataset, syntax, undefined=undefined)
    values = truth(CODEC)
    image = Image(values, syntax, CODEC.bits)
    data = with_elements(image, elements)

    assert set(elements) <= set(part10.read(data).elements)
    assert np.array_equal(values[0], decoded_frames(data)[0].values.array)


def with_elements(image, elements):
    """The image's file with whole elements put where they belong."""
    marked = dict.fromkeys(elements, ("UT", b"\xa5Z" * 9))
    w = phantoms.writer(image.syntax)
    made = phantoms.file(Image(image.frames, plain_of(image), image.bits_stored, extra=marked))
    for tag, bytes_ in elements.items():
        made = made.replace(w.element(tag, "UT", b"\xa5\x5a" * 9), bytes_)
    return deflated(made) if image.syntax == phantoms.DEFLATED else made


def plain_of(image):
    return phantoms.EXPLICIT if image.syntax == phantoms.DEFLATED else image.syntax


def deflated(plain):
    at = 144 + int.from_bytes(plain[140:144], "little")
    return phantoms.part10(plain[at:], phantoms.DEFLATED)


@pytest.mark.requirement("security row 1", "security row 3")
@prudent
@given(patched_codestreams())
def test_a_patched_codestream_has_the_described_shape_or_a_typed_error(drawn):
    codec, stream = drawn
    data = file(codec, streams=(stream,))

    assert execute(data) is not None  # raises where shape, error or canary are wrong
    try:
        (frame,) = decoded_frames(data)
    except DiascopeError:
        return
    assert (ROWS, COLUMNS) == frame.values.array.shape


@pytest.mark.requirement("security row 2", "security row 3")
def test_a_file_cut_anywhere_shows_the_same_picture_or_none(record_property):
    count = {"cuts": 0, "refused": 0, "the same picture": 0, "no picture": 0}
    for n, whole in enumerate(mutations.seeds()):
        for size in cuts(whole, n):
            count["cuts"] += 1
            count[cut_outcome(whole, size)] += 1
    record_property("truncations", ", ".join(f"{number} {what}" for what, number in count.items()))

    assert 3_000 <= count["cuts"]
    assert 1_000 <= count["refused"]


def cuts(whole, n):
    """Each element's and fragment's edges, one byte before and after, and some at random."""
    outside = part10.read(whole)
    edges = {132, 144, len(whole) - 1, len(whole) - 2}
    if outside.buffer == whole:
        for found in outside.elements.values():
            edges |= {found.at, found.start, found.stop}
        for fragment in outside.fragments or ():
            edges |= {fragment.start - 8, fragment.start, fragment.stop}
    chance = random.Random(n)
    near = {edge + by for edge in edges for by in (-1, 0, 1)}
    near |= {chance.randrange(len(whole)) for _ in range(RANDOM_CUTS)}
    return sorted(size for size in near if 0 <= size < len(whole))


def cut_outcome(whole, size):
    data = whole[:size]
    try:
        if image_of(data).pixels is None:
            return "no picture"
        found = stored(data)
    except DiascopeError:
        return "refused"
    assert stored_of(whole) == found, f"other pixels when cut at {size} of {len(whole)}"
    return "the same picture"


def stored(data):
    return stored_sha256(np.stack([frame.values.array for frame in decoded_frames(data)]))


stored_of = cache(stored)
