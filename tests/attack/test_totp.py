"""Replayed one-time codes (security.md 3, row 47)."""

import concurrent.futures

import pytest

from tests.support.client import Client


@pytest.mark.requirement("HIP-08")
def test_a_code_opens_one_session_only(site):
    client, person = Client(site), site.new_person()
    asked = client.credentials(person)

    assert 200 == client.request("POST", "/api/session", asked).status
    replay = client.request("POST", "/api/session", asked)
    assert (401, "session.refused") == (replay.status, replay.code)


def test_of_many_at_once_one_gets_in(site):
    client, person = Client(site), site.new_person()
    asked = client.credentials(person)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(
                lambda _: Client(site).request("POST", "/api/session", asked).status, range(4)
            )
        )

    assert [200, 401, 401, 401] == sorted(found)


def test_an_older_code_is_spent_with_the_newer_one(site):
    client, person = Client(site), site.new_person()
    client.sign_in(person, step=1)

    assert 401 == client.request("POST", "/api/session", client.credentials(person)).status
    old = client.credentials(person, step=-1)
    assert 401 == client.request("POST", "/api/session", old).status


@pytest.mark.parametrize("step", [-3, -2, 3], ids=str)
def test_codes_outside_the_tolerance_are_refused(site, step):
    client = Client(site)
    asked = client.credentials(site.new_person(), step)

    assert 401 == client.request("POST", "/api/session", asked).status


@pytest.mark.parametrize(
    "code", ["12345", "1234567", "12345a", "\uff11\uff12\uff13\uff14\uff15\uff16", "", "12 345"]
)
def test_a_code_has_six_digits(site, code):
    asked = {"user": "a", "password": "b", "totp": code}

    assert 422 == Client(site).request("POST", "/api/session", asked).status
