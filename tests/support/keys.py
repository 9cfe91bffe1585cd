"""A real key provider that lives in memory: the same primitives as a keystore, no file."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from diascope_server.errors import KeyRefused
from diascope_server.keys.jwk import parse_p256, to_jwk
from diascope_server.keys.provider import Context, Purpose

KEY_BYTES = 32


class MemoryKeys:
    """A `KeyProvider` whose keys all come from one seed, so that two processes can share it."""

    def __init__(self, seed: bytes) -> None:
        self._root = hashlib.sha256(b"root" + seed).digest()
        self._signers = {
            purpose: ed25519.Ed25519PrivateKey.from_private_bytes(self.derive(f"sign/{purpose}"))
            for purpose in get_args(Purpose)
        }
        scalar = int.from_bytes(self.derive("inbox"), "big") >> 1  # below the order of P-256
        self._inbox = ec.derive_private_key(scalar, ec.SECP256R1())
        self._kek = AESGCM(self.derive("kek"))

    def generate_data_key(self, context: Context) -> tuple[bytes, bytes]:
        key = secrets.token_bytes(KEY_BYTES)
        return key, self._wrap(key, context)

    def _wrap(self, key: bytes, context: Context) -> bytes:
        nonce = secrets.token_bytes(12)
        return nonce + self._kek.encrypt(nonce, key, self._bound(context))

    @staticmethod
    def _bound(context: Context) -> bytes:
        return json.dumps(dict(context), sort_keys=True).encode()

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        try:
            return self._kek.decrypt(wrapped[:12], wrapped[12:], self._bound(context))
        except (InvalidTag, ValueError) as error:
            raise KeyRefused("unwrap") from error

    def rewrap(self, wrapped: bytes, context: Context) -> bytes:
        return self._wrap(self.unwrap(wrapped, context), context)

    def sign(self, purpose: Purpose, message: bytes) -> bytes:
        return self._signers[purpose].sign(message)

    def public_key(self, purpose: Purpose) -> bytes:
        return self._signers[purpose].public_key().public_bytes_raw()

    def derive(self, label: str) -> bytes:
        return HKDF(hashes.SHA256(), KEY_BYTES, None, label.encode()).derive(self._root)

    def inbox_public(self) -> dict[str, str]:
        return to_jwk(self._inbox.public_key())

    def inbox_agree(self, peer: Mapping[str, str]) -> bytes:
        return self._inbox.exchange(ec.ECDH(), parse_p256(peer))

    def describe(self) -> dict[str, str]:
        return {"kind": "memory"}
