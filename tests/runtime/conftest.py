"""A small site over TLS 1.3 with the real headers, the real worker files and any bundle."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.runtime_site import Site, running

HERE = Path(__file__).parent / "site"


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    static = {"/page.js": HERE / "page.js", "/worker/worker.js": HERE / "worker.js"}
    with running(tmp_path_factory.mktemp("site"), static) as made:
        yield made
