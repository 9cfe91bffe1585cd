"""A sequencer in a process of its own: `python -m tests.support.sequencer_process FOLDER`."""

import signal
import sys
import threading
from pathlib import Path

from diascope_server.ledger import sequencer
from diascope_server.settings import Settings
from tests.support.keys import MemoryKeys

if __name__ == "__main__":
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    place = Settings(Path(sys.argv[1]), "test", "https://localhost:8443")
    sequencer.run(place, MemoryKeys(b"ledger"), stop)
