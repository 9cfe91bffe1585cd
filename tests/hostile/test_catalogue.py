"""The hostile files are those that were meant, of every row. What becomes of them: test_runs."""

import json
from collections import Counter
from dataclasses import fields

import pytest

from diascope.limits import Limits
from tests.hostile import catalogue


@pytest.mark.requirement("security row 1")
def test_the_files_are_those_of_the_manifest_and_at_least_two_thousand():
    """Another byte or another expectation is a change that somebody must have meant."""
    listed = json.loads(catalogue.MANIFEST.read_text())

    assert listed == catalogue.manifest()
    assert 2_000 <= listed["files"]


# They widen or narrow another limit, and what they refuse has its name (ADR 0030).
OF_OTHERS = {
    "unrated_bytes", "frame_items", "frame_elements", "all_items", "all_elements", "group",
}  # fmt: skip
NAMES = [field.name for field in fields(Limits) if field.name not in OF_OTHERS]


@pytest.mark.parametrize("name", NAMES)
def test_every_limit_is_asked_of_by_a_file(name):
    """Each is refused under its own name somewhere; two cannot be reached by a small file."""
    allowed = json.loads(catalogue.MANIFEST.read_text())["allowed"]

    assert f"limit.{name}" in allowed or name in {"file_bytes", "side"}


def test_no_two_files_have_one_name():
    count = Counter(case.file for case in catalogue.cases())

    assert [] == [name for name, times in count.items() if times > 1]


def test_every_row_has_files_or_says_where_it_is_tested():
    rows = {int(row) for row in json.loads(catalogue.MANIFEST.read_text())["rows"]}

    assert set(range(1, 22)) == rows | set(catalogue.ELSEWHERE)
