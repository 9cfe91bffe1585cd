"""Options of all tests."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engines",
        default="chromium,firefox,webkit",
        help="browser engines for the page tests, by comma",
    )
    parser.addoption(
        "--keep-screens",
        action="store_true",
        help="write the pictures of the page to docs/screens",
    )
