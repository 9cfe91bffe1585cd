"""Child processes that end with their parent, whatever happens to it (protocol.md 14)."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STANDARD_ERROR = 2


class Stop(threading.Event):
    """Set by signals; waiting for it costs up to the whole time-out.

    The handler only assigns. `Event.set` takes a lock that the interrupted thread may hold in
    `wait`, and then neither ever ends.
    """

    def __init__(self, *numbers: signal.Signals) -> None:
        super().__init__()
        self._is_asked = False
        for number in numbers:
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self._is_asked = True

    def is_set(self) -> bool:
        """Whether a signal came."""
        return self._is_asked

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep, and say whether a signal came."""
        if not self._is_asked:
            time.sleep(timeout or 0.0)
        return self._is_asked


def die_with_parent(by: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel end this process when its parent is gone, even by SIGKILL.

    Only Linux can. Elsewhere children end with a parent that is asked to end, not with one that
    is killed.
    """
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), by)


def start(
    command: Sequence[str], environment: dict[str, str], output: int = STANDARD_ERROR
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, so that a terminal's Ctrl-C is ours to pass.

    What it says goes to standard error: our own standard output may have to be JSON.
    """
    return subprocess.Popen(
        command,
        env=environment,
        stdout=output,
        process_group=0,
        preexec_fn=die_with_parent,  # noqa: PLW1509  the supervisor has one thread
    )


def end_group(child: subprocess.Popen[bytes], patience_s: float) -> None:
    """Ask a child to end, wait, then end its whole group."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(patience_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
