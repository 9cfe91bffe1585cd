"""A page as the ledger meets it: enrols, signs beacons, chains them. Real P-256 and Ed25519."""

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from diascope.audit import beacon, canonical, chain
from diascope_server.keys.jwk import b64u, thumbprint, to_jwk
from tests.support.beacons import envelope

ORDER = int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)


def private_key(seed: str) -> ec.EllipticCurvePrivateKey:
    scalar = int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big") % (ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


def sign(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Sign as WebCrypto does, r‖s; deterministic (RFC 6979), so that vectors stay the same."""
    der = key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return b"".join(each.to_bytes(32, "big") for each in decode_dss_signature(der))


@dataclass(frozen=True)
class Sent:
    """One beacon as it leaves the page."""

    signed: str
    signature: bytes

    @property
    def signed_bytes(self) -> bytes:
        return chain.BEACON.encode() + b"\n" + self.signed.encode()

    @property
    def envelope(self) -> beacon.Envelope:
        return beacon.parse_envelope(self.signed.encode())

    @property
    def link(self) -> str:
        return chain.next_link(self.signed_bytes, self.signature)


@dataclass
class Document:
    """One page instance: `say` signs the next beacon, `sign` any."""

    name: str
    receipt_signer: object
    issued_ms: int = 1_767_225_600_000
    prev: str = ""
    seq: int = 0
    enrolment: dict = field(default_factory=dict)

    def __post_init__(self):
        self._key, kex = private_key(f"sign {self.name}"), private_key(f"kex {self.name}")
        keys = to_jwk(self._key.public_key()), to_jwk(kex.public_key())
        self.enrolment = {
            "v": 1,
            "chain": self.name,
            "session_sign": keys[0],
            "page_kex": keys[1],
            "nonce": "nonce",
            "predecessor": None,
        }
        signed = chain.signed_bytes(chain.ENROLMENT, self.enrolment)
        self.signature = b64u(sign(self._key, signed))
        self.receipt = {
            "v": 1,
            "chain": self.name,
            "session_sign": thumbprint(keys[0]),
            "page_kex": thumbprint(keys[1]),
            "issued_ms": self.issued_ms,
            "checkpoint": {"size": 0, "root": "e3" * 32},
        }
        told = chain.signed_bytes(chain.RECEIPT, self.receipt)
        raw = self.receipt_signer(told)
        self.receipt_signature, self.genesis = b64u(raw), chain.next_link(told, raw)
        self.prev = self.genesis

    def sign(self, kind: str, seq: int, prev: str, **changes) -> Sent:
        value = envelope(kind, chain=self.name, seq=seq, prev=prev, **changes)
        signed = canonical.to_bytes(value).decode()
        return Sent(signed, sign(self._key, f"{chain.BEACON}\n{signed}".encode()))

    def say(self, kind: str, **changes) -> Sent:
        sent = self.sign(kind, self.seq, self.prev, **changes)
        self.seq, self.prev = self.seq + 1, sent.link
        return sent
