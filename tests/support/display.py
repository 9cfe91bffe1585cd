"""A virtual screen, for the one browser that has no headless mode."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH, HEIGHT = 3200, 2200  # large enough for a 1280 x 800 page at two device pixels a pixel


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Run Xvfb for as long as the context lasts; the value is its DISPLAY."""
    reader, writer = os.pipe()
    size = f"{WIDTH}x{HEIGHT}x24"
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp"]
    with subprocess.Popen(
        command, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        os.close(writer)
        try:
            yield ":" + _display_number(reader)
        finally:
            process.terminate()


def _display_number(reader: int) -> str:
    with os.fdopen(reader) as pipe:
        number = pipe.readline().strip()
    if not number:
        raise RuntimeError("Xvfb did not start")
    return number
