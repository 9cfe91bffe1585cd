"""A file that takes too long ends, whatever it is in the middle of, and nothing is left behind."""

import signal
import time
from contextlib import suppress

import pytest

from diascope.errors import LimitExceeded
from diascope_server.ingest import deadline


def spin(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_what_takes_too_long_is_refused():
    began = time.process_time()
    with pytest.raises(LimitExceeded) as caught, deadline.within(0.05):
        spin(30)

    assert "limit.time" == caught.value.code
    assert 10 > time.process_time() - began


def test_who_catches_exceptions_goes_on_no_longer():
    def stubborn():
        while True:
            with suppress(Exception):
                spin(1)

    with pytest.raises(LimitExceeded), deadline.within(0.05):
        stubborn()


def test_what_is_in_time_is_left_alone_afterwards():
    before = signal.getsignal(signal.SIGPROF)
    with deadline.within(0.2):
        found = 7
    spin(0.3)

    assert 7 == found
    assert (0.0, 0.0) == signal.getitimer(signal.ITIMER_PROF)
    assert before == signal.getsignal(signal.SIGPROF)


def test_an_error_passes_through():
    with pytest.raises(ZeroDivisionError), deadline.within(5):
        raise ZeroDivisionError
    assert (0.0, 0.0) == signal.getitimer(signal.ITIMER_PROF)


def test_a_large_file_has_more_time():
    assert (60, 188) == (deadline.patience_s(0), deadline.patience_s(2 << 30))
