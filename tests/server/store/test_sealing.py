"""Sealed parts: our streams are Tink's, and nothing else opens."""

import base64
import io
import json
import os

import pytest
import tink
from tink import cleartext_keyset_handle, streaming_aead

from diascope.errors import IntegrityError
from diascope_server.store import sealing
from tests.support import part_vectors
from tests.support.client import hkdf, open_stream
from tests.support.vector_files import VECTORS, read

MIB = 1 << 20
SIZES = [0, 1, 4096, MIB - 57, MIB - 56, MIB - 55, 2 * MIB - 72, 2 * MIB - 71, 3 * MIB]
BOUND = sealing.binding("i", "default", "1.2", "1.2.3", "1.2.3.4", "frame", "0", "d")


class Oracle:
    """Tink's own reader and writer, and its raw key."""

    def __init__(self):
        streaming_aead.register()
        template = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
        handle = tink.new_keyset_handle(template)
        self.primitive = handle.primitive(streaming_aead.StreamingAead)
        text = io.StringIO()
        cleartext_keyset_handle.write(tink.JsonKeysetWriter(text), handle)
        value = json.loads(text.getvalue())["key"][0]["keyData"]["value"]
        self.dek = base64.b64decode(value)[-32:]

    def open(self, sealed, bound):
        return self.primitive.new_decrypting_stream(io.BytesIO(sealed), bound).read()

    def seal(self, plain, bound):
        sealed = io.BytesIO()
        sealed.close = lambda: None
        with self.primitive.new_encrypting_stream(sealed, bound) as stream:
            stream.write(plain)
        return sealed.getvalue()


@pytest.fixture(scope="module")
def oracle():
    return Oracle()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_tink_opens_what_we_seal(oracle, size):
    plain = os.urandom(size)

    assert plain == oracle.open(sealing.seal(oracle.dek, plain, BOUND), BOUND)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_we_open_what_tink_seals(oracle, size):
    plain = os.urandom(size)

    assert plain == sealing.open_sealed(oracle.dek, oracle.seal(plain, BOUND), BOUND)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_test_client_opens_what_we_seal(size):
    plain, dek = os.urandom(size), os.urandom(32)

    assert plain == open_stream(dek, sealing.seal(dek, plain, BOUND), BOUND)


def test_the_vectors_are_those_of_their_builder():
    assert part_vectors.cases() == {
        path.name: path.read_bytes() for path in (VECTORS / "parts").iterdir()
    }


@pytest.mark.parametrize("vector", read("parts"), ids=lambda vector: vector.name)
def test_vector(vector):
    dek = bytes.fromhex(vector.header["dek"])
    bound = sealing.binding(*json.loads(vector.header["identity"]))
    if vector.expect == "refused":
        with pytest.raises(IntegrityError):
            sealing.open_sealed(dek, vector.payload, bound)
    else:
        assert "opened" == vector.expect
        plain = sealing.open_sealed(dek, vector.payload, bound)
        assert vector.header["plain_sha256"] == part_vectors.hashlib.sha256(plain).hexdigest()


def test_any_flipped_bit_is_refused():
    dek = os.urandom(32)
    sealed = sealing.seal(dek, b"pixels", BOUND)
    for position in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(IntegrityError):
            sealing.open_sealed(dek, bytes(changed), BOUND)


def test_segments_cannot_be_swapped_dropped_or_repeated():
    dek, plain = os.urandom(32), os.urandom(3 * MIB)
    sealed = sealing.seal(dek, plain, BOUND)
    first, second, last = sealed[:MIB], sealed[MIB : 2 * MIB], sealed[2 * MIB :]
    for changed in (first + last, first + second, first + second + second + last, second + last):
        with pytest.raises(IntegrityError):
            sealing.open_sealed(dek, changed, BOUND)


def test_each_place_in_the_identity_is_bound():
    """Joined with a separator, ("1.2", "3") and ("1", "2.3") could be one identity."""
    identity = ["i", "t", "1.2", "3", "4", "frame", "0", "d"]
    variants = {sealing.binding(*identity)}
    for place in range(len(identity)):
        variants.add(sealing.binding(*identity[:place], "x", *identity[place + 1 :]))
    variants.add(sealing.binding("i", "t", "1", "2.3", "4", "frame", "0", "d"))
    variants.add(sealing.binding("i", "t", '1.2","3', "", "4", "frame", "0", "d"))

    assert len(identity) + 3 == len(variants)


def test_the_commitment_is_that_of_the_protocol():
    assert hkdf(bytes(32), b"", b"diascope-commit-v1").hex() == sealing.commitment(bytes(32))


def test_every_stream_has_its_own_salt_and_prefix():
    streams = {sealing.seal(bytes(32), b"", BOUND)[:40] for _ in range(100)}

    assert 100 == len(streams)
