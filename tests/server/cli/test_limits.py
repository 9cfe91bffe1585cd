"""Commands that read files of strangers bound their own process; the test run stays free."""

import resource

import pytest

from diascope_server.cli.ingest import MEMORY_BYTES, limit_memory
from tests.server.conftest import ADDRESS_SPACE


@pytest.mark.requirement("PAT-05")
def test_a_command_limits_its_process():
    limit_memory()

    assert MEMORY_BYTES == resource.getrlimit(resource.RLIMIT_AS)[0]


def test_the_limit_of_one_test_does_not_bind_the_next():
    assert ADDRESS_SPACE == resource.getrlimit(resource.RLIMIT_AS)
