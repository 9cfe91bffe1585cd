"""Every transfer syntax of the standard decodes, or is refused with the code of its kind."""

import re

import pytest
from pydicom.uid import UID_dictionary

from diascope import decode, frames, instance, transfer_syntaxes
from diascope.errors import DiascopeError
from diascope.values import EncodedFrame
from tests.support import phantoms
from tests.support.phantoms import LITTLE, Image, ramp
from tests.support.stored_parts import image_of, parts_of, verified

# PS3.6 Annex A as pydicom has it, an independent list; and what the standard gained since.
REGISTERED = {
    uid: (name, retired == "Retired")
    for uid, (name, kind, _, retired, _) in UID_dictionary.items()
    if kind == "Transfer Syntax"
} | {
    "1.2.840.10008.1.2.4.110": ("JPEG XL Lossless", False),
    "1.2.840.10008.1.2.4.111": ("JPEG XL JPEG Recompression", False),
    "1.2.840.10008.1.2.4.112": ("JPEG XL", False),
    "1.2.840.10008.1.2.8.1": ("Deflated Image Frame Compression", False),
}
DECODED_THOUGH_RETIRED = {
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.4.53",
    "1.2.840.10008.1.2.4.55",
}
KINDS = {
    r"MPEG|HEVC|SMPTE": "transfer_syntax.video",
    r"JPIP": "transfer_syntax.referenced",
    r"Part 2": "transfer_syntax.multicomponent",
}


def expected(uid):
    """The code that the name and the state of a transfer syntax call for; "" when it decodes."""
    name, is_retired = REGISTERED[uid]
    for words, code in KINDS.items():
        if re.search(words, name):
            return code
    is_refused = is_retired and uid not in DECODED_THOUGH_RETIRED
    return "transfer_syntax.retired" if is_refused else ""


def refusal(call, *arguments):
    with pytest.raises(DiascopeError) as caught:
        call(*arguments)
    return caught.value.code


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("uid", list(REGISTERED), ids=list(REGISTERED))
def test_every_registered_transfer_syntax_decodes_or_is_refused_by_its_kind(uid):
    if code := expected(uid):
        assert code == refusal(transfer_syntaxes.refuse, uid)
        assert uid not in decode.DECODERS
    else:
        transfer_syntaxes.refuse(uid)
        assert uid in decode.DECODERS


def test_the_registry_has_the_whole_of_annex_a():
    assert 60 <= len(REGISTERED)
    assert set(decode.DECODERS) <= set(REGISTERED)


@pytest.mark.requirement("IMG-05")
def test_a_transfer_syntax_of_nobody_is_unknown():
    pixels = image_of(phantoms.file(Image(ramp((1, 4, 4))))).pixels
    described = type(pixels)(
        **{name: getattr(pixels, name) for name in pixels.__slots__} | {"transfer_syntax": "1.2.3"}
    )

    assert "transfer_syntax.unknown" == refusal(
        decode.decode_frame, EncodedFrame(b"", 0), described
    )


def video(uid, count=30):
    """A file of `count` frames whose stream lies in two fragments. Standard: PS3.5 8.2.5."""
    stream = (b"\0\0\1\xb3" * 40,)
    return phantoms.file(
        Image(ramp((count, 4, 4), "u1", 8), uid, encoded=stream, fragments=2, table="none")
    )


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("uid", sorted(transfer_syntaxes.VIDEO))
def test_video_is_refused_as_video_whatever_its_fragments(uid):
    """Its frames cannot be cut apart, and that is not what is wrong with it."""
    data = video(uid)
    image, (whole,) = image_of(data), parts_of(data)

    assert "transfer_syntax.video" == refusal(frames.from_whole, image, whole, 7)


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("uid", sorted(transfer_syntaxes.REFERENCED))
def test_referenced_pixels_are_refused_not_taken_for_no_picture(uid):
    elements = phantoms.identity(uid)
    elements |= {
        tag: LITTLE.us(tag, number)
        for tag, number in ((0x00280010, 4), (0x00280011, 4), (0x00280100, 8))
    }
    elements[0x00287FE0] = LITTLE.element(0x00287FE0, "UR", "https://example.org/jpip")
    (whole,) = parts_of(phantoms.assemble(elements, uid))

    assert "transfer_syntax.referenced" == refusal(instance.parse, whole)


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize(
    ("uid", "words"),
    [
        ("1.2.840.10008.1.2.4.102", "video"),
        ("1.2.840.10008.1.2.4.94", "another server"),
        ("1.2.840.10008.1.2.4.52", "withdrawn form"),
    ],
    ids=["video", "referenced", "retired"],
)
def test_each_kind_says_in_its_own_words_why(uid, words):
    with pytest.raises(DiascopeError) as caught:
        transfer_syntaxes.refuse(uid)

    assert words in str(caught.value)


def test_a_frame_part_of_a_refused_syntax_is_not_cut_either():
    data = phantoms.file(
        Image(ramp((1, 4, 4), "u1", 8), "1.2.840.10008.1.2.4.66", encoded=(b"ab",))
    )
    part = parts_of(data)[1]

    assert "transfer_syntax.retired" == refusal(
        frames.from_part, image_of(data), verified("frame", 0, part.data), 0
    )
