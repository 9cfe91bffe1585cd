"""The engine's tests pass in Pyodide as they do in CPython: the same files, all of them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version

from diascope_server.runtime.bundle import build, build_for_tests

ROOT = Path(__file__).parents[2]
# Known holes were closed in these (requirements/advisories.json has the bundle's wheels).
CODEC_FLOORS = {"openjpeg": "2.5.4", "charls": "2.4.4"}


@pytest.fixture(scope="module")
def outcome():
    """What `node tests/node/run.mjs` says after running all tests of the engine."""
    build(ROOT)
    build_for_tests(ROOT)
    count = collected()
    done = subprocess.run(
        ["node", "tests/node/run.mjs"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    lines = done.stdout.strip().splitlines()
    assert 0 == done.returncode, "\n".join([*lines[-60:], *done.stderr.splitlines()[-20:]])
    return json.loads(lines[-1]) | {"in_cpython": count}


def collected():
    """How many tests CPython finds."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "tests/engine"]
    environment = {**os.environ, "COVERAGE_PROCESS_START": ""}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return sum(int(count) for count in re.findall(r"^\S+: (\d+)$", done.stdout, re.MULTILINE))


@pytest.mark.slow
def test_every_engine_test_passes_in_pyodide(outcome):
    assert 0 == outcome.get("failed", 0)
    assert outcome["in_cpython"] == outcome["passed"] + outcome.get("skipped", 0)


@pytest.mark.slow
def test_the_codecs_of_the_bundle_have_the_known_fixes(outcome):
    codecs = outcome["codecs"]

    assert {} == {
        name: codecs.get(name)
        for name, floor in CODEC_FLOORS.items()
        if name not in codecs or Version(codecs[name]) < Version(floor)
    }
