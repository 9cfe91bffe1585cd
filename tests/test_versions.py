"""Every dependency is pinned by digest, and none is older than the last known hole in it."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from diascope_server.runtime.lock import read_lock

ROOT = Path(__file__).parents[1]
ADVISORIES = json.loads((ROOT / "requirements" / "advisories.json").read_text())
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def pins(name):
    """What a requirements file pins: {name: version}."""
    text = (ROOT / "requirements" / name).read_text()
    return {canonicalize_name(package): Version(version) for package, version in PIN.findall(text)}


def bundled():
    wheels = [file.name for file in read_lock(ROOT) if file.name.endswith(".whl")]
    return dict(parse_wheel_filename(wheel)[:2] for wheel in wheels)


INSTALLED = {"run": pins("run.txt"), "dev": pins("dev.txt"), "bundle": bundled()}


def below_floor(installed, floors):
    return [
        f"{floor['name']} {installed[floor['in']][floor['name']]}: {floor['because']}"
        for floor in floors
        if floor["name"] in installed[floor["in"]]
        and installed[floor["in"]][floor["name"]] < Version(floor["at_least"])
    ]


def test_no_version_is_below_its_floor():
    assert [] == below_floor(INSTALLED, ADVISORIES["floors"])


def test_a_planted_old_version_is_found():
    floor = {"name": "starlette", "in": "run", "at_least": "1.3.1", "because": "x"}

    assert ["starlette 1.3.0: x"] == below_floor({"run": {"starlette": Version("1.3.0")}}, [floor])


@pytest.mark.parametrize("name", [entry["name"] for entry in ADVISORIES["never"]])
def test_what_must_not_be_installed_is_not(name):
    assert name not in INSTALLED["run"]


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_requirement_is_pinned_with_its_digests(name):
    text = (ROOT / "requirements" / name).read_text()
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE).strip())

    assert [] == [
        entry for entry in entries if not PIN.match(entry) or "--hash=sha256:" not in entry
    ]
    assert "://" not in text


def test_tests_run_with_the_versions_that_run():
    dev = INSTALLED["dev"]

    assert {} == {name: v for name, v in INSTALLED["run"].items() if dev.get(name) != v}


def test_pins_satisfy_what_the_package_declares():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    for text in project["dependencies"]:
        wanted = Requirement(text)
        assert INSTALLED["run"][canonicalize_name(wanted.name)] in wanted.specifier, text


@pytest.mark.parametrize("name", ["pydicom", "rfc8785"])
def test_browser_and_server_read_with_the_same_version(name):
    """What decides the meaning of bytes must not differ between the two ends."""
    assert INSTALLED["run"][name] == INSTALLED["bundle"][name]


def test_every_dependency_has_its_reason_and_nothing_else_has_one():
    asked = [(ROOT / "requirements" / name).read_text() for name in ("run.in", "dev.in")]
    named = set(re.findall(r"^[a-z][\w-]*", "\n".join(asked), re.MULTILINE))
    shipped = [file for file in read_lock(ROOT) if file.role != "test"]
    bundle = {"pyodide" if f.role == "pyodide" else f.name.split("-")[0] for f in shipped}
    page = (ROOT / "docs" / "dependencies.md").read_text()
    rows = re.findall(r"^\| (?!package)([\w, -]+?) \|", page, re.MULTILINE)

    assert named | bundle == {name for row in rows for name in row.split(", ")}
