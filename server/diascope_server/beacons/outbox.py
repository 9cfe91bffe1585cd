"""Beacons that waited in a browser, sealed to the server's inbox key (wire.md 7)."""

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from diascope.audit import canonical, schema
from diascope.errors import AuditError, SignatureError
from diascope_server.beacons.chains import JWK, SIGNATURE
from diascope_server.errors import BeaconRefused, KeyRefused
from diascope_server.keys.jwk import unb64u
from diascope_server.keys.provider import KeyProvider

INFO = b"diascope-outbox-v1"
SALT, NONCE = bytes(32), bytes(12)  # a fresh sender key each, so key and nonce meet once
SIGNED = schema.members({"signed": schema.pattern(r"(?s).{2,60000}"), "signature": SIGNATURE})
SEALED = schema.members({"epk": JWK, "ct": schema.pattern(r"[A-Za-z0-9_-]{24,90000}")})


def open_sealed(keys: KeyProvider, sealed: Mapping[str, Any]) -> dict[str, str]:
    """Return the `signed` and `signature` inside.

    Raises:
        BeaconRefused: not sealed to this inbox, or changed.
    """
    try:
        info = INFO + canonical.to_bytes(sealed["epk"])
        shared = keys.inbox_agree(sealed["epk"])
        key = HKDF(hashes.SHA256(), 32, SALT, info).derive(shared)
        plain = AESGCM(key).decrypt(NONCE, unb64u(sealed["ct"]), None)
        beacon: dict[str, str] = canonical.parse(plain)
        SIGNED(beacon, "beacon")
    except (KeyRefused, InvalidTag, SignatureError, AuditError) as error:
        raise BeaconRefused("sealed") from error
    return beacon
