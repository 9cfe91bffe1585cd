"""Sessions in real browsers: who stays, who is out, what is left for the next person, and Back."""

import time
from collections.abc import Callable

import pytest

from tests.support.browsers import Browser, open_browser
from tests.web.site import Site
from tests.web.viewer import Viewer

Reading = Callable[..., Viewer]
LOG_OUT_S = 15  # what a log-out on a dead link may take on a loaded machine
FREE = "() => document.querySelector('sign-in button[type=submit]')?.disabled === false"
PAGE = "() => document.body?.dataset.page ?? null"
SESSION = "async () => (await fetch('/api/session')).status"
SIGNED_OUT = "async () => (await fetch('/api/session')).status === 401"
KEYS = """async () => {
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error); });
  const database = await asked(indexedDB.open('diascope'));
  const keys = await asked(database.transaction('keys').objectStore('keys').getAllKeys());
  database.close();
  return keys;
}"""

# The server no longer answers what would end the session; the page's own limit still holds.
NO_END = f"""() => {{
  const real = window.fetch;
  window.fetch = (path, options = {{}}) => options.method !== 'DELETE' ? real(path, options)
    : new Promise((_, fail) => options.signal?.addEventListener('abort', async () => {{
        window.keysAtTheEnd = await ({KEYS})();
        fail(options.signal.reason); }}));
}}"""
REFUSE_HISTORY = {
    "throws": "throw new DOMException('too many calls', 'SecurityError')",
    "drops": "return undefined",
}
NO_WORKER = "() => { window.kept = Worker; window.Worker = function () { throw new Error() } }"
SILENT_WORKER = """() => { window.kept = Worker;
  window.Worker = class extends EventTarget { postMessage() {} terminate() {} } }"""
WORKER_AGAIN = "() => { window.Worker = window.kept }"
ENGINE_LINE = """() => { const line = document.querySelector('study-list engine-progress');
  return { state: line?.dataset.state, seen: line?.checkVisibility(), says: line?.innerText } }"""
OPENER = """() => { const it = document.activeElement, row = it.closest('tr');
  return { role: it.getAttribute('role'), name: it.getAttribute('aria-label'), text: it.innerText,
    study: it.dataset.study, row: row.getAttribute('role') ?? row.getAttribute('tabindex') } }"""


def assert_signed_out(viewer: Viewer) -> None:
    """The sign-in page, and nothing of a study behind it."""
    viewer.wait_page("sign-in")
    viewer.tab.wait("() => document.querySelector('sign-in input') !== null")
    assert viewer.tab.js("() => document.querySelector('study-viewer, study-list') === null")


def hand_over(viewer: Viewer, site: Site) -> None:
    """Sign out, and let somebody else in at the same page."""
    viewer.sign_out()
    viewer.tab.wait(FREE)
    viewer.give_credentials(site.person())
    viewer.wait_page("studies")


@pytest.mark.slow
@pytest.mark.requirement("HIP-08")
def test_activity_in_one_tab_keeps_all_and_absence_ends_all(
    browser: Browser, brief_site: Site
) -> None:
    with open_browser(browser.engine, brief_site.ca) as fresh:
        active = Viewer(fresh.open(), brief_site.origin).arrive()
        active.wait_engine()  # so that nobody is idle while it starts
        active.give_credentials(brief_site.person())
        active.wait_page("studies")
        active.open(brief_site.studies["small"].handle)
        idle = Viewer(fresh.open(brief_site.origin + "/"), brief_site.origin)
        stays = time.monotonic() + 1.5 * brief_site.idle_s
        while time.monotonic() < stays or idle.tab.js(PAGE) is None:
            active.tab.press("Shift")
            time.sleep(1)
        assert ["viewer", "studies"] == [viewer.tab.js(PAGE) for viewer in (active, idle)]
        for viewer in (active, idle):
            viewer.wait_page("sign-in", limit_s=3 * brief_site.idle_s)
            assert viewer.tab.js("() => document.querySelector('canvas') === null")
        active.tab.wait(SIGNED_OUT)


@pytest.mark.requirement("HIP-08")
@pytest.mark.parametrize("manner", REFUSE_HISTORY)
def test_pages_follow_the_person_whatever_the_history_takes(
    signed_in: Reading, site: Site, manner: str
) -> None:
    """WebKit throws after about a hundred changes, Chromium drops them silently."""
    viewer = signed_in()
    refuse = f"() => {{ {REFUSE_HISTORY[manner]} }}"
    viewer.tab.js(f"() => {{ history.pushState = history.replaceState = {refuse} }}")
    viewer.choose(site.studies["small"].handle)
    viewer.settled(limit_s=150)
    viewer.back_to_list()
    viewer.choose(site.studies["small"].handle)
    viewer.sign_out()
    assert_signed_out(viewer)
    viewer.tab.wait(SIGNED_OUT)
    assert [] == viewer.tab.js(KEYS)


@pytest.mark.requirement("HIP-08")
def test_log_out_is_final_although_the_server_never_hears_of_it(signed_in: Reading) -> None:
    viewer = signed_in()
    viewer.tab.js(NO_END)
    viewer.sign_out()
    viewer.tab.wait(FREE, limit_s=LOG_OUT_S)
    assert [] == viewer.tab.js("() => window.keysAtTheEnd")  # gone before the server's answer
    assert 200 == viewer.tab.js(SESSION)  # the cookie alone would still do
    viewer.tab.reload()
    assert_signed_out(viewer)
    viewer.tab.wait(SIGNED_OUT)


@pytest.mark.requirement("HIP-08")
def test_expired_session_leaves_no_key(signed_in: Reading, browser: Browser) -> None:
    viewer = signed_in()
    assert ["session-sign"] == viewer.tab.js(KEYS)
    browser.forget()
    viewer.tab.fill("study-list input", "phantom")
    assert_signed_out(viewer)
    viewer.tab.wait(f"async () => (await ({KEYS})()).length === 0")


def test_back_after_a_hand_over_opens_nothing_of_the_person_before(
    signed_in: Reading, site: Site
) -> None:
    viewer = signed_in()
    viewer.open(site.studies["small"].handle)
    viewer.back_to_list()
    hand_over(viewer, site)
    mine = viewer.tab.js("() => history.state.session")
    viewer.tab.js("() => history.replaceState({...history.state, page: 'here'}, '')")
    viewer.tab.back()  # to the study, as the person before had left it
    is_mine = "(mine) => history.state.page === 'studies' && history.state.session === mine"
    viewer.tab.wait(is_mine, mine)
    viewer.wait_page("studies")
    assert viewer.tab.js("() => document.querySelector('study-viewer') === null")


def test_reload_by_the_same_person_comes_back_to_the_study(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.open(site.studies["small"].handle)
    viewer.tab.reload()
    viewer.wait_page("viewer")
    viewer.settled(limit_s=150)


def test_failed_start_of_the_engine_is_shown_and_tried_again(
    signed_in: Reading, site: Site
) -> None:
    viewer = signed_in()
    viewer.wait_engine()
    assert not viewer.tab.js(ENGINE_LINE)["seen"]  # nothing to say
    viewer.tab.js(NO_WORKER)
    hand_over(viewer, site)
    assert "failed" == viewer.wait_engine()
    line = viewer.tab.js(ENGINE_LINE)
    assert ("failed", True) == (line["state"], line["seen"])
    assert "page.Error" in line["says"]
    viewer.tab.js(WORKER_AGAIN)
    viewer.choose(site.studies["small"].handle)
    viewer.settled(limit_s=150)


def test_progress_of_the_engine_is_shown_beside_the_list(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.tab.js(SILENT_WORKER)
    hand_over(viewer, site)
    line = viewer.tab.js(ENGINE_LINE)
    assert ("booting", True) == (line["state"], line["seen"])
    assert line["says"].strip()


def test_study_is_announced_as_something_to_open_and_space_opens_it(
    signed_in: Reading, site: Site
) -> None:
    viewer = signed_in()
    handle = site.studies["phantom"].handle
    viewer.tab.wait("(study) => document.querySelector(`[data-study='${study}']`)", handle)
    for _ in range(30):
        viewer.tab.press("Tab")
        if viewer.tab.js("(study) => document.activeElement.dataset.study === study", handle):
            break
    found = viewer.tab.js(OPENER)
    assert ("button", handle) == (found["role"], found["study"])
    assert found["text"] in found["name"] != found["text"]
    assert found["row"] is None  # it stays a row of the table
    viewer.tab.press("Space")
    viewer.wait_page("viewer")
