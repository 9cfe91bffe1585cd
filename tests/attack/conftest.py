"""The served installation that most attack tests share."""

from tests.support.server import site

__all__ = ["site"]
