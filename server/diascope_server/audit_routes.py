"""What an auditor may read over HTTP: for now the ledger's signed checkpoint."""

from starlette.responses import Response

from diascope_server.http.call import Call
from diascope_server.identity.sessions import Session
from diascope_server.site import Site


def checkpoint(site: Site, session: Session, call: Call) -> Response:
    """Send the signed note, for a witness to keep."""
    del session, call
    return Response(site.ledger.note(), 200, media_type="text/plain; charset=utf-8")
