"""Kill the processes that hold a browser's pages, as a crash would; the browser lives on."""

import contextlib
import os
import signal
from pathlib import Path

from tests.support.browsers import Browser
from tests.support.server import descendants

MARKS = {
    "chromium": b"--type=renderer",
    "firefox": b"-isForBrowser",
    "webkit": b"WebKitWebProcess",
}


def kill_pages(browser: Browser) -> None:
    """End every page process of this one browser, which is known by its home folder."""
    found = _page_processes(browser)
    assert found, f"{browser.engine} has no page process"
    for process in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _page_processes(browser: Browser) -> set[int]:
    home = f"\0HOME={browser.home}\0".encode()
    ours = [number for number in _numbers() if home in b"\0" + _told(number, "environ") + b"\0"]
    family = {child for number in ours for child in (number, *descendants(number))}
    return {number for number in family if MARKS[browser.engine] in _told(number, "cmdline")}


def _numbers() -> list[int]:
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]


def _told(number: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{number}/{what}").read_bytes()
    except OSError:
        return b""
