"""docs/greys.md, made of what the page test measured: docs/greys.json.

Run as a program it prints that page: `python -m tests.support.greys > docs/greys.md`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support import ramps

DOCS = Path(__file__).parents[2] / "docs"
RECORD = DOCS / "greys.json"
ENGINES = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKitGTK"}
Record = Mapping[str, Mapping[str, Any]]

HEAD = """# Greys on the canvas

What stands on the canvas of the real page, held against the formulas of PS3.3 C.11, pixel by
pixel: the maximum and the mean absolute difference in grey levels, of 255. Expected is
floor(255 p + 1/2), the one rounding ([0006](adr/0006-exact-fractions.md)), p computed in exact
fractions (SIGMOID: sixty digits) by `tests/support/oracle.py`, which imports nothing of Diascope.
Each file is opened over TLS, verified, decoded and shown at 1:1 with the window that it asks for.
The ramps hold every value of their bits once: 4,096 of 12 bits, 65,536 of 16; of 32 bits and of
floating point 4,096 values over the whole range.

"""
AFTER = """
Of the {vectors} vectors of `tests/vectors/voi_lut`, computed from the clause and by no viewer,
{wrong} are shown wrong by any of these browsers.

The last two columns are a widely used open web viewer, OHIF 3.12.10 in Chromium 156: its default
path through WebGL (SwiftShader, for want of a graphics card) and its CPU path
(`useCPURendering: true`). They were measured once, in 2026, on canvas bytes, with ramps of 32
bands: of the same kinds, not these files, and no test here runs them again. An empty cell was not
measured; a single 0 is a maximum whose mean was not written down; 1 is a rounding. Where it says
100 and 64 the sequence in the file was not applied: the picture was that of the file without it.
For VOI LUT Sequence its developers say so too (cornerstone3D pull request 2856, OHIF issues 818
and 4266).

What this cannot show is how bright a display makes a grey. Only a measured display tells.

## Once more

    python -m pytest tests/test_greys.py        # CPython, seconds
    python -m pytest tests/web/test_greys.py    # three browsers; --engines chromium for one

The second fails where a browser shows anything else than this page says. To measure anew:

    python -m pytest tests/web/test_greys.py --keep-greys
    python -m tests.support.greys > docs/greys.md
"""


def read() -> dict[str, Any]:
    """What was measured, by engine."""
    return dict(json.loads(RECORD.read_text())) if RECORD.is_file() else {}


def keep(engine: str, measured: Mapping[str, Any]) -> None:
    """Write what one engine showed into the record."""
    found = {**read(), engine: measured}
    ordered = {name: found[name] for name in ENGINES if name in found}
    RECORD.write_text(json.dumps(ordered, indent=1) + "\n")


def page(record: Record) -> str:
    """The page, as text."""
    browsers = [f"{name} {record[engine]['version']}" for engine, name in ENGINES.items()]
    heads = ["ramp", "pixels", *browsers, "OHIF, default", "OHIF, CPU"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for ramp in ramps.RAMPS:
        measured = [record[engine]["ramps"][ramp.name] for engine in ENGINES]
        cells = [f"{maximum} / {mean}" for maximum, mean in measured]
        row = [ramp.name, f"{ramp.pixels.size:,}", *cells, *ramp.other]
        lines.append("| " + " | ".join(row) + " |")
    counts = {
        key: [record[engine][key] for engine in ENGINES] for key in ("vectors", "wrong vectors")
    }
    after = AFTER.format(vectors=min(counts["vectors"]), wrong=max(counts["wrong vectors"]))
    return HEAD + "\n".join(lines) + "\n" + after


if __name__ == "__main__":
    print(page(read()), end="")
