"""The served installation that most server tests share."""

from tests.support.server import site

__all__ = ["site"]
