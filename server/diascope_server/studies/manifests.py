"""A study's newest manifest, opened: the one way to it, for key release, growth and commands.

The row of a new version is committed together with its record, but the record gets its place in
the ledger a moment later, and row and ledger are read one after the other. So while they disagree
both are read again; what still disagrees then was changed or put back, and is not opened.
"""

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from diascope.audit import chain
from diascope.audit.event import Moment, Subject
from diascope.errors import ManifestError
from diascope_server import tables
from diascope_server.errors import AccessRefused
from diascope_server.installation import Installation
from diascope_server.ledger.head import verify_ed25519
from diascope_server.store import sealing
from diascope_server.studies.newest import NewestManifests

SIGNATURE_BYTES = 64  # Ed25519, before the canonical JSON: wire.md 3
DOMAIN = "diascope-manifest-v1"  # the engine's `manifest` says it too, but it brings numpy along
PATIENCE_S, POLL_S = 1.0, 0.05


@dataclass(frozen=True, slots=True, eq=False)
class OpenedManifest:
    """What the row names: `sealed` is the object, `text` the canonical JSON inside."""

    row: Any
    study: str
    dek: bytes
    sealed: bytes
    text: bytes


def open_newest(
    home: Installation, newest: NewestManifests, moment: Moment, subject: Subject
) -> OpenedManifest:
    """Open the newest manifest of the subject's study; one that is not to be trusted is alerted.

    Raises:
        AccessRefused: there is no such study.
        UntrustedInput: changed, put back to an older version, or not signed by this site.
        LedgerUnavailable: its record has no place yet. Trying again is right.
    """
    row = _row(home, subject.study)
    with home.alerting(moment, row.manifest_object, subject):
        return _open(home, _agreed(home, newest, row))


def _row(home: Installation, handle: str) -> Any:
    rows = tables.studies
    with home.reader.begin() as connection:
        row = connection.execute(select(rows).where(rows.c.handle == handle)).one_or_none()
    if row is None:
        raise AccessRefused("not_found")
    return row


def _agreed(home: Installation, newest: NewestManifests, row: Any) -> Any:
    """Return the row once the ledger's newest record of the study names the same manifest."""
    until = time.monotonic() + PATIENCE_S
    while newest.digest(row.handle) != row.manifest_digest:
        if time.monotonic() > until:
            raise ManifestError("stale", "not the newest one on record")
        home.ledger.catch_up()  # a stall is no alert: this says that it is one
        time.sleep(POLL_S)
        row = _row(home, row.handle)
    return row


def _open(home: Installation, row: Any) -> OpenedManifest:
    dek = home.keys.unwrap(row.dek_wrapped, home.key_context(row.handle, row.dek_id))
    study = home.fields.open("studies.study", row.handle, row.study)
    sealed = home.objects.get(row.manifest_object)
    bound = home.binding(study, "", "", "manifest", str(row.version), row.dek_id)
    plain = sealing.open_sealed(dek, sealed, bound)
    signature, text = plain[:SIGNATURE_BYTES], plain[SIGNATURE_BYTES:]
    digest = hashlib.sha256(text).hexdigest()
    if digest != row.manifest_digest:
        raise ManifestError("digest")
    signed = chain.signed_bytes(DOMAIN, {"sha256": digest, "v": 1})
    verify_ed25519(home.keys.public_key("manifest"), signed, signature)
    return OpenedManifest(row, study, dek, sealed, text)
