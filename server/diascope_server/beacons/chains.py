"""Chains: a browser document enrols its keys under a session, and proves them later.

The first enrolment ties the session to one signing key; a stolen cookie alone then opens nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError as NotUnique

from diascope.audit import canonical, chain, event, schema
from diascope.errors import AuditError, SignatureError
from diascope_server import tables
from diascope_server.errors import ProofRefused, StoreFault
from diascope_server.http.call import Call
from diascope_server.identity.sessions import Session
from diascope_server.keys.jwk import b64u, parse_p256, thumbprint, verify_signed
from diascope_server.site import Site

CHAIN_NAME = schema.hexadecimal(16)
SIGNATURE = schema.pattern(r"[A-Za-z0-9_-]{86}")
COORDINATE = schema.pattern(r"[A-Za-z0-9_-]{43}")
JWK = schema.members(
    {
        "crv": schema.one_of("P-256"),
        "kty": schema.one_of("EC"),
        "x": COORDINATE,
        "y": COORDINATE,
    }
)
ENROLMENT = schema.members(
    {
        "enrolment": schema.members(
            {
                "v": schema.one_of(1),
                "chain": CHAIN_NAME,
                "session_sign": JWK,
                "page_kex": JWK,
                "nonce": schema.text(1, 64),
                "predecessor": schema.optional(CHAIN_NAME),
            }
        ),
        "signature": SIGNATURE,
    }
)
REQUEST = "diascope-request-v1"
PROOF_HEADER = "diascope-proof"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One document's chain as the server knows it."""

    chain: str
    session: str
    session_sign: Mapping[str, str]
    page_kex: Mapping[str, str]
    genesis: str


def find(site: Site, name: str) -> Enrolled | None:
    """Return an enrolled chain."""
    rows = tables.chains
    with site.reader.begin() as connection:
        row = connection.execute(select(rows).where(rows.c.chain == name)).one_or_none()
    if row is None:
        return None
    keys = json.loads(row.session_sign), json.loads(row.page_kex)
    return Enrolled(row.chain, row.session, *keys, row.genesis)


def require(site: Site, name: str, session: Session) -> Enrolled:
    """Return a chain of this session.

    Raises:
        ProofRefused: unknown, or another session's.
    """
    found = find(site, name)
    if found is None or found.session != session.id_hash:
        raise ProofRefused("chain")
    return found


def enrol(site: Site, session: Session, body: Mapping[str, Any]) -> dict[str, Any]:
    """Enrol a document: check its signature, sign a receipt, record both, then answer.

    Raises:
        ProofRefused: the nonce, the keys or the signature do not hold, or the chain exists.
    """
    asked, signature = body["enrolment"], body["signature"]
    _check_enrolment(asked, signature)
    site.nonces.spend(asked["nonce"], session.id_hash)
    _bind_key(site, session, thumbprint(asked["session_sign"]))
    receipt = {
        "v": 1,
        "chain": asked["chain"],
        "session_sign": thumbprint(asked["session_sign"]),
        "page_kex": thumbprint(asked["page_kex"]),
        "issued_ms": site.clock(),
        "checkpoint": site.checkpoint(),
    }
    signed = chain.signed_bytes(chain.RECEIPT, receipt)
    receipt_signature = site.keys.sign("receipt", signed)
    _keep(site, session, asked, chain.next_link(signed, receipt_signature))
    moment, told = site.moment(session), b64u(receipt_signature)
    try:
        site.record(event.document_enrolled(moment, asked, signature, receipt, told))
    except StoreFault:
        _forget(site, asked["chain"])
        raise
    return {"receipt": receipt, "signature": told, "checkpoint": receipt["checkpoint"]}


def _check_enrolment(asked: Mapping[str, Any], signature: str) -> None:
    try:
        parse_p256(asked["page_kex"])
        signed = chain.signed_bytes(chain.ENROLMENT, asked)
        verify_signed(asked["session_sign"], signed, signature)
    except (SignatureError, AuditError) as error:
        raise ProofRefused("signature") from error


def _bind_key(site: Site, session: Session, key: str) -> None:
    rows = tables.sessions
    is_free = rows.c.session_sign.is_(None) | (rows.c.session_sign == key)
    own = (rows.c.id_hash == session.id_hash) & is_free
    with site.engine.begin() as connection:
        bound = connection.execute(update(rows).where(own).values(session_sign=key))
    if bound.rowcount != 1:
        raise ProofRefused("other_key")


def _keep(site: Site, session: Session, asked: Mapping[str, Any], genesis: str) -> None:
    row = {
        "chain": asked["chain"],
        "session": session.id_hash,
        "session_sign": canonical.to_bytes(asked["session_sign"]).decode(),
        "page_kex": canonical.to_bytes(asked["page_kex"]).decode(),
        "genesis": genesis,
        "enrolled_ms": site.clock(),
    }
    try:
        with site.engine.begin() as connection:
            connection.execute(tables.chains.insert().values(row))
    except NotUnique as error:
        raise ProofRefused("chain") from error


def _forget(site: Site, name: str) -> None:
    """Take back an enrolment that the ledger did not acknowledge."""
    with site.engine.begin() as connection:
        connection.execute(delete(tables.chains).where(tables.chains.c.chain == name))


def require_proof(site: Site, session: Session, call: Call) -> tuple[Enrolled, str]:
    """Check that the document's key signed exactly this request; return chain and nonce.

    Raises:
        ProofRefused: no proof, another request, key or session, or a nonce that was used.
    """
    nonce, name, signature = _split_proof(call.headers.get(PROOF_HEADER, ""))
    enrolled = require(site, name, session)
    site.nonces.spend(nonce, session.id_hash)
    request = {
        "method": call.method,
        "path": call.path,
        "body_sha256": call.body_sha256,
        "nonce": nonce,
        "chain": name,
    }
    try:
        signed = chain.signed_bytes(REQUEST, request)
        verify_signed(enrolled.session_sign, signed, signature)
    except (SignatureError, AuditError) as error:
        raise ProofRefused("signature") from error
    return enrolled, nonce


def _split_proof(header: str) -> tuple[str, str, str]:
    parts = header.split(".")
    if len(parts) != 3:
        raise ProofRefused("missing")
    return parts[0], parts[1], parts[2]
