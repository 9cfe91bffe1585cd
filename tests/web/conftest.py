"""Browsers one at a time, and sites for them."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.browsers import ENGINES, Browser, missing, open_browser
from tests.web.relay import Relay, relay
from tests.web.site import Site, running_site
from tests.web.viewer import Viewer


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "browser" in metafunc.fixturenames:
        engines = metafunc.config.getoption("--engines").split(",")
        metafunc.parametrize("browser", engines, ids=engines, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all tests that do not change it."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest, site: Site) -> Iterator[Browser]:
    """One engine after another, each with an empty profile."""
    engine = request.param
    if engine not in ENGINES or missing(engine):
        pytest.fail(missing(engine) or f"{engine} is none of {ENGINES}", pytrace=False)
    with open_browser(engine, site.ca) as running:
        yield running


@pytest.fixture
def signed_in(browser: Browser, site: Site) -> Iterator[Callable[[], Viewer]]:
    """Sign in as somebody new, in a new tab; the tab is gone after the test."""
    viewers: list[Viewer] = []

    def arrive() -> Viewer:
        viewers.append(Viewer(browser.open(), site.origin).sign_in(site.person()))
        return viewers[-1]

    yield arrive
    for viewer in viewers:
        viewer.tab.close()
    browser.forget()


@pytest.fixture(scope="module")
def reader(browser: Browser, site: Site) -> Iterator[Viewer]:
    """One person who reads study after study."""
    viewer = Viewer(browser.open(), site.origin).sign_in(site.person())
    yield viewer
    viewer.tab.close()


@pytest.fixture(scope="session")
def away_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that browsers reach only through a relay: it listens beside localhost."""
    folder = tmp_path_factory.mktemp("away")
    with running_site(folder, host="127.0.0.2", names=("small",)) as running:
        yield running


@pytest.fixture
def relayed(away_site: Site) -> Iterator[tuple[Site, Relay]]:
    """That site, with somebody in the middle who holds its key."""
    with relay(away_site.port, (away_site.host, away_site.port), away_site.data / "tls") as middle:
        yield away_site, middle


@pytest.fixture(scope="session")
def brief_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that signs people out soon, yet not while a slow browser opens a study."""
    folder = tmp_path_factory.mktemp("brief")
    with running_site(folder, idle_s=45, names=("small",)) as running:
        yield running
