"""A copy of the sources with an error planted in it, and the runtime bundle made of that copy."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.server import ROOT

# One grey of 256 is one too bright.
TABLE = 'greys = np.arange(FULL_SCALE + 1, dtype="<u4")\n'
WRONG_TABLE = TABLE + "    greys[100] += np.uint32(1)\n"
SELF_TEST = "if (reply.passed !== true)"
NO_SELF_TEST = "if (reply.passed === undefined)"


def planted_tree(folder: Path, *, silence_self_test: bool) -> Path:
    """Copy what the server and the browser run into `folder`, off by one in its display table."""
    for name in ("py", "server", "web"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".cache").symlink_to(ROOT / ".cache")
    shutil.copytree(ROOT / "build" / "runtime", folder / "build" / "runtime")
    _replace(folder / "py" / "diascope" / "display.py", TABLE, WRONG_TABLE)
    if silence_self_test:
        _replace(folder / "web" / "worker" / "boot.js", SELF_TEST, NO_SELF_TEST)
    path = os.pathsep.join([str(folder / "py"), str(folder / "server")])
    subprocess.run(
        [sys.executable, "-m", "diascope_server.runtime", str(folder)],
        env={**os.environ, "PYTHONPATH": path},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{path.name} no longer reads as the planted error expects"
    path.write_text(text.replace(old, new))
