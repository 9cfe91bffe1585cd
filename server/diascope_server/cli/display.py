"""`diascope display-check`: a measurement of a display, into the ledger."""

from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from diascope.audit import event
from diascope.display_check import DisplayCheck, checked
from diascope_server.cli import Result, command
from diascope_server.cli.home import opened


def add(commands: Any) -> None:
    """Add the command."""
    summary = (
        "Record who measured a display, and its least and greatest luminance.\n"
        "The test patterns are a study of their own. Nothing is judged."
    )
    parser = command(commands, "display-check", _check, summary)
    parser.add_argument("--display", required=True, metavar="NAME", help="which display")
    parser.add_argument("--least", required=True, metavar="CD/M2", help="of code value 0")
    parser.add_argument("--greatest", required=True, metavar="CD/M2", help="of code value 255")
    parser.add_argument("--tester", required=True, metavar="NAME", help="who measured")
    parser.add_argument(
        "--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="when (today, UTC)"
    )


def _check(chosen: Namespace) -> Result:
    day = (chosen.date or datetime.now(UTC).date()).isoformat()
    check = checked(
        DisplayCheck(chosen.display, chosen.least, chosen.greatest, chosen.tester, day)
    )
    value = {**asdict(check), "ratio": check.ratio, "noticeable_steps": check.noticeable_steps}
    with opened(chosen.data) as home:
        home.record(event.display_checked(home.moment(), value))
    text = (
        f"{check.display}: {check.least_cd_m2} to {check.greatest_cd_m2} cd/m2, ratio "
        f"{check.ratio}, {check.noticeable_steps} noticeable steps. Recorded for {check.date}."
    )
    return Result(value, text)
