"""Sessions: opaque, kept hashed, ended by the server's clock."""

import json
import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from diascope_server import tables
from diascope_server.errors import SessionRefused
from diascope_server.identity import routes
from diascope_server.identity.users import User


@pytest.fixture
def user(engine, fields, clock):
    """An account without a password, which no session asks for."""
    row = {
        "id": "1",
        "login_index": "x",
        "login": fields.seal("users.login", "1", "anna"),
        "password": fields.seal("users.password", "1", ""),
        "totp_secret": fields.seal("users.totp_secret", "1", ""),
        "totp_last_step": 0,
        "roles": '["reader"]',
        "disabled": False,
        "created_ms": clock(),
    }
    with engine.begin() as connection:
        connection.execute(tables.users.insert().values(row))
    return User("1", "anna", ("reader",), is_disabled=False)


def is_over(sessions, token):
    try:
        sessions.require(token)
    except SessionRefused as refusal:
        return refusal.code == "session.missing"
    return False


@pytest.mark.requirement("HIP-08")
def test_the_cookie_has_256_bits_and_is_not_stored(sessions, user, tmp_path):
    token, session = sessions.start(user)

    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert session == sessions.require(token)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token.encode() not in stored
    assert session.id_hash.encode() in stored


@pytest.mark.requirement("HIP-08")
def test_each_session_has_its_own_cookie(sessions, user):
    assert 20 == len({sessions.start(user)[0] for _ in range(20)})


def test_idleness_ends_a_session(sessions, user, clock):
    token, _ = sessions.start(user)
    clock.pass_s(899)
    assert not is_over(sessions, token)
    clock.pass_s(1)

    assert is_over(sessions, token)


def test_activity_keeps_it_until_the_absolute_end(sessions, user, clock):
    token, _ = sessions.start(user)
    for _ in range(43_200 // 600 - 1):
        clock.pass_s(600)
        sessions.touch(sessions.require(token))
    clock.pass_s(599)
    assert not is_over(sessions, token)
    clock.pass_s(1)

    assert is_over(sessions, token)


def test_a_late_touch_revives_nothing(sessions, user, clock):
    token, session = sessions.start(user)
    sessions.end(session)
    clock.pass_s(60)
    sessions.touch(session)

    assert is_over(sessions, token)


def test_a_session_ends_once(sessions, user):
    _, session = sessions.start(user)

    assert sessions.end(session)
    assert not sessions.end(session)


def test_a_disabled_user_is_out_at_once(sessions, engine, user):
    token, session = sessions.start(user)
    with engine.begin() as connection:
        connection.execute(tables.users.update().values(disabled=True))

    assert is_over(sessions, token)
    assert [session] == sessions.over()


def test_new_roles_hold_at_the_next_request(sessions, engine, user):
    token, _ = sessions.start(user)
    with engine.begin() as connection:
        connection.execute(tables.users.update().values(roles='["admin"]'))

    assert ("admin",) == sessions.require(token).roles


def test_only_sessions_whose_time_is_up_are_over(sessions, user, clock):
    _, old = sessions.start(user)
    clock.pass_s(800)
    _, young = sessions.start(user)
    clock.pass_s(100)

    assert [old.id_hash] == [each.id_hash for each in sessions.over()]
    sessions.end(old)
    assert [] == sessions.over()
    assert young == sessions.live(young.id_hash)


@pytest.mark.parametrize(
    ("step_s", "steps", "reason"),
    [(900, 1, "idle"), (800, 54, "absolute"), (1, 1, "disabled")],
    ids=["idle", "absolute", "disabled"],
)
def test_the_reason_for_an_end_is_known(sessions, user, clock, step_s, steps, reason):
    _, session = sessions.start(user)
    for _ in range(steps):
        sessions.touch(session)
        clock.pass_s(step_s)

    assert reason == sessions.reason(sessions.find(session.id_hash)[0])


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 10_000], ids=ascii)
def test_no_other_cookie_is_a_session(sessions, token):
    assert is_over(sessions, token)


def test_touching_spares_the_disk(sessions, engine, user, clock):
    token, session = sessions.start(user)
    clock.pass_s(10)
    sessions.touch(sessions.require(token))
    with engine.begin() as connection:
        seen = connection.execute(select(tables.sessions.c.seen_ms)).scalar_one()

    assert session.created_ms == seen


@pytest.fixture
def asked(sessions, clock):
    """What the session says when its page asks, as every request does, after a touch."""
    settings = SimpleNamespace(idle_s=900, absolute_s=43_200, label="")
    site = SimpleNamespace(sessions=sessions, settings=settings, clock=clock)

    def ask(token):
        session = sessions.require(token)
        sessions.touch(session)
        return json.loads(routes.view(site, session, None).body)

    return ask


def test_a_view_counts_from_when_the_user_was_noted_not_from_when_it_was_asked(
    sessions, user, clock, asked
):
    """A touch that was spared prolongs nothing, and the page must not believe it did."""
    token, _ = sessions.start(user)
    clock.pass_s(20)

    assert 880 == asked(token)["expires_in_s"]


def test_a_touch_that_was_noted_gives_the_whole_idle_time(sessions, user, clock, asked):
    token, _ = sessions.start(user)
    clock.pass_s(60)

    assert 900 == asked(token)["expires_in_s"]


def test_near_the_absolute_end_a_view_gives_what_is_left(sessions, user, clock, asked):
    token, _ = sessions.start(user)
    for _ in range(43_200 // 600 - 1):
        clock.pass_s(600)
        asked(token)

    assert 600 == asked(token)["expires_in_s"]
