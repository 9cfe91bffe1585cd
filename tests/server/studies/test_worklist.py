"""One damaged line hides no other, and is not hidden itself."""

import json

import pytest
from sqlalchemy import text

from diascope_server.http.call import Call
from diascope_server.ingest.batch import ingest
from diascope_server.studies import routes

DAMAGES = {
    "flipped": "UPDATE studies SET summary = zeroblob(length(summary)) WHERE handle = :handle",
    "short": "UPDATE studies SET summary = x'00' WHERE handle = :handle",
    "text": "UPDATE studies SET summary = 'no bytes' WHERE handle = :handle",
    "number": "UPDATE studies SET summary = 7 WHERE handle = :handle",
    "another's": "UPDATE studies SET summary ="
    " (SELECT summary FROM studies WHERE handle != :handle LIMIT 1) WHERE handle = :handle",
}


def search(desk, words=""):
    asked = json.dumps({"text": words, "limit": 500, "offset": 0}).encode()
    headers = {"content-type": "application/json"}
    call = Call("POST", "/api/studies/search", {}, headers, asked, "", "127.0.0.1")
    found = json.loads(routes.search(desk.home, desk.session, call).body)
    return {each["handle"]: each for each in found["studies"]}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
@pytest.mark.requirement("INT-01")
def test_a_damaged_summary_is_unavailable_and_alerted_once(desk, page, new_study, damage):
    files = [*new_study(), *new_study()]
    whole, damaged = ingest(desk.home, iter(files), lambda _: None).studies
    with desk.home.engine.begin() as connection:
        connection.execute(text(damage), {"handle": damaged})

    listed, _ = search(desk), search(desk)

    assert "1CT1" == listed[whole]["patient_id"]
    assert ("", 0) == (listed[damaged]["patient_id"], listed[damaged]["instances"])
    assert listed[damaged]["description"].startswith("Unavailable")
    assert listed[damaged].keys() == listed[whole].keys()
    alerts = [e for e in desk.events("integrity_alert") if e.subject.study == damaged]
    assert ["integrity.field"] == [each.detail["code"] for each in alerts]
    assert 200 == page.ask_open(damaged).status


def test_a_study_that_grows_is_listed_again(desk, new_study):
    """Its next version has a new summary."""
    first, second = new_study(2)
    (handle,) = ingest(desk.home, iter([first]), lambda _: None).studies
    with desk.home.engine.begin() as connection:
        connection.execute(text(DAMAGES["short"]), {"handle": handle})
    assert "" == search(desk)[handle]["patient_id"]

    ingest(desk.home, iter([second]), lambda _: None)

    assert "1CT1" == search(desk)[handle]["patient_id"]
