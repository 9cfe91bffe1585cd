"""Where entries and hashes lie, and how entries are sealed there.

A bundle is up to 256 records, each after its length as two bytes, big-endian; a full bundle and a
full tile never change. Sealed: nonce ‖ AES-256-GCM, bound to installation, place and width.
docs/wire.md 8. Standard: c2sp.org/tlog-tiles.
"""

import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from diascope.audit import canonical
from diascope.audit.merkle import HASH_BYTES, MAX_LEAF_BYTES
from diascope.audit.tile_tree import TILE_WIDTH, Tile
from diascope.errors import AuditError
from diascope_server.keys.provider import KeyProvider
from diascope_server.settings import Settings

NONCE_BYTES = 12
LENGTH_BYTES = 2


def _place(index: int, width: int) -> str:
    """Encode an index in groups of three digits; a partial tile's name ends in its width."""
    digits = f"{index:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    place = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return place if width == TILE_WIDTH else f"{place}.p/{width}"


def tile_name(tile: Tile, width: int) -> str:
    """Return where a hash tile lies below the ledger's folder."""
    level, index = tile
    return f"tile/{level}/{_place(index, width)}"


def bundle_name(index: int, width: int) -> str:
    """Return where an entry bundle lies below the ledger's folder."""
    return f"tile/entries/{_place(index, width)}"


def split_tile(data: bytes, width: int) -> list[bytes]:
    """Return the hashes of a stored tile.

    Raises:
        AuditError: `audit.tile`, not so many hashes.
    """
    if len(data) != width * HASH_BYTES:
        raise AuditError("tile", f"{len(data)} bytes for {width} hashes")
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def pack(records: Sequence[bytes]) -> bytes:
    """Join records into a bundle."""
    return b"".join(len(each).to_bytes(LENGTH_BYTES, "big") + each for each in records)


def unpack(bundle: bytes, width: int) -> list[bytes]:
    """Cut a bundle into exactly `width` records.

    Raises:
        AuditError: `audit.bundle`, lengths that do not add up.
    """
    records, position = [], 0
    while position < len(bundle):
        start = position + LENGTH_BYTES
        position = start + int.from_bytes(bundle[position:start], "big")
        records.append(bundle[start:position])
    if position != len(bundle) or len(records) != width:
        raise AuditError("bundle", f"{len(records)} records, not {width}")
    return records


class EntrySeal:
    """Seals records on their way into the ledger and bundles inside it, under different keys."""

    def __init__(self, settings: Settings, provider: KeyProvider) -> None:
        """Derive both keys from the provider."""
        self._bundles = AESGCM(provider.derive("ledger"))
        self._rows = AESGCM(provider.derive("ledger-pending"))
        self._site = (settings.installation, settings.tenant)

    def _bound(self, kind: str, *place: int) -> bytes:
        return canonical.to_bytes([f"diascope-{kind}-v1", *self._site, *map(str, place)])

    def seal_bundle(self, records: Sequence[bytes], index: int) -> bytes:
        """Seal the records of bundle `index`."""
        bound = self._bound("entries", index, len(records))
        return _seal(self._bundles, pack(records), bound)

    def open_bundle(self, sealed: bytes, index: int, width: int) -> list[bytes]:
        """Return the records of bundle `index`.

        Raises:
            AuditError: `audit.sealed`, changed, moved or sealed elsewhere; `audit.bundle`.
        """
        return unpack(_open(self._bundles, sealed, self._bound("entries", index, width)), width)

    def seal_row(self, record: bytes) -> bytes:
        """Seal one record that waits to be sequenced."""
        if len(record) > MAX_LEAF_BYTES:
            raise AuditError("size", f"a record of {len(record)} bytes")
        return _seal(self._rows, record, self._bound("pending"))

    def open_row(self, sealed: bytes) -> bytes:
        """Return a record that waits to be sequenced.

        Raises:
            AuditError: `audit.sealed`.
        """
        return _open(self._rows, sealed, self._bound("pending"))


def _seal(key: AESGCM, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + key.encrypt(nonce, plain, bound)


def _open(key: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    try:
        return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:  # ValueError: shorter than a nonce
        raise AuditError("sealed") from error
