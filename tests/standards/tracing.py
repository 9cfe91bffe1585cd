"""Which functions of the engine really run in which test.

    python -m tests.standards.tracing tests/engine/test_color.py::test_grey_stays_grey …

The last line is JSON: {"tests/engine/test_color.py::test_grey_stays_grey": ["color.rgb", …]}.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict

import pytest

from tests.standards.citations import ENGINE, ROOT


class Tracer:
    """Notes the code that runs in a test and in the making of its fixtures."""

    def __init__(self):
        self.ran = defaultdict(set)

    def _noting(self, item):
        ran = self.ran[item.nodeid.partition("[")[0]]

        def note(frame, event, _):
            if event == "call":
                ran.add(frame.f_code)

        sys.setprofile(note)
        try:
            return (yield)
        finally:
            sys.setprofile(None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item):
        return (yield from self._noting(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        return (yield from self._noting(item))

    def told(self):
        return {test: sorted(filter(None, map(place, codes))) for test, codes in self.ran.items()}


def place(code):
    """The dotted place of a function of the engine, "" for any other."""
    if not code.co_filename.startswith(f"{ENGINE}/"):
        return ""
    module = code.co_filename.removeprefix(f"{ENGINE}/").removesuffix(".py").replace("/", ".")
    return f"{module.removesuffix('.__init__')}.{code.co_qualname}"


def traced(tests):
    """{test: the functions that ran}, of passing tests, in a process of their own."""
    path = os.pathsep.join([str(ROOT / "py"), str(ROOT / "server"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "tests.standards.tracing", *sorted(tests)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stdout[-3000:]
    return {test: set(names) for test, names in json.loads(done.stdout.splitlines()[-1]).items()}


if __name__ == "__main__":
    tracer = Tracer()
    plain = ["-q", "-p", "no:cacheprovider", "--hypothesis-seed=0"]  # the same examples each time
    status = pytest.main([*plain, *sys.argv[1:]], plugins=[tracer])
    print(json.dumps(tracer.told()))
    sys.exit(status)
