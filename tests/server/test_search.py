"""The study list: found by every word, in scope, recorded."""

import pytest

from diascope_server.studies.worklist import fold
from tests.support.client import Client
from tests.support.server import PYDICOM_FILES

NAMES = {"patient_name", "patient_id", "birth_date", "sex", "study_date", "study_time"}
NAMES |= {"accession", "description", "referring_physician", "handle", "modalities"}
NAMES |= {"series", "instances", "received_ms"}


@pytest.fixture(scope="module")
def client(site):
    client = Client(site)
    client.sign_in(site.new_person())
    return client


def names(found):
    return [study["patient_name"] for study in found["studies"]]


def test_a_summary_has_the_fields_of_the_wire_format(client):
    found = client.search()

    assert found["total"] == len(found["studies"]) > 2
    assert all(NAMES == set(study) for study in found["studies"])


@pytest.mark.parametrize(
    "text",
    ["CompressedSamples^CT1", "compressedsamples ct1", "CT1 compressed", "1CT1", "ct1 2004-01-19"],
)
def test_words_find_a_study(client, text):
    assert ["CompressedSamples^CT1"] == names(client.search(text))


def test_every_word_must_fit(client):
    assert 0 == client.search("CompressedSamples nobody")["total"]


def test_pages_do_not_overlap(client):
    total = client.search()["total"]
    pages = [client.search(limit=1, offset=n)["studies"] for n in range(total + 1)]

    assert [1] * total + [0] == [len(page) for page in pages]
    assert total == len({page[0]["handle"] for page in pages[:-1]})


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"limit": 0}, id="no limit"),
        pytest.param({"limit": 501}, id="beyond limit"),
        pytest.param({"offset": -1}, id="negative"),
        pytest.param({"text": "a" * 201}, id="long"),
        pytest.param({"text": "a\nb"}, id="control"),
        pytest.param({"tenant": "other"}, id="unknown key"),
    ],
)
def test_other_questions_are_refused(client, changes):
    asked = {"text": "", "limit": 10, "offset": 0, **changes}

    assert 422 == client.request("POST", "/api/studies/search", asked).status


def test_a_search_is_recorded_with_its_words(site, client):
    client.search("needle in a haystack")
    last = site.ledger("110112")[-1]

    assert "needle in a haystack" == last.detail["query"]["text"]
    assert 0 == last.detail["total"]


def test_a_new_study_is_found_without_a_restart(site, client):
    before = client.search()["total"]
    answer = site.command("ingest", str(PYDICOM_FILES / "examples_overlay.dcm"))
    found = client.search()

    assert before + 1 == found["total"]
    assert set(answer["studies"]) <= {study["handle"] for study in found["studies"]}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("MÜLLER^Änne", "muller anne"),
        ("Łódź", "łodz"),
        ("Yamada^Tarou=山田^太郎", "yamada tarou 山田 太郎"),
    ],
    ids=["umlauts", "polish", "groups"],
)
def test_folding(left, right):
    assert right == fold(left)
