"""`diascope digest`: one JSON line a file that says what its stored pixels are.

Files are read in a child process with a bound on its memory and its time, so that no file ends the
run: a child that dies or hangs costs that file, and the next one gets a new child.
"""

import json
import os
import signal
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from diascope import stored_digest
from diascope.errors import DiascopeError, EngineFault, LimitExceeded
from diascope_server import processes
from diascope_server.cli import Result, command
from diascope_server.cli.ingest import limit_memory
from diascope_server.errors import IngestRefused
from diascope_server.ingest.reading import load

PATIENCE_S = 60  # protocol.md 1: the longest decode of a frame
BYTES_PER_S = 1 << 20  # a file of many frames gets more: far slower than any decoder here
_SPAWN = get_context("spawn")


def add(commands: Any) -> None:
    """Add the command."""
    summary = (
        "Print one JSON line a file: the SHA-256 of its stored pixels, or why there is none.\n"
        "The line is JSON with and without --json; a file that is refused fails nothing."
    )
    parser = command(commands, "digest", _digest, summary)
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with all below it"
    )


def _digest(chosen: Namespace) -> Result:
    with closing(Reader()) as reader:
        for named in chosen.paths:
            for path in _below(named):
                print(json.dumps({"file": str(path), **reader.ask(path)}), flush=True)
    return Result(None, "")


def _below(path: Path) -> Iterator[Path]:
    """Yield every file at or below a path, sorted; a linked folder below it is not entered."""
    try:
        entries = sorted(path.iterdir()) if path.is_dir() else None
    except OSError:
        entries = None  # the reader will say that it cannot be read
    if entries is None:
        yield path
        return
    for entry in entries:
        if entry.is_symlink():
            yield entry
        else:
            yield from _below(entry)


def _read(path: Path) -> dict[str, Any]:
    try:
        return stored_digest.of_file(load(_followed(path)))
    except DiascopeError as error:
        return {"refused": error.code}
    except OSError:  # a folder behind a link
        return {"refused": IngestRefused("unreadable").code}
    except MemoryError:
        return {"refused": "limit.memory"}


def _followed(path: Path) -> Path:
    """Return where links lead; unlike `Path.resolve` it raises nothing on those in a circle."""
    return Path(os.path.realpath(path))


def _serve(asked: Connection) -> None:
    processes.die_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to answer
    limit_memory()
    while True:
        try:
            path = asked.recv()
        except EOFError:
            return
        asked.send(_read(path))


class Reader:
    """The child process, started when it is needed."""

    def __init__(self) -> None:
        self._child: Any = None
        self._line: Connection | None = None

    def ask(self, path: Path) -> dict[str, Any]:
        """Return what the child says of a file, or how it failed."""
        line = self._line or self._start()
        try:
            line.send(path)
            if line.poll(_patience_s(path)):
                told: dict[str, Any] = line.recv()
                return told
            refusal: DiascopeError = LimitExceeded("time")
        except (EOFError, OSError):
            refusal = EngineFault("died")
        self.close()
        return {"refused": refusal.code}

    def _start(self) -> Connection:
        self._line, theirs = _SPAWN.Pipe()
        self._child = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
        self._child.start()
        theirs.close()
        return self._line

    def close(self) -> None:
        """End the child."""
        if self._line is not None:
            self._line.close()
            self._child.kill()
            self._child.join()
            self._line = None


def _patience_s(path: Path) -> float:
    try:
        return PATIENCE_S + path.stat().st_size / BYTES_PER_S
    except OSError:
        return PATIENCE_S
