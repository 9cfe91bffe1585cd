"""Failed sign-ins cost time, also after a restart; nothing locks, and no stranger keeps one out.

Three counts: of an account from one address, strict; of an address, for who tries many accounts;
of an account from everywhere, lenient, which does not bind an address from which that account has
signed in. So a stranger's guesses hold up a user only at an address where the user never was, or
where both sit (ADR 0015). An attempt is counted before it is checked, so that many at once
cannot all be the first. Subjects are HMACs: the table tells neither names nor addresses.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.sqlite import insert

from diascope_server import tables
from diascope_server.errors import SignInThrottled

FORGOTTEN_MS = 24 * 60 * 60 * 1000
KNOWN_MS = 90 * FORGOTTEN_MS  # an address stays one of the user's for so long after a sign-in


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many free failures, then a doubling wait up to a limit."""

    free: int
    longest_ms: int
    binds_known: bool = True
    """Whether it holds where the account has signed in before."""

    def wait_ms(self, failures: int) -> int:
        """Return how long to wait after this many failures in a row."""
        if failures < self.free:
            return 0
        return min(1000 << min(failures - self.free, 20), self.longest_ms)


PAIR = Allowance(free=5, longest_ms=60_000)  # one account from one address
ADDRESS = Allowance(free=20, longest_ms=300_000)  # a ward behind one address shares it
# at most 100 failures in a row in an hour, however many addresses somebody has (HIP-07)
ACCOUNT = Allowance(free=40, longest_ms=900_000, binds_known=False)


def _pair(account: str, address: str) -> str:
    return hashlib.sha256(f"{account} {address}".encode()).hexdigest()


def admit(engine: Engine, limits: Mapping[str, Allowance], now_ms: int) -> None:
    """Count one attempt for an account and an address, in this order, and for both together.

    Raises:
        SignInThrottled: one of them has to wait; the attempt is not counted.
    """
    pair = _pair(*limits)
    every, rows = {**limits, pair: PAIR}, tables.attempts
    with engine.begin() as connection:
        wanted = select(rows).where(rows.c.subject.in_(every))
        found = {row.subject: row for row in connection.execute(wanted)}
        is_known = _is_known(found.get(pair), now_ms)
        binding = [
            row.until_ms
            for subject, row in found.items()
            if every[subject].binds_known or not is_known
        ]
        longest = max(binding, default=0)
        if longest > now_ms:
            raise SignInThrottled("wait", f"{-(-(longest - now_ms) // 1000)} s")
        for subject, allowance in every.items():
            _count(connection, subject, allowance, found.get(subject), now_ms)


def _is_known(pair: Any, now_ms: int) -> bool:
    """Whether the account has signed in from this address, not too long ago."""
    return pair is not None and pair.known_ms is not None and now_ms - pair.known_ms < KNOWN_MS


def _count(
    connection: Connection, subject: str, allowance: Allowance, old: Any, now_ms: int
) -> None:
    is_fresh = old is not None and now_ms - old.last_ms < FORGOTTEN_MS
    failures = 1 + (old.failures if is_fresh else 0)
    wait_ms = allowance.wait_ms(failures)
    until_ms = now_ms + wait_ms if wait_ms else 0  # who read the clock before us waits for nothing
    values = {"failures": failures, "until_ms": until_ms, "last_ms": now_ms}
    counted = insert(tables.attempts).values(subject=subject, **values)
    connection.execute(counted.on_conflict_do_update(index_elements=["subject"], set_=values))


def forgive(engine: Engine, account: str, address: str) -> None:
    """After a sign-in, forget what this account failed at this address, in all three counts.

    What failed elsewhere still counts. From now on the address is one of the account's.
    """
    rows, pair = tables.attempts, _pair(account, address)
    with engine.begin() as connection:
        here = connection.scalar(select(rows.c.failures).where(rows.c.subject == pair)) or 0
        fewer = {"failures": rows.c.failures - here, "until_ms": 0}
        counts = rows.c.subject.in_((account, address, pair))
        connection.execute(rows.update().where(counts).values(fewer))
        known = rows.update().where(rows.c.subject == pair)
        connection.execute(known.values(known_ms=rows.c.last_ms))
