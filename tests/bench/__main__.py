"""`python -m tests.bench [--rounds N] [--engines a,b] [--out FILE]`: time the page in browsers.

Rounds are interleaved, so that a slow minute of the machine falls on all engines alike. All raw
samples are kept.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.report import circumstances, figures, table
from tests.bench.samples import Sample, check, measure
from tests.support.browsers import ENGINES, missing, open_browser
from tests.web.site import running_site


def main() -> int:
    """Measure, write the JSON file, print the table."""
    chosen = _arguments()
    about = circumstances()
    samples: list[Sample] = []
    versions: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as site:
        about["bundle"] = site.bundle
        for number in range(chosen.rounds):
            for engine in chosen.engines:
                with open_browser(engine, site.ca) as browser:
                    versions[engine] = browser.version
                    for sample in measure(browser, site, number):
                        samples.append(sample)
                        _say(sample)
        check(samples, site)
    about["versions"] |= versions
    rows = figures(samples)
    result = about | {"figures": rows, "samples": [sample.as_json() for sample in samples]}
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(result, indent=1) + "\n")
    print(table(rows))
    print(f"raw samples: {chosen.out}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--engines", default=",".join(ENGINES))
    name = time.strftime("%Y%m%dT%H%M%SZ.json", time.gmtime())
    parser.add_argument("--out", type=Path, default=Path("build/bench") / name)
    chosen = parser.parse_args()
    chosen.engines = chosen.engines.split(",")
    for engine in chosen.engines:
        if engine not in ENGINES or missing(engine):
            parser.error(missing(engine) or f"{engine} is not one of {', '.join(ENGINES)}")
    return chosen


def _say(sample: Sample) -> None:
    middle = sorted(sample.times_ms)[len(sample.times_ms) // 2] if sample.times_ms else 0
    line = f"round {sample.round} {sample.engine:9} {sample.figure:28} {middle:9.1f} ms"
    sys.stderr.write(line + f"  {sample.pixel_sha256[:16]}\n")


if __name__ == "__main__":
    sys.exit(main())
