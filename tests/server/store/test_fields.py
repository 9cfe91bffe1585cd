"""Sealed database fields: bound to their row, never written in the clear."""

import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.exc import StatementError

from diascope.errors import IntegrityError
from diascope_server.store.fields import FieldKeys, Sealed, SealedField
from tests.support.keys import MemoryKeys

CANARY = "CANARY^PATIENT"
TABLE = Table("people", MetaData(), Column("id", String, primary_key=True), Column("name", Sealed))


@pytest.fixture(scope="module")
def fields():
    return FieldKeys(MemoryKeys(b"seed"), "default")


def test_a_field_opens_in_its_row_and_column(fields):
    sealed = fields.seal("people.name", "1", CANARY)

    assert CANARY == fields.open("people.name", "1", sealed)
    assert CANARY.encode() not in sealed.sealed


@pytest.mark.parametrize(
    ("column", "row"),
    [("people.name", "2"), ("people.id", "1"), ("people.name", "")],
    ids=["row", "column", "none"],
)
def test_a_field_opens_nowhere_else(fields, column, row):
    sealed = fields.seal("people.name", "1", CANARY)

    with pytest.raises(IntegrityError):
        fields.open(column, row, sealed)


def test_another_tenant_opens_nothing(fields):
    other = FieldKeys(MemoryKeys(b"seed"), "other")

    with pytest.raises(IntegrityError):
        other.open("people.name", "1", fields.seal("people.name", "1", CANARY))
    assert fields.index("name", CANARY) != other.index("name", CANARY)


def test_any_flipped_bit_is_refused(fields):
    sealed = fields.seal("people.name", "1", CANARY).sealed
    for position in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(IntegrityError):
            fields.open("people.name", "1", SealedField(bytes(changed)))


def test_equal_texts_are_sealed_differently_and_indexed_equally(fields):
    first, second = (fields.seal("people.name", "1", CANARY) for _ in range(2))

    assert first != second
    assert fields.index("name", CANARY) == fields.index("name", CANARY)
    assert fields.index("name", CANARY) != fields.index("patient_id", CANARY)


@pytest.mark.parametrize("plain", [CANARY, CANARY.encode(), None, 7], ids=repr)
def test_nothing_plain_enters_a_sealed_column(plain):
    engine = create_engine("sqlite://")
    TABLE.metadata.create_all(engine)
    with engine.begin() as connection, pytest.raises(StatementError):
        connection.execute(insert(TABLE).values(id="1", name=plain))
    engine.dispose()


def test_a_sealed_column_gives_back_what_was_sealed(fields):
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        TABLE.metadata.create_all(connection)
        sealed = fields.seal("people.name", "1", CANARY)
        connection.execute(insert(TABLE).values(id="1", name=sealed))
        found = connection.execute(select(TABLE.c.name)).scalar_one()
    engine.dispose()

    assert CANARY == fields.open("people.name", "1", found)
