"""Mutation fuzzing: whatever the bytes, a typed refusal or a picture of the described shape.

    make fuzz SECONDS=60 SEED=1      is: python -m tests.hostile.fuzz --seconds 60 --seed 1

Runs in a child whose memory is limited; one that dies, hangs or lets an error of another kind out
is a finding, printed with what makes the same bytes again, and saved below build/hostile.
"""

import argparse
import json
import mmap
import os
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from diascope import bridge
from diascope.errors import DiascopeError
from diascope.reading import Reader
from tests.hostile import browsers, canary, judge, mutated, mutations, pool
from tests.hostile import report as results
from tests.support.stored_parts import decoded_frames, image_of

ROOT = Path(__file__).parents[2]
SAVED = ROOT / "build" / "hostile" / "findings"
MEMORY = 600 << 20
LIMIT_S = 10  # for one execution; they take milliseconds
CANARY_EVERY = 50


def execute(data):
    """The code of the refusal, or "shown"; anything else that is raised is a finding."""
    try:
        image = image_of(data)
        if image.pixels is None:
            return "no picture"
        frames = decoded_frames(data)[:2]
    except DiascopeError as error:
        return error.code
    if is_painted(data):
        assert painted(data) != "engine.internal", "an untyped error on the way to the canvas"
    shape = (image.pixels.rows, image.pixels.columns)
    for frame in frames:
        assert frame.values.array.shape[:2] == shape, "another shape than described"
        assert not canary.is_in(frame.values.array), "the canary is in the picture"
    return "shown"


def is_painted(data):
    """One in four goes on to the canvas."""
    return len(data) // 2 % 4 == 0


def painted(data):
    """The code with which the page's commands refuse it, "" when they do not."""
    try:
        judge.picture(data, bridge.door(Reader()), judge.Outcome())
    except (DiascopeError, judge.Refused) as refused:
        return getattr(refused, "code", str(refused))
    return ""


def child(seed, first, seconds, least, place):
    """Execute until the time is over and `least` are done; tell each number before it runs."""
    told = mmap.mmap(place, 8)
    for data in mutations.seeds():
        execute(data)
    limit = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + MEMORY
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    end, number, count = time.monotonic() + seconds, first, Counter()
    while time.monotonic() < end or number - first < least:
        told[:8] = struct.pack("<q", number)
        signal.alarm(LIMIT_S)  # ends the process where it stands, in a codec too
        _, data = mutations.mutated(seed, number)
        if number % CANARY_EVERY == 0:
            canary.show(data)
        count[execute(data)] += 1
        number += 1
    signal.alarm(0)
    print(json.dumps({"executions": number - first, "codes": count}))


def run(seed, seconds, least=0):
    """Fuzz until the time is over; returns (executions, codes, findings, seconds used)."""
    began, first, codes, findings = time.monotonic(), 0, Counter(), []
    with tempfile.TemporaryFile() as place:
        place.write(bytes(8))
        place.flush()
        while True:
            left = max(seconds - (time.monotonic() - began), 0)
            done, error = spawn(seed, first, left, max(least - first, 0), place.fileno())
            if done:
                codes.update(done["codes"])
                total = first + done["executions"]
                return total, codes, findings, time.monotonic() - began
            (number,) = struct.unpack("<q", os.pread(place.fileno(), 8, 0))
            findings.append(finding(seed, number, error))
            first = number + 1
            if len(findings) >= 20:
                return first, codes, findings, time.monotonic() - began


def spawn(seed, first, seconds, least, place):
    command = [sys.executable, "-m", "tests.hostile.fuzz", "--child"]
    command += [str(seed), str(first), str(seconds), str(least), str(place)]
    path = os.pathsep.join([str(ROOT / "py"), str(ROOT / "server"), str(ROOT)])
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
        pass_fds=[place],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return json.loads(done.stdout), ""
    last = done.stderr.strip().splitlines()[-1:] or [""]
    return None, last[0] or f"the process ended with {done.returncode}"


def finding(seed, number, error):
    """Save the bytes and say how to make them again."""
    SAVED.mkdir(parents=True, exist_ok=True)
    _, data = mutations.mutated(seed, number)
    path = SAVED / f"{seed}-{number}.dcm"
    path.write_bytes(data)
    return f"{error}; again with --seed {seed} --only {number}; saved as {path.name}"


def in_browser(engine, seed, count):
    """The first `count` mutations in a browser's worker, held against CPython; what differs."""
    source = f"{seed},0,{count}"
    data = [case.data for case in mutated.cases(source)]
    made = list(pool.run(f"tests.hostile.mutated:{source}"))
    began = time.monotonic()
    found = list(browsers.run(engine, list(zip(data, made, strict=True))))
    print(f"{engine}: {count} executions, {count / (time.monotonic() - began):.0f} a second")
    print(Counter(record["code"] or "shown" for record in found).most_common())
    return results.wrong(made) + results.wrong(found)


def only(seed, number):
    """One execution in this process, to look at."""
    _, data = mutations.mutated(seed, number)
    try:
        print(execute(data))
    except Exception:  # noqa: BLE001 - the finding itself
        traceback.print_exc()


def report(done):
    executions, codes, findings, seconds = done
    print(f"{executions} executions in {seconds:.1f} s, {executions / seconds:.0f} a second")
    for code, count in codes.most_common():
        print(f"  {count:7} {code}")
    print(f"{len(findings)} findings")
    for each in findings:
        print(f"  {each}")


def main():
    if sys.argv[1:2] == ["--child"]:
        seed, first, seconds, least, place = sys.argv[2:]
        child(int(seed), int(first), float(seconds), int(least), int(place))
        return 0
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, default=-1, help="one execution, by its number")
    parser.add_argument("--engine", help="in this browser's worker: chromium, firefox, webkit")
    parser.add_argument("--count", type=int, default=2_000, help="how many in a browser")
    options = parser.parse_args()
    if options.engine:
        wrong = in_browser(options.engine, options.seed, options.count)
        print("\n".join(wrong) or "0 findings")
        return 1 if wrong else 0
    if options.only >= 0:
        only(options.seed, options.only)
        return 0
    done = run(options.seed, options.seconds)
    report(done)
    return 1 if done[2] else 0


if __name__ == "__main__":
    sys.exit(main())
