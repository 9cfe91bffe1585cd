"""Failed sign-ins cost time, never for ever, and a restart does not help."""

import pytest

from diascope_server.errors import SignInThrottled
from diascope_server.identity import throttle
from diascope_server.identity.throttle import ACCOUNT, ADDRESS, Allowance

LIMITS = {"account": ACCOUNT}


def attempts_until_refused(engine, clock, limits):
    for number in range(1000):
        try:
            throttle.admit(engine, limits, clock())
        except SignInThrottled:
            return number
    raise AssertionError("never refused")


def test_five_attempts_are_free(engine, clock):
    assert 5 == attempts_until_refused(engine, clock, LIMITS)


def test_the_wait_doubles_and_has_a_limit(engine, clock):
    attempts_until_refused(engine, clock, LIMITS)
    waits = []
    for _ in range(12):
        begun = clock()
        while True:
            clock.pass_s(1)
            try:
                throttle.admit(engine, LIMITS, clock())
                break
            except SignInThrottled:
                continue
        waits.append((clock() - begun) // 1000)

    assert [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60] == waits


def test_a_refused_attempt_does_not_prolong_the_wait(engine, clock):
    attempts_until_refused(engine, clock, LIMITS)
    for _ in range(50):
        with pytest.raises(SignInThrottled):
            throttle.admit(engine, LIMITS, clock())
    clock.pass_s(1)

    throttle.admit(engine, LIMITS, clock())


def test_an_address_shares_its_allowance_among_accounts(engine, clock):
    limits = [{f"account-{n}": ACCOUNT, "address": ADDRESS} for n in range(30)]
    admitted = 0
    for each in limits:
        try:
            throttle.admit(engine, each, clock())
            admitted += 1
        except SignInThrottled:
            break

    assert 20 == admitted


def test_a_refused_attempt_counts_for_nobody(engine, clock):
    attempts_until_refused(engine, clock, LIMITS)
    for _ in range(10):
        with pytest.raises(SignInThrottled):
            throttle.admit(engine, {**LIMITS, "other": ACCOUNT}, clock())

    assert 5 == attempts_until_refused(engine, clock, {"other": ACCOUNT})


def test_success_forgives(engine, clock):
    limits = {"account": ACCOUNT, "address": ADDRESS}
    for _ in range(100):
        throttle.admit(engine, limits, clock())
        throttle.forgive(engine, "account", "address")


def test_a_day_forgives(engine, clock):
    attempts_until_refused(engine, clock, LIMITS)
    clock.pass_s(24 * 60 * 60)

    assert 5 == attempts_until_refused(engine, clock, LIMITS)


def test_the_wait_never_overflows():
    assert 60_000 == Allowance(5, 60_000).wait_ms(10**9)
