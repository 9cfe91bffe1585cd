"""Time-based one-time codes (RFC 6238): six digits, 30 seconds, one step of tolerance each way.

Which steps a user has spent is kept by `users`; here is only the arithmetic.
"""

import pyotp

from diascope_server.identity.passwords import is_equal

STEP_MS = 30_000
TOLERANCE = 1  # steps; clocks of phones and servers differ
ISSUER = "Diascope"


def new_secret() -> str:
    """Return a new shared secret of 160 bits, base32 (RFC 4226 4, R6)."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, now_ms: int) -> int | None:
    """Return the time step that `code` belongs to, or `None`; tries every step each time."""
    now = now_ms // STEP_MS
    counter = pyotp.HOTP(secret)
    found = None
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        if is_equal(counter.at(step), code):
            found = step
    return found


def uri(secret: str, login: str) -> str:
    """Return the otpauth address that authenticator apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
