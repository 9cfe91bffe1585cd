"""One part, sealed: a Tink `AES256_GCM_HKDF_1MB` stream bound to the part's identity.

`0x28 ‖ salt[32] ‖ nonce_prefix[7] ‖ segments`. A fresh salt makes a fresh key for every stream, so
nonces only count segments; the last segment is marked, so truncation and reordering are noticed.
The stream's key does not commit to its plaintext: `dek_id` is bound, and `commitment` is signed.
"""

import secrets
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from diascope.audit import canonical
from diascope.errors import IntegrityError

SALT_BYTES, PREFIX_BYTES, TAG_BYTES, KEY_BYTES = 32, 7, 16, 32
HEADER_BYTES = 1 + SALT_BYTES + PREFIX_BYTES
SEGMENT_BYTES = 1 << 20  # ciphertext; the first one shares it with the header
OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES  # of a stream with one segment


def binding(*identity: str) -> bytes:
    """Return the associated data of a part.

    Identity: installation, tenant, study, series, sop, kind, index, dek_id; as an array, because
    UIDs from outside may hold any separator.
    """
    return canonical.to_bytes(["diascope-part-v1", *identity])


def commitment(dek: bytes) -> str:
    """Return the hex value that ties a manifest to exactly this data key."""
    return HKDF(hashes.SHA256(), KEY_BYTES, b"", b"diascope-commit-v1").derive(dek).hex()


def _stream_key(dek: bytes, salt: bytes, bound: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), KEY_BYTES, salt, bound).derive(dek))


def _segments(data: bytes, first: int, rest: int) -> Iterator[tuple[bytes, bytes]]:
    """Cut `data` and yield (the end of the nonce, segment); at least one, perhaps empty."""
    cuts = [0, *range(first, len(data), rest)]
    for index, start in enumerate(cuts):
        last = index + 1 == len(cuts)
        end = len(data) if last else cuts[index + 1]
        yield index.to_bytes(4, "big") + bytes([last]), data[start:end]


def seal(dek: bytes, plain: bytes, bound: bytes) -> bytes:
    """Seal one part under the study's data key."""
    salt, prefix = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(PREFIX_BYTES)
    key = _stream_key(dek, salt, bound)
    room = SEGMENT_BYTES - TAG_BYTES
    segments = _segments(plain, room - HEADER_BYTES, room)
    return b"".join(
        [
            bytes([HEADER_BYTES]) + salt + prefix,
            *(key.encrypt(prefix + ending, segment, None) for ending, segment in segments),
        ]
    )


def open_sealed(dek: bytes, sealed: bytes, bound: bytes) -> bytes:
    """Open one part.

    Raises:
        IntegrityError: another key, another identity, or changed, cut or reordered bytes.
    """
    if len(sealed) < OVERHEAD_BYTES or sealed[0] != HEADER_BYTES:
        raise IntegrityError("sealed")
    salt, prefix = sealed[1 : 1 + SALT_BYTES], sealed[1 + SALT_BYTES : HEADER_BYTES]
    key = _stream_key(dek, salt, bound)
    segments = _segments(sealed[HEADER_BYTES:], SEGMENT_BYTES - HEADER_BYTES, SEGMENT_BYTES)
    try:
        return b"".join(key.decrypt(prefix + end, segment, None) for end, segment in segments)
    except InvalidTag as error:
        raise IntegrityError("sealed") from error


def key_context(installation: str, tenant: str, handle: str, dek_id: str) -> dict[str, str]:
    """Return what a study's wrapped data key is bound to."""
    return {"installation": installation, "tenant": tenant, "study": handle, "dek_id": dek_id}
