"""A study's way to a page: search, open, parts; the bytes are those that were ingested."""

import hashlib

import pytest

from tests.support.client import Client, Document
from tests.support.server import PYDICOM_FILES, SMALL_SET


@pytest.fixture(scope="module")
def page(site):
    client = Client(site)
    client.sign_in(site.new_person())
    return Document(client).enrol()


@pytest.mark.requirement("INT-02")
def test_every_part_opens_to_the_original_file(page):
    expected = {
        hashlib.sha256((PYDICOM_FILES / name).read_bytes()).hexdigest() for name in SMALL_SET
    }
    opened = set()
    for summary in page.client.search()["studies"]:
        study = page.open(summary["handle"])
        for series, instance in study.instances():
            original = page.original(study, series, instance)
            assert instance["sha256"] == hashlib.sha256(original).hexdigest()
            opened.add(instance["sha256"])

    assert expected <= opened
