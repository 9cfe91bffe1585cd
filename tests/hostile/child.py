"""Judges cases in a process of its own, with no more memory than a reader's machine would give.

    python -m tests.hostile.child SOURCE FIRST      one line of JSON a case, in the source's order

The memory that this process may take grows by at most MEMORY beyond what it has after a first,
harmless file; nothing may open a file, a socket or a process while a case is judged.
"""

import base64
import contextlib
import json
import resource
import sys
import time
from dataclasses import asdict
from importlib import import_module
from itertools import islice
from pathlib import Path

from tests.hostile import canary
from tests.hostile.judge import judge
from tests.hostile.seeds import CODECS, file
from tests.hostile.verdict import verdict

MEMORY = 600 << 20
FORBIDDEN = ("open", "socket.", "subprocess.", "os.exec", "os.fork", "os.remove", "os.rename")
OURS = tuple({sys.prefix, sys.base_prefix, str(Path(__file__).resolve().parents[2])})


class Watch:
    """Notes what a case makes the process do, and how much memory it takes."""

    def __init__(self):
        self.seen = []
        self.is_on = False
        sys.addaudithook(self._hear)

    def _hear(self, event, arguments):
        is_module = event == "open" and str(arguments[0]).startswith(OURS)
        if self.is_on and event.startswith(FORBIDDEN) and not is_module:
            self.seen.append(f"{event} {arguments[0]!r}"[:120])


def peak_reset():
    """Let the kernel count the most memory anew. Standard: proc(5), clear_refs."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def status(name):
    """A line of /proc/self/status, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name + ":"))


def source(name):
    """A module with `cases()`, by its name; after a colon, an argument for it."""
    module, _, argument = name.partition(":")
    cases = import_module(module).cases
    return cases(argument) if argument else cases()


def main(name, first):
    watch = Watch()
    for codec in CODECS:
        judge(file(codec))
    canary.files()
    data = status("VmData")
    resource.setrlimit(resource.RLIMIT_DATA, (data + MEMORY, data + MEMORY))
    for case in islice(source(name), first, None):
        print(json.dumps({"file": case.file, "begins": True}), flush=True)
        print(json.dumps(judged(case, watch)), flush=True)


def judged(case, watch):
    peak_reset()
    before, began = status("VmRSS"), time.perf_counter()
    watch.seen, watch.is_on = [], True
    outcome = judge(case.data)
    watch.is_on = False
    seconds, heap = time.perf_counter() - began, status("VmHWM") - before
    if watch.seen:
        outcome.fault = outcome.fault or f"it did {watch.seen[0]}"
    told = asdict(outcome) | {"manifest": base64.b64encode(outcome.manifest).decode()}
    return told | {
        "file": case.file,
        "row": case.row,
        "verdict": verdict(case, outcome),
        "seconds": round(seconds, 4),
        "heap": max(heap, 0),
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
