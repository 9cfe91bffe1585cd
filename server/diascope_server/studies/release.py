"""Key release: the study's data key, wrapped to the one document that asked (wire.md 5).

A fresh ephemeral key for every release, so one key-encryption key encrypts once and the fixed
nonce is safe. The context says for whom, for what and under which record; both sides bind it.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from diascope.audit import canonical
from diascope_server.keys.jwk import b64u, parse_p256, to_jwk

INFO = b"diascope-key-release-v1"
NONCE = bytes(12)


def wrap_for(
    page_kex: Mapping[str, str], dek: bytes, context: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `epk`, `ctx` and `wrapped` for the holder of `page_kex`."""
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    shared = ephemeral.exchange(ec.ECDH(), parse_p256(page_kex))
    bound = canonical.to_bytes(dict(context))
    key = HKDF(hashes.SHA256(), 32, hashlib.sha256(bound).digest(), INFO).derive(shared)
    return {
        "epk": to_jwk(ephemeral.public_key()),
        "ctx": bound.decode(),
        "wrapped": b64u(AESGCM(key).encrypt(NONCE, dek, bound)),
    }
