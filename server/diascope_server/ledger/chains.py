"""Beacon chains as the ledger holds them: every signature and link, from the entries alone."""

from collections.abc import Mapping
from typing import Any

from diascope.audit import chain
from diascope.audit.beacon import BODIES, parse_envelope
from diascope.audit.chain import Chain
from diascope.audit.event import AuditEvent
from diascope.audit.schema import Shape, free, hexadecimal, integer, members, text
from diascope.errors import AuditError
from diascope_server.keys.jwk import thumbprint, unb64u, verify_signed
from diascope_server.ledger.head import verify_ed25519

_SIGNATURE = text(1, 128)
_ENROLLED: Mapping[str, Shape] = {
    "chain": hexadecimal(16),
    "enrolment": free,
    "signature": _SIGNATURE,
    "receipt": free,
    "receipt_signature": _SIGNATURE,
}
_BEACON: Mapping[str, Shape] = {
    "chain": hexadecimal(16),
    "seq": integer(),
    "signed": text(1, 65_535),
    "signature": _SIGNATURE,
}


def _require(shapes: Mapping[str, Shape], detail: Mapping[str, Any]) -> None:
    """Check the members of a detail that the chain rests on; intake may add others."""
    members(shapes)({key: detail.get(key) for key in shapes}, "detail")


class ChainReader:
    """Follows all chains through the ledger's events, in their order."""

    def __init__(self, receipt_key: bytes) -> None:
        """Trust receipts of this Ed25519 key."""
        self._receipt_key = receipt_key
        self._documents: dict[str, tuple[dict[str, str], Chain]] = {}
        self.beacons = 0

    def take(self, event: AuditEvent) -> None:
        """Check one event, if it enrols a document or is a beacon.

        Raises:
            AuditError: not in its chain, or not complete.
            SignatureError: the enrolment, the receipt or the beacon is not signed as it says.
        """
        if event.type == "document_enrolled":
            _require(_ENROLLED, event.detail)
            self._enrol(event.detail)
        elif event.type in BODIES:
            _require(_BEACON, event.detail)
            self._follow(event.type, event.detail)
            self.beacons += 1

    def _enrol(self, detail: Any) -> None:
        name, enrolment, receipt = detail["chain"], detail["enrolment"], detail["receipt"]
        key = enrolment.get("session_sign")
        signed = chain.signed_bytes(chain.ENROLMENT, enrolment)
        verify_signed(key, signed, detail["signature"])
        told = chain.signed_bytes(chain.RECEIPT, receipt)
        signature = unb64u(detail["receipt_signature"])
        verify_ed25519(self._receipt_key, told, signature)
        expected = {"chain": name, "session_sign": thumbprint(key)}
        if enrolment.get("chain") != name or not expected.items() <= receipt.items():
            raise AuditError("chain", "enrolment and receipt are not of one document")
        if name in self._documents:
            raise AuditError("replay", "a document enrolled twice")
        self._documents[name] = key, Chain(name, chain.next_link(told, signature))

    def _follow(self, kind: str, detail: Any) -> None:
        if detail["chain"] not in self._documents:
            raise AuditError("chain", "not enrolled")
        key, known = self._documents[detail["chain"]]
        data = detail["signed"].encode()
        envelope = parse_envelope(data)
        signed = chain.BEACON.encode() + b"\n" + data
        signature = verify_signed(key, signed, detail["signature"])
        if (envelope.type, envelope.seq) != (kind, detail["seq"]):
            raise AuditError("chain", "the entry says something else than the beacon")
        # The same beacon twice is no fault: it has one place in the chain.
        self._documents[detail["chain"]] = key, known.accept(envelope, signed, signature).chain

    @property
    def chains(self) -> int:
        """How many documents were enrolled."""
        return len(self._documents)

    @property
    def gaps(self) -> int:
        """Ranges of beacons that never arrived: a page's loss, not a fault of the ledger."""
        return sum(len(known.gaps) for _, known in self._documents.values())
