"""Failed sign-ins cost time, by account and by address, also after a restart; nothing locks.

An attempt is counted before it is checked, so that many at once cannot all be the first. Subjects
are HMACs: the table tells neither names nor addresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.sqlite import insert

from diascope_server import tables
from diascope_server.errors import SignInThrottled

FORGOTTEN_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many free failures, then a doubling wait up to a limit."""

    free: int
    longest_ms: int

    def wait_ms(self, failures: int) -> int:
        """Return how long to wait after this many failures in a row."""
        if failures < self.free:
            return 0
        return min(1000 << min(failures - self.free, 20), self.longest_ms)


ACCOUNT = Allowance(free=5, longest_ms=60_000)  # a stranger can delay a user by a minute, not more
ADDRESS = Allowance(free=20, longest_ms=300_000)  # a ward behind one address shares it


def admit(engine: Engine, subjects: Mapping[str, Allowance], now_ms: int) -> None:
    """Count one attempt for every subject, or refuse it uncounted.

    Raises:
        SignInThrottled: one of them has to wait.
    """
    rows = tables.attempts
    with engine.begin() as connection:
        known = {
            row.subject: row
            for row in connection.execute(select(rows).where(rows.c.subject.in_(subjects)))
        }
        longest = max((row.until_ms for row in known.values()), default=0)
        if longest > now_ms:
            raise SignInThrottled("wait", f"{-(-(longest - now_ms) // 1000)} s")
        for subject, allowance in subjects.items():
            old = known.get(subject)
            is_fresh = old is not None and now_ms - old.last_ms < FORGOTTEN_MS
            failures = 1 + (old.failures if old is not None and is_fresh else 0)
            values = {
                "failures": failures,
                "until_ms": now_ms + allowance.wait_ms(failures),
                "last_ms": now_ms,
            }
            connection.execute(
                insert(rows)
                .values(subject=subject, **values)
                .on_conflict_do_update(index_elements=["subject"], set_=values)
            )


def forgive(engine: Engine, account: str, address: str) -> None:
    """After a sign-in: the account starts anew, the address gets this one attempt back."""
    rows = tables.attempts
    with engine.begin() as connection:
        connection.execute(delete(rows).where(rows.c.subject == account))
        connection.execute(
            rows.update()
            .where(rows.c.subject == address)
            .values(failures=rows.c.failures - 1, until_ms=0)
        )
