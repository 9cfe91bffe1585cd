"""`diascope user`: each change and its record stand together, or neither does."""

import io
import json
import os
import pwd

import pyotp
import pytest

from diascope_server.cli import main, users
from diascope_server.errors import SessionRefused, SignInRefused
from diascope_server.identity.sessions import Sessions
from diascope_server.ledger.journal import Ledger
from tests.support.server import install

GOOD = "nine plain words are a fine pass phrase"


class Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = install(tmp_path_factory.mktemp("users") / "data")
    yield made
    made.close()


@pytest.fixture
def run(site, capsys, monkeypatch):
    """Run a command on the site, with `typed` on its standard input, and return its answer."""

    def running(*words, expect=0, typed=b"", stdin=io.TextIOWrapper):
        monkeypatch.setattr("sys.stdin", stdin(io.BytesIO(typed)))
        capsys.readouterr()
        assert expect == main([*words, "--json", "--data", str(site.data)])
        return json.loads(capsys.readouterr().out)

    return running


def told_apart(person):
    """Return a person's login as `verify` wants it, and a code that is good now."""
    return person.user, pyotp.TOTP(person.totp_secret)


def can_sign_in(site, person, password):
    login, totp = told_apart(person)
    now_ms = site.home.clock()
    accounts = users.people(site.home)
    accounts._change(accounts.find(login), totp_last_step=0)  # each code works once
    try:
        return accounts.verify(login, password, totp.at(now_ms // 1000), now_ms).login == login
    except SignInRefused:
        return False


def sessions(site):
    return Sessions(site.home.engine, site.home.fields, site.home.settings, site.home.clock)


CHANGES = [
    pytest.param(("disable",), "disabled", id="disable"),
    pytest.param(("reset",), "secrets", id="reset"),
    pytest.param(("password",), "password", id="password"),
]


@pytest.mark.requirement("HIP-06")
def test_a_password_of_ones_own_replaces_the_given_one(site, run):
    person = site.new_person()
    answer = run("user", "password", person.user, typed=f"{GOOD}\nmore".encode())

    assert {"user": person.user, "password": "changed"} == answer
    assert can_sign_in(site, person, GOOD)
    assert not can_sign_in(site, person, person.password)
    assert GOOD not in repr(site.ledger())


@pytest.mark.requirement("HIP-06")
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param(b"", "setup.password_length", id="nothing"),
        pytest.param(b"x7#mK!q\n", "setup.password_length", id="seven"),
        pytest.param(b"x7#mK!qz" * 999, "setup.password_length", id="long"),
        pytest.param(b"Hospital1\n", "setup.password_common", id="common"),
        pytest.param(b"\xff" * 20 + b"\n", "setup.password_text", id="no text"),
    ],
)
def test_a_password_that_breaks_a_rule_changes_nothing(site, run, typed, code):
    person, before = site.new_person(), len(site.ledger())
    answer = run("user", "password", person.user, typed=typed, expect=1)

    assert code == answer["error"]["code"]
    assert before == len(site.ledger())
    assert can_sign_in(site, person, person.password)


def test_at_a_terminal_a_password_is_typed_twice_and_never_shown(site, run, monkeypatch):
    person, typed = site.new_person(), [GOOD, GOOD, GOOD, "another one"]
    monkeypatch.setattr(users, "getpass", lambda _prompt: typed.pop(0))

    run("user", "password", person.user, stdin=Terminal)
    refused = run("user", "password", person.user, stdin=Terminal, expect=1)
    assert "setup.password_twice" == refused["error"]["code"]
    assert can_sign_in(site, person, GOOD)


@pytest.mark.parametrize(("words", "what"), CHANGES)
def test_a_change_ends_the_sessions_of_its_account_alone(site, run, words, what):
    person, other, known = site.new_person(), site.new_person(), sessions(site)
    accounts = users.people(site.home)
    token, session = known.start(accounts.find(person.user))
    other_token, _ = known.start(accounts.find(other.user))
    run("user", *words, person.user, typed=GOOD.encode())

    changed, ended = site.ledger()[-2:]
    assert ("user_changed", person.user, what) == (
        changed.type,
        changed.detail["user"],
        changed.detail["what"],
    )
    assert ("timed_out", person.user, session.short, what) == (
        ended.type,
        ended.actor.user,
        ended.actor.session,
        ended.detail["reason"],
    )
    with pytest.raises(SessionRefused):
        known.require(token)
    assert other.user == known.require(other_token).user


def test_an_account_that_is_enabled_again_gets_no_session_back(site, run):
    person, known = site.new_person(), sessions(site)
    token, _ = known.start(users.people(site.home).find(person.user))
    run("user", "disable", person.user)
    run("user", "reset", person.user)

    with pytest.raises(SessionRefused):
        known.require(token)


@pytest.fixture
def no_record(monkeypatch):
    """A ledger that fails after the change, in the same transaction."""

    def failing(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Ledger, "_place", failing)


def test_an_account_is_not_made_without_its_record(site, run, no_record):
    refused = run("user", "add", "nobody", expect=1)

    assert "system.file" == refused["error"]["code"]
    assert "nobody" not in [user.login for user in users.people(site.home).list()]


@pytest.mark.parametrize(("words", "what"), CHANGES)
def test_an_account_is_not_changed_without_its_record(site, run, monkeypatch, words, what):
    person, known = site.new_person(), sessions(site)
    token, _ = known.start(users.people(site.home).find(person.user))
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "_place", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run("user", *words, person.user, typed=GOOD.encode())

    assert can_sign_in(site, person, person.password)
    assert person.user == known.require(token).user


def test_a_record_is_not_made_without_its_account(site, run):
    person, before = site.new_person(), len(site.ledger())
    for words in (("add", person.user), ("reset", "nobody"), ("disable", "nobody")):
        run("user", *words, expect=1)

    assert before == len(site.ledger())


def test_the_operator_stands_in_the_record_whatever_the_environment_says(site, run, monkeypatch):
    for name in ("USER", "LOGNAME", "USERNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "somebody-else")
    run("user", "add", "dora")

    assert f"os:{pwd.getpwuid(os.getuid()).pw_name}" == site.ledger()[-1].actor.user


def test_an_operator_without_a_name_is_a_number(site, run, monkeypatch):
    def unknown(_number):
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    run("user", "add", "emil")

    assert f"os:{os.getuid()}" == site.ledger()[-1].actor.user


@pytest.mark.parametrize("name", ["a\nb", "\udcff", "a\x1b[2J"], ids=ascii)
def test_a_name_that_cannot_be_printed_is_wrong_usage(site, name):
    with pytest.raises(SystemExit) as ended:
        main(["user", "reset", name, "--data", str(site.data)])
    assert 2 == ended.value.code
