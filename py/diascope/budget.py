"""A store of bounded size that forgets what was used longest ago.

The tablet's memory is the limit: a study may be larger than it.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from diascope.errors import LimitExceeded

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Budget(Generic[Key, Value]):
    """Values by key, at most `limit_bytes` together."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.held_bytes = 0
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def get(self, key: Key) -> Value | None:
        """Return the value, which is now the most recently used, or None."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key][0]

    def put(self, key: Key, value: Value, size_bytes: int) -> None:
        """Hold a value; others leave, the least recently used first.

        Raises:
            LimitExceeded: `memory`, the value alone is above the limit.
        """
        if size_bytes > self.limit_bytes:
            raise LimitExceeded("memory", f"{size_bytes} > {self.limit_bytes}")
        self._drop(key)
        while self.held_bytes + size_bytes > self.limit_bytes:
            self._drop(next(iter(self._values)))
        self._values[key] = (value, size_bytes)
        self.held_bytes += size_bytes

    def _drop(self, key: Key) -> None:
        _, size_bytes = self._values.pop(key, (None, 0))
        self.held_bytes -= size_bytes
