"""What the server asks of whoever holds its keys.

A passphrase file (trial), a PKCS#11 token or a vault can stand behind it. `context` is bound to a
wrapped key as associated data: the same context must be given to unwrap it. Any failure is a
`KeyRefused`; nothing is retried with weaker checks.
"""

from collections.abc import Mapping
from typing import Literal, Protocol

Context = Mapping[str, str]
Purpose = Literal["manifest", "checkpoint", "receipt", "report"]


class KeyProvider(Protocol):
    """Generate, wrap and use keys that never leave their holder."""

    def generate_data_key(self, context: Context) -> tuple[bytes, bytes]:
        """Return a new 32-byte key and the same key wrapped."""
        ...

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        """Return the 32-byte key inside `wrapped`."""
        ...

    def rewrap(self, wrapped: bytes, context: Context) -> bytes:
        """Wrap again under the newest key-encryption key."""
        ...

    def sign(self, purpose: Purpose, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of `message` itself, not of a digest."""
        ...

    def public_key(self, purpose: Purpose) -> bytes:
        """Return the 32 raw bytes of the Ed25519 public key."""
        ...

    def derive(self, label: str) -> bytes:
        """Return a 32-byte key for one use: an index, the database fields, the ledger."""
        ...

    def inbox_public(self) -> dict[str, str]:
        """Return the beacon inbox's public P-256 key as a JWK of crv, kty, x, y."""
        ...

    def inbox_agree(self, peer: Mapping[str, str]) -> bytes:
        """Return the 32-byte ECDH secret of the beacon inbox key and a peer's public JWK."""
        ...

    def describe(self) -> dict[str, str]:
        """Return kind and key versions, for the crypto inventory; no secret."""
        ...
