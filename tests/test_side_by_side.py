"""Tests that share what is dear to start run in one process, the longest parts first."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import side_by_side

ROOT = Path(__file__).parents[1]
CONFTEST = """
from tests.support.side_by_side import PartByPart

def pytest_xdist_make_scheduler(config, log):
    return PartByPart(config, log)
"""
TESTS = """
import os, pathlib, time, pytest

@pytest.mark.parametrize("number", range(6))
def test_where(number):
    time.sleep(0.05)
    with pathlib.Path(__file__).with_suffix(".pids").open("a") as place:
        place.write(f"{os.getpid()} ")
"""


@pytest.mark.parametrize(
    ("nodeid", "part"),
    [
        ("tests/web/test_page.py::test_a[webkit]", "tests/web/test_page.py webkit"),
        ("tests/web/test_page.py::test_a[firefox-drops]", "tests/web/test_page.py firefox"),
        ("tests/web/test_javascript.py::test_a", "tests/web/test_javascript.py"),
        ("tests/hostile/test_runs.py::test_a[webkit]", "tests/hostile/test_runs.py"),
        ("tests/engine/test_instance.py::test_a[x::y]", "tests/engine/test_instance.py"),
    ],
)
def test_a_part_is_a_file_and_on_the_page_one_engine_of_it(nodeid, part):
    assert part == side_by_side.part(nodeid)


def test_what_lasts_longest_begins_first():
    first_to_last = [
        "tests/hostile/test_runs.py::test_a",
        "tests/web/test_page.py::test_a[chromium]",
        "tests/web/test_page.py::test_a[webkit]",
        "tests/engine/test_instance.py::test_a",
    ]
    mixed = [first_to_last[place] for place in (3, 1, 0, 2)]

    assert first_to_last == sorted(mixed, key=side_by_side.rank)


def test_two_processes_do_not_share_a_file(tmp_path):
    """With the real pytest and pytest-xdist: their own groups failed without a word."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    files = [tmp_path / f"test_{name}.py" for name in "abcd"]
    for file in files:
        file.write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "."]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert 0 == done.returncode, done.stdout
    processes = [file.with_suffix(".pids").read_text().split() for file in files]

    assert [6] * 4 == [len(each) for each in processes]
    assert [1] * 4 == [len(set(each)) for each in processes]
    assert 2 == len({each[0] for each in processes})
