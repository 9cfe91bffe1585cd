"""Who may sequence: one holder at a time, each with a higher fencing token than the one before.

The lease only keeps two sequencers from working in vain. What keeps a stalled one from doing harm
is the token: the head is swapped only by the newest (`sequencer`).
"""

import time

from sqlalchemy import Engine, insert, or_, select, update

from diascope_server.database import sequencing
from diascope_server.ledger.tables import ONLY, lease

TERM_MS = 3_000  # after a crash, the next holder waits this long at most
RENEW_S = 1.0


def now_ms() -> int:
    """Return Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def is_free(engine: Engine) -> bool:
    """Say whether trying to acquire is worth a write.

    An expiry further ahead than a term means that the clock was set back.
    """
    with engine.connect() as connection:
        expires = connection.execute(select(lease.c.expires_ms)).scalar()
    return expires is None or not now_ms() < expires <= now_ms() + TERM_MS


def acquire(engine: Engine) -> int | None:
    """Take the lease if it is free and return the new fencing token."""
    now = now_ms()
    with sequencing(engine).begin() as connection:
        if connection.scalar(select(lease.c.id)) is None:
            connection.execute(insert(lease).values(id=ONLY, fence=0, expires_ms=0))
        expired = or_(lease.c.expires_ms <= now, lease.c.expires_ms > now + TERM_MS)
        taken = (
            update(lease).where(expired).values(fence=lease.c.fence + 1, expires_ms=now + TERM_MS)
        )
        return connection.execute(taken.returning(lease.c.fence)).scalar()


def extend(engine: Engine, fence: int, term_ms: int = TERM_MS) -> bool:
    """Keep the lease for another term, or give it up with `term_ms=0`; false if it is lost."""
    kept = update(lease).where(lease.c.fence == fence).values(expires_ms=now_ms() + term_ms)
    with sequencing(engine).begin() as connection:
        return connection.execute(kept).rowcount == 1
