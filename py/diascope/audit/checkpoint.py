"""The signed head of the ledger: origin, size and root, under one or more signatures.

A checkpoint is a signed note: text, an empty line, one line a signature. What is signed is the
text itself. This module holds no cryptography: `sign` and `verify` are given. A signature by an
unknown key is kept and proves nothing; one by a known key must hold.
Standard: c2sp.org/signed-note, c2sp.org/tlog-checkpoint.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from diascope.audit.canonical import MAX_INTEGER
from diascope.audit.merkle import HASH_BYTES
from diascope.errors import AuditError, SignatureError

MAX_NOTE_BYTES: Final = 64 << 10
MAX_SIGNATURES: Final = 16  # c2sp.org/signed-note: at least so many must be accepted
KEY_ID_BYTES: Final = 4
ED25519: Final = b"\x01"  # c2sp.org/signed-note, signature types
DASH: Final = "\u2014 "  # an em dash and a space begin a signature line

Sign: TypeAlias = Callable[[bytes], bytes]
Verify: TypeAlias = Callable[[bytes, bytes, bytes], None]
"""Public key, message, signature → nothing, or a SignatureError."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the ledger says of itself at one size; `root` is 32 bytes."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line, of any algorithm."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with its signatures, none of them verified yet."""

    checkpoint: Checkpoint
    signatures: tuple[NoteSignature, ...]


def text(checkpoint: Checkpoint) -> bytes:
    """Return the bytes that are signed. Standard: c2sp.org/tlog-checkpoint, note text."""
    root = base64.b64encode(checkpoint.root).decode()
    lines = [checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions]
    return "".join(f"{line}\n" for line in lines).encode()


def to_bytes(signed: SignedCheckpoint) -> bytes:
    """Return the whole note. Standard: c2sp.org/signed-note, format."""
    lines = [
        f"{DASH}{each.name} {base64.b64encode(each.key_id + each.signature).decode()}\n"
        for each in signed.signatures
    ]
    return text(signed.checkpoint) + b"\n" + "".join(lines).encode()


def key_id(name: str, public_key: bytes) -> bytes:
    """Return the 4 bytes that point to an Ed25519 key. Standard: c2sp.org/signed-note."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:KEY_ID_BYTES]


def sign(checkpoint: Checkpoint, name: str, public_key: bytes, signer: Sign) -> SignedCheckpoint:
    """Sign with one Ed25519 key. A further key signs by `countersign`."""
    return countersign(SignedCheckpoint(checkpoint, ()), name, public_key, signer)


def countersign(
    signed: SignedCheckpoint, name: str, public_key: bytes, signer: Sign
) -> SignedCheckpoint:
    """Add the signature of one more key, e.g. of the next one at a rotation."""
    signature = signer(text(signed.checkpoint))
    line = NoteSignature(name, key_id(name, public_key), signature)
    return SignedCheckpoint(signed.checkpoint, (*signed.signatures, line))


def verify(
    signed: SignedCheckpoint, origin: str, name: str, public_key: bytes, verifier: Verify
) -> Checkpoint:
    """Return the checkpoint after checking its origin and its signature by one known key.

    Raises:
        AuditError: `audit.origin`, it is another ledger's.
        SignatureError: `signature.missing`, not signed by this key; or what `verifier` raises.
    """
    if signed.checkpoint.origin != origin:
        raise AuditError("origin")
    known = (name, key_id(name, public_key))
    ours = [each for each in signed.signatures if (each.name, each.key_id) == known]
    if not ours:
        raise SignatureError("missing")
    for each in ours:
        verifier(public_key, text(signed.checkpoint), each.signature)
    return signed.checkpoint


def parse(data: bytes) -> SignedCheckpoint:
    """Read a note: exactly the bytes that `to_bytes` writes, else it is refused.

    Raises:
        AuditError: `audit.checkpoint`, with the line that is wrong.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise _refuse("size")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise _refuse("encoding") from error
    body, separator, notes = whole.rpartition("\n\n")
    if not separator or not notes.endswith("\n") or _CONTROL.search(whole):
        raise _refuse("form")
    lines = notes[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _refuse("signatures")
    return SignedCheckpoint(_parse_text(body), tuple(_parse_signature(line) for line in lines))


def _refuse(line: str) -> AuditError:
    return AuditError("checkpoint", line)


def _parse_text(body: str) -> Checkpoint:
    lines = body.split("\n")
    if len(lines) < 3 or "" in lines:
        raise _refuse("lines")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size) or int(size) > MAX_INTEGER:
        raise _refuse("size line")
    digest = _decode(root, "root line")
    if len(digest) != HASH_BYTES:
        raise _refuse("root line")
    return Checkpoint(origin, int(size), digest, tuple(extensions))


def _parse_signature(line: str) -> NoteSignature:
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    is_named = line.startswith(DASH) and space and name and "+" not in name
    if not is_named or any(character.isspace() for character in name):
        raise _refuse("signature line")
    blob = _decode(encoded, "signature line")
    if len(blob) <= KEY_ID_BYTES:
        raise _refuse("signature line")
    return NoteSignature(name, blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])


def _decode(encoded: str, line: str) -> bytes:
    """Decode standard base64, refusing a second spelling of the same bytes."""
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refuse(line) from error
    if base64.b64encode(data).decode() != encoded:
        raise _refuse(line)
    return data
