"""Tests that the tests of pixels can fail: one wrong grey of 256 in a copy of the engine."""

from collections.abc import Iterator

import pytest

from tests.support.browsers import Browser, open_browser
from tests.web.planted import planted_tree
from tests.web.proof import disagreements, look
from tests.web.site import Site, running_site
from tests.web.viewer import Viewer


@pytest.fixture(scope="session")
def wrong_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose engine is wrong by one, and whose page does not mind its self-test."""
    folder = tmp_path_factory.mktemp("wrong")
    tree = planted_tree(folder / "tree", silence_self_test=True)
    with running_site(folder, tree=tree, names=("phantom",)) as running:
        yield running


@pytest.fixture(scope="session")
def wrong_and_checked_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same with the self-test as it is."""
    folder = tmp_path_factory.mktemp("checked")
    tree = planted_tree(folder / "tree", silence_self_test=False)
    with running_site(folder, tree=tree, names=("small",)) as running:
        yield running


def test_one_wrong_grey_is_seen_by_every_comparison(
    browser: Browser, wrong_site: Site, site: Site
) -> None:
    with open_browser(browser.engine, wrong_site.ca) as fresh:
        viewer = Viewer(fresh.open(), wrong_site.origin).sign_in(wrong_site.person())
        viewer.open(wrong_site.studies["phantom"].handle)
        viewer.act("one-to-one")
        one = look(viewer, at_window=True)
        found = disagreements([one], wrong_site, renderer=site)
    assert [["canvas", "attribute", "ledger", "oracle", "screenshot"]] == list(found.values())


@pytest.mark.requirement("BRW-02")
def test_one_wrong_grey_stops_the_engine_at_its_self_test(
    browser: Browser, wrong_and_checked_site: Site
) -> None:
    with open_browser(browser.engine, wrong_and_checked_site.ca) as fresh:
        viewer = Viewer(fresh.open(), wrong_and_checked_site.origin).arrive()
        assert viewer.wait_engine() == "failed"
        assert "runtime.selftest" in viewer.tab.js("() => document.body.innerText")
