"""Children that end with their parent, and signals that cannot lock up whoever waits."""

import subprocess
import sys

import pytest

from diascope_server import processes
from tests.support.server import environment

PATIENCE_S = 20
IN_THE_MIDDLE_OF_WAIT = """
import os, signal
from diascope_server.processes import Stop

stop = Stop(signal.SIGTERM)
assert not stop.is_set() and not stop.wait(0.0)
with stop._cond:  # as inside Event.wait
    os.kill(os.getpid(), signal.SIGTERM)
assert stop.is_set() and stop.wait(3600.0)
"""


def test_a_signal_in_the_middle_of_waiting_is_noted_and_locks_nothing():
    """`Event.set` in the handler would wait for ever for the lock of the thread it interrupts."""
    done = subprocess.run(
        [sys.executable, "-c", IN_THE_MIDDLE_OF_WAIT],
        env=environment(),
        timeout=PATIENCE_S,
        check=False,
    )

    assert 0 == done.returncode


def test_where_the_kernel_cannot_end_children_that_is_no_fault(monkeypatch):
    def missing(*_, **__):
        pytest.fail("there is no prctl")

    monkeypatch.setattr(processes.sys, "platform", "darwin")
    monkeypatch.setattr(processes.ctypes, "CDLL", missing)
    processes.die_with_parent()
