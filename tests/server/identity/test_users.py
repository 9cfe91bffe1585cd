"""Accounts: both factors, one refusal for every reason, nothing in the clear."""

import threading

import pyotp
import pytest

from diascope_server.errors import SetupRefused, SignInRefused

NOW_MS = 1_767_225_600_000


@pytest.fixture
def anna(users):
    return users.add("Anna@Ward", ("reader",), NOW_MS)


def code(told, now_ms=NOW_MS):
    return pyotp.TOTP(told.totp_secret).at(now_ms // 1000)


def verify(users, told, **changes):
    given = {
        "login": told.user,
        "password": told.password,
        "code": code(told),
        "now_ms": NOW_MS,
        **changes,
    }
    return users.verify(**given)


@pytest.mark.requirement("HIP-06")
@pytest.mark.parametrize("login", ["anna@ward", " ANNA@ward ", "\uff21nna@Ward"], ids=ascii)
def test_both_factors_let_in(users, anna, login):
    found = verify(users, anna, login=login)

    assert ("anna@ward", ("reader",), False) == (found.login, found.roles, found.is_disabled)


def test_every_reason_is_refused_alike(users, anna):
    users.add("ben", ("reader",), NOW_MS)
    users.disable("ben")
    wrong = [
        {"login": "nobody"},
        {"login": "ben"},
        {"password": anna.password + "x"},
        {"password": ""},
        {"code": "000000"},
        {"code": code(anna, NOW_MS - 90_000)},
    ]
    told = set()
    for changes in wrong:
        with pytest.raises(SignInRefused) as refusal:
            verify(users, anna, **changes)
        told.add((refusal.value.code, refusal.value.sentence, refusal.value.detail))

    assert {("session.refused", SignInRefused.sentence, "")} == told


def test_a_code_works_once(users, anna):
    verify(users, anna)

    with pytest.raises(SignInRefused):
        verify(users, anna)
    verify(users, anna, code=code(anna, NOW_MS + 30_000))
    with pytest.raises(SignInRefused):
        verify(users, anna, code=code(anna, NOW_MS - 30_000))


def test_a_wrong_password_does_not_spend_the_code(users, anna):
    with pytest.raises(SignInRefused):
        verify(users, anna, password="wrong")

    verify(users, anna)


def test_of_many_at_once_one_gets_in(users, anna):
    outcomes = []

    def attempt():
        try:
            verify(users, anna)
            outcomes.append("in")
        except SignInRefused:
            outcomes.append("refused")

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ["in"] + ["refused"] * 3 == sorted(outcomes)


def test_a_reset_replaces_both_secrets(users, anna):
    told = users.reset("anna@ward")

    assert told.password != anna.password
    assert told.totp_secret != anna.totp_secret
    with pytest.raises(SignInRefused):
        verify(users, anna)
    verify(users, told)


def test_a_chosen_password_is_checked(users, anna):
    with pytest.raises(SetupRefused):
        users.set_password("anna@ward", "password")
    users.set_password("anna@ward", "correct horse battery")

    verify(users, anna, password="correct horse battery")


@pytest.mark.parametrize(
    ("login", "roles", "code"),
    [
        ("", ("reader",), "setup.login"),
        ("a\nb", ("reader",), "setup.login"),
        ("a" * 129, ("reader",), "setup.login"),
        ("ben", (), "setup.role"),
        ("ben", ("reader", "owner"), "setup.role"),
        ("ANNA@WARD", ("reader",), "setup.login_taken"),
    ],
    ids=["empty", "line", "long", "no role", "unknown role", "taken"],
)
def test_an_account_that_cannot_be(users, anna, login, roles, code):
    with pytest.raises(SetupRefused) as refusal:
        users.add(login, roles, NOW_MS)
    assert code == refusal.value.code


def test_the_database_holds_nothing_plain(users, anna, tmp_path):
    verify(users, anna)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in ("anna", "Anna", anna.password, anna.totp_secret, "argon2id"):
        assert secret.encode() not in stored
