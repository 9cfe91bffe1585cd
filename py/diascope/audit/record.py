"""An event as the ledger's record, and back. docs/wire.md 8.

The salt keeps a leaf's hash from being guessed from what the record might say; reading drops it.
"""

from typing import Any, Final

from diascope.audit import canonical
from diascope.audit.event import Actor, AuditEvent, Source, Subject
from diascope.audit.merkle import MAX_LEAF_BYTES
from diascope.audit.schema import (
    Shape,
    array,
    free,
    hexadecimal,
    integer,
    members,
    one_of,
    optional,
    pattern,
    text,
)
from diascope.audit.vocabulary import KINDS, MAJOR, MINOR, SERIOUS, SUCCESS

VERSION: Final = 1
SALT_BYTES: Final = 16

_NAME: Final = text(0, 256)
_RECORD: Final[Shape] = members(
    {
        "v": one_of(VERSION),
        "salt": hexadecimal(SALT_BYTES),
        "index_hint": one_of(None),
        "time_ms": integer(),
        "event": members(
            {
                "id": one_of(*sorted({kind.event_id for kind in KINDS.values()})),
                "type": one_of(*KINDS),
                "action": one_of("C", "R", "U", "D", "E"),
                "outcome": one_of(SUCCESS, MINOR, SERIOUS, MAJOR),
            }
        ),
        "actor": optional(
            members(
                {
                    "user": _NAME,
                    "roles": array(_NAME, 0, 32),
                    "session": pattern(r"([0-9a-f]{16})?"),
                }
            )
        ),
        "source": members({"installation": _NAME, "process": _NAME}),
        "object": optional(members({"study": _NAME, "patient": _NAME})),
        "detail": free,
    }
)


def to_value(event: AuditEvent, salt: bytes) -> dict[str, Any]:
    """Return the JSON value of an event; `salt` is 16 random bytes.

    Raises:
        AuditError: `audit.shape` with the field that does not fit.
    """
    actor, subject = event.actor, event.subject
    value = {
        "v": VERSION,
        "salt": salt.hex(),
        "index_hint": None,
        "time_ms": event.time_ms,
        "event": {
            "id": event.id,
            "type": event.type,
            "action": event.action,
            "outcome": event.outcome,
        },
        "actor": actor
        and {"user": actor.user, "roles": list(actor.roles), "session": actor.session},
        "source": {"installation": event.source.installation, "process": event.source.process},
        "object": subject and {"study": subject.study, "patient": subject.patient},
        "detail": dict(event.detail),
    }
    _RECORD(value, "record")
    return value


def to_bytes(event: AuditEvent, salt: bytes) -> bytes:
    """Return the canonical bytes of a record, as they become a leaf.

    Raises:
        AuditError: `audit.shape`; `audit.size`, it does not fit an entry bundle.
    """
    return canonical.to_bytes(to_value(event, salt), MAX_LEAF_BYTES)


def from_value(value: Any) -> AuditEvent:
    """Return the event of a record's JSON value; the salt is dropped.

    Raises:
        AuditError: `audit.shape` with the field that does not fit.
    """
    _RECORD(value, "record")
    actor, subject = value["actor"], value["object"]
    return AuditEvent(
        **value["event"],
        time_ms=value["time_ms"],
        source=Source(**value["source"]),
        actor=actor and Actor(actor["user"], tuple(actor["roles"]), actor["session"]),
        subject=subject and Subject(**subject),
        detail=value["detail"],
    )


def parse(data: bytes) -> AuditEvent:
    """Read the canonical bytes of a record.

    Raises:
        AuditError: not canonical, too large, or `audit.shape`.
    """
    return from_value(canonical.parse(data, MAX_LEAF_BYTES))
