"""Each limit refuses what is above it, names itself, and has the default that was agreed."""

from dataclasses import fields

import pytest

from diascope import limits
from diascope.errors import LimitExceeded
from diascope.limits import DEFAULT_LIMITS, Limits

NAMES = [field.name for field in fields(Limits)]


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_allows_itself_and_refuses_one_more(name):
    allowed = getattr(DEFAULT_LIMITS, name)
    DEFAULT_LIMITS.check(name, allowed)
    with pytest.raises(LimitExceeded) as refusal:
        DEFAULT_LIMITS.check(name, allowed + 1)

    assert f"limit.{name}" == refusal.value.code


def test_a_caller_may_ask_for_less():
    with pytest.raises(LimitExceeded):
        Limits(depth=4).check("depth", 5)


@pytest.mark.parametrize(
    ("rows", "columns", "size", "code"),
    [
        (65_536, 1, 1, "limit.side"),
        (1, 65_536, 1, "limit.side"),
        (65_535, 65_535, 1, "limit.frame_bytes"),
    ],
    ids=["rows", "columns", "bytes"],
)
def test_a_frame_that_would_not_fit_is_refused(rows, columns, size, code):
    with pytest.raises(LimitExceeded) as refusal:
        DEFAULT_LIMITS.check_frame(rows, columns, size)

    assert code == refusal.value.code


def test_the_defaults_are_those_of_the_security_page():
    assert (2 << 30, 512 << 20, 200, 65_536) == (
        limits.MAX_FILE_BYTES,
        limits.MAX_INFLATED_BYTES,
        limits.MAX_INFLATE_RATIO,
        limits.MAX_META_BYTES,
    )
    assert (32, 20_000, 100_000, 100_000) == (
        limits.MAX_DEPTH,
        limits.MAX_ITEMS,
        limits.MAX_ELEMENTS,
        limits.MAX_FRAMES,
    )
