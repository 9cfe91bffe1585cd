"""An empty ledger for each test."""

import pytest

from tests.support import ledgers


@pytest.fixture
def place():
    with ledgers.temporary() as made:
        yield made
