"""The ledger's signed head, made and checked with the site's `checkpoint` key."""

from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from diascope.audit import checkpoint
from diascope.audit.checkpoint import Checkpoint
from diascope.audit.tile_tree import TileTree
from diascope.errors import SignatureError
from diascope_server.keys.provider import KeyProvider
from diascope_server.settings import Settings

FILE = "checkpoint"


def origin(settings: Settings) -> str:
    """Return the ledger's name, also the name of its key. docs/wire.md 8."""
    return f"diascope/{settings.installation}"


def path(settings: Settings) -> Path:
    """Return where the newest checkpoint is published."""
    return settings.ledger / FILE


def verify_ed25519(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Check one Ed25519 signature (RFC 8032).

    Raises:
        SignatureError: it does not hold.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise SignatureError("wrong") from error


def sign(settings: Settings, provider: KeyProvider, tree: TileTree) -> bytes:
    """Return the signed note of a tree. Only the sequencer calls this."""
    name = origin(settings)
    signed = checkpoint.sign(
        Checkpoint(name, tree.size, tree.root),
        name,
        provider.public_key("checkpoint"),
        lambda message: provider.sign("checkpoint", message),
    )
    return checkpoint.to_bytes(signed)


def verify(settings: Settings, provider: KeyProvider, note: bytes) -> Checkpoint:
    """Return the checkpoint in a note after checking origin and signature.

    Raises:
        AuditError: not a checkpoint, or not of this ledger.
        SignatureError: not signed by this site.
    """
    name, public_key = origin(settings), provider.public_key("checkpoint")
    return checkpoint.verify(checkpoint.parse(note), name, name, public_key, verify_ed25519)
