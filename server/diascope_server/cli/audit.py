"""`diascope audit`: check the ledger, read the ledger."""

import datetime as dt
from argparse import Namespace
from dataclasses import asdict
from typing import Any

from diascope.audit import event
from diascope.audit.event import AuditEvent
from diascope_server.cli import Result, command
from diascope_server.cli.home import opened
from diascope_server.ledger import fsck, read


def add(commands: Any) -> None:
    """Add the commands below `audit`."""
    summary = "The ledger: verify, list."
    group = commands.add_parser("audit", help=summary, description=summary)
    below = group.add_subparsers(required=True, metavar="COMMAND")
    command(
        below,
        "verify",
        _verify,
        "Check every entry, hash, signature and beacon of the ledger.\n"
        "Exit status 1 when anything is not intact; names what broke.",
    )
    parser = command(below, "list", _list, "List ledger entries; the reading is recorded.")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="begin at entry N")
    parser.add_argument("--event", metavar="ID", help="only this DICOM event, e.g. 110113")


def _verify(chosen: Namespace) -> Result:
    with opened(chosen.data) as home:
        report = fsck.verify(home.settings, home.keys)
    value = {**asdict(report), "intact": report.is_intact}
    summary = (
        f"{report.size} entries, root {report.root}\n"
        f"viewer pages: {report.chains}, beacons: {report.beacons}, gaps: {report.gaps}"
    )
    broken = [f"{problem.where}: {problem.what}" for problem in report.problems]
    verdict = "NOT INTACT" if broken else "Intact."
    return Result(value, "\n".join([summary, verdict, *broken]), 0 if report.is_intact else 1)


def _list(chosen: Namespace) -> Result:
    with opened(chosen.data) as home:
        asked = {"first": chosen.first, "event": chosen.event or ""}
        home.record(event.audit_read(home.moment(), asked))
        found = list(
            read.records(home.settings, home.engine, home.keys, chosen.first, chosen.event)
        )
    value = [{"index": index, **asdict(entry)} for index, entry in found]
    return Result(value, "\n".join(_line(index, entry) for index, entry in found))


def _line(index: int, entry: AuditEvent) -> str:
    when = dt.datetime.fromtimestamp(entry.time_ms / 1000, dt.UTC)
    who = entry.actor.user if entry.actor else "-"
    what = entry.subject.study if entry.subject else ""
    time = when.isoformat(timespec="milliseconds")
    return (
        f"{index:6} {time} {entry.id} {entry.type:18} {entry.outcome:2} {who:16} {what}".rstrip()
    )
