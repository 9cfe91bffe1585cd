"""Intake of beacons: the signature is the authority, not the cookie (protocol.md 8).

A beacon is accepted only after the ledger acknowledged it. Its row and its record are written
together: after a crash or a time-out a resent beacon finds both or neither, and stands once.
"""

import threading
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from diascope.audit import beacon, canonical, chain, event
from diascope.audit.beacon import Envelope
from diascope.audit.chain import Chain, Link, Verdict
from diascope.audit.event import AuditEvent
from diascope.errors import AuditError, SignatureError
from diascope_server import tables
from diascope_server.beacons import chains
from diascope_server.beacons.chains import Enrolled
from diascope_server.errors import BeaconRefused
from diascope_server.identity.sessions import Session
from diascope_server.keys.jwk import verify_signed
from diascope_server.site import Site
from diascope_server.studies.subjects import subject_of

LATE_MS = 7 * 24 * 60 * 60 * 1000  # protocol.md 8
ALERTED = {"signature", "replay", "fork"}  # a refusal that somebody has to look at
ONE_AT_A_TIME = tuple(threading.Lock() for _ in range(64))  # by chain


@dataclass(frozen=True, slots=True)
class Received:
    """One beacon as it came, and whether it waited in an outbox."""

    signed: str
    signature: str
    waited: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one beacon; `code` is empty when it was accepted."""

    chain: str
    seq: int
    code: str = ""


def take(site: Site, received: Received) -> Answer:
    """Judge and record one beacon."""
    name, seq = _place(received.signed)
    try:
        with ONE_AT_A_TIME[hash(name) % len(ONE_AT_A_TIME)]:
            _take(site, received)
    except BeaconRefused as error:
        if error.reason in ALERTED:
            site.record(event.beacon_refused(site.moment(), name, seq, error.code))
        return Answer(name, seq, error.code)
    return Answer(name, seq)


def _place(signed: str) -> tuple[str, int]:
    """Return chain and seq as far as they can be read, so that the page knows what was refused."""
    try:
        value = canonical.parse(signed.encode("utf-8", "surrogatepass"))
        chains.CHAIN_NAME(value["chain"], "chain")
        return str(value["chain"]), int(value["seq"])
    except (AuditError, LookupError, TypeError, ValueError):
        return "", -1


def _take(site: Site, received: Received) -> None:
    envelope, enrolled, raw = _verify(site, received)
    session, over_ms = _session(site, enrolled)
    now = site.clock()
    if now > over_ms + LATE_MS:
        raise BeaconRefused("too_late")
    signed = chain.BEACON.encode() + b"\n" + received.signed.encode()
    verdict, link = _judge(site, enrolled, envelope, signed, raw)
    if verdict not in chain.RECORDED:
        site.ledger.catch_up()  # the first time may have ended in a time-out
        return
    words = [verdict, *(["late"] if now > over_ms else []), *(["outbox"] * received.waited)]
    recorded = _event(site, session, envelope, received, words)
    site.ledger.append_with(recorded, lambda connection: _keep(connection, link, envelope, now))
    if envelope.type == "view" and now <= over_ms and not received.waited:
        site.sessions.touch(session)  # reading needs no other request; what is replayed is no sign


def _verify(site: Site, received: Received) -> tuple[Envelope, Enrolled, bytes]:
    try:
        envelope = beacon.parse_envelope(received.signed.encode("utf-8", "surrogatepass"))
    except AuditError as error:
        raise BeaconRefused(error.reason) from error
    enrolled = chains.find(site, envelope.chain)
    if enrolled is None:
        raise BeaconRefused("unknown_chain")
    signed = chain.BEACON.encode() + b"\n" + received.signed.encode()
    try:
        return envelope, enrolled, verify_signed(enrolled.session_sign, signed, received.signature)
    except SignatureError as error:
        raise BeaconRefused("signature") from error


def _session(site: Site, enrolled: Enrolled) -> tuple[Session, int]:
    """Return the chain's session and when it was over, or will be."""
    found = site.sessions.find(enrolled.session)
    if found is None:
        raise BeaconRefused("unknown_chain")
    session, ended_ms = found
    left_ms = site.sessions.expires_in_ms(session.created_ms, session.seen_ms)
    return session, site.clock() + left_ms if ended_ms is None else ended_ms


def _judge(
    site: Site, enrolled: Enrolled, envelope: Envelope, signed: bytes, signature: bytes
) -> tuple[Verdict, Link]:
    """Place a beacon in its chain, of which only its neighbours are loaded."""
    rows, seq = tables.beacons, envelope.seq
    near = (rows.c.chain == enrolled.chain) & rows.c.seq.between(seq - 1, seq + 1)
    with site.reader.begin() as connection:
        known = {
            row.seq: Link(row.seq, row.type, row.prev, row.signed_sha256, row.link)
            for row in connection.execute(select(rows).where(near))
        }
    try:
        judged = Chain(enrolled.chain, enrolled.genesis, known).accept(envelope, signed, signature)
    except AuditError as error:
        raise BeaconRefused(error.reason) from error
    return judged.verdict, Link.of(envelope, signed, signature)


def _event(
    site: Site, session: Session, envelope: Envelope, received: Received, words: list[str]
) -> AuditEvent:
    subject, is_served = _subject(site, envelope)
    verdict = " ".join([*words, *([] if is_served else ["unserved"])])
    moment = site.moment(session)
    return event.beacon_received(
        moment, envelope, received.signature, received.signed, verdict, subject
    )


def _subject(site: Site, envelope: Envelope) -> tuple[event.Subject | None, bool]:
    """Return what a beacon is about, and whether the server gave its chain that study's key."""
    handle: Any = envelope.body.get("study") or ""
    if not handle:
        return None, True
    rows = tables.openings.c
    wanted = (rows.chain == envelope.chain) & (rows.handle == handle)
    with site.reader.begin() as connection:
        opened = connection.execute(select(rows.handle).where(wanted)).one_or_none()
    if opened is None:
        return event.Subject(handle, ""), False
    summary = site.worklist.find(handle) or {}
    return subject_of(handle, summary.get("patient_id", "")), True


def _keep(connection: Connection, link: Link, envelope: Envelope, now_ms: int) -> None:
    values = {
        "link": link.link,
        "signed_sha256": link.digest,
        "prev": link.prev,
        "type": link.type,
        "received_ms": now_ms,
    }
    statement = insert(tables.beacons).values(chain=envelope.chain, seq=link.seq, **values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["chain", "seq"], set_=values)
    )
