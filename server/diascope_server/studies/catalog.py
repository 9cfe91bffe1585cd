"""Which study a session may see, asked before anything of it is read."""

from diascope.audit.event import Subject
from diascope_server.access.scope import is_in_scope
from diascope_server.errors import AccessRefused
from diascope_server.identity.sessions import Session
from diascope_server.site import Site
from diascope_server.studies.subjects import subject_of


def require(site: Site, session: Session, handle: str) -> Subject:
    """Return the subject of records about a study that this session may see.

    Raises:
        AccessRefused: it may not, or there is none; nobody can tell which.
    """
    summary = site.worklist.find(handle)
    if summary is None or not is_in_scope(session.user_id, session.roles, handle):
        raise AccessRefused("not_found")
    return subject_of(handle, summary["patient_id"])
