"""What each runtime makes of files: the same engine in CPython, in Node and in three browsers.

Each function takes the paths of files and returns one reply a file, in their order, and what is to
be known of the runtime. Replies are those of `stored_digest.of_file`, as JSON brought them.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import imagecodecs
import numpy as np

from tests.support.browsers import BOOT_S, ENGINES, open_browser
from tests.support.runtime_site import running

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SILENCE_S = 120
EVERY_S = 0.5


def cpython(paths):
    """By the command `diascope digest`."""
    command = [sys.executable, "-m", "diascope_server", "digest", *map(str, paths)]
    path = os.pathsep.join([str(ROOT / "py"), str(ROOT / "server")])
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(map(str, paths)) == [reply.pop("file") for reply in replies]
    codecs = imagecodecs.__version__
    return replies, f"{platform.python_version()}, numpy {np.__version__}, imagecodecs {codecs}"


def node(paths):
    """By the bridge, in Pyodide under Node."""
    done = subprocess.run(
        ["node", str(HERE / "digest.mjs")],
        input=json.dumps(list(map(str, paths))),
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr[-2000:]
    *replies, versions = [json.loads(line) for line in done.stdout.splitlines()]
    return replies, f"{versions['node']}, Pyodide {versions['pyodide']}"


def browser(engine, paths):
    """By the product's worker, under the product's headers; the page fetches the files."""
    with tempfile.TemporaryDirectory() as folder:
        static = {"/page.js": HERE / "site" / "page.js"}
        with running(Path(folder), static) as site:
            bundle = site.offer_bundle()
            site.runtime |= {f"/files/{n}": path.read_bytes() for n, path in enumerate(paths)}
            with open_browser(engine, site.authority) as opened:
                tab = opened.open(site.origin)
                tab.wait("() => document.body.dataset.page")
                tab.js("(bundle, count) => globalThis.begin(bundle, count)", bundle, len(paths))
                return collected(tab, len(paths)), opened.version


def collected(tab, count):
    """Take replies as they come; a browser that says nothing for long is at fault."""
    replies, quiet_until = [], time.monotonic() + BOOT_S
    while len(replies) < count:
        told = tab.js("(from) => globalThis.taken(from)", len(replies))
        assert not told["failure"], told["failure"]
        replies += told["replies"]
        if told["replies"]:
            quiet_until = time.monotonic() + SILENCE_S
        assert time.monotonic() < quiet_until, f"no reply after {len(replies)} files"
        time.sleep(EVERY_S)
    return replies


RUNTIMES = {"cpython": cpython, "node": node}
RUNTIMES |= {engine: (lambda paths, e=engine: browser(e, paths)) for engine in ENGINES}
TITLES = {
    "cpython": "CPython",
    "node": "Pyodide under Node",
    "chromium": "Chromium",
    "firefox": "Firefox",
    "webkit": "WebKit",
}
