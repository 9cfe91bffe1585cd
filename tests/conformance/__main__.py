"""`make conformance`: every file in every runtime, and docs/conformance.md with its JSON.

    python -m tests.conformance [--runtimes cpython,node] [--tenth] [--write]

Exit status 1 when a file is wrong, when two runtimes differ, or when there are too many excuses.
"""

import argparse
import json
import sys
import time
from collections import Counter

from diascope_server.runtime.bundle import build
from tests.conformance import corpus, report, verdicts
from tests.conformance.runtimes import RUNTIMES, TITLES

RAW = corpus.ROOT / "build" / "conformance"
DOCS = corpus.ROOT / "docs"


def main():
    chosen = arguments()
    every = corpus.cases()
    cases = corpus.stratified(every) if chosen.tenth else every
    build(corpus.ROOT)
    print(f"{len(cases)} files", flush=True)
    replies, runtimes = run(cases, chosen.runtimes.split(","))
    judged = [
        (case, verdicts.judge(case, told))
        for case, told in zip(cases, replies["cpython"], strict=True)
    ]
    told = report.summary(judged, runtimes)
    keep_raw(judged, replies)
    if chosen.write:
        write(told)
    return conclude(judged, runtimes)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runtimes", default=",".join(RUNTIMES), help="the first is CPython")
    parser.add_argument("--tenth", action="store_true", help="a stratified tenth of the files")
    parser.add_argument("--write", action="store_true", help="write docs/conformance.*")
    return parser.parse_args()


def run(cases, names):
    """Replies and facts of each runtime; all are held against CPython's."""
    paths = [case.path for case in cases]
    replies, runtimes = {}, {}
    for name in names:
        began = time.monotonic()
        replies[name], version = RUNTIMES[name](paths)
        pairs = zip(cases, replies[name], replies["cpython"], strict=True)
        differ = [case.name for case, here, there in pairs if here != there]
        runtimes[name] = {"version": version, "files": len(cases), "differ": differ}
        seconds = time.monotonic() - began
        print(f"{TITLES[name]} {version}: {len(differ)} unlike, {seconds:.0f} s", flush=True)
    return replies, runtimes


def keep_raw(judged, replies):
    RAW.mkdir(parents=True, exist_ok=True)
    with (RAW / "replies.jsonl").open("w") as file:
        for n, (case, verdict) in enumerate(judged):
            told = {name: each[n] for name, each in replies.items()}
            line = {"group": case.group, "file": case.name, "verdict": verdict.kind}
            print(json.dumps({**line, "by": verdict.by, "replies": told}), file=file)


def write(told):
    (DOCS / "conformance.json").write_text(json.dumps(told, indent=1) + "\n")
    (DOCS / "conformance.md").write_text(report.page(told))


def conclude(judged, runtimes):
    """Print the counts and what is at fault; return the exit status."""
    for group in corpus.GROUPS:
        kinds = Counter(verdict.kind for case, verdict in judged if case.group == group)
        counts = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
        print(f"{group}: {counts or 'none'}")
    wrong = [f"{case.name}: not {v.by}" for case, v in judged if v.kind == "wrong"]
    unlike = [f"{name}: {TITLES[n]}" for n, each in runtimes.items() for name in each["differ"]]
    excess = len(verdicts.EXCUSES) > verdicts.MAX_EXCUSES
    for line in [*wrong, *unlike, *(["too many excuses"] if excess else [])]:
        print(line, file=sys.stderr)
    return 1 if wrong or unlike or excess else 0


if __name__ == "__main__":
    sys.exit(main())
