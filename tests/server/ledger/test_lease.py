"""One holder at a time, and a token that only grows."""

import pytest
from sqlalchemy import update

from diascope_server.database import reading, sequencing
from diascope_server.ledger import lease, tables


def set_expiry(place, expires_ms):
    with sequencing(place.engine).begin() as connection:
        connection.execute(update(tables.lease).values(expires_ms=expires_ms))


def test_a_lease_is_held_by_one(place):
    assert lease.is_free(reading(place.engine))
    assert 1 == lease.acquire(place.engine)

    assert not lease.is_free(reading(place.engine))
    assert lease.acquire(place.engine) is None


def test_a_released_lease_is_free_at_once_with_a_higher_token(place):
    fence = lease.acquire(place.engine)

    assert lease.extend(place.engine, fence, 0)

    assert lease.is_free(reading(place.engine))
    assert fence + 1 == lease.acquire(place.engine)


@pytest.mark.parametrize("expiry", [-1, lease.TERM_MS + 60_000], ids=["past", "clock-set-back"])
def test_a_lease_that_cannot_be_valid_is_free(place, expiry):
    """An expiry further ahead than a term was written by a clock that has been set back."""
    lease.acquire(place.engine)
    set_expiry(place, lease.now_ms() + expiry)

    assert lease.is_free(reading(place.engine))
    assert 2 == lease.acquire(place.engine)


def test_the_holder_of_an_old_token_cannot_extend(place):
    old = lease.acquire(place.engine)
    set_expiry(place, 0)
    new = lease.acquire(place.engine)

    assert not lease.extend(place.engine, old)
    assert lease.extend(place.engine, new)
