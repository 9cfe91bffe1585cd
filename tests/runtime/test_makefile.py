"""`make`: what a machine lacks is said in one line, and what it is given is passed on as it is."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "cat", "find", "id", "mkdir", "rm", "touch")
OLD = 'case "$1" in -V) echo "Python 3.9.2";; *) exit 1;; esac'
BARE = 'case "$2" in *ensurepip*) echo "No module named ensurepip" >&2; exit 1;; *) exit 0;; esac'
FORBIDDEN = 'touch "$(dirname "$0")/../ran"; exit 1'


def program(path, body):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def tree(tmp_path):
    """A fresh clone as `make` sees it, on a machine with hardly anything."""
    (tmp_path / "requirements").mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements/run.txt", "requirements/dev.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in TOOLS:
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    return tmp_path


def make(tree, *words):
    """Run `make` and return its status, what it told, and what went wrong in words not its own."""
    done = subprocess.run(
        [shutil.which("make"), "--no-print-directory", *words],
        cwd=tree,
        env={"PATH": str(tree / "bin"), "HOME": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    return done.returncode, done.stdout.splitlines(), wrong


@pytest.mark.parametrize(
    ("python", "said"),
    [
        pytest.param(OLD, "python3 is Python 3.9.2.", id="old"),
        pytest.param(None, "python3 is missing.", id="missing"),
        pytest.param(BARE, "install python3-venv", id="without venv"),
    ],
)
@pytest.mark.parametrize("target", ["demo", "test"])
def test_a_python_that_will_not_do_is_named_before_anything_is_made(tree, python, said, target):
    for name in ("node", "npm"):
        program(tree / "bin" / name, "exit 0")
    if python:
        program(tree / "bin" / "python3", python)
    status, told, wrong = make(tree, target)

    assert (2, [], 1) == (status, told, len(wrong))
    assert said in wrong[0]
    assert not (tree / ".venv").exists()


def test_another_python_can_be_named(tree):
    program(tree / "bin" / "python3", OLD)
    program(tree / "bin" / "python3.12", BARE)
    for name in ("node", "npm"):
        program(tree / "bin" / name, "exit 0")

    assert ["install python3-venv"] == [
        line.partition(": ")[2].rstrip(".") for line in make(tree, "demo", "PYTHON3=python3.12")[2]
    ]


@pytest.mark.parametrize(
    ("target", "lacks"), [("demo", "npm"), ("runtime", "npm"), ("test", "node")]
)
def test_a_missing_tool_is_named_before_anything_is_downloaded(tree, target, lacks):
    program(tree / "bin" / "python3", FORBIDDEN)
    status, told, wrong = make(tree, target)

    assert (2, [], 1) == (status, told, len(wrong))
    assert lacks in wrong[0]
    assert not (tree / "ran").exists()


@pytest.fixture
def installed(tree):
    """The same after a first run: its programs only say what they were given."""
    program(tree / ".venv" / "bin" / "python", "exit 0")
    program(tree / ".venv" / "bin" / "diascope", 'for word; do echo "[$word]"; done')
    program(tree / "bin" / "npm", "exit 0")
    (tree / ".venv" / "run.stamp").touch()
    return tree


@pytest.mark.parametrize(
    "folder",
    ["plain", "with a space", "it's; touch ran", '"$(touch ran)"'.replace("$", "$$"), "-x"],
)
def test_folder_and_port_of_the_demo_reach_it_as_they_are(installed, folder):
    _, told, wrong = make(installed, "demo", f"DEMO_DIR={folder}", "DEMO_PORT=9 9")

    assert [] == wrong
    assert ["[demo]", "[--port=9 9]", f"[--dir={folder.replace('$$', '$')}]"] == told
    assert not (installed / "ran").exists()


def test_without_npm_what_was_built_still_runs(installed):
    (installed / "bin" / "npm").unlink()
    (installed / "build" / "runtime").mkdir(parents=True)
    (installed / "build" / "runtime" / "bundle.json").touch()

    assert (0, []) == make(installed, "demo")[::2]
