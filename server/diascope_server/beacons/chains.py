"""Chains: a browser document enrols its keys under a session, and proves them later.

The first enrolment ties the session to one signing key; a stolen cookie alone then opens nothing.
A chain and its record are written together, so that none is ever in the ledger twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError as NotUnique

from diascope.audit import canonical, chain, event, schema
from diascope.errors import AuditError, SignatureError
from diascope_server import tables
from diascope_server.errors import ProofRefused
from diascope_server.http.call import Call
from diascope_server.identity.sessions import Session
from diascope_server.keys.jwk import b64u, parse_p256, thumbprint, unb64u, verify_signed
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
    receipt: str
    receipt_signature: str

    @property
    def genesis(self) -> str:
        """The `prev` of its first beacon."""
        signed = f"{chain.RECEIPT}\n{self.receipt}".encode()
        return chain.next_link(signed, unb64u(self.receipt_signature))

    def answer(self) -> dict[str, Any]:
        """Return what the document is told, each time it asks."""
        receipt = json.loads(self.receipt)
        checkpoint = receipt["checkpoint"]
        return {"receipt": receipt, "signature": self.receipt_signature, "checkpoint": checkpoint}


def find(site: Site, name: str) -> Enrolled | None:
    """Return an enrolled chain."""
    rows = tables.chains
    with site.reader.begin() as connection:
        row = connection.execute(select(rows).where(rows.c.chain == name)).one_or_none()
    if row is None:
        return None
    keys = json.loads(row.session_sign), json.loads(row.page_kex)
    return Enrolled(row.chain, row.session, *keys, row.receipt, row.receipt_signature)


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

    A document that asks again, because no answer reached it in time, is told the same.

    Raises:
        ProofRefused: the nonce, the keys or the signature do not hold, or the chain is another's.
        LedgerUnavailable: the enrolment is not on record yet. Asking again is right.
    """
    asked, signature = body["enrolment"], body["signature"]
    _check_enrolment(asked, signature)
    known = find(site, asked["chain"])
    if known is None:
        return _begin(site, session, asked, signature)
    keys = known.session_sign, known.page_kex
    if (known.session, *keys) != (session.id_hash, asked["session_sign"], asked["page_kex"]):
        raise ProofRefused("chain")
    site.ledger.catch_up()
    return known.answer()


def _begin(
    site: Site, session: Session, asked: Mapping[str, Any], signature: str
) -> dict[str, Any]:
    site.nonces.spend(asked["nonce"], session.id_hash)
    receipt = {
        "v": 1,
        "chain": asked["chain"],
        "session_sign": thumbprint(asked["session_sign"]),
        "page_kex": thumbprint(asked["page_kex"]),
        "issued_ms": site.clock(),
        "checkpoint": site.checkpoint(),
    }
    told = b64u(site.keys.sign("receipt", chain.signed_bytes(chain.RECEIPT, receipt)))
    keys = asked["session_sign"], asked["page_kex"]
    made = Enrolled(asked["chain"], session.id_hash, *keys, _text(receipt), told)
    enrolled = event.document_enrolled(site.moment(session), asked, signature, receipt, told)
    site.ledger.append_with(enrolled, lambda connection: _write(connection, made, site.clock()))
    return made.answer()


def _text(value: Mapping[str, Any]) -> str:
    return canonical.to_bytes(dict(value)).decode()


def _check_enrolment(asked: Mapping[str, Any], signature: str) -> None:
    try:
        parse_p256(asked["page_kex"])
        signed = chain.signed_bytes(chain.ENROLMENT, asked)
        verify_signed(asked["session_sign"], signed, signature)
    except (SignatureError, AuditError) as error:
        raise ProofRefused("signature") from error


def _write(connection: Connection, made: Enrolled, now_ms: int) -> None:
    """Tie the session to its signing key, unless it is, and write the chain."""
    rows, key = tables.sessions, thumbprint(made.session_sign)
    is_free = rows.c.session_sign.is_(None) | (rows.c.session_sign == key)
    own = (rows.c.id_hash == made.session) & is_free
    if connection.execute(update(rows).where(own).values(session_sign=key)).rowcount != 1:
        raise ProofRefused("other_key")
    row = {
        "chain": made.chain,
        "session": made.session,
        "session_sign": _text(made.session_sign),
        "page_kex": _text(made.page_kex),
        "receipt": made.receipt,
        "receipt_signature": made.receipt_signature,
        "enrolled_ms": now_ms,
    }
    try:
        connection.execute(tables.chains.insert().values(row))
    except NotUnique as error:
        raise ProofRefused("chain") from error


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
