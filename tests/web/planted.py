"""A copy of the sources with changes planted in it, and the runtime bundle made of that copy."""

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


# A frame that begins so takes longer than any small one may; and the page learns how much memory
# the engine holds. It ends some time: WebKit cannot end a worker that is inside WebAssembly.
DECODER = "    decoder = DECODERS.get(pixels.transfer_syntax)\n"
SLOW, SLOW_S = b"so slow.", 25
SLOW_DECODER = (
    f"    if encoded.data.startswith({SLOW!r}):\n        import time\n"
    f"        end = time.monotonic() + {SLOW_S}\n        while time.monotonic() < end:\n"
    f"            pass\n{DECODER}"
)
STARTED = 'this.#handle = pyodide.pyimport("diascope.bridge").handle;'
WITH_HEAP = STARTED + "\n    this.heap = () => pyodide._module.HEAPU8.length;"
ANSWERED = "    return reply;\n"
ANSWERED_WITH_HEAP = "    reply.heap = this.heap();\n    return reply;\n"
RECEIVED = "      waiting?.resolve(reply);\n"
RECEIVED_WITH_HEAP = "      document.body.dataset.heap = reply.heap;\n" + RECEIVED


def planted_tree(folder: Path, *, silence_self_test: bool) -> Path:
    """Copy what the server and the browser run into `folder`, off by one in its display table."""
    changes = {"py/diascope/display.py": [(TABLE, WRONG_TABLE)]}
    if silence_self_test:
        changes["web/worker/boot.js"] = [(SELF_TEST, NO_SELF_TEST)]
    return changed_tree(folder, changes)


def slow_tree(folder: Path) -> Path:
    """Copy it so that some frames take long, and the page's body tells the heap."""
    changes = {
        "py/diascope/decode/__init__.py": [(DECODER, SLOW_DECODER)],
        "web/worker/serve.js": [(STARTED, WITH_HEAP), (ANSWERED, ANSWERED_WITH_HEAP)],
        "web/engine.js": [(RECEIVED, RECEIVED_WITH_HEAP)],
    }
    return changed_tree(folder, changes)


def changed_tree(folder: Path, changes: dict[str, list[tuple[str, str]]]) -> Path:
    """Copy what the server and the browser run, change it, and build its runtime bundle."""
    for name in ("py", "server", "web"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".cache").symlink_to(ROOT / ".cache")
    shutil.copytree(ROOT / "build" / "runtime", folder / "build" / "runtime")
    for name, pairs in changes.items():
        for old, new in pairs:
            _replace(folder / name, old, new)
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
