"""Failed sign-ins cost time, never for ever; a restart helps nobody, a stranger harms nobody."""

import itertools

import pytest
from sqlalchemy import select

from diascope_server import tables
from diascope_server.database import connect
from diascope_server.errors import SignInThrottled
from diascope_server.identity import throttle
from diascope_server.identity.throttle import ACCOUNT, ADDRESS, Allowance


def admit(engine, clock, account="account", address="address"):
    """Say whether an attempt may be made."""
    try:
        throttle.admit(engine, {account: ACCOUNT, address: ADDRESS}, clock())
    except SignInThrottled:
        return False
    return True


def sign_in(engine, clock, account="account", address="address"):
    assert admit(engine, clock, account, address)
    throttle.forgive(engine, account, address)


def attempts_until_refused(engine, clock, *where):
    return next(number for number in range(1000) if not admit(engine, clock, *where))


def test_five_attempts_are_free(engine, clock):
    assert 5 == attempts_until_refused(engine, clock)


def test_who_read_the_clock_first_and_comes_second_waits_for_nothing(engine, clock):
    """Of many at once, each reads the clock before it has its turn."""
    assert admit(engine, clock)
    clock.pass_s(-0.001)

    assert admit(engine, clock)


def test_the_wait_doubles_and_has_a_limit(engine, clock):
    attempts_until_refused(engine, clock)
    waits = []
    for _ in range(12):
        begun = clock()
        while not admit(engine, clock):
            clock.pass_s(1)
        waits.append((clock() - begun) // 1000)

    assert [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60] == waits


def test_a_refused_attempt_does_not_prolong_the_wait(engine, clock):
    attempts_until_refused(engine, clock)
    for _ in range(50):
        assert not admit(engine, clock)
    clock.pass_s(1)

    assert admit(engine, clock)


def test_an_address_shares_its_allowance_among_accounts(engine, clock):
    admitted = itertools.takewhile(
        bool, (admit(engine, clock, f"account-{number}") for number in range(30))
    )

    assert 20 == len(list(admitted))


def test_a_refused_attempt_counts_for_nobody(engine, clock):
    attempts_until_refused(engine, clock)
    with engine.begin() as connection:
        before = connection.execute(select(tables.attempts)).all()
    for _ in range(10):
        assert not admit(engine, clock)

    with engine.begin() as connection:
        assert before == connection.execute(select(tables.attempts)).all()


def test_success_forgives(engine, clock):
    for _ in range(30):
        assert admit(engine, clock)
        assert admit(engine, clock)
        sign_in(engine, clock)


def test_success_forgives_only_what_failed_here(engine, clock):
    """Else every sign-in of the user would give a stranger his free guesses back."""
    sign_in(engine, clock, "account", "desk")
    for number in range(45):
        admit(engine, clock, "account", f"stranger-{number}")
    sign_in(engine, clock, "account", "desk")
    admitted = [admit(engine, clock, "account", f"later-{number}") for number in range(5)]

    assert 1 == sum(admitted)


def test_a_day_forgives(engine, clock):
    attempts_until_refused(engine, clock)
    clock.pass_s(24 * 60 * 60)

    assert 5 == attempts_until_refused(engine, clock)


def test_a_restart_forgives_nothing(engine, clock, tmp_path):
    attempts_until_refused(engine, clock)
    again = connect(tmp_path / "db.sqlite")

    assert not admit(again, clock)
    again.dispose()


def test_the_wait_never_overflows():
    assert 60_000 == Allowance(5, 60_000).wait_ms(10**9)


@pytest.mark.requirement("HIP-07")
def test_a_stranger_cannot_keep_a_user_out(engine, clock):
    """Once a second, from a hundred addresses: the user signs in all the while, each time."""
    sign_in(engine, clock, "account", "desk")
    for attempt in range(400):
        admit(engine, clock, "account", f"stranger-{attempt % 100}")
        clock.pass_s(1)
        if attempt % 50 == 49:
            sign_in(engine, clock, "account", "desk")


@pytest.mark.requirement("HIP-07")
def test_a_user_at_a_new_address_waits_a_quarter_of_an_hour_at_most(engine, clock):
    for number in range(200):
        admit(engine, clock, "account", f"stranger-{number}")
        clock.pass_s(20)
    waited = next(second for second in range(1000) if _after_a_second(engine, clock, "new"))

    assert waited <= 900


def _after_a_second(engine, clock, address):
    clock.pass_s(1)
    return admit(engine, clock, "account", address)


@pytest.mark.parametrize("addresses", [1, 10, 3600], ids=lambda count: f"{count} addresses")
@pytest.mark.requirement("HIP-07")
def test_no_more_than_a_hundred_failures_in_an_hour(engine, clock, addresses):
    """However many addresses somebody has, and although the user signs in meanwhile."""
    failures = 0
    for second in range(0, 3600, 6):
        failures += admit(engine, clock, "account", f"stranger-{second % addresses}")
        if second % 600 == 0:
            sign_in(engine, clock, "account", "desk")
        clock.pass_s(6)

    assert 30 <= failures <= 100


def test_a_known_address_has_the_strict_limit_of_its_own(engine, clock):
    """To have signed in somewhere is no leave to guess there."""
    sign_in(engine, clock)

    assert 5 == attempts_until_refused(engine, clock)


def test_to_be_known_to_one_account_is_nothing_for_another(engine, clock):
    sign_in(engine, clock, "mine", "address")
    for number in range(45):
        admit(engine, clock, "victim", f"other-{number}")

    assert not admit(engine, clock, "victim", "address")


def test_a_known_address_does_not_lift_the_limit_of_the_address(engine, clock):
    """Else names could be tried: the known ones would be refused in another way."""
    sign_in(engine, clock, "account", "address")
    attempts = [admit(engine, clock, f"name-{number}", "address") for number in range(30)]

    assert not all(attempts)
    assert not admit(engine, clock, "account", "address")


def test_an_address_is_known_for_ninety_days(engine, clock):
    for days, is_known in ((89, True), (91, False)):
        sign_in(engine, clock, f"account-{days}", "desk")
        clock.pass_s(days * 24 * 60 * 60)
        for number in range(45):
            admit(engine, clock, f"account-{days}", f"stranger-{number}")
        assert is_known == admit(engine, clock, f"account-{days}", "desk")


def test_unknown_names_are_counted_like_known_ones(engine, clock):
    """Row 45: an account that exists and one that does not wait alike at an address."""
    sign_in(engine, clock, "exists", "desk")
    waits = [[admit(engine, clock, name, "lobby") for _ in range(9)] for name in ("exists", "no")]

    assert waits[0] == waits[1]
