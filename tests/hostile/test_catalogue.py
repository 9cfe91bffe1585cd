"""Every hostile file ends as its rule says: a typed refusal, or right pixels and what is said."""

import json
from collections import Counter

import pytest

from tests.hostile import catalogue
from tests.hostile.judge import judge
from tests.hostile.verdict import WRONG, verdict

FAMILIES = [pytest.param(each, id=each.__name__.split(".")[-1]) for each in catalogue.FAMILIES]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_file_ends_as_its_rule_says(family, record_property):
    found = [(case.file, verdict(case, judge(case.data))) for case in family.cases()]
    count = Counter(word.split(":")[0] for _, word in found)
    record_property("hostile files", f"{family.__name__.split('.')[-1]}: {dict(count)}")

    assert [] == [f"{name}: {word}" for name, word in found if word.startswith(WRONG)]


@pytest.mark.requirement("security row 1")
def test_the_files_are_those_of_the_manifest_and_at_least_two_thousand():
    """Another byte or another expectation is a change that somebody must have meant."""
    listed = json.loads(catalogue.MANIFEST.read_text())

    assert listed == catalogue.manifest()
    assert 2_000 <= listed["files"]


def test_no_two_files_have_one_name():
    count = Counter(case.file for case in catalogue.cases())

    assert [] == [name for name, times in count.items() if times > 1]
