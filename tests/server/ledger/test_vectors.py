"""The signatures inside the vector files are real, and made by the keys that the files name."""

import pytest

from diascope.audit import chain, checkpoint
from diascope.audit.beacon import parse_envelope
from diascope.errors import SignatureError
from diascope_server.keys.jwk import to_jwk, verify_signed
from diascope_server.ledger.head import verify_ed25519
from tests.support import documents, vector_files

NOTES = [case for case in vector_files.read("checkpoints") if "public" in case.header]
CHAINS = vector_files.read("chain")


@pytest.mark.parametrize("case", NOTES, ids=[case.name for case in NOTES])
def test_a_checkpoint_vector_is_signed(case):
    name, public = case.header["name"], bytes.fromhex(case.header["public"])
    note = checkpoint.parse(case.payload)

    assert note.checkpoint == checkpoint.verify(note, name, name, public, verify_ed25519)
    moved = case.payload.replace(f"\n{case.header['size']}\n".encode(), b"\n9\n", 1)
    with pytest.raises(SignatureError):
        checkpoint.verify(checkpoint.parse(moved), name, name, public, verify_ed25519)


@pytest.mark.parametrize("case", CHAINS, ids=[case.name for case in CHAINS])
def test_every_beacon_of_a_chain_vector_is_signed(case):
    """By the page's key, which is derived from the chain's name."""
    key = to_jwk(documents.private_key(f"sign {case.header['chain']}").public_key())

    for line in case.payload.decode().splitlines():
        signature, _, text = line.partition(" ")
        assert case.header["chain"] == parse_envelope(text.encode()).chain
        verify_signed(key, f"{chain.BEACON}\n{text}".encode(), signature)
