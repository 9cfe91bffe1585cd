"""The page's own modules under Node: canonical JSON, sealing, key release, chain, and the rest."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent / "js"
NODE = shutil.which("node")


@pytest.mark.requirement("ENC-01", "INT-02", "AUD-11", "REG-01")
def test_modules_of_the_page() -> None:
    """Every test file below js/ passes, and none of them is empty."""
    assert NODE, "these tests need Node, which comes with npm"
    files = sorted(str(file) for file in TESTS.glob("*.test.mjs"))
    done = subprocess.run(
        [NODE, "--test", "--test-reporter=tap", *files],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    failed = re.findall(r"^\s*not ok .*(?:\n\s+.*){0,14}", done.stdout, re.MULTILINE)
    assert done.returncode == 0, "\n".join(failed) or done.stderr[-2000:]
    counted = dict(re.findall(r"^# (tests|pass|skipped|todo) (\d+)$", done.stdout, re.MULTILINE))
    assert counted["tests"] == counted["pass"]
    assert int(counted["tests"]) > 10 * len(files)
