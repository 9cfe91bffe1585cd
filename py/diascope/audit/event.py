"""What the ledger records: one frozen event, and one constructor a trigger.

How DICOM codes each kind stands in `vocabulary`; how an event becomes a record, in `record`.
Standard: PS3.15 A.5.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from diascope.audit.beacon import Envelope
from diascope.audit.vocabulary import KINDS


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted; `session` is 16 hex digits of the session's hash, "" before there is one."""

    user: str
    roles: tuple[str, ...] = ()
    session: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Which process of which installation made the record."""

    installation: str
    process: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Which study and patient it was about. The ledger's entries are sealed."""

    study: str
    patient: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When, where and by whom: what every event has in common; `time_ms` is Unix time, UTC."""

    time_ms: int
    source: Source
    actor: Actor | None = None


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event, complete but for the salt that its record gets."""

    id: str
    type: str
    action: str
    outcome: int
    time_ms: int
    source: Source
    actor: Actor | None = None
    subject: Subject | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def _event(
    kind: str,
    moment: Moment,
    detail: Mapping[str, Any],
    subject: Subject | None = None,
    outcome: int | None = None,
) -> AuditEvent:
    row = KINDS[kind]
    return AuditEvent(
        id=row.event_id,
        type=kind,
        action=row.action,
        outcome=row.outcome if outcome is None else outcome,
        time_ms=moment.time_ms,
        source=moment.source,
        actor=moment.actor,
        subject=subject,
        detail=dict(detail),
    )


def application_started(moment: Moment, version: str, bundle: str) -> AuditEvent:
    """Say that a server process serves, and which code. Standard: PS3.15 A.5.3.1."""
    return _event("application_started", moment, {"version": version, "bundle": bundle})


def application_stopped(moment: Moment, reason: str) -> AuditEvent:
    """Say that a server process ends. Standard: PS3.15 A.5.3.1."""
    return _event("application_stopped", moment, {"reason": reason})


def document_enrolled(
    moment: Moment,
    enrolment: Mapping[str, Any],
    signature: str,
    receipt: Mapping[str, Any],
    receipt_signature: str,
) -> AuditEvent:
    """Say that a page began a chain, with all that is needed to verify its beacons for ever.

    Signatures are base64url without padding, as on the wire. Standard: PS3.15 A.5.3.1, since a
    document is an application that starts.
    """
    detail = {
        "chain": enrolment["chain"],
        "enrolment": dict(enrolment),
        "signature": signature,
        "receipt": dict(receipt),
        "receipt_signature": receipt_signature,
    }
    return _event("document_enrolled", moment, detail)


def signed_in(moment: Moment) -> AuditEvent:
    """Say that both factors were right. Standard: PS3.15 A.5.3.12."""
    return _event("signed_in", moment, {"requestor": "user"})


def sign_in_failed(moment: Moment, reason: str) -> AuditEvent:
    """Say that a sign-in was refused; the actor is the account that was claimed.

    Give an actor only when that account exists: people type passwords into the user field.
    Standard: PS3.15 A.5.3.12.
    """
    return _event("sign_in_failed", moment, {"requestor": "user", "reason": reason})


def signed_out(moment: Moment) -> AuditEvent:
    """Say that the user ended the session. Standard: PS3.15 A.5.3.12."""
    return _event("signed_out", moment, {"requestor": "user"})


def timed_out(moment: Moment, reason: str) -> AuditEvent:
    """Say that the server ended a session ("idle", "absolute"): the node is the requestor.

    Standard: PS3.15 A.5.3.12, note on time-outs.
    """
    return _event("timed_out", moment, {"requestor": "node", "reason": reason})


def study_searched(moment: Moment, query: Mapping[str, Any], total: int) -> AuditEvent:
    """Say what was searched, word for word, and how many answers there were.

    Standard: PS3.15 A.5.3.10.
    """
    return _event("study_searched", moment, {"query": dict(query), "total": total})


def study_opened(
    moment: Moment, subject: Subject, chain: str, manifest: str, dek_id: str
) -> AuditEvent:
    """Say that the key of a whole study was released to a document. Standard: PS3.15 A.5.3.6."""
    detail = {"chain": chain, "manifest": manifest, "dek_id": dek_id}
    return _event("study_opened", moment, detail, subject)


def beacon_received(
    moment: Moment,
    envelope: Envelope,
    signature: str,
    signed: str,
    verdict: str,
    subject: Subject | None = None,
) -> AuditEvent:
    """Say what a page says: a view, a leave, an alert, a fault, a worker's end, a log-off.

    The beacon's type is the kind. `signed` is its canonical text and `signature` base64url, both
    as they came, so that the chain can be verified from the ledger alone.
    Standard: PS3.15 A.5.3.6, A.5.3.11, A.5.3.12.
    """
    detail = {
        "chain": envelope.chain,
        "seq": envelope.seq,
        "signed": signed,
        "signature": signature,
        "verdict": verdict,
    }
    return _event(envelope.type, moment, detail, subject)


def beacon_refused(moment: Moment, chain: str, seq: int, code: str) -> AuditEvent:
    """Say that a beacon was not accepted, and why. Standard: PS3.15 A.5.3.11."""
    return _event("beacon_refused", moment, {"chain": chain, "seq": seq, "code": code})


def integrity_alert(moment: Moment, code: str, name: str, subject: Subject | None) -> AuditEvent:
    """Say that the server found stored bytes changed; `name` is the object's.

    Standard: PS3.15 A.5.3.11.
    """
    return _event("integrity_alert", moment, {"code": code, "object": name}, subject)


def imported(moment: Moment, subject: Subject, manifest: str, instances: int) -> AuditEvent:
    """Say that instances were stored, under which manifest. Standard: PS3.15 A.5.3.5."""
    return _event("imported", moment, {"manifest": manifest, "instances": instances}, subject)


def import_refused(moment: Moment, code: str, sha256: str) -> AuditEvent:
    """Say that a file was not stored, and why. Standard: PS3.15 A.5.3.5."""
    return _event("import_refused", moment, {"code": code, "sha256": sha256})


def user_added(moment: Moment, user: str, roles: tuple[str, ...]) -> AuditEvent:
    """Say that an account exists from now on. Standard: PS3.15 A.5.3.11, code 110137."""
    return _event("user_added", moment, {"user": user, "roles": list(roles)})


def user_changed(moment: Moment, user: str, what: str) -> AuditEvent:
    """Say that a password, second factor or state changed. Standard: PS3.15 A.5.3.11, 110137."""
    return _event("user_changed", moment, {"user": user, "what": what})


def roles_changed(moment: Moment, user: str, roles: tuple[str, ...]) -> AuditEvent:
    """Say which roles an account has from now on. Standard: PS3.15 A.5.3.11, code 110136."""
    return _event("roles_changed", moment, {"user": user, "roles": list(roles)})


def audit_read(moment: Moment, what: Mapping[str, Any]) -> AuditEvent:
    """Say that the ledger was read or verified, and which part. Standard: PS3.15 A.5.3.2."""
    return _event("audit_read", moment, what)


def display_checked(moment: Moment, check: Mapping[str, Any]) -> AuditEvent:
    """Say what was measured of a display, by whom and when. Standard: PS3.15 A.5.3.1."""
    return _event("display_checked", moment, check)
