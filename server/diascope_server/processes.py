"""Child processes that end with their parent, whatever happens to it (protocol.md 14)."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(by: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel end this process when its parent is gone, even by SIGKILL."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), by)


def start(command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, so that a terminal's Ctrl-C is ours to pass."""
    return subprocess.Popen(
        command,
        env=environment,
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
