"""What the ledger keeps in the database: rows that wait, the head, the lease.

Triggers keep SQL from changing the past, also by REPLACE: a record gets its place only where the
head moves, which needs a signature. They do not stop who drops them or edits the file: `fsck`
finds what was done to a record that has its place; one that waits can go without a trace.
"""

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    event,
)

from diascope_server.database import metadata

ONLY = 1  # the head and the lease are one row each

pending = Table(
    "ledger_pending",
    metadata,
    Column("id", Integer, CheckConstraint("id > 0"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("index", Integer),  # from here on: given by the swap of the head
    Column("size", Integer),
    Column("root", String(64)),
    Column("acknowledged_ms", Integer),  # set once the checkpoint is published
    Index("ledger_pending_waiting", "index"),
    sqlite_autoincrement=True,  # an id never comes back, so the order of ids is the order of time
)
head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, CheckConstraint(f"id = {ONLY}"), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("fence", Integer, nullable=False),
)
lease = Table(
    "ledger_lease",
    metadata,
    Column("id", Integer, CheckConstraint(f"id = {ONLY}"), primary_key=True),
    Column("fence", Integer, nullable=False),
    Column("expires_ms", Integer, nullable=False),
)

_OLD_PLACE, _NEW_PLACE = (f'({row}."index", {row}.size, {row}.root)' for row in ("OLD", "NEW"))
_NOWHERE = "(NULL, NULL, NULL)"
_LAST = '(SELECT max("index") FROM ledger_pending)'  # stays, so that no place is given again
RULES = {
    "ledger_pending": (
        ("INSERT", "EXISTS (SELECT 1 FROM ledger_pending WHERE id = NEW.id)"),
        ("INSERT", f"{_NEW_PLACE} IS NOT {_NOWHERE} OR NEW.acknowledged_ms IS NOT NULL"),
        ("UPDATE", "NEW.id IS NOT OLD.id OR NEW.sealed IS NOT OLD.sealed"),
        ("UPDATE", f"{_OLD_PLACE} IS NOT {_NOWHERE} AND {_NEW_PLACE} IS NOT {_OLD_PLACE}"),
        ("UPDATE", 'NEW."index" >= (SELECT size FROM ledger_head)'),
        ("UPDATE", f'OLD."index" IS NULL AND NEW."index" <= {_LAST}'),
        ("UPDATE", 'NEW."index" IS NULL AND NEW.acknowledged_ms IS NOT NULL'),
        ("DELETE", f'OLD.acknowledged_ms IS NULL OR OLD."index" = {_LAST}'),
    ),
    "ledger_head": (
        ("INSERT", "EXISTS (SELECT 1 FROM ledger_head)"),
        ("UPDATE", "NEW.size <= OLD.size OR NEW.fence < OLD.fence"),
        ("DELETE", "1"),
    ),
    "ledger_lease": (
        ("INSERT", "EXISTS (SELECT 1 FROM ledger_lease)"),
        ("UPDATE", "NEW.fence < OLD.fence"),
        ("DELETE", "1"),
    ),
}
"""Table → (operation, condition under which it is refused)."""


def _refuse(table: Table, number: int, operation: str, condition: str) -> None:
    rule = DDL(  # type: ignore[no-untyped-call]  # every part is a constant of this module
        f"CREATE TRIGGER {table.name}_{number} BEFORE {operation} ON {table.name} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, 'append only'); END"
    )
    event.listen(table, "after_create", rule.execute_if(dialect="sqlite"))


for _table in (pending, head, lease):
    for _number, _rule in enumerate(RULES[_table.name]):
        _refuse(_table, _number, *_rule)
