"""Builds tests/vectors/parts: sealed streams with fixed salts, written from the description alone.

`python -m tests.support.part_vectors` writes them again; a test compares.
"""

import hashlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.support.client import canonical, hkdf
from tests.support.vector_files import VECTORS

DEK = bytes(range(32))
IDENTITY = ["installation", "default", "1.2.3", "1.2.3.4", "1.2.3.4.5", "frame", "0", "dek-1"]
BOUND = canonical(["diascope-part-v1", *IDENTITY])


def stream(plain, salt=b"s" * 32, prefix=b"prefix!"):
    """One segment: enough for a vector; long streams are compared with Tink itself."""
    cipher = AESGCM(hkdf(DEK, salt, BOUND))
    return b"\x28" + salt + prefix + cipher.encrypt(prefix + bytes(4) + b"\1", plain, None)


def case(expect, sealed, plain=b"", dek=DEK, identity=tuple(IDENTITY)):
    header = {
        "expect": expect,
        "dek": dek.hex(),
        "identity": canonical(list(identity)).decode(),
        "plain_sha256": hashlib.sha256(plain).hexdigest(),
    }
    head = "\n".join(f"{name}: {value}" for name, value in header.items())
    return head.encode() + b"\n\n" + sealed


def flipped(data, position):
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


def cases():
    plain = b"(7FE0,0010)" * 20
    good = stream(plain)
    moved = [*IDENTITY[:4], "1.2.3.4.6", *IDENTITY[5:]]
    not_last = good[:40] + AESGCM(hkdf(DEK, good[1:33], BOUND)).encrypt(
        good[33:40] + bytes(5), plain, None
    )
    return {
        "empty": case("opened", stream(b"")),
        "one-byte": case("opened", stream(b"\0"), b"\0"),
        "part": case("opened", good, plain),
        "other-key": case("refused", good, dek=bytes(32)),
        "other-instance": case("refused", good, identity=moved),
        "header-length": case("refused", flipped(good, 0)),
        "salt": case("refused", flipped(good, 5)),
        "prefix": case("refused", flipped(good, 35)),
        "ciphertext": case("refused", flipped(good, 60)),
        "tag": case("refused", flipped(good, len(good) - 1)),
        "cut": case("refused", good[:-1]),
        "longer": case("refused", good + b"\0"),
        "header-only": case("refused", good[:40]),
        "nothing": case("refused", b""),
        "not-the-last-segment": case("refused", not_last),
    }


def write():
    folder = VECTORS / "parts"
    folder.mkdir(exist_ok=True)
    for name, data in cases().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    write()
