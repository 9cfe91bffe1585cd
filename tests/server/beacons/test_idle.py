"""What keeps a session alive: a view that is new and comes as it happens."""

import pytest

from tests.support.beacons import body


@pytest.fixture
def page(desk):
    return desk.enrolled()


def view(page):
    return page.beacon("view", body("view"))


def seen_s(desk, begun):
    session, _ = desk.home.sessions.find(desk.session.id_hash)
    return (session.seen_ms - begun) // 1000


@pytest.mark.requirement("HIP-08")
def test_a_new_view_renews_the_idle_time(desk, page, clock):
    begun = clock()
    clock.pass_s(600)
    desk.take(view(page))

    assert 600 == seen_s(desk, begun)


@pytest.mark.requirement("HIP-08")
def test_a_replayed_view_keeps_nobody_signed_in(desk, page, clock):
    """Whoever saw one beacon go by needs no cookie to send it again."""
    begun, made = clock(), view(page)
    desk.take(made)
    for _ in range(5):
        clock.pass_s(170)
        assert "" == desk.take(made).code

    assert 0 == seen_s(desk, begun)
    clock.pass_s(60)
    assert desk.home.sessions.live(desk.session.id_hash) is None


@pytest.mark.requirement("HIP-08")
def test_a_view_that_waited_in_the_outbox_says_nothing_of_now(desk, page, clock):
    begun = clock()
    made = view(page)
    clock.pass_s(600)

    assert "" == desk.take(made, waited=True).code
    assert 0 == seen_s(desk, begun)


def test_other_beacons_renew_nothing(desk, page, clock):
    begun = clock()
    clock.pass_s(600)
    desk.take(page.beacon("worker_replaced", {"reason": "watchdog"}))

    assert 0 == seen_s(desk, begun)
