"""The sequencer as the process it is, killed in the middle of its work."""

import os
import random
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from diascope_server.ledger import LedgerUnavailable, lease
from tests.support.ledgers import note

ROOT = Path(__file__).parents[3]
KILLS = 6


PATIENCE_S = 60


@contextmanager
def sequencing(place):
    """Run the sequencer; at the end it is stopped as an operator would."""
    paths = os.pathsep.join(str(ROOT / each) for each in ("py", "server", ""))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.sequencer_process", str(place.settings.data)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


class Writer(threading.Thread):
    """Appends numbers until it is told to stop, and remembers what was acknowledged."""

    def __init__(self, place, start):
        super().__init__()
        self._ledger, self._number = place.ledger(timeout_s=PATIENCE_S), start
        self.acknowledged, self.stopped = {}, threading.Event()

    def run(self):
        while not self.stopped.is_set():
            numbers = range(self._number, self._number + random.choice([1, 1, 7, 40]))
            self._number = numbers.stop
            for number, place in zip(
                numbers, self._ledger.append_many([note(each) for each in numbers]), strict=True
            ):
                self.acknowledged[number] = place.index


@pytest.mark.slow
@pytest.mark.requirement("AUD-11")
def test_a_killed_sequencer_loses_and_repeats_nothing(place):
    """SIGKILL at random moments; the next process goes on where the files and the head say."""
    writers = [Writer(place, worker * 1_000_000) for worker in range(3)]
    for writer in writers:
        writer.start()
    for _ in range(KILLS):
        with sequencing(place) as process:
            wait_for_growth(place, process)
            time.sleep(random.uniform(0, 0.1))
            process.kill()
            process.wait()
        place.expire_lease()
    with sequencing(place):
        for writer in writers:
            writer.stopped.set()
            writer.join(PATIENCE_S)
            assert not writer.is_alive()

    numbers = place.numbers()
    assert len(set(numbers)) == len(numbers)
    for writer in writers:
        assert all(numbers[index] == number for number, index in writer.acknowledged.items())
        assert len(writer.acknowledged) > 0
    report = place.verify()
    assert (report.is_intact, len(numbers)) == (True, report.size)


def size(place):
    try:
        return place.ledger().checkpoint().size
    except LedgerUnavailable:
        return 0


def wait_for_growth(place, process):
    before = size(place)
    while size(place) < before + 20:
        assert process.poll() is None
        time.sleep(0.01)


@pytest.mark.slow
def test_the_next_sequencer_takes_over_when_the_lease_of_a_dead_one_ends(place):
    """Nobody has to help: an append that waits is answered within the term of the lease."""
    with sequencing(place) as process:
        place.ledger(timeout_s=PATIENCE_S).append(note(0))
        process.kill()
        process.wait()
    with sequencing(place):
        assert 1 == place.ledger(timeout_s=PATIENCE_S).append(note(1)).index


@pytest.mark.slow
def test_a_stopped_sequencer_lets_the_lease_go(place):
    with sequencing(place) as process:
        place.ledger(timeout_s=PATIENCE_S).append(note(0))

    assert 0 == process.returncode
    assert lease.is_free(place.engine)
