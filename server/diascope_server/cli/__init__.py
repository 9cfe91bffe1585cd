"""The command `diascope`. Every command has `--json`, an exit status and one screen of help.

Exit status: 0 done, 1 refused or not intact, 2 wrong usage. Answers go to standard output and
refusals to standard error; with `--json` both are JSON on standard output.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from diascope import __version__
from diascope.errors import DiascopeError
from diascope_server.errors import SystemFault
from diascope_server.settings import DATA_VARIABLE


@dataclass(frozen=True, slots=True)
class Result:
    """What a command found: a value for `--json`, a text for people, the exit status.

    A command that has told all of it itself, line by line, has the value None.
    """

    value: Any
    text: str
    status: int = 0


Run = Callable[[argparse.Namespace], Result]
DEMO_FOLDER = ".demo"  # where `make demo` puts its installation


MODULES = {
    "install": ("init", "serve", "sequencer"),
    "ingest": ("ingest",),
    "users": ("user",),
    "audit": ("audit",),
    "render": ("render",),
    "measure": ("measure",),
    "digest": ("digest",),
    "display": ("display-check",),
    "demo": ("demo",),
}
"""Module → its commands. Only the module of the command at hand is loaded: decoders are large."""


def parser(name: str = "") -> argparse.ArgumentParser:
    """Return the parser of one command, or of all when `name` is none."""
    made = argparse.ArgumentParser(
        prog="diascope",
        description="Diascope, a DICOM viewer that a hospital can vet. Not for diagnostic use.",
    )
    made.add_argument("--version", action="version", version=__version__)
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    wanted = [module for module, names in MODULES.items() if name in names]
    for module in wanted or MODULES:
        importlib.import_module(f"diascope_server.cli.{module}").add(commands)
    return made


def command(
    commands: Any, name: str, run: Run, summary: str, data_flag: str = "--data"
) -> argparse.ArgumentParser:
    """Add one command with what all of them have; lists show the first line of its summary."""
    made: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary.partition("\n")[0],
        description=summary,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    made.add_argument("--json", action="store_true", help="answer as JSON")
    made.add_argument(
        data_flag,
        dest="data",
        type=Path,
        metavar="DIR",
        default=Path(os.environ.get(DATA_VARIABLE, DEMO_FOLDER)),
        help=f"the installation's data folder (else ${DATA_VARIABLE}, else {DEMO_FOLDER})",
    )
    made.set_defaults(run=run)
    return made


def teller(chosen: argparse.Namespace) -> Callable[[str], None]:
    """Return how to tell what goes on; standard output is for the answer when that is JSON."""
    return partial(print, file=sys.stderr if chosen.json else sys.stdout, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status; the one door: no trace leaves it."""
    words = sys.argv[1:] if arguments is None else arguments
    chosen = parser(next(iter(words), "")).parse_args(words)
    try:
        return _tell(chosen.run(chosen), as_json=chosen.json)
    except DiascopeError as error:
        return _tell_refusal(error, as_json=chosen.json)
    except SQLAlchemyError as error:
        fault = SystemFault("database", type(error).__name__)
        return _tell_refusal(fault, as_json=chosen.json)
    except BrokenPipeError:  # whoever read the answer has enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        fault = SystemFault("file", error.strerror or type(error).__name__)
        return _tell_refusal(fault, as_json=chosen.json)
    except (KeyboardInterrupt, EOFError):
        return 130


def _tell(result: Result, *, as_json: bool) -> int:
    text = json.dumps(result.value) if as_json and result.value is not None else result.text
    if text:
        print(text, flush=True)
    return result.status


def _tell_refusal(error: DiascopeError, *, as_json: bool) -> int:
    told = {"code": error.code, "message": error.sentence, "detail": error.detail}
    if as_json:
        print(json.dumps({"error": told}))
    else:
        print(f"{error} [{error.code}]", file=sys.stderr)
    return 1
