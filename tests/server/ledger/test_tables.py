"""SQL cannot change the past."""

import pytest
from sqlalchemy.exc import IntegrityError

REFUSED = {
    "shrink-the-head": "UPDATE ledger_head SET size = 1",
    "same-size-other-note": "UPDATE ledger_head SET note = x'00'",
    "older-fence": "UPDATE ledger_head SET size = 99, fence = 0",
    "delete-the-head": "DELETE FROM ledger_head",
    "older-lease": "UPDATE ledger_lease SET fence = 0",
    "delete-the-lease": "DELETE FROM ledger_lease",
    "change-a-record": "UPDATE ledger_pending SET sealed = x'00'",
    "move-a-record": 'UPDATE ledger_pending SET "index" = 7',
    "delete-a-waiting-record": "DELETE FROM ledger_pending WHERE acknowledged_ms IS NULL",
    "second-head": "INSERT INTO ledger_head VALUES (2, 0, x'00', 1)",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.requirement("AUD-15")
def test_the_past_is_append_only(place, statement):
    place.write(3)
    with place.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO ledger_pending (sealed) VALUES (x'00')")

    with pytest.raises(IntegrityError), place.engine.begin() as connection:
        connection.exec_driver_sql(statement)
