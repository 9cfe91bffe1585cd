"""The key provider of a trial: all keys in one file, sealed under a passphrase from another.

Whoever holds both files holds everything, so this is for trials and tests only. The wrapping key
is argon2id(passphrase); below it stand key-encryption keys by version, one Ed25519 key a purpose,
the beacon inbox and a root from which fields, indexes and the ledger derive theirs. A process
opens only the signing keys it is allowed to use.
"""

import json
import os
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, get_args

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from diascope.audit import canonical
from diascope.errors import SignatureError
from diascope_server.errors import KeyRefused
from diascope_server.keys.jwk import b64u, parse_p256, to_jwk, unb64u
from diascope_server.keys.provider import Context, Purpose

PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 1  # argon2id cost, components.md 8
KEY_BYTES, NONCE_BYTES, VERSION_BYTES = 32, 12, 4
SHORTEST = 16  # bytes; an empty file must never seal a hospital's keys


def _seal(key: bytes, plain: bytes, bound: Any) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, canonical.to_bytes(bound))


def _open(key: bytes, sealed: bytes, bound: Any) -> bytes:
    try:
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return AESGCM(key).decrypt(nonce, body, canonical.to_bytes(bound))
    except (InvalidTag, ValueError) as error:
        raise KeyRefused("unwrap") from error


def _bound(name: str) -> list[str]:
    return ["diascope-keystore-v1", name]


def _stretch(passphrase: bytes, salt: bytes) -> bytes:
    if len(passphrase) < SHORTEST:
        raise KeyRefused("passphrase_short", f"at least {SHORTEST} bytes")
    return hash_secret_raw(passphrase, salt, PASSES, MEMORY_KIB, LANES, KEY_BYTES, type=Type.ID)


def _new_secrets() -> dict[str, bytes]:
    """Return every secret of a new keystore by entry name, as raw scalars and keys."""
    entries = {"kek/1": secrets.token_bytes(KEY_BYTES), "root": secrets.token_bytes(KEY_BYTES)}
    for purpose in PURPOSES:
        entries[f"sign/{purpose}"] = ed25519.Ed25519PrivateKey.generate().private_bytes_raw()
    inbox = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return {**entries, "inbox": inbox.to_bytes(KEY_BYTES, "big")}


def _inbox_key(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())


def _public_parts(entries: Mapping[str, bytes]) -> dict[str, Any]:
    signer = ed25519.Ed25519PrivateKey.from_private_bytes
    return {
        "public": {
            purpose: b64u(signer(entries[f"sign/{purpose}"]).public_key().public_bytes_raw())
            for purpose in PURPOSES
        },
        "inbox": to_jwk(_inbox_key(entries["inbox"]).public_key()),
    }


def create(path: Path, passphrase: bytes, created_ms: int) -> None:
    """Write a new keystore, readable by its owner only; an existing one is never replaced.

    Raises:
        KeyRefused: the passphrase is too short.
    """
    salt = secrets.token_bytes(16)
    wrapping = _stretch(passphrase, salt)
    entries = _new_secrets()
    stored = {
        "v": 1,
        "created_ms": created_ms,
        "salt": b64u(salt),
        "kek": 1,
        **_public_parts(entries),
        "sealed": {
            name: b64u(_seal(wrapping, secret, _bound(name))) for name, secret in entries.items()
        },
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(stored, indent=1).encode())
        file.flush()
        os.fsync(file.fileno())


class PassphraseProvider:
    """A `KeyProvider` over one keystore file."""

    def __init__(
        self, path: Path, passphrase: bytes, purposes: Collection[Purpose] = PURPOSES
    ) -> None:
        """Open the keystore; only the keys of `purposes` will sign.

        Raises:
            KeyRefused: no keystore, not ours, or another passphrase, or one that is too short.
        """
        try:
            stored = json.loads(path.read_bytes())
            wrapping = _stretch(passphrase, unb64u(stored["salt"]))
            sealed = {name: unb64u(text) for name, text in stored["sealed"].items()}
        except (OSError, ValueError, KeyError, TypeError, SignatureError) as error:
            raise KeyRefused("keystore") from error
        unused = {f"sign/{purpose}" for purpose in set(PURPOSES) - set(purposes)}
        self._stored = stored
        self._secrets = {
            name: _open(wrapping, blob, _bound(name))
            for name, blob in sealed.items()
            if name not in unused
        }

    def generate_data_key(self, context: Context) -> tuple[bytes, bytes]:
        """Return a new 32-byte key and the same key wrapped."""
        key = secrets.token_bytes(KEY_BYTES)
        return key, self._wrap(key, context)

    def _wrap(self, key: bytes, context: Context) -> bytes:
        version = int(self._stored["kek"])
        sealed = _seal(self._secrets[f"kek/{version}"], key, [version, dict(context)])
        return version.to_bytes(VERSION_BYTES, "big") + sealed

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        """Return the 32-byte key inside `wrapped`."""
        version = int.from_bytes(wrapped[:VERSION_BYTES], "big")
        if f"kek/{version}" not in self._secrets:
            raise KeyRefused("version")
        kek = self._secrets[f"kek/{version}"]
        return _open(kek, wrapped[VERSION_BYTES:], [version, dict(context)])

    def rewrap(self, wrapped: bytes, context: Context) -> bytes:
        """Wrap again under the newest key-encryption key."""
        return self._wrap(self.unwrap(wrapped, context), context)

    def sign(self, purpose: Purpose, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of `message` itself."""
        if f"sign/{purpose}" not in self._secrets:
            raise KeyRefused("purpose")
        seed = self._secrets[f"sign/{purpose}"]
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed).sign(message)

    def public_key(self, purpose: Purpose) -> bytes:
        """Return the 32 raw bytes of the Ed25519 public key."""
        return unb64u(self._stored["public"][purpose])

    def derive(self, label: str) -> bytes:
        """Return a 32-byte key for one use, by HKDF-SHA256 (RFC 5869)."""
        info = f"diascope-derive-v1/{label}".encode()
        return HKDF(hashes.SHA256(), KEY_BYTES, None, info).derive(self._secrets["root"])

    def inbox_public(self) -> dict[str, str]:
        """Return the beacon inbox's public P-256 key as a JWK."""
        return dict(self._stored["inbox"])

    def inbox_agree(self, peer: Mapping[str, str]) -> bytes:
        """Return the 32-byte ECDH secret of the beacon inbox key and a peer's public JWK."""
        try:
            return _inbox_key(self._secrets["inbox"]).exchange(ec.ECDH(), parse_p256(peer))
        except SignatureError as error:
            raise KeyRefused("peer") from error

    def describe(self) -> dict[str, str]:
        """Return kind and key versions, for the crypto inventory; no secret."""
        return {
            "kind": "passphrase-file",
            "kek": str(self._stored["kek"]),
            "created_ms": str(self._stored["created_ms"]),
        }
