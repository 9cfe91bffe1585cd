"""The chain of beacons of one document: what follows what, and what must not.

Each beacon names the hash of the one before (the first one, that of the enrolment receipt), so a
beacon that was left out, repeated, moved or changed shows. Signatures are verified by the caller
before `accept`; nothing is keyed by a signature, since ECDSA's are malleable. Order of arrival is
free: beacons wait in an outbox and may come late. docs/wire.md 6 and 7.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias

from diascope.audit import canonical
from diascope.audit.beacon import Envelope
from diascope.errors import AuditError

BEACON: Final = "diascope-beacon-v1"
ENROLMENT: Final = "diascope-enrol-v1"
RECEIPT: Final = "diascope-receipt-v1"

Verdict: TypeAlias = Literal["linked", "gap", "superseding", "repeated", "superseded"]
"""What a beacon means for its chain: the first three are recorded, the last two are not.

`linked` follows the beacon before it; `gap` is one whose predecessor has not arrived;
`superseding` takes the place of a `leave` that was signed in advance; `repeated` is one we have;
`superseded` is such a `leave` that arrives after the beacon that took its place.
"""
RECORDED: Final[frozenset[Verdict]] = frozenset({"linked", "gap", "superseding"})


def signed_bytes(domain: str, value: Any) -> bytes:
    """Return what a signature in `domain` covers. docs/wire.md 1."""
    return domain.encode() + b"\n" + canonical.to_bytes(value)


def next_link(signed: bytes, signature: bytes) -> str:
    """Return the `prev` that the next beacon must name, lower-case hex."""
    return hashlib.sha256(signed + signature).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """What must be remembered of one recorded beacon.

    `digest` is the hex SHA-256 of its signed bytes, `link` the `prev` of its successor.
    """

    seq: int
    type: str
    prev: str
    digest: str
    link: str

    @classmethod
    def of(cls, envelope: Envelope, signed: bytes, signature: bytes) -> "Link":
        """Make the link of a beacon from its signed bytes (domain included) and signature."""
        digest = hashlib.sha256(signed).hexdigest()
        return cls(
            envelope.seq, envelope.type, envelope.prev, digest, next_link(signed, signature)
        )

    @property
    def is_leave(self) -> bool:
        """Signed in advance: its place may belong to another beacon."""
        return self.type == "leave"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The chain after a beacon, and what the beacon was to it."""

    chain: "Chain"
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Chain:
    """One document's chain; `genesis` is the link of its receipt.

    To judge a beacon only the links at its own seq and the two beside it are needed, so a store
    may load just those.
    """

    chain: str
    genesis: str
    links: Mapping[int, Link] = field(default_factory=dict)

    def accept(self, envelope: Envelope, signed: bytes, signature: bytes) -> Accepted:
        """Judge one beacon whose signature holds, and return the chain with it.

        Raises:
            AuditError: `audit.chain` (another document's), `audit.replay` (its place is taken by
                other content), `audit.fork` (it does not fit the beacon before or after it).
        """
        if envelope.chain != self.chain:
            raise AuditError("chain")
        link = Link.of(envelope, signed, signature)
        verdict = self._judge(link)
        if verdict not in RECORDED:
            return Accepted(self, verdict)
        return Accepted(replace(self, links={**self.links, link.seq: link}), verdict)

    def _judge(self, link: Link) -> Verdict:
        taken = self.links.get(link.seq)
        if taken is not None:
            return self._judge_second(link, taken)
        follows = self._follows(link)
        if self._precedes(link):
            return follows
        # The beacon that took this leave's place is missing, but its successor is here.
        if link.is_leave:
            return "superseded"
        raise AuditError("fork", "the next beacon follows another one")

    def _judge_second(self, link: Link, taken: Link) -> Verdict:
        """Judge a beacon whose place is taken. docs/wire.md 7, the rule of `leave`."""
        if link.digest == taken.digest:
            return "repeated"
        if link.prev != taken.prev:
            raise AuditError("replay")
        if link.is_leave:
            return "superseded"
        if not taken.is_leave:
            raise AuditError("replay")
        if not self._precedes(link):
            raise AuditError("fork", "the next beacon follows another one")
        return "superseding"

    def _follows(self, link: Link) -> Verdict:
        before = self.links.get(link.seq - 1)
        if link.seq > 0 and before is None:
            return "gap"
        if link.prev == (self.genesis if before is None else before.link):
            return "linked"
        if before is not None and before.is_leave:
            return "gap"  # it may follow the beacon that takes the leave's place
        raise AuditError("fork", "it does not follow the beacon before it")

    def _precedes(self, link: Link) -> bool:
        after = self.links.get(link.seq + 1)
        return after is None or after.prev == link.link

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """Ranges (first, last) of sequence numbers below the highest that are not accounted for.

        A `leave` that its successor does not follow is one: another beacon took its place.
        """
        ranges, expected = [], 0
        for seq in sorted(self.links):
            before = self.links.get(seq - 1)
            if seq > expected:
                ranges.append((expected, seq - 1))
            elif before is not None and before.link != self.links[seq].prev:
                ranges.append((seq - 1, seq - 1))
            expected = seq + 1
        return tuple(ranges)
