import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope.budget import Budget
from diascope.errors import LimitExceeded


def test_least_recently_used_leaves_first() -> None:
    held: Budget[str, int] = Budget(3)
    for name in "abc":
        held.put(name, ord(name), 1)
    assert ord("a") == held.get("a")
    held.put("d", 0, 1)
    assert [True, False, True, True] == [name in held for name in "abcd"]


def test_value_above_the_whole_budget_is_refused() -> None:
    held: Budget[str, int] = Budget(3)
    with pytest.raises(LimitExceeded) as caught:
        held.put("a", 1, 4)
    assert "limit.memory" == caught.value.code


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10))))
def test_budget_is_never_exceeded_and_never_forgotten(puts: list[tuple[int, int]]) -> None:
    held: Budget[int, int] = Budget(10)
    sizes: dict[int, int] = {}
    for key, size in puts:
        held.put(key, size, size)
        sizes[key] = size
        assert size == held.get(key)
        assert held.held_bytes <= 10
    assert sum(sizes[key] for key in sizes if key in held) == held.held_bytes
