"""`diascope ingest`: files into the store."""

import resource
import sys
from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import Any

from diascope_server.cli import Result, command
from diascope_server.cli.home import opened
from diascope_server.ingest.batch import Outcome, ingest
from diascope_server.ingest.reading import walk

MEMORY_BYTES = 8 << 30  # a file of 2 GiB, its parts, their ciphertext


def add(commands: Any) -> None:
    """Add the command."""
    summary = "Read DICOM files or folders, seal them, and sign each study's new manifest."
    parser = command(commands, "ingest", _ingest, summary)
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with all below it"
    )


def limit_memory() -> None:
    """Have this process fail rather than the machine, whatever a file makes a library do."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))


def _ingest(chosen: Namespace) -> Result:
    limit_memory()
    tell = _say_nothing if chosen.json else _tell_refused
    with opened(chosen.data) as home:
        report = ingest(home, walk(chosen.paths), tell)
    counts = Counter(outcome.status for outcome in report.outcomes)
    refused = [outcome for outcome in report.outcomes if outcome.status == "refused"]
    value = {
        "stored": counts["stored"],
        "present": counts["present"],
        "refused": [
            {"file": each.file, "code": each.code, "message": each.message} for each in refused
        ],
        "studies": list(report.studies),
    }
    text = (
        f"{counts['stored']} stored, {counts['present']} were there already, "
        f"{len(refused)} refused; {len(report.studies)} studies have a new manifest."
    )
    return Result(value, text, 1 if refused else 0)


def _say_nothing(outcome: Outcome) -> None:
    del outcome


def _tell_refused(outcome: Outcome) -> None:
    if outcome.status == "refused":
        print(f"{outcome.file}: {outcome.message} [{outcome.code}]", file=sys.stderr)
