"""Search, open, parts. What an answer shows or unlocks is recorded before it leaves."""

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from starlette.responses import Response

from diascope.audit import event, schema
from diascope.errors import ManifestError
from diascope_server import tables
from diascope_server.access.scope import is_in_scope
from diascope_server.beacons import chains
from diascope_server.errors import AccessRefused, ProofRefused
from diascope_server.http.call import Call
from diascope_server.http.replies import json_reply
from diascope_server.http.static import IMMUTABLE
from diascope_server.identity.sessions import Session
from diascope_server.keys.jwk import b64u, thumbprint
from diascope_server.site import Site
from diascope_server.store import sealing
from diascope_server.studies import catalog, release
from diascope_server.studies.catalog import StoredStudy

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
SIGNATURE_BYTES = 64


def search(site: Site, session: Session, call: Call) -> Response:
    """List the studies in scope that match, and record the query."""
    asked = call.json(SEARCH)
    found = site.worklist.search(
        asked["text"], lambda handle: is_in_scope(session.user_id, session.roles, handle)
    )
    site.record(event.study_searched(site.moment(session), asked, len(found)))
    page = found[asked["offset"] : asked["offset"] + asked["limit"]]
    return json_reply({"total": len(found), "studies": page})


def open_study(site: Site, session: Session, call: Call) -> Response:
    """Release a study's key to the document that proved itself, once the ledger says so."""
    asked = call.json(OPEN)
    enrolled, nonce = chains.require_proof(site, session, call)
    if asked["chain"] != enrolled.chain or asked["page_kex"] != enrolled.page_kex:
        raise ProofRefused("chain")
    study = catalog.require(site, session, call.parameters["handle"])
    dek, sealed = _open_manifest(site, session, study)
    subject = event.Subject(study.handle, study.patient_id)
    opened = event.study_opened(
        site.moment(session), subject, enrolled.chain, study.manifest_digest, study.dek_id
    )
    context = {
        "v": 1,
        "tenant": site.settings.tenant,
        "study": study.handle,
        "dek_id": study.dek_id,
        "manifest": study.manifest_digest,
        "session_sign": thumbprint(enrolled.session_sign),
        "page_kex": thumbprint(enrolled.page_kex),
        "nonce": nonce,
        "ledger_index": site.record(opened),
    }
    _note_opening(site, enrolled.chain, study.handle)
    return json_reply(
        {
            "v": 1,
            **release.wrap_for(enrolled.page_kex, dek, context),
            "manifest": {
                "object": study.manifest_object,
                "study": study.study,
                "version": study.version,
                "sealed": b64u(sealed),
            },
        }
    )


def _open_manifest(site: Site, session: Session, study: StoredStudy) -> tuple[bytes, bytes]:
    """Return data key and sealed manifest after checking that it is the newest on record."""
    subject = event.Subject(study.handle, study.patient_id)
    with site.alerting(site.moment(session), study.manifest_object, subject):
        dek = site.keys.unwrap(study.dek_wrapped, site.key_context(study.handle, study.dek_id))
        sealed = site.objects.get(study.manifest_object)
        kind = ("", "", "manifest", str(study.version))
        plain = sealing.open_sealed(dek, sealed, site.binding(study.study, *kind, study.dek_id))
        digest = hashlib.sha256(plain[SIGNATURE_BYTES:]).hexdigest()
        if digest != study.manifest_digest or digest != site.newest.digest(study.handle):
            raise ManifestError("stale", "not the newest one on record")
    return dek, sealed


def _note_opening(site: Site, chain: str, handle: str) -> None:
    row = {"chain": chain, "handle": handle, "opened_ms": site.clock()}
    with site.engine.begin() as connection:
        connection.execute(insert(tables.openings).values(row).on_conflict_do_nothing())


def part(site: Site, session: Session, call: Call) -> Response:
    """Send one sealed part of a study that this document has opened."""
    handle, name = call.parameters["handle"], call.parameters["object"]
    study = catalog.require(site, session, handle)
    enrolled = chains.require(site, call.headers.get(CHAIN_HEADER, ""), session)
    if not _is_open(site, enrolled.chain, handle, name):
        raise AccessRefused("not_found")
    subject = event.Subject(handle, study.patient_id)
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
