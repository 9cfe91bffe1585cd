"""Figures of a bench run: medians with their spread, and everything needed to judge them."""

import os
import platform
import shutil
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.bench.samples import Sample

PACKAGES = ("granian", "starlette", "numpy", "pydicom", "imagecodecs", "playwright", "selenium")


def circumstances() -> dict[str, Any]:
    """The machine, the versions and the commit."""
    return {
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "load_average": [round(one, 2) for one in os.getloadavg()],
        },
        "versions": {"python": platform.python_version()}
        | {name: metadata.version(name) for name in PACKAGES},
        "commit": _git("rev-parse", "HEAD"),
        "changed": bool(_git("status", "--porcelain")),
    }


def figures(samples: Iterable[Sample]) -> list[dict[str, Any]]:
    """Median and quartiles for each engine and figure, over all times of all rounds."""
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    digests: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sample in samples:
        times[sample.figure, sample.engine] += sample.times_ms
        digests[sample.figure, sample.engine].add(sample.pixel_sha256)
    return [
        {"figure": figure, "engine": engine, "n": len(all_times), **spread(all_times)}
        | {"pixel_sha256": sorted(digests[figure, engine])}
        for (figure, engine), all_times in times.items()
    ]


def spread(times: Sequence[float]) -> dict[str, float]:
    """Median, quartiles and extremes in milliseconds; quartiles of one value are that value."""
    if not times:
        return {}
    several = times if len(times) > 1 else [times[0], times[0]]
    lower, _, upper = statistics.quantiles(several, n=4, method="inclusive")
    names = ("median_ms", "lower_quartile_ms", "upper_quartile_ms", "least_ms", "most_ms")
    values = (statistics.median(times), lower, upper, min(times), max(times))
    return {name: round(value, 1) for name, value in zip(names, values, strict=True)}


def table(rows: Iterable[dict[str, Any]]) -> str:
    """The figures as text for a terminal."""
    lines = [f"{'figure':28} {'engine':9} {'n':>4} {'median':>9} {'quartiles, ms':>17}  pixels"]
    for row in rows:
        quartiles = f"{row['lower_quartile_ms']:.1f}-{row['upper_quartile_ms']:.1f}"
        pixels = " ".join(digest[:8] for digest in row["pixel_sha256"])
        name = f"{row['figure']:28} {row['engine']:9} {row['n']:>4}"
        lines.append(f"{name} {row['median_ms']:>9.1f} {quartiles:>17}  {pixels}")
    return "\n".join(lines)


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text().splitlines() if listing.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _git(*command: str) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    done = subprocess.run([git, *command], capture_output=True, text=True, check=False)
    return done.stdout.strip()
