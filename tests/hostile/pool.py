"""Runs sources of cases in children, one case after another; one that dies or hangs costs itself.

A case that does not end in time is a hang, one that ends its child is a death: both are findings,
and the run goes on with the next case in a new child.
"""

import json
import os
import selectors
import subprocess
import sys
from pathlib import Path

from tests.hostile.verdict import WRONG

ROOT = Path(__file__).parents[2]
LIMIT_S = 30  # for one case; the slowest takes about four on a loaded machine
START_S = 120


def run(source):
    """Yield a record for every case of a source, in order."""
    first = 0
    while True:
        with Child(source, first) as child:
            for record in child.records():
                first += 1
                yield record
            if child.is_done:
                return


class Child:
    """One process that judges cases from the `first` one on."""

    def __init__(self, source, first):
        self.is_done = False
        path = os.pathsep.join([str(ROOT / "py"), str(ROOT / "server"), str(ROOT)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.child", source, str(first)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.communicate()

    def records(self):
        """Records until the child ends; the last of one that ended badly says so itself."""
        begun = None
        while True:
            line = self._line(LIMIT_S if begun else START_S)
            if line is None or not line:
                yield from self._ended(begun, "a hang" if line is None else "a death")
                return
            told = json.loads(line)
            if "begins" in told:
                begun = told["file"]
            else:
                begun = None
                yield told

    def _ended(self, begun, how):
        if begun is None:
            self._process.wait(START_S)
            assert self._process.returncode == 0, self._process.stderr.read().decode()[-2000:]
            self.is_done = True
            return
        yield {
            "file": begun, "row": int(begun[3:5]), "code": "", "digest": "", "stored": "",
            "pixels": "", "fault": how, "verdict": f"{WRONG}: {how}", "seconds": LIMIT_S,
            "heap": 0, "manifest": "", "parts": [],
        }  # fmt: skip

    def _line(self, limit_s):
        """The next line; b"" at the end, None when none comes in time."""
        while b"\n" not in self._rest:
            with selectors.DefaultSelector() as selector:
                selector.register(self._process.stdout, selectors.EVENT_READ)
                if not selector.select(limit_s):
                    return None
            more = os.read(self._process.stdout.fileno(), 1 << 20)
            if not more:
                return b""
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        return line
