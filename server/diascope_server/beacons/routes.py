"""Enrolment of a document, and the intake that `sendBeacon` can reach."""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import Response

from diascope.audit import schema
from diascope_server.beacons import chains, intake, outbox
from diascope_server.beacons.intake import Answer, Received
from diascope_server.errors import BeaconRefused
from diascope_server.http.call import BEACON_TYPES, Call
from diascope_server.http.replies import json_reply
from diascope_server.identity.sessions import Session
from diascope_server.site import Site

MAX_BEACONS = 256  # a beacon has more than 234 bytes, a request at most 60,000
BATCH = schema.members(
    {
        "beacons": schema.array(outbox.SIGNED, 0, MAX_BEACONS),
        "sealed": schema.array(outbox.SEALED, 0, MAX_BEACONS),
    }
)


def enrol(site: Site, session: Session, call: Call) -> Response:
    """Enrol a document's keys under the session."""
    return json_reply(chains.enrol(site, session, call.json(chains.ENROLMENT)))


def receive(site: Site, call: Call) -> Response:
    """Take in a batch of beacons, each for itself, in the order given."""
    answers = list(_answers(site, call.json(BATCH, BEACON_TYPES)))
    accepted = [{"chain": a.chain, "seq": a.seq} for a in answers if not a.code]
    refused = [{"chain": a.chain, "seq": a.seq, "code": a.code} for a in answers if a.code]
    return json_reply({"accepted": accepted, "refused": refused, "checkpoint": site.checkpoint()})


def _answers(site: Site, batch: Mapping[str, Any]) -> Iterator[Answer]:
    # what waited is older than what the page says now
    for place, sealed in enumerate(batch["sealed"]):
        try:
            opened = outbox.open_sealed(site.keys, sealed)
        except BeaconRefused as error:
            yield Answer("", place, error.code)
        else:
            yield intake.take(site, Received(**opened, waited=True))
    for beacon in batch["beacons"]:
        yield intake.take(site, Received(**beacon, waited=False))
