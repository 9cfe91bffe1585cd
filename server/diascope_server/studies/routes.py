"""Search, open, parts. What an answer shows or unlocks is recorded before it leaves."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from starlette.responses import Response

from diascope.audit import event, schema
from diascope_server import tables
from diascope_server.access.scope import is_in_scope
from diascope_server.beacons import chains
from diascope_server.beacons.chains import Enrolled
from diascope_server.errors import AccessRefused, ProofRefused
from diascope_server.http.call import Call
from diascope_server.http.replies import json_reply
from diascope_server.http.static import IMMUTABLE
from diascope_server.identity.sessions import Session
from diascope_server.keys.jwk import b64u, thumbprint
from diascope_server.site import Site
from diascope_server.studies import catalog, release
from diascope_server.studies.manifests import OpenedManifest, open_newest
from diascope_server.studies.subjects import subject_of

MAX_PAGE = 500
SEARCH = schema.members(
    {
        "text": schema.text(0, 200),
        "limit": schema.integer(1, MAX_PAGE),
        "offset": schema.integer(0, 10_000_000),
    }
)
OPEN = schema.members({"chain": chains.CHAIN_NAME, "page_kex": chains.JWK})
CHAIN_HEADER = "diascope-chain"


def search(site: Site, session: Session, call: Call) -> Response:
    """List the studies in scope that match, and record the query."""
    asked = call.json(SEARCH)
    found = site.worklist.search(
        asked["text"], lambda handle: is_in_scope(session.user_id, session.roles, handle)
    )
    moment = site.moment(session)
    for handle in site.worklist.take_damaged():
        subject = subject_of(handle, "")
        site.record(event.integrity_alert(moment, "integrity.field", "studies.summary", subject))
    site.record(event.study_searched(moment, asked, len(found)))
    page = found[asked["offset"] : asked["offset"] + asked["limit"]]
    return json_reply({"total": len(found), "studies": page})


def open_study(site: Site, session: Session, call: Call) -> Response:
    """Release a study's key to the document that proved itself, once the ledger says so."""
    asked = call.json(OPEN)
    enrolled, nonce = chains.require_proof(site, session, call)
    if asked["chain"] != enrolled.chain or asked["page_kex"] != enrolled.page_kex:
        raise ProofRefused("chain")
    subject = catalog.require(site, session, call.parameters["handle"])
    opened = open_newest(site, site.newest, site.moment(session), subject)
    names = enrolled.chain, opened.row.manifest_digest, opened.row.dek_id
    index = site.record(event.study_opened(site.moment(session), subject, *names))
    _note_opening(site, enrolled.chain, subject.study)
    context = _context(site, enrolled, opened, nonce, index)
    released = release.wrap_for(enrolled.page_kex, opened.dek, context)
    return json_reply({"v": 1, **released, "manifest": _manifest(opened)})


def _context(
    site: Site, enrolled: Enrolled, opened: OpenedManifest, nonce: str, index: int
) -> dict[str, Any]:
    """Return for whom, for what and under which record a key is released (wire.md 5)."""
    return {
        "v": 1,
        "tenant": site.settings.tenant,
        "study": opened.row.handle,
        "dek_id": opened.row.dek_id,
        "manifest": opened.row.manifest_digest,
        "session_sign": thumbprint(enrolled.session_sign),
        "page_kex": thumbprint(enrolled.page_kex),
        "nonce": nonce,
        "ledger_index": index,
    }


def _manifest(opened: OpenedManifest) -> dict[str, Any]:
    return {
        "object": opened.row.manifest_object,
        "study": opened.study,
        "version": opened.row.version,
        "sealed": b64u(opened.sealed),
    }


def _note_opening(site: Site, chain: str, handle: str) -> None:
    row = {"chain": chain, "handle": handle, "opened_ms": site.clock()}
    with site.engine.begin() as connection:
        connection.execute(insert(tables.openings).values(row).on_conflict_do_nothing())


def part(site: Site, session: Session, call: Call) -> Response:
    """Send one sealed part of a study that this document has opened."""
    handle, name = call.parameters["handle"], call.parameters["object"]
    subject = catalog.require(site, session, handle)
    enrolled = chains.require(site, call.headers.get(CHAIN_HEADER, ""), session)
    if not _is_open(site, enrolled.chain, handle, name):
        raise AccessRefused("not_found")
    with site.alerting(site.moment(session), name, subject):
        sealed = site.objects.get(name)
    headers = {"Cache-Control": IMMUTABLE, "Content-Disposition": "attachment"}
    return Response(sealed, 200, headers, "application/octet-stream")


def _is_open(site: Site, chain: str, handle: str, name: str) -> bool:
    opened, stored = tables.openings.c, tables.objects.c
    wanted: Any = (
        select(stored.object)
        .join(tables.openings, opened.handle == stored.handle)
        .where(stored.object == name, stored.handle == handle, opened.chain == chain)
    )
    with site.reader.begin() as connection:
        return connection.execute(wanted).one_or_none() is not None
