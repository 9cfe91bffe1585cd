"""The page as a person and a guard see it: its label, its manners on the network, its storage."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.browsers import Browser, Tab, missing, open_browser
from tests.support.screens import keep
from tests.web.site import Site
from tests.web.studies import NAMES
from tests.web.trap import trap
from tests.web.viewer import Viewer, code_of

Reading = Callable[..., Viewer]
LABEL = "Not for diagnostic use"
LEAST_CONTRAST = 4.5  # WCAG 2.2 AA, 1.4.3
SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
TABLET = "Galaxy Tab S9"

# Every place where the label stands: is it on top at its middle, and how much does it stand out?
LABELS = """(label) => {
  const channel = (value) => { const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; };
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) =>
    0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (node) => { for (let at = node; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = numbers(getComputedStyle(at).backgroundColor);
      if (alpha > 0) return alpha === 1 ? [r, g, b] : null; }
    return [255, 255, 255]; };
  return Array.from(document.querySelectorAll('body *'))
    .filter((node) => !node.firstElementChild && node.textContent.includes(label))
    .filter((node) => node.localName !== 'noscript').map((node) => {
      const box = node.getBoundingClientRect();
      const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const pair = [behind(node), numbers(getComputedStyle(node).color)].map(luminance);
      const [dark, light] = pair.sort((one, other) => one - other);
      return { seen: top === node && node.checkVisibility({opacityProperty: true}),
        inside: box.left >= 0 && box.top >= 0
          && box.right <= innerWidth && box.bottom <= innerHeight,
        contrast: (light + 0.05) / (dark + 0.05), text: node.textContent.trim() };
    });
}"""
STORED = """async () => {
  const plain = (value) => value instanceof CryptoKey ? {key: value.type, out: value.extractable}
    : value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? 'bytes'
    : Array.isArray(value) ? value.map(plain)
    : value && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)])) : value;
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error); });
  const found = { local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie,
    state: history.state, title: document.title, address: location.href,
    caches: globalThis.caches ? await caches.keys() : [], databases: {} };
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const records = database.transaction(store).objectStore(store);
      found.databases[`${name}/${store}`] = plain(await asked(records.getAll()));
    }
    database.close();
  }
  return JSON.stringify(found);
}"""
RESOURCES = "() => performance.getEntriesByType('resource').map((entry) => entry.name)"
WATCH_POLICY = """() => { window.violations = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    violations.push(`${event.effectiveDirective} ${event.blockedURI}`)); }"""

REFUSED_BY_POLICY = """async () => {
  const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  const tries = { eval: () => globalThis['ev' + 'al']('1'), function: () => Function('return 1')(),
    wasm: () => WebAssembly.instantiate(bytes), elsewhere: () => fetch('https://localhost:1/') };
  await new Promise((done) => setTimeout(done, 0));  // what a driver runs at once may use eval
  const refused = [];
  for (const [name, attempt] of Object.entries(tries)) {
    try { await attempt(); } catch { refused.push(name); }
  }
  return refused;
}"""


def assert_labelled(tab: Tab) -> None:
    found = tab.js(LABELS, LABEL)
    assert found, f"the label is not on this page: {tab.js('() => document.body.innerText')}"
    clear = [it for it in found if it["seen"] and it["inside"]]
    assert clear, found
    assert all(it["contrast"] >= LEAST_CONTRAST for it in clear), found


@pytest.mark.requirement("REG-01")
def test_label_stands_on_every_page_and_every_viewport(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.open(site.studies["phantom"].handle)
    assert_labelled(viewer.tab)
    for action in ("zoom-in", "invert", "one-to-one"):
        viewer.act(action)
        viewer.settled()
        assert_labelled(viewer.tab)
    viewer.back_to_list()
    viewer.sign_out()
    assert_labelled(viewer.tab)


@pytest.mark.requirement("REG-01")
def test_no_word_in_the_address_removes_the_label(browser: Browser, site: Site) -> None:
    viewer = Viewer(browser.open(), site.origin)
    viewer.tab.goto(f"{site.origin}/#label=&theme=none&diagnostic=true")
    viewer.tab.wait("() => document.querySelector('sign-in button') !== null")
    assert_labelled(viewer.tab)
    viewer.tab.close()


@pytest.mark.requirement("HIP-13")
def test_no_request_leaves_the_origin(browser: Browser, site: Site) -> None:
    with (
        trap() as caught,
        open_browser(browser.engine, site.ca, proxy=caught.address) as fresh,
    ):
        viewer = Viewer(fresh.open(), site.origin).sign_in(site.person())
        viewer.open(site.studies["phantom"].handle)
        viewer.tab.press("PageDown")
        viewer.settled()
        asked = set(viewer.tab.js(RESOURCES)) | set(fresh.requests)
        viewer.back_to_list()
        viewer.sign_out()
    assert asked
    assert [] == [url for url in asked if not url.startswith((site.origin + "/", "blob:"))]
    assert [] == caught.foreign()


@pytest.mark.requirement("HIP-13")
def test_trap_would_see_a_request_that_leaves(browser: Browser, site: Site) -> None:
    """The proof above is worth something only if its instrument works."""
    with (
        trap() as caught,
        open_browser(browser.engine, site.ca, proxy=caught.address) as fresh,
    ):
        tab = fresh.open(site.origin + "/")
        tab.js("() => { setTimeout(() => { location.href = 'https://elsewhere.example/'; }, 0); }")
        for _ in range(600):
            if caught.foreign():
                break
            time.sleep(0.1)
    assert caught.foreign()


@pytest.mark.requirement("PAT-09")
def test_policy_holds_and_a_whole_session_breaks_it_nowhere(
    signed_in: Reading, browser: Browser, site: Site
) -> None:
    noted = len(browser.messages)
    viewer = signed_in()
    viewer.tab.js(WATCH_POLICY)
    viewer.open(site.studies["phantom"].handle)
    viewer.drag_window(20, 20)
    viewer.settled()
    viewer.back_to_list()
    assert [] == viewer.tab.js("() => violations")
    about_policy = [line for line in browser.messages[noted:] if "Content" in line.text]
    assert [] == about_policy
    assert viewer.tab.js(REFUSED_BY_POLICY) == ["eval", "function", "wasm", "elsewhere"]


@pytest.mark.requirement("HIP-08")
def test_nothing_about_a_patient_is_kept_in_the_browser(signed_in: Reading, site: Site) -> None:
    viewer = signed_in()
    viewer.open(site.studies["phantom"].handle)
    text = viewer.tab.js(STORED)
    found = json.loads(text)
    kept = tuple(found[name] for name in ("local", "session", "cookie", "caches"))
    assert ({}, {}, "", []) == kept
    assert {"diascope/keys", "diascope/outbox"} == set(found["databases"])
    keys = [pair["privateKey"] for pair in found["databases"]["diascope/keys"]]
    assert [{"key": "private", "out": False}] == keys
    shown = viewer.data()
    for canary in (*NAMES["phantom"], shown["sop"]):
        assert canary not in text


def test_whole_reading_by_keyboard_alone(browser: Browser, site: Site) -> None:
    person = site.person()
    viewer = Viewer(browser.open(), site.origin).arrive()
    tab = viewer.tab
    for word in (person.user, person.password):  # the first field has the focus
        tab.press(*word)
        tab.press("Tab")
    tab.press(*code_of(person), "Tab")  # made late: it is good for half a minute
    tab.press("Enter")
    viewer.wait_page("studies")
    row = f'[data-study="{site.studies["phantom"].handle}"]'
    tab.wait("(row) => document.querySelector(row) !== null", row)
    for _ in range(30):
        tab.press("Tab")
        if tab.js("(row) => document.activeElement.matches(row)", row):
            break
    tab.press("Enter")
    viewer.wait_page("viewer")
    seen = [viewer.settled()]
    for key in ("ArrowDown", "PageDown", "End", "Home", "o", "+", "i", "2", "f", "r"):
        tab.press(key)
        seen.append(viewer.settled())
    assert [0, 1, 11, 39, 0] == [shown.position for shown in seen[:5]]
    assert len({shown.pixel_sha256 for shown in seen}) >= len(seen) - 3  # Home, f and r go back
    tab.press("Escape")
    viewer.wait_page("studies")
    tab.close()


@pytest.fixture
def tablet(site: Site) -> Iterator[Browser]:
    """Chromium as a tablet: the one engine here whose driver has fingers."""
    if missing("chromium"):
        pytest.fail(missing("chromium"), pytrace=False)
    with open_browser("chromium", site.ca, device=TABLET) as running:
        yield running


@pytest.mark.browser
def test_tablet_scrolls_by_finger(tablet: Browser, site: Site) -> None:
    viewer = Viewer(tablet.open(), site.origin).sign_in(site.person())
    viewer.tab.page.tap(f'[data-study="{site.studies["phantom"].handle}"]')
    viewer.wait_page("viewer")
    assert viewer.settled().position == 0
    assert_labelled(viewer.tab)
    swipe(viewer, 0, -90)
    after = viewer.settled()
    assert after.position > 0
    viewer.tab.page.tap('[data-action="one-to-one"]')
    assert viewer.settled().pixel_sha256 != after.pixel_sha256


def swipe(viewer: Viewer, dx: int, dy: int) -> None:
    """Draw one finger over the middle of the viewport."""
    x, y = viewer.middle()
    session = viewer.tab.page.context.new_cdp_session(viewer.tab.page)

    def touch(kind: str, points: list[dict[str, float]]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", [{"x": x, "y": y}])
    for step in range(1, 7):
        touch("touchMove", [{"x": x + dx * step / 6, "y": y + dy * step / 6}])
    touch("touchEnd", [])
    session.detach()


@pytest.mark.browser
def test_pictures_for_the_readme(
    tablet: Browser, site: Site, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """`--keep-screens` writes them to docs/screens; otherwise they are only taken."""
    folder = SCREENS if request.config.getoption("--keep-screens") else tmp_path
    with open_browser("chromium", site.ca) as desk:
        for name, running in (("", desk), ("tablet-", tablet)):
            viewer = Viewer(running.open(), site.origin).arrive()
            viewer.wait_engine()
            keep(viewer.tab.picture(), folder / f"{name}sign-in.png")
            viewer.give_credentials(site.person(f"{name}reader"))
            viewer.wait_page("studies")
            viewer.tab.wait("() => document.querySelectorAll('[data-study]').length > 4")
            keep(viewer.tab.picture(), folder / f"{name}studies.png")
            viewer.open(site.studies["phantom"].handle)
            viewer.tab.press("PageDown", "PageDown")
            viewer.tab.wait("() => document.querySelector('series-strip progress')?.hidden")
            viewer.settled()
            keep(viewer.tab.picture(), folder / f"{name}viewer.png")
    names = ("sign-in", "studies", "viewer")
    assert [] == [
        f"{size}{name}"
        for size in ("", "tablet-")
        for name in names
        if not (folder / f"{size}{name}.png").is_file()
    ]
