"""The `studies` table as the web process reads it."""

from dataclasses import dataclass

from sqlalchemy import select

from diascope_server import tables
from diascope_server.access.scope import is_in_scope
from diascope_server.errors import AccessRefused
from diascope_server.identity.sessions import Session
from diascope_server.site import Site


@dataclass(frozen=True, slots=True)
class StoredStudy:
    """One study: its newest manifest and its wrapped data key."""

    handle: str
    study: str
    patient_id: str
    dek_id: str
    dek_wrapped: bytes
    version: int
    manifest_object: str
    manifest_digest: str


def require(site: Site, session: Session, handle: str) -> StoredStudy:
    """Return a study that this session may see.

    Raises:
        AccessRefused: it may not, or there is none; nobody can tell which.
    """
    rows = tables.studies
    with site.reader.begin() as connection:
        row = connection.execute(select(rows).where(rows.c.handle == handle)).one_or_none()
    if row is None or not is_in_scope(session.user_id, session.roles, handle):
        raise AccessRefused("not_found")
    return StoredStudy(
        handle=row.handle,
        study=site.fields.open("studies.study", row.handle, row.study),
        patient_id=site.worklist.get(handle)["patient_id"],
        dek_id=row.dek_id,
        dek_wrapped=row.dek_wrapped,
        version=row.version,
        manifest_object=row.manifest_object,
        manifest_digest=row.manifest_digest,
    )
