"""Whoever holds the keys, behind one protocol (`provider`), and public keys as JSON (`jwk`)."""

from collections.abc import Collection

from diascope_server.errors import KeyRefused
from diascope_server.keys.passphrase import PURPOSES, PassphraseProvider
from diascope_server.keys.provider import KeyProvider, Purpose
from diascope_server.settings import Settings


def read_passphrase(settings: Settings) -> bytes:
    """Return the installation's passphrase.

    Raises:
        KeyRefused: the file cannot be read.
    """
    try:
        return settings.passphrase_file.read_bytes().strip()
    except OSError as error:
        raise KeyRefused("passphrase", error.strerror or "") from error


def open_provider(settings: Settings, purposes: Collection[Purpose] = PURPOSES) -> KeyProvider:
    """Open the installation's key provider for the signing `purposes` of this process."""
    return PassphraseProvider(settings.keystore, read_passphrase(settings), purposes)
