"""The only maker of `VerifiedBytes`: nothing is parsed before it passed here.

Standard: FIPS 180-4 (SHA-256); the manifest is the project's protocol, section 5.
"""

import hashlib
import hmac

from diascope.errors import IntegrityError
from diascope.manifest import PartEntry
from diascope.values import StoredBytes, VerifiedBytes


def verify(stored: StoredBytes, entry: PartEntry) -> VerifiedBytes:
    """Return the bytes as verified when size and SHA-256 are those of the manifest.

    Raises:
        IntegrityError: `size` or `digest`.

    Standard: FIPS 180-4, SHA-256.
    """
    if len(stored) != entry.size:
        raise IntegrityError("size", f"{len(stored)} bytes, {entry.size} signed")
    digest = hashlib.sha256(stored).hexdigest()
    if not hmac.compare_digest(digest, entry.sha256):
        raise IntegrityError("digest", f"part {entry.kind} {entry.index}")
    return VerifiedBytes(bytes(stored), digest)
