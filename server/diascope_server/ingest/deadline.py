"""A bound on the time that reading one file may take, so that no file holds up a batch.

What counts is the processor's time, not the clock's: a busy machine refuses no good file.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from diascope.errors import LimitExceeded

PATIENCE_S = 60.0
BYTES_PER_S = 16 << 20  # a large file gets more; SHA-256 is several times as fast
_AGAIN_S = 1.0  # an exception that a callback of C loses is raised once more


class _TooLong(BaseException):
    """Not an `Exception`, so that nobody who catches those goes on."""


def patience_s(size: int) -> float:
    """Return how long a file of so many bytes may take."""
    return PATIENCE_S + size / BYTES_PER_S


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """End what runs inside once it has had so much of the processor; in the main thread only.

    Raises:
        LimitExceeded: `time`.
    """
    before = signal.signal(signal.SIGPROF, _stop)
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN_S)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except _TooLong:
        raise LimitExceeded("time", f"more than {seconds:.0f} s") from None
    finally:
        signal.signal(signal.SIGPROF, before)


def _stop(*_: object) -> None:
    raise _TooLong
