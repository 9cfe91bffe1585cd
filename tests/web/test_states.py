"""Presentation states on the page: chosen, whole or refused; the same pixels everywhere.

One state uses every transformation. Its canvas must be the bytes of the record, of
`diascope render --state` and of an oracle of its own; its graphics those of the record.
"""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.support import marks_oracle, state_oracle
from tests.web import stated
from tests.web.site import Record, Site
from tests.web.viewer import VIEWPORT, Viewer

pytestmark = pytest.mark.requirement("IMG-06", "BRW-02")
CHOOSE = """(id) => { const select = document.querySelector('viewer-toolbar select.states');
  select.value = id; select.dispatchEvent(new Event('change')) }"""
OFFERED = """() => { const select = document.querySelector('viewer-toolbar select.states');
  return {hidden: select.hidden, value: select.value, tab: select.tabIndex,
    name: select.getAttribute('aria-label'),
    options: [...select.options].map((one) => one.text)} }"""
DRAWN = f"""() => {{ const sheet = document.querySelector('{VIEWPORT} .image > svg.graphics');
  if (!sheet) return null;
  const box = sheet.getBoundingClientRect();
  const canvas = document.querySelector('{VIEWPORT} .image > canvas').getBoundingClientRect();
  return {{names: [...sheet.children].map((one) => one.localName),
    texts: [...sheet.querySelectorAll('text')].map((one) => one.textContent),
    styled: sheet.querySelectorAll('[style]').length,
    all: sheet.querySelectorAll('*').length, own: sheet.children.length,
    fits: ['left', 'top', 'right', 'bottom']
      .every((side) => Math.abs(box[side] - canvas[side]) < 0.6),
  }} }}"""
CORNER = f"""() => document.querySelector('{VIEWPORT} .corner.bottom-right').innerText"""


@pytest.fixture
def opened(reader: Viewer, site: Site) -> Iterator[Viewer]:
    """The reader with the study open, who then goes back to the list."""
    reader.open(site.studies["stated"].handle)
    yield reader
    reader.back_to_list()


def choose(viewer: Viewer, state: str) -> None:
    viewer.tab.js(CHOOSE, state)


def recorded(viewer: Viewer, site: Site) -> tuple[str, Record]:
    """The digest of the canvas and the record that says it."""
    shown = viewer.settled()
    canvas = viewer.canvas().sha256
    assert canvas == shown.pixel_sha256
    return canvas, site.wait_view(shown.sop, 1, canvas)


def golden(record: Record) -> np.ndarray:
    """The whole canvas of the full state by the clauses: window, shutter, overlay, turned."""
    view = {**record["presentation"], **record["viewport"]}
    stored = stated.pixels()
    steps = [
        state_oracle.rescale(stated.SLOPE, stated.INTERCEPT),
        state_oracle.linear(stated.CENTER, stated.WIDTH),
        state_oracle.inverse,
    ]
    greys = {value: state_oracle.grey(int(value), *steps) for value in np.unique(stored)}
    grey = marks_oracle.drawn(
        view, stored.shape, lambda row, column: greys[stored[row, column]], stated.CIRCLE,
        [(stated.POINTS, stated.ORIGIN, stated.LAYER_GREY)],
    )  # fmt: skip
    rgba = np.repeat(grey[..., None], 4, axis=2)
    rgba[..., 3] = 255
    return rgba


def test_a_state_with_every_transformation_is_the_same_everywhere(
    opened: Viewer, site: Site
) -> None:
    choose(opened, stated.FULL)
    digest, record = recorded(opened, site)
    presentation = record["presentation"]
    path = site.originals[record["sop"]]
    told = site.rendered(path, record)
    canvas = opened.canvas()
    region = opened.region(0, 0, canvas.width, canvas.height)
    shown = np.frombuffer(region, np.uint8).reshape(canvas.height, canvas.width, 4)

    assert stated.FULL == presentation["state"]
    assert (90, True, 4_000_000, "free") == tuple(
        presentation[name] for name in ("rotation", "flip", "zoom_e6", "mode")
    )
    assert np.array_equal(golden(record), shown)
    assert digest == told["pixel_sha256"]
    assert presentation["graphics_sha256"] == told["presentation"]["graphics_sha256"] != ""


def test_graphics_and_text_are_drawn_over_the_canvas_and_are_inert(
    opened: Viewer, site: Site
) -> None:
    choose(opened, stated.FULL)
    opened.settled()
    drawn = opened.tab.js(DRAWN)

    assert stated.TEXTS == drawn["texts"]
    assert {"polyline", "path", "circle", "text"} == set(drawn["names"])
    assert (0, drawn["all"], True) == (drawn["styled"], drawn["own"], drawn["fits"])
    assert "State FULL: made for a test" in opened.tab.js(CORNER)
    opened.tab.press("g")
    _, record = recorded(opened, site)
    assert None is opened.tab.js(DRAWN)
    assert (False, "") == (
        record["presentation"]["overlays"], record["presentation"]["graphics_sha256"],
    )  # fmt: skip


def test_none_is_applied_until_one_is_chosen_and_all_are_named(opened: Viewer, site: Site) -> None:
    before, record = recorded(opened, site)
    offered = opened.tab.js(OFFERED)
    corner = opened.tab.js(CORNER)
    choose(opened, stated.PLAIN)
    plain, of_plain = recorded(opened, site)
    choose(opened, "")
    after, _ = recorded(opened, site)

    assert "" == record["presentation"]["state"]
    assert "3 presentation states" in corner
    assert (False, "", 0) == (offered["hidden"], offered["value"], offered["tab"])
    assert ["FULL", "PLAIN", "MASKED"] == [
        text.partition(":")[0] for text in offered["options"][1:]
    ]
    assert stated.PLAIN == of_plain["presentation"]["state"]
    assert before == after != plain
    assert [plain] == site.render([(site.originals[stated.SOP], of_plain)])


def test_a_refused_state_leaves_nothing_and_says_why_and_another_can_follow(
    opened: Viewer, site: Site
) -> None:
    choose(opened, stated.FULL)
    opened.settled()
    choose(opened, stated.MASKED)
    data = opened.wait_state("refused")

    assert "presentation_state.mask" == data["code"]
    assert (False, None) == (opened.has_picture(), opened.tab.js(DRAWN))
    choose(opened, stated.PLAIN)
    _, record = recorded(opened, site)
    assert stated.PLAIN == record["presentation"]["state"]
