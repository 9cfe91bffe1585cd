"""The served installation that most server tests share."""

import resource

import pytest

from tests.support.server import site

__all__ = ["site"]

ADDRESS_SPACE = resource.getrlimit(resource.RLIMIT_AS)


@pytest.fixture(autouse=True)
def own_address_space():
    """Take back the limit that a command sets on its process (protocol.md, 14).

    Called from a test it binds the whole run, and no browser starts in 8 GiB of addresses.
    """
    yield
    resource.setrlimit(resource.RLIMIT_AS, ADDRESS_SPACE)
