"""Public keys as JSON (RFC 7517, 7518 6.2) and the signatures that browsers make with them.

Base64url is without padding and strict: one text for one value. JWKs hold `crv, kty, x, y` only.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from diascope.audit import canonical
from diascope.errors import SignatureError

COORDINATE_BYTES = 32  # P-256, RFC 7518 6.2.1.2
MEMBERS = {"crv", "kty", "x", "y"}


def b64u(data: bytes) -> str:
    """Encode as base64url without padding (RFC 7515 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    """Decode base64url without padding.

    Raises:
        SignatureError: other characters, padding, or bits that a second text could share.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError("encoding") from error
    if b64u(data) != text:
        raise SignatureError("encoding")
    return data


def parse_p256(jwk: Any) -> ec.EllipticCurvePublicKey:
    """Return the public key of a JWK of the browser.

    Raises:
        SignatureError: not exactly a P-256 point with the four members.
    """
    if not isinstance(jwk, Mapping) or set(jwk) != MEMBERS:
        raise SignatureError("jwk")
    if (jwk["kty"], jwk["crv"]) != ("EC", "P-256"):
        raise SignatureError("jwk")
    x, y = (unb64u(jwk[axis]) if isinstance(jwk[axis], str) else b"" for axis in "xy")
    if len(x) != COORDINATE_BYTES or len(y) != COORDINATE_BYTES:
        raise SignatureError("jwk")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError as error:
        raise SignatureError("jwk", "the point is not on P-256") from error


def to_jwk(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return the JWK of a P-256 public key."""
    numbers = public.public_numbers()
    x, y = (value.to_bytes(COORDINATE_BYTES, "big") for value in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": b64u(x), "y": b64u(y)}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Name a public key by its required members (RFC 7638), base64url."""
    return b64u(hashlib.sha256(canonical.to_bytes(dict(jwk))).digest())


def ed25519_kid(public: bytes) -> str:
    """Name an Ed25519 key by its RFC 8037 thumbprint."""
    return thumbprint({"crv": "Ed25519", "kty": "OKP", "x": b64u(public)})


def verify_signed(jwk: Mapping[str, str], signed: bytes, signature: str) -> bytes:
    """Return the 64 signature bytes (r‖s) after checking them over `signed`.

    Raises:
        SignatureError: not by this key, or not over these bytes.
    """
    raw = unb64u(signature)
    if len(raw) != 2 * COORDINATE_BYTES:
        raise SignatureError("length")
    r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    try:
        parse_p256(jwk).verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise SignatureError("wrong") from error
    return raw
