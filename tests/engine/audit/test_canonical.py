"""Canonical JSON: RFC 8785 without floats, total in both directions."""

import enum
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.audit import canonical
from diascope.errors import AuditError
from tests.support import vector_files

CASES = vector_files.read("canonical")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INTEGERS = st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_vector(case):
    """Each vector file comes out as its `expect` says."""
    if case.expect == "canonical":
        assert case.payload == canonical.to_bytes(canonical.parse(case.payload))
        return
    if case.expect == "rewritten":
        expected = bytes.fromhex(case.header["canonical"])
        assert expected == canonical.to_bytes(json.loads(case.payload))
        assert json.loads(case.payload) == canonical.parse(expected)
        wanted = "audit.not_canonical"
    else:
        wanted = case.expect
    with pytest.raises(AuditError) as refused:
        canonical.parse(case.payload)
    assert wanted == refused.value.code


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_a_value_survives_the_round_trip(value):
    data = canonical.to_bytes(value)

    assert value == canonical.parse(data)
    assert data == canonical.to_bytes(canonical.parse(data))


@given(st.binary(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_canonical_or_refused(data):
    """The parser gives a value whose canonical form is the input, or our error."""
    try:
        value = canonical.parse(data)
    except AuditError:
        return
    assert data == canonical.to_bytes(value)


@given(VALUES, st.data())
@settings(max_examples=100, deadline=None)
def test_a_changed_byte_is_another_value_or_refused(value, data):
    """Two texts never mean one value."""
    encoded = bytearray(canonical.to_bytes(value))
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] ^= data.draw(st.integers(1, 255))
    try:
        other = canonical.parse(bytes(encoded))
    except AuditError:
        return
    assert canonical.to_bytes(other) != canonical.to_bytes(value)


REFUSED = {
    "float": ([0.5], "audit.float"),
    "nan": (float("nan"), "audit.float"),
    "float-in-object": ({"a": {"b": 1.0}}, "audit.float"),
    "large-integer": (2**53, "audit.integer"),
    "small-integer": (-(2**53), "audit.integer"),
    "lone-surrogate": ("\ud800", "audit.text"),
    "lone-surrogate-key": ({"\udfff": 1}, "audit.text"),
    "bytes": (b"a", "audit.type"),
    "set": ({1}, "audit.type"),
    "integer-key": ({1: 2}, "audit.type"),
    "object": (object(), "audit.type"),
}


@pytest.mark.parametrize(("value", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_value_without_a_canonical_form_is_refused(value, code):
    with pytest.raises(AuditError) as refused:
        canonical.to_bytes(value)
    assert code == refused.value.code


def test_tuples_are_arrays_and_enumerations_are_their_values():
    word = enum.StrEnum("word", {"YES": "yes"})

    assert b'["yes",1]' == canonical.to_bytes((word.YES, 1))


def nested(depth):
    value = 0
    for _ in range(depth):
        value = [value]
    return value


def test_depth_is_limited():
    deepest = canonical.to_bytes(nested(canonical.MAX_DEPTH))

    assert nested(canonical.MAX_DEPTH) == canonical.parse(deepest)
    with pytest.raises(AuditError, match="at most 32"):
        canonical.to_bytes(nested(canonical.MAX_DEPTH + 1))


def test_a_value_that_contains_itself_is_refused():
    value = []
    value.append(value)

    with pytest.raises(AuditError) as refused:
        canonical.to_bytes(value)
    assert "audit.depth" == refused.value.code


def test_size_is_limited_in_both_directions():
    assert b'"abc"' == canonical.to_bytes("abc", 5)
    for refuse in (lambda: canonical.to_bytes("abcd", 5), lambda: canonical.parse(b'"abcd"', 5)):
        with pytest.raises(AuditError) as refused:
            refuse()
        assert "audit.size" == refused.value.code
