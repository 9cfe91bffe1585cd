"""The application: one table of routes, each with its permission, behind the strict layer.

A route that needs a session never reaches its handler without one, nor without a role that permits
it: `Door` decides, handlers cannot forget. This process decodes no pixel.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast, get_args

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from diascope.errors import DiascopeError
from diascope_server import audit_routes
from diascope_server import settings as installation_settings
from diascope_server.access.roles import Permission, is_permitted
from diascope_server.beacons import routes as beacon_routes
from diascope_server.errors import AccessRefused, RequestRefused
from diascope_server.http import access_log, call, replies
from diascope_server.http.call import Call
from diascope_server.http.headers import HeaderPolicy
from diascope_server.http.strict import Strict
from diascope_server.identity import routes as identity_routes
from diascope_server.identity.sessions import Session
from diascope_server.installation import open_installation
from diascope_server.keys import open_provider
from diascope_server.keys.provider import Purpose
from diascope_server.pages import Pages
from diascope_server.processes import die_with_parent
from diascope_server.settings import DATA_VARIABLE
from diascope_server.site import Site
from diascope_server.studies import routes as study_routes
from diascope_server.upkeep import keeping

OpenHandler = Callable[[Site, Call], Response]
SignedInHandler = Callable[[Site, Session, Call], Response]


@dataclass(frozen=True, slots=True)
class Row:
    """One route and its gate.

    A gate is a permission, "session" for any user, "chain" for a signature that the handler
    checks, or "public".
    """

    method: str
    path: str
    handler: OpenHandler | SignedInHandler
    gate: str


def table(pages: Pages) -> tuple[Row, ...]:
    """Return every route there is."""
    return (
        *(Row("GET", path, pages.page, "public") for path in pages.paths),
        Row("GET", "/bundle.json", pages.bundle, "public"),
        Row("GET", "/trust.json", pages.trust, "public"),
        Row("GET", "/rt/{digest}/{name}", pages.runtime, "public"),
        Row("GET", "/healthz", pages.health, "public"),
        Row("POST", "/api/session", identity_routes.sign_in, "public"),
        Row("GET", "/api/session", identity_routes.view, "session"),
        Row("DELETE", "/api/session", identity_routes.sign_out, "session"),
        Row("POST", "/api/nonce", identity_routes.nonce, "session"),
        Row("POST", "/api/chains", beacon_routes.enrol, "session"),
        Row("POST", "/api/beacons", beacon_routes.receive, "chain"),
        Row("POST", "/api/studies/search", study_routes.search, "study.search"),
        Row("POST", "/api/studies/{handle}/open", study_routes.open_study, "study.open"),
        Row("GET", "/api/studies/{handle}/parts/{object}", study_routes.part, "study.open"),
        Row("GET", "/api/audit/checkpoint", audit_routes.checkpoint, "audit.read"),
    )


PURPOSES: Final[tuple[Purpose, ...]] = ("receipt",)  # what this process may sign
OPEN_GATES = ("public", "chain")
GATES = (*OPEN_GATES, "session", *get_args(Permission))


def _answer(site: Site, row: Row, asked: Call) -> Response:
    """Let a call through its gate to its handler."""
    if row.gate in OPEN_GATES:
        return cast("OpenHandler", row.handler)(site, asked)
    session = site.sessions.require(asked.cookie)
    if row.gate != "session" and not is_permitted(session.roles, row.gate):
        raise AccessRefused("role")
    site.sessions.touch(session)
    return cast("SignedInHandler", row.handler)(site, session, asked)


def _endpoint(site: Site, row: Row) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        asked = await call.read(request)
        try:
            return await run_in_threadpool(_answer, site, row, asked)
        except DiascopeError as error:
            return replies.refusal(error)
        except Exception as error:  # noqa: BLE001  the one door: nothing of ours leaves as a trace
            access_log.note_fault(row.path, error)
            return replies.fault()

    return endpoint


def _no_route(site: Site) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Answer what has no row; below /api/ that, too, is told only to who is signed in."""

    async def answer(request: Request, error: Exception) -> Response:
        asked = await call.read(request)
        try:
            if asked.path.startswith("/api/"):
                await run_in_threadpool(site.sessions.require, asked.cookie)
        except DiascopeError as refused:
            return replies.refusal(refused)
        is_method = isinstance(error, HTTPException) and error.status_code == 405
        headers = dict(getattr(error, "headers", None) or {})
        return replies.refusal(RequestRefused("method" if is_method else "not_found"), headers)

    return answer


def create_app(site: Site, pages: Pages) -> ASGIApp:
    """Return the ASGI application of a site."""
    rows = table(pages)
    routes = [Route(row.path, _endpoint(site, row), methods=[row.method]) for row in rows]
    refused = _no_route(site)
    routed = Starlette(
        routes=routes,
        exception_handlers={404: refused, 405: refused},
        lifespan=lambda _app: keeping(site, pages.bundle_digest),
    )
    routed.router.redirect_slashes = False
    authority = site.settings.authority
    policy = HeaderPolicy(authority, [*pages.paths, "/bundle.json", "/trust.json"])
    return access_log.AccessLog(Strict(routed, authority, policy))


def from_environment() -> ASGIApp:
    """Build the application in a granian worker, whose parent names the data folder."""
    die_with_parent(signal.SIGKILL)
    settings = installation_settings.load(Path(os.environ[DATA_VARIABLE]))
    access_log.open_logs(settings.logs)
    keys = open_provider(settings, PURPOSES)
    home = open_installation(settings, "web", keys, may_sequence=False)
    return create_app(Site.of(home), Pages.load(settings, keys))
