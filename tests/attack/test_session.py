"""Attacks on sign-in and sessions (security.md 3, rows 42-51)."""

import statistics
import time

import pytest

from tests.support.client import Client, Document, Refused


@pytest.fixture(scope="module")
def person(site):
    return site.new_person()


def attempt(client, **changes):
    asked = {"user": "nobody", "password": "wrong password", "totp": "000000", **changes}
    return client.request("POST", "/api/session", asked)


@pytest.mark.requirement("HIP-08")
def test_the_cookie_is_host_bound_and_out_of_reach_of_scripts(site):
    client = Client(site)
    answer = client.request("POST", "/api/session", client.credentials(site.new_person()))
    name, _, attributes = answer.headers["set-cookie"].partition("=")

    assert "__Host-sid" == name
    assert ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] == attributes.split("; ")[1:]
    assert b"sid" not in answer.body
    assert "no-store" == answer.headers["cache-control"]


@pytest.mark.requirement("HIP-08")
def test_a_session_is_never_taken_over_from_the_browser(site):
    """Row 42: a planted cookie is not the one that works after the sign-in."""
    client = Client(site)
    client.cookie = "planted" * 6 + "x"
    client.sign_in(site.new_person())
    fresh = client.cookie
    client.cookie = "planted" * 6 + "x"

    assert 401 == client.request("GET", "/api/session").status
    client.cookie = fresh
    assert 200 == client.request("GET", "/api/session").status


@pytest.mark.requirement("HIP-08")
def test_a_new_sign_in_ends_the_old_session_of_the_browser(site):
    client, person = Client(site), site.new_person()
    client.sign_in(person)
    old = client.cookie
    client.sign_in(person, step=1)

    assert old != client.cookie
    stale = Client(site)
    stale.cookie = old
    assert 401 == stale.request("GET", "/api/session").status


def test_signing_out_ends_it_on_the_server(site):
    client = Client(site)
    client.sign_in(site.new_person())
    answer = client.request("DELETE", "/api/session")

    assert (204, b"") == (answer.status, answer.body)
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert 401 == client.request("GET", "/api/session").status
    assert 401 == client.request("DELETE", "/api/session").status


def test_one_factor_alone_is_no_session(site, person):
    """Row 50: there is no half-way state to reach the API from."""
    client = Client(site)
    right = client.credentials(person)
    for missing in ("user", "password", "totp"):
        part = {name: value for name, value in right.items() if name != missing}
        answer = client.request("POST", "/api/session", part)
        assert 422 == answer.status
        assert "set-cookie" not in answer.headers
    for wrong in ({"password": "x"}, {"totp": "000000"}):
        answer = client.request("POST", "/api/session", {**right, **wrong})
        assert (401, "session.refused") == (answer.status, answer.code)
        assert "set-cookie" not in answer.headers


def test_roles_cannot_be_asked_for(site, person):
    """Row 51: mass assignment."""
    asked = {**Client(site).credentials(person), "roles": ["admin"]}

    assert 422 == Client(site).request("POST", "/api/session", asked).status


@pytest.mark.requirement("HIP-06")
def test_known_and_unknown_users_are_refused_alike(site):
    """Row 45: same status, same bytes, and about the same time."""
    known = site.new_person()
    answers, times = {}, {}
    for name in (known.user, "unknown"):
        answers[name], took = zip(*(timed(site, name) for _ in range(3)), strict=True)
        times[name] = min(took)
    bodies = {answer.body for each in answers.values() for answer in each}

    assert 1 == len(bodies)
    assert {401} == {answer.status for each in answers.values() for answer in each}
    assert statistics.fmean(times.values()) / 4 < min(times.values())


def timed(site, name):
    """One refused sign-in and its seconds; the quickest of several is the least disturbed."""
    begun = time.monotonic()
    return attempt(Client(site), user=name), time.monotonic() - begun


def until_slow(client, users):
    """Guess until the server makes us wait; the machine may be so slow that some waits pass."""
    found = []
    for user in users:
        found.append(attempt(client, user=user))
        if found[-1].status == 429:
            return found
        assert 401 == found[-1].status
    raise AssertionError("never slow")


def test_guessing_gets_slow_and_never_locks(site):
    """Row 46."""
    person, client = site.new_person(), Client(site)
    found = until_slow(client, [person.user] * 12)

    assert len(found) > 5
    assert "session.wait" == found[-1].code
    time.sleep(int(found[-1].headers["retry-after"]) + 0.1)
    assert person.user == client.sign_in(person)["user"]


@pytest.mark.requirement("HIP-07")
def test_a_stranger_keeps_nobody_out(site):
    """Row 46: who fails on purpose waits; the user elsewhere does not."""
    person, stranger = site.new_person(), Client(site)
    until_slow(stranger, [person.user] * 12)

    assert person.user == Client(site).sign_in(person)["user"]


def test_an_address_that_guesses_gets_slow(site):
    """Row 46: many accounts, one address."""
    client = Client(site)
    found = until_slow(client, [f"guess-{n}" for n in range(30)])

    assert len(found) > 20
    assert 401 == attempt(Client(site), user="guess-0").status


def test_a_forwarded_address_changes_nothing(site):
    """Row 46: only the peer's own address counts."""
    person, client = site.new_person(), Client(site)
    asked = {"user": person.user, "password": "wrong", "totp": "000000"}
    found = [
        client.request("POST", "/api/session", asked, {"X-Forwarded-For": f"10.0.0.{n}"}).status
        for n in range(9)
    ]

    assert 429 in found


@pytest.mark.requirement("HIP-08")
def test_a_stolen_cookie_cannot_enrol_a_key_of_its_own(site):
    client = Client(site)
    client.sign_in(site.new_person())
    Document(client).enrol()

    with pytest.raises(Refused, match=r"403.*proof\.other_key"):
        Document(client).enrol()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/session"),
        ("DELETE", "/api/session"),
        ("POST", "/api/nonce"),
        ("POST", "/api/chains"),
        ("POST", "/api/beacons"),
        ("POST", "/api/studies/search"),
        ("GET", "/api/session"),
    ],
    ids=" ".join,
)
@pytest.mark.requirement("HIP-08")
def test_another_site_cannot_use_the_session(site, method, path, headers):
    """Row 43: refused before anybody looks at the cookie."""
    client = Client(site)
    client.cookie = "A" * 43
    body = b"{}" if method == "POST" else None
    sent = {"Content-Type": "text/plain", **headers}
    answer = client.request(method, path, body, sent, is_own_page=False)

    assert (403, "request.origin") == (answer.status, answer.code)


def test_a_foreign_page_cannot_read_an_answer(site):
    answer = Client(site).request("GET", "/trust.json", None, {"Origin": "https://evil.example"})

    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_two_session_cookies_are_refused(site):
    """Row 44: cookie tossing."""
    client = Client(site)
    client.sign_in(site.new_person())
    headers = {"Cookie": f"__Host-sid=planted; __Host-sid={client.cookie}"}
    answer = client.request("GET", "/api/session", None, headers)

    assert (400, "request.cookie") == (answer.status, answer.code)


def test_signing_in_and_out_and_failing_is_recorded(site):
    person, client = site.new_person(), Client(site)
    attempt(client, user=person.user)
    client.sign_in(person)
    client.request("DELETE", "/api/session")
    own = [e for e in site.ledger("110114") if e.actor and e.actor.user == person.user]

    assert [("sign_in_failed", 8), ("signed_in", 0), ("signed_out", 0)] == [
        (each.type, each.outcome) for each in own
    ]


def test_what_was_typed_as_an_unknown_user_is_not_recorded(site):
    """People type their password there."""
    attempt(Client(site), user="my-secret-password")

    assert site.ledger("110114")[-1].actor is None
    assert "my-secret-password" not in repr(site.ledger())


def test_a_disabled_user_is_out_at_once(site):
    person, client = site.new_person(), Client(site)
    client.sign_in(person)
    site.command("user", "disable", person.user)

    assert 401 == client.request("GET", "/api/session").status
    with pytest.raises(Refused):
        client.sign_in(person, step=1)
