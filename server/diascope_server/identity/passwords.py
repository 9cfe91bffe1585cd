"""Passwords: what is accepted (NIST SP 800-63B-4 3.1.1.2) and how they are kept (argon2id).

Any Unicode, no composition rules, no forced change. A password here is never alone: sign-in always
needs a second factor, hence 8 characters.
"""

import hmac
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from diascope_server.errors import SetupRefused

SHORTEST, LONGEST = 8, 256
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 1  # components.md 8
AT_ONCE = threading.BoundedSemaphore(2)  # 64 MiB each: a flood of sign-ins must not fill memory
BLOCKED = frozenset(
    {
        "password",
        "password1",
        "passw0rd",
        "p@ssw0rd",
        "p@ssword",
        "password123",
        "12345678",
        "123456789",
        "1234567890",
        "87654321",
        "11111111",
        "00000000",
        "88888888",
        "12341234",
        "qwertyui",
        "qwertyuiop",
        "qwerty123",
        "1q2w3e4r",
        "1qaz2wsx",
        "asdfghjk",
        "asdfghjkl",
        "zxcvbnm1",
        "iloveyou",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "welcome1",
        "welcome123",
        "letmein1",
        "trustno1",
        "abc12345",
        "abcd1234",
        "abcdefgh",
        "changeme",
        "changeit",
        "default1",
        "admin123",
        "administrator",
        "hospital",
        "hospital1",
        "radiology",
        "radiologie",
        "radiologist",
        "diascope",
        "diascope1",
        "dicom123",
    }
)
HASHER = PasswordHasher(PASSES, MEMORY_KIB, LANES)


def normalise(password: str) -> bytes:
    """Return one form for all ways to type the same characters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def check_new(password: str, login: str) -> None:
    """Accept a new password or say which rule it breaks.

    Raises:
        SetupRefused: too short, too long, too common, or made of the login or one character.
    """
    text = unicodedata.normalize("NFKC", password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise SetupRefused("password_length", f"{SHORTEST} to {LONGEST} characters")
    plain = text.casefold()
    if plain in BLOCKED or len(set(plain)) <= 2 or login.casefold() in plain:
        raise SetupRefused("password_common", "too easily guessed")


def new_password() -> str:
    """Return a random password of 100 bits that is easily copied by hand."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def hash_password(password: str) -> str:
    """Return the encoded argon2id hash."""
    with AT_ONCE:
        return HASHER.hash(normalise(password))


def is_password(encoded: str, password: str) -> bool:
    """Whether the password has this hash. For `users.verify` only, which also burns the time."""
    with AT_ONCE:
        try:
            return HASHER.verify(encoded, normalise(password))
        except (VerificationError, InvalidHashError):
            return False


def is_equal(left: str, right: str) -> bool:
    """Compare two codes in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
