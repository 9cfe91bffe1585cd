"""The viewport and what is around it: nothing is cut or goes stale, and the keyboard is enough."""

from collections.abc import Callable

import pytest

from tests.support.browsers import Browser
from tests.web.site import Site
from tests.web.viewer import Viewer

Reading = Callable[..., Viewer]
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3  # no place to break
SPACED = "Picasso^Pablo  Diego Jose   Francisco de Paula Juan Nepomuceno Maria de los Remedios"

# Put words in place of each corner's first line, and measure: [cut, outside, scrim] for each.
CORNERS = """(words) => [...document.querySelectorAll('.corner')].map((corner) => {
  const line = document.createElement('div');
  line.textContent = words;
  corner.prepend(line);
  const both = [line, document.querySelector('.stage')];
  const [box, stage] = both.map((it) => it.getBoundingClientRect());
  const style = getComputedStyle(line);
  return [line.scrollWidth > line.clientWidth + 1 || line.scrollHeight > line.clientHeight + 1,
    box.left < stage.left || box.right > stage.right, style.backgroundColor !== 'rgba(0, 0, 0, 0)',
    style.whiteSpace];
})"""
NOTICE = """(words) => { const notice = document.querySelector('.integrity');
  notice.textContent = words;
  return notice.scrollWidth <= notice.clientWidth + 1; }"""
SLIDER = """() => { const slider = document.querySelector('position-slider');
  return Object.fromEntries(['role', 'tabindex', 'aria-valuemin', 'aria-valuemax', 'aria-valuenow',
    'aria-valuetext'].map((name) => [name, slider.getAttribute(name)])); }"""
FOCUS = """() => { const slider = document.querySelector('position-slider');
  slider.focus(); return document.activeElement === slider; }"""
TURNED = """() => { const viewport = document.querySelector('dicom-viewport');
  const letters = ['left', 'right', 'top', 'bottom'].map((side) => `.letter.${side}`);
  return [letters.map((one) => viewport.querySelector(one).textContent).join(' '),
    viewport.querySelector('.corner.bottom-right').lastChild.textContent,
    viewport.hasAttribute('data-mirrored')]; }"""
FIDELITY = "() => document.querySelector('.fidelity').textContent"
PINCH = """(scale) => {
  Object.defineProperty(visualViewport, 'scale', {value: scale, configurable: true});
  visualViewport.dispatchEvent(new Event('resize')); }"""
# Every question about the resolution, to be answered by the test; and how often a size was told.
QUERIES = """() => { window.queries = [];
  window.matchMedia = (query) => {
    const it = new EventTarget();
    queries.push([query, it]);
    return it; }; }"""
WATCH = """() => { window.told = 0; document.querySelector('dicom-viewport')
  .addEventListener('viewport-resized', () => { told += 1; }); }"""
ANOTHER_SCREEN = """(ratio) => {
  Object.defineProperty(window, 'devicePixelRatio', {value: ratio, configurable: true});
  queries.at(-1)[1].dispatchEvent(new Event('change'));
  return [queries.map(([query]) => query), told]; }"""


def test_no_name_and_no_notice_is_cut(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.open(site.studies["phantom"].handle)
    for words in (LONG, SPACED):
        assert [[False, False, True, "pre-wrap"]] * 4 == viewer.tab.js(CORNERS, words)
        assert viewer.tab.js(NOTICE, words)


@pytest.mark.requirement("IMG-07")
def test_a_turned_picture_says_so_and_its_letters_follow(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.open(site.studies["phantom"].handle)
    upright = viewer.settled()
    assert ["R L A P", "Bilinear", False] == viewer.tab.js(TURNED)
    viewer.act("rotate-right")
    viewer.settled()
    assert ["P A R L", "Rotated 90°", False] == viewer.tab.js(TURNED)
    viewer.tab.press("h")
    viewer.settled()
    assert ["A P R L", "Rotated 90°, mirrored", True] == viewer.tab.js(TURNED)
    viewer.act("flip-vertical")
    viewer.act("rotate-left")
    viewer.settled()
    assert ["L R P A", "Rotated 180°", False] == viewer.tab.js(TURNED)
    viewer.act("reset")
    assert upright.pixel_sha256 == viewer.settled().pixel_sha256
    assert ["R L A P", "Bilinear", False] == viewer.tab.js(TURNED)


def test_slider_is_reached_and_moved_by_keyboard(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.open(site.studies["phantom"].handle)
    assert viewer.tab.js(FOCUS)
    for key, position in (("ArrowDown", 1), ("PageDown", 11), ("End", 39), ("ArrowUp", 38)):
        viewer.tab.press(key)
        assert position == viewer.settled().position
    assert {
        "role": "slider",
        "tabindex": "0",
        "aria-valuemin": "1",
        "aria-valuemax": "40",
        "aria-valuenow": "39",
        "aria-valuetext": "Image 39 of 40",
    } == viewer.tab.js(SLIDER)


def test_pinching_the_page_takes_the_scale_claim_back(
    signed_in: Reading, browser: Browser, site: Site
) -> None:
    if browser.engine == "webkit":
        pytest.skip("WebKit counts no device pixels: its scale is never verified")
    viewer = signed_in()
    viewer.open(site.studies["small"].handle)
    before = viewer.tab.js(FIDELITY)
    assert "scale unverified" not in before
    viewer.tab.js(PINCH, 1.5)
    viewer.settled()
    assert "scale unverified" in viewer.tab.js(FIDELITY)
    viewer.act("invert")  # for a record that no earlier one looks like
    shown = viewer.settled()
    record = site.wait_view(shown.sop, shown.frame, shown.pixel_sha256)
    assert not record["viewport"]["scale_verified"]
    viewer.act("invert")
    viewer.tab.js(PINCH, 1)
    viewer.settled()
    assert before == viewer.tab.js(FIDELITY)


def test_another_screen_lays_the_viewport_out_again(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.tab.js(QUERIES)
    viewer.open(site.studies["small"].handle)
    viewer.tab.js(WATCH)
    asked, told = viewer.tab.js(ANOTHER_SCREEN, 1.25)
    assert ["(resolution: 1dppx)", "(resolution: 1.25dppx)"] == asked
    assert told == 1
