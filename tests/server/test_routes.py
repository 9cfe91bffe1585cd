"""The route table: every row has a gate, and every gate holds over a real connection."""

import re
from dataclasses import replace

import pytest

from diascope_server import app
from diascope_server.access.roles import ROLES, is_permitted
from diascope_server.app import GATES, OPEN_GATES, Row
from diascope_server.http.static import load_page
from diascope_server.pages import Pages
from diascope_server.settings import TREE
from tests.support.client import Client

PAGES = Pages(load_page(TREE / "web"), b"", {}, {})
ROWS = app.table(PAGES)
CLOSED = [row for row in ROWS if row.gate not in OPEN_GATES]


def identified(rows):
    return [pytest.param(row, id=f"{row.method} {row.path}") for row in rows]


def without_gate(rows):
    return [row for row in rows if row.gate not in GATES]


def concrete(row):
    return re.sub(r"\{\w+\}", "A" * 22, row.path)


def test_every_row_has_a_gate():
    assert [] == without_gate(ROWS)


def test_a_planted_row_without_a_gate_is_found():
    planted = [replace(ROWS[0], gate=""), replace(ROWS[0], gate="everybody")]

    assert planted == without_gate([*ROWS, *planted])


def test_everything_below_api_is_closed_but_signing_in_and_beacons():
    found = {(row.method, row.path) for row in ROWS if row.path.startswith("/api/")}
    closed = {(row.method, row.path) for row in CLOSED}

    assert {("POST", "/api/session"), ("POST", "/api/beacons")} == found - closed
    assert closed <= found


def test_the_table_is_that_of_the_wire_format():
    """docs/wire.md 4, by method and path."""
    text = (TREE / "docs" / "wire.md").read_text()
    told = set(re.findall(r"^\| (GET|POST|DELETE) `(/api/[^`]*)` \|", text, re.MULTILINE))

    assert told == {(row.method, row.path) for row in ROWS if row.path.startswith("/api/")}


def test_roles_are_deny_by_default():
    assert not is_permitted((), "study.open")
    assert not is_permitted(("owner",), "study.open")
    assert not is_permitted(("reader",), "everything")
    assert {"reader", "admin"} == set(ROLES)


@pytest.mark.parametrize("row", identified(CLOSED))
def test_without_a_session_every_route_answers_401(site, row):
    answer = Client(site).request(row.method, concrete(row), {} if row.method == "POST" else None)

    assert (401, "session.missing") == (answer.status, answer.code)


@pytest.mark.parametrize("cookie", ["x", "A" * 43, "../../etc/passwd"], ids=ascii)
def test_a_made_up_cookie_is_no_session(site, cookie):
    client = Client(site)
    client.cookie = cookie

    assert 401 == client.request("GET", "/api/session").status


@pytest.fixture(scope="module")
def by_role(site):
    clients = {role: Client(site) for role in ROLES}
    for role, client in clients.items():
        client.sign_in(site.new_person(role))
    return clients


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("row", identified([row for row in CLOSED if row.gate != "session"]))
def test_a_role_reaches_only_what_it_permits(by_role, row, role):
    answer = by_role[role].request(row.method, concrete(row), {} if row.method == "POST" else None)

    if row.gate in ROLES[role]:
        assert answer.status != 401
        assert "access.role" not in answer.body.decode()
    else:
        assert (403, "access.role") == (answer.status, answer.code)


def test_an_unknown_path_is_told_only_to_who_is_signed_in(site, by_role):
    for path in ("/api/unknown", "/api/", "/api/studies"):
        assert 401 == Client(site).request("GET", path).status
        assert 404 == by_role["reader"].request("GET", path).status
    assert 404 == Client(site).request("GET", "/unknown").status
    assert 404 == Client(site).request("GET", "/runtime.lock.json").status


def test_another_method_is_405_and_names_the_allowed(by_role):
    answer = by_role["reader"].request("DELETE", "/api/nonce", headers={})

    assert (405, "POST") == (answer.status, answer.headers["allow"])


def test_head_is_get_without_a_body(site):
    answer = Client(site).request("HEAD", "/healthz")

    assert (200, b"") == (answer.status, answer.body)


def test_a_study_that_is_not_there_looks_like_one_that_may_not_be_seen(by_role):
    handle = "A" * 22
    answer = by_role["reader"].request("GET", f"/api/studies/{handle}/parts/{'0' * 64}")

    assert (404, "access.not_found") == (answer.status, answer.code)


def test_what_is_public_says_nothing_of_patients(site):
    client = Client(site)
    for path in ("/", "/trust.json", "/healthz"):
        answer = client.request("GET", path, is_own_page=False)
        assert 200 == answer.status, path
    trust = client.request("GET", "/trust.json", is_own_page=False).json
    assert {"v", "installation", "tenant", "label", "keys", "beacon_inbox"} == set(trust)
    assert ["manifest", "checkpoint", "receipt", "report"] == [
        each["purpose"] for each in trust["keys"]
    ]


def test_an_administrator_reads_the_signed_checkpoint(site, by_role):
    answer = by_role["admin"].request("GET", "/api/audit/checkpoint")

    assert 200 == answer.status
    assert "text/plain; charset=utf-8" == answer.headers["content-type"]
    assert answer.body.startswith(b"diascope/")


def test_rows_are_values():
    assert Row("GET", "/", PAGES.page, "public") == Row("GET", "/", PAGES.page, "public")
