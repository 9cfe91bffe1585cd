"""Checkpoints: one text for one value, and a signature by a known key or nothing."""

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.audit import checkpoint
from diascope.audit.checkpoint import Checkpoint, NoteSignature, SignedCheckpoint
from diascope.errors import AuditError, SignatureError
from tests.support import vector_files

CASES = vector_files.read("checkpoints")
ORIGIN = "diascope/test"
KEY, NEXT_KEY = b"k" * 32, b"n" * 32
HEAD = Checkpoint(ORIGIN, 7, hashlib.sha256(b"root").digest())


def toy_signer(key):
    """Not a signature: the engine takes any function, and the real one is tested on the server."""
    return lambda message: hashlib.sha256(key + message).digest()


def toy_verify(key, message, signature):
    if toy_signer(key)(message) != signature:
        raise SignatureError("wrong")


def signed(head=HEAD):
    return checkpoint.sign(head, ORIGIN, KEY, toy_signer(KEY))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@pytest.mark.requirement("AUD-11")
def test_vector(case):
    if case.expect == "checkpoint":
        parsed = checkpoint.parse(case.payload)
        assert case.payload == checkpoint.to_bytes(parsed)
        assert case.header["size"] == str(parsed.checkpoint.size)
        assert case.header["root"] == parsed.checkpoint.root.hex()
        assert case.header["signatures"] == str(len(parsed.signatures))
        return
    with pytest.raises(AuditError) as refused:
        checkpoint.parse(case.payload)
    assert case.expect == f"{refused.value.code} {refused.value.detail}"


def test_the_key_id_is_that_of_the_note_format():
    """A public key of the format's first implementation, with the id that it is known by."""
    name, known = "PeterNeumann", "c74f20a3"
    kind_and_key = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")

    assert checkpoint.ED25519 == kind_and_key[:1]
    assert known == checkpoint.key_id(name, kind_and_key[1:]).hex()


def test_a_note_larger_than_any_is_refused():
    with pytest.raises(AuditError) as refused:
        checkpoint.parse(bytes(checkpoint.MAX_NOTE_BYTES + 1))
    assert "size" == refused.value.detail


ORIGINS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
NAMES = st.text("abcé/.-1", min_size=1, max_size=12)
SIGNATURES = st.builds(
    NoteSignature, NAMES, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
HEADS = st.builds(
    Checkpoint,
    ORIGINS,
    st.integers(0, 2**53 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(ORIGINS, max_size=2).map(tuple),
)
NOTES = st.builds(
    SignedCheckpoint, HEADS, st.lists(SIGNATURES, min_size=1, max_size=16).map(tuple)
)


@given(NOTES)
@settings(max_examples=150, deadline=None)
def test_a_note_survives_the_round_trip(note):
    assert note == checkpoint.parse(checkpoint.to_bytes(note))


@given(NOTES, st.data())
@settings(max_examples=150, deadline=None)
def test_changed_bytes_are_another_note_or_refused(note, data):
    """The parser is total, and two texts never mean one note."""
    encoded = bytearray(checkpoint.to_bytes(note))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        other = checkpoint.parse(bytes(encoded))
    except AuditError:
        return
    assert bytes(encoded) == checkpoint.to_bytes(other)
    assert other != note


@given(st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_note_or_refused(data):
    try:
        note = checkpoint.parse(data)
    except AuditError:
        return
    assert data == checkpoint.to_bytes(note)


def test_a_signed_checkpoint_verifies():
    assert HEAD == checkpoint.verify(signed(), ORIGIN, ORIGIN, KEY, toy_verify)


def test_every_flipped_bit_is_refused():
    """One changed bit anywhere in a signed note is no longer this site's statement."""
    note = checkpoint.to_bytes(signed())
    for place in range(len(note)):
        for bit in range(8):
            flipped = bytearray(note)
            flipped[place] ^= 1 << bit
            with pytest.raises((AuditError, SignatureError)):
                checkpoint.verify(
                    checkpoint.parse(bytes(flipped)), ORIGIN, ORIGIN, KEY, toy_verify
                )


def test_two_keys_sign_at_a_rotation_and_each_verifies():
    both = checkpoint.countersign(signed(), ORIGIN, NEXT_KEY, toy_signer(NEXT_KEY))

    for key in (KEY, NEXT_KEY):
        assert HEAD == checkpoint.verify(
            checkpoint.parse(checkpoint.to_bytes(both)), ORIGIN, ORIGIN, key, toy_verify
        )


def test_another_ledgers_checkpoint_is_refused():
    with pytest.raises(AuditError) as refused:
        checkpoint.verify(signed(), "diascope/other", ORIGIN, KEY, toy_verify)
    assert "audit.origin" == refused.value.code


def test_a_signature_by_an_unknown_key_proves_nothing():
    with pytest.raises(SignatureError) as refused:
        checkpoint.verify(signed(), ORIGIN, ORIGIN, NEXT_KEY, toy_verify)
    assert "signature.missing" == refused.value.code


def test_one_wrong_signature_by_a_known_key_refuses_the_note():
    """Even beside a right one (c2sp.org/signed-note, signatures)."""
    wrong = checkpoint.countersign(signed(), ORIGIN, KEY, toy_signer(NEXT_KEY))

    with pytest.raises(SignatureError) as refused:
        checkpoint.verify(wrong, ORIGIN, ORIGIN, KEY, toy_verify)
    assert "signature.wrong" == refused.value.code


def test_what_is_signed_is_the_text_and_its_newline():
    messages = []
    checkpoint.sign(HEAD, ORIGIN, KEY, lambda message: messages.append(message) or b"s")

    root = base64.b64encode(HEAD.root)
    assert [b"diascope/test\n7\n" + root + b"\n"] == messages
