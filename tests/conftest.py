"""Options of all tests, and which of them stay together when several processes share them."""

import pytest

from tests.support import side_by_side
from tests.support.browsers import ENGINES, Engine, missing


@pytest.hookimpl(trylast=True)  # after pytest has put together what shares a parameter
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: side_by_side.rank(item.nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> side_by_side.PartByPart:
    return side_by_side.PartByPart(config, log)


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
    parser.addoption(
        "--keep-greys",
        action="store_true",
        help="write what each browser's canvas showed to docs/greys.json",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for a `browser_engine` once in each that `--engines` names."""
    if "browser_engine" in metafunc.fixturenames:
        engines = metafunc.config.getoption("--engines").split(",")
        metafunc.parametrize("browser_engine", engines, ids=engines, indirect=True)


@pytest.fixture(scope="session")
def browser_engine(request: pytest.FixtureRequest) -> Engine:
    """One browser engine after another; a test fails where this machine lacks one."""
    engine: Engine = request.param
    if engine not in ENGINES or missing(engine):
        pytest.fail(missing(engine) or f"{engine} is none of {ENGINES}", pytrace=False)
    return engine


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests counted (`record_property`), whichever process they ran in."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.getreports(kind)]
    for name, value in [line for each in reports for line in each.user_properties]:
        terminalreporter.write_line(f"{name}: {value}")
