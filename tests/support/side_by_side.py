"""Which tests stay together, and in what order they begin, when several processes share them.

A part is one file, or one file of the page's tests in one browser engine: its tests share servers
and browsers that are dear to start. The groups of pytest-xdist 3.8 should say so, but it writes
them where pytest 9.2 reads no more: each test then goes to whichever process is free.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.support.browsers import ENGINES

# The longest begin first; with them in one process, few browsers run at the same time. What is
# short comes last, so that no process waits long for the other at the end.
LONGEST = ("tests/hostile/test_runs.py", "tests/node/", "tests/standards/")
PAGES = "tests/web/"


def part(nodeid: str) -> str:
    """The part that a test belongs to: its file, and its engine where it drives the page."""
    file, _, test = nodeid.partition("::")
    words = test.partition("[")[2].rstrip("]").split("-") if file.startswith(PAGES) else []
    return " ".join([file, *(word for word in words if word in ENGINES)])


def rank(nodeid: str) -> int:
    """When a test begins: those of a lower rank first."""
    for place, prefix in enumerate(LONGEST):
        if nodeid.startswith(prefix):
            return place
    engine = part(nodeid).partition(" ")[2]
    return len(LONGEST) + (ENGINES.index(engine) if engine else len(ENGINES))


class PartByPart(LoadScopeScheduling):
    """Gives each process one part after another, in the order of the collection."""

    def __init__(self, config: pytest.Config, log: object = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return part(nodeid)
