"""Every hostile file in every runtime: `make hostile`.

    python -m tests.hostile [--engines chromium,firefox,webkit] [--sample 200] [--document]

Prints a table, and writes it with one record a file and runtime to build/hostile. With --document
the table goes to docs/hostile.md too. The exit status is 1 when anything is wrong.
"""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from tests.hostile import browsers, pool, report
from tests.hostile.sample import sample

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build" / "hostile"
DOCUMENT = ROOT / "docs" / "hostile.md"
MARK = "<!-- what follows is written by make hostile -->\n"
SOURCES = ("tests.hostile.catalogue", "tests.hostile.malformed")


def in_cpython():
    """Records of all files, in the order of their sources."""
    for source in SOURCES:
        for n, record in enumerate(pool.run(source)):
            if n % 1_000 == 0:
                print(f"{source} {n}", file=sys.stderr)
            yield record


def chosen(indices):
    """The bytes of the cases at these places, over all sources."""
    wanted = set(indices)
    cases = (case for source in SOURCES for case in import_module(source).cases())
    return {n: case.data for n, case in enumerate(cases) if n in wanted}


def in_browser(engine, records, indices, more=()):
    """Records of some files of all sources, then of other (data, record of CPython)."""
    data = chosen(indices)
    yield from browsers.run(engine, [*((data[n], records[n]) for n in indices), *more])


def write(runs):
    OUT.mkdir(parents=True, exist_ok=True)
    kept = ("file", "row", "code", "verdict", "seconds", "heap", "stored", "pixels")
    for name, records in runs.items():
        lines = [json.dumps({word: record.get(word) for word in kept}) for record in records]
        (OUT / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    (OUT / "report.md").write_text(report.document(runs))


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("--engines", default="chromium,firefox,webkit", help="by comma; or none")
    parser.add_argument("--sample", type=int, default=0, help="files a browser; 0 is all")
    parser.add_argument("--document", action="store_true", help="write docs/hostile.md")
    options = parser.parse_args()
    runs = {"CPython": list(in_cpython())}
    size = options.sample or len(runs["CPython"])
    indices = sample(runs["CPython"], size, slowest_s=2 if options.sample else 60)
    for engine in filter(None, options.engines.replace("none", "").split(",")):
        runs[engine] = list(in_browser(engine, runs["CPython"], indices))
    write(runs)
    print(report.document(runs))
    wrong = [line for records in runs.values() for line in report.wrong(records)]
    print("\n".join(wrong))
    if options.document:
        head, _, _ = DOCUMENT.read_text().partition(MARK)
        DOCUMENT.write_text(head + MARK + "\n" + report.document(runs))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
