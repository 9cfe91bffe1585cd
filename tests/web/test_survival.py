"""Servers stop, workers die, people press F5: nothing is lost, nothing is shown wrongly."""

import time
from collections.abc import Callable

import pytest

from tests.support.browsers import Browser, open_browser
from tests.web.crash import kill_pages
from tests.web.site import Site
from tests.web.viewer import Viewer

Reading = Callable[..., Viewer]
BEHIND_S = 15  # after which the page says that the record is behind

# The page's own worker, caught when the page next speaks to it; then ended from outside.
CATCH_WORKER = """() => {
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (...given) {
    window.caughtWorker = this;
    Worker.prototype.postMessage = postMessage;
    return postMessage.apply(this, given);
  };
}"""
SIGNED_OUT = "async () => fetch('/api/session').then((answer) => answer.status === 401)"
LOADED = "() => document.querySelector('series-strip [aria-pressed=true] progress')?.hidden"


@pytest.mark.requirement("AUD-13")
def test_beacons_wait_for_a_server_that_is_away(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.open(site.studies["phantom"].handle)
    viewer.tab.wait(LOADED, limit_s=120)
    alarms = len(site.alarms())
    site.stop()
    try:
        seen = []
        for _ in range(3):
            viewer.tab.press("ArrowDown")
            seen.append(viewer.settled())
        banner = "() => document.querySelector('status-banner [data-subject=record]')?.innerText"
        viewer.tab.wait(banner, limit_s=3 * BEHIND_S)
        assert viewer.has_picture()  # what is on screen stays
    finally:
        site.start()
    for shown in seen:
        site.wait_view(shown.sop, shown.frame, shown.pixel_sha256)
    viewer.tab.wait(f"() => !({banner})()", limit_s=60)
    assert alarms == len(site.alarms())


def test_dead_worker_is_replaced_and_the_viewport_says_so(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.open(site.studies["small"].handle)
    before = len(site.alarms())
    viewer.tab.js(CATCH_WORKER)
    viewer.act("zoom-in")
    viewer.settled()
    viewer.tab.js("() => window.caughtWorker.terminate()")
    viewer.act("zoom-in")  # nobody answers
    viewer.wait_state("refused")
    assert not viewer.has_picture()
    viewer.carried_on()
    banner = "() => document.querySelector('status-banner [data-subject=engine]')?.innerText ?? ''"
    assert viewer.tab.js(banner)
    new = site.wait_alarms(before)
    assert ["worker_replaced"] == new


@pytest.mark.requirement("PERF-04")
def test_worker_killed_in_mid_scroll_leaves_a_reason_and_no_stale_frame(
    signed_in: Reading, site: Site
) -> None:
    viewer = signed_in()
    viewer.open(site.studies["phantom"].handle)
    before = len(site.alarms())
    viewer.tab.js(CATCH_WORKER)
    for _ in range(3):
        viewer.tab.press("ArrowDown")
    viewer.tab.js("() => window.caughtWorker.terminate()")
    viewer.tab.press("ArrowDown")  # of this one nobody answers
    viewer.wait_state("refused")
    assert not viewer.has_picture()
    assert "engine.watchdog" == viewer.data()["code"]
    assert ["worker_replaced"] == site.wait_alarms(before)
    shown = viewer.carried_on()
    record = site.wait_view(shown.sop, shown.frame, shown.pixel_sha256)
    assert [shown.pixel_sha256] == site.render([(site.originals[shown.sop], record)])


def test_two_tabs_make_two_chains_and_no_alarm(
    signed_in: Reading, browser: Browser, site: Site
) -> None:
    alarms = len(site.alarms())
    one = signed_in()
    one.open(site.studies["phantom"].handle)
    other = Viewer(browser.open(site.origin + "/"), site.origin)
    other.wait_page("studies")
    other.open(site.studies["small"].handle)
    seen = [one.settled(), other.settled()]
    one.tab.press("ArrowDown")
    seen.append(one.settled())
    records = [site.wait_view(view.sop, view.frame, view.pixel_sha256) for view in seen]
    other.tab.close()
    assert records[0]["chain"] == records[2]["chain"] != records[1]["chain"]
    assert alarms == len(site.alarms())


def test_reload_in_mid_drag_comes_back_to_the_same_image(signed_in: Reading, site: Site) -> None:
    alarms = len(site.alarms())
    viewer = signed_in()
    viewer.open(site.studies["phantom"].handle)
    viewer.tab.press("PageDown")
    position = viewer.settled().position
    viewer.tab.drag(viewer.middle(), (25, 10), release=False)
    viewer.tab.reload()
    viewer.tab.lift()
    viewer.wait_page("viewer")
    shown = viewer.settled(limit_s=150)
    assert shown.position == position
    site.wait_view(shown.sop, shown.frame, shown.pixel_sha256)
    assert alarms == len(site.alarms())


def test_back_button_leaves_the_study_and_raises_no_alarm(signed_in: Reading, site: Site) -> None:
    alarms = len(site.alarms())
    viewer = signed_in()
    viewer.open(site.studies["small"].handle)
    viewer.tab.back()
    viewer.wait_page("studies")
    assert viewer.tab.js("() => document.querySelector('dicom-viewport') === null")
    viewer.open(site.studies["small"].handle)
    assert alarms == len(site.alarms())


def test_crashed_tab_raises_no_alarm_and_the_next_one_works(browser: Browser, site: Site) -> None:
    alarms = len(site.alarms())
    with open_browser(browser.engine, site.ca) as doomed:
        viewer = Viewer(doomed.open(), site.origin).sign_in(site.person())
        viewer.open(site.studies["small"].handle)
        kill_pages(doomed)
        time.sleep(1)  # for the browser to notice
        if browser.engine != "webkit":
            read_once_more(Viewer(doomed.open(site.origin + "/"), site.origin), site)
    if browser.engine == "webkit":  # whose driver ends the browser with its first crash
        with open_browser(browser.engine, site.ca) as fresh:
            viewer = Viewer(fresh.open(), site.origin).sign_in(site.person())
            read_once_more(viewer, site)
    assert alarms == len(site.alarms())


def read_once_more(viewer: Viewer, site: Site) -> None:
    viewer.wait_page("studies")
    viewer.open(site.studies["small"].handle)
    shown = viewer.settled()
    site.wait_view(shown.sop, shown.frame, shown.pixel_sha256)


def test_sign_out_blanks_and_back_shows_the_sign_in(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.open(site.studies["small"].handle)
    viewer.sign_out()
    assert viewer.tab.js("() => document.querySelector('canvas') === null")
    viewer.tab.back()
    time.sleep(1)
    viewer.wait_page("sign-in")
    assert viewer.tab.js("() => document.querySelector('canvas') === null")
    viewer.tab.wait(SIGNED_OUT)
