"""Database fields about people: sealed one by one, found by HMAC.

A column of type `Sealed` accepts and returns only `SealedField`, so text about a person cannot be
written as it is by mistake. Each value is AES-256-GCM under a random nonce, bound to table, column
and row: moved to another row it does not open.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from diascope.audit import canonical
from diascope.errors import IntegrityError
from diascope_server.keys.provider import KeyProvider

NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class SealedField:
    """One sealed value as it stands in the database."""

    sealed: bytes


class Sealed(TypeDecorator[SealedField]):
    """A column that holds only sealed values."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> bytes | None:
        """Refuse everything that `FieldKeys.seal` did not make."""
        del dialect
        if not isinstance(value, SealedField):
            message = "only a SealedField may enter a sealed column"
            raise TypeError(message)
        return value.sealed

    def process_result_value(self, value: Any, dialect: Any) -> SealedField | None:
        """Hand out what only `FieldKeys.open` can read."""
        del dialect
        return None if value is None else SealedField(value)


class FieldKeys:
    """Seals fields and makes index values for one tenant."""

    def __init__(self, provider: KeyProvider, tenant: str) -> None:
        """Derive the field key; index keys are derived by field when first used."""
        self._provider = provider
        self._tenant = tenant
        self._cipher = AESGCM(provider.derive(f"fields/{tenant}"))
        self._index_keys: dict[str, bytes] = {}

    def seal(self, column: str, row: str, text: str) -> SealedField:
        """Seal `text` for `column` ("table.column") of the row named `row`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), self._bound(column, row))
        return SealedField(nonce + sealed)

    def open(self, column: str, row: str, field: SealedField) -> str:
        """Return the text of a sealed field.

        Raises:
            IntegrityError: changed, or moved from another row or column.
        """
        try:
            nonce, body = field.sealed[:NONCE_BYTES], field.sealed[NONCE_BYTES:]
            return self._cipher.decrypt(nonce, body, self._bound(column, row)).decode()
        except (InvalidTag, ValueError, TypeError) as error:  # TypeError: not even bytes
            raise IntegrityError("field") from error

    def _bound(self, column: str, row: str) -> bytes:
        return canonical.to_bytes(["diascope-field-v1", self._tenant, column, row])

    def index(self, field: str, value: str) -> str:
        """Return the HMAC-SHA256 by which an exact value is found, hex."""
        if field not in self._index_keys:
            self._index_keys[field] = self._provider.derive(f"index/{self._tenant}/{field}")
        return hmac.new(self._index_keys[field], value.encode(), "sha256").hexdigest()
