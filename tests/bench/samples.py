"""What is timed, how, and what stands beside every time: the digest of the pixels it led to.

Times are milliseconds by the page's own clock, between an input event and the moment the page
learns that the engine has painted. Inputs are made in the page, since a driver's own delay would
be part of every time otherwise.
"""

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from tests.support.browsers import BOOT_S, Browser
from tests.web.site import Site
from tests.web.viewer import READY, VIEWPORT, Viewer

SCROLL_STEPS = 40
DRAG_FRAMES = 90

# Calls `step(n)` once a painted view and gives the time each took to be painted.
SCROLL = f"""async (steps) => {{
  const viewport = document.querySelector('{VIEWPORT}');
  const painted = (generation) => new Promise((done) => {{
    const observer = new MutationObserver(() => {{
      if (viewport.dataset.generation !== generation) {{ observer.disconnect(); done(); }}
    }});
    observer.observe(viewport, {{attributes: true, attributeFilter: ['data-generation']}});
  }});
  const times = [];
  for (let step = 0; step < steps; step += 1) {{
    const before = viewport.dataset.generation, start = performance.now();
    const shown = painted(before);
    document.dispatchEvent(new KeyboardEvent('keydown', {{key: 'ArrowDown', bubbles: true}}));
    await shown;
    times.push(performance.now() - start);
  }}
  return times;
}}"""
# One pointer movement a display frame, and when each new view was painted.
DRAG = f"""async (frames, pointerId, x, y) => {{
  const viewport = document.querySelector('{VIEWPORT}');
  const stage = viewport.querySelector('.stage');
  const painted = [];
  const observer = new MutationObserver(() => painted.push(performance.now()));
  observer.observe(viewport, {{attributes: true, attributeFilter: ['data-generation']}});
  const start = performance.now();
  for (let frame = 1; frame <= frames; frame += 1) {{
    await new Promise(requestAnimationFrame);
    const at = {{clientX: x + frame, clientY: y + (frame % 40) - 20}};
    stage.dispatchEvent(new PointerEvent('pointermove',
      {{...at, pointerId, pointerType: 'mouse', buttons: 1, bubbles: true}}));
  }}
  await new Promise((done) => setTimeout(done, 100));
  observer.disconnect();
  return painted.map((at) => at - start);
}}"""
POINTER = """() => { addEventListener('pointerdown',
  ({pointerId, clientX, clientY}) => { window.benchPointer = [pointerId, clientX, clientY]; },
  {capture: true, once: true}); }"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: `times_ms` as they came; `pixel_sha256` of the view it ended in."""

    engine: str
    figure: str
    round: int
    times_ms: list[float]
    pixel_sha256: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def measure(browser: Browser, site: Site, number: int) -> Iterator[Sample]:
    """One round in a browser with an empty profile."""

    def sample(figure: str, times: list[float], digest: str = "") -> Sample:
        return Sample(browser.engine, figure, number, [round(one, 2) for one in times], digest)

    viewer = Viewer(browser.open(), site.origin)
    yield sample("boot, empty cache", [_boot(viewer)])
    viewer.give_credentials(site.person())
    viewer.wait_page("studies")
    yield sample("first image", [_first_image(viewer, site)], viewer.settled().pixel_sha256)
    _wait_loaded(viewer)
    times = viewer.tab.js(SCROLL, SCROLL_STEPS)
    yield sample("scroll, one step", times, viewer.settled().pixel_sha256)
    viewer.act("one-to-one")
    viewer.settled()
    with _pointer_down(viewer) as pointer:
        times = viewer.tab.js(DRAG, DRAG_FRAMES, *pointer)
    yield sample("window drag, frame interval", _intervals(times), viewer.settled().pixel_sha256)
    again = Viewer(browser.open(), site.origin)
    yield sample("boot, again", [_boot(again)])


def check(samples: Sequence[Sample], site: Site) -> None:
    """Hold every view that was timed against CPython: a fast wrong picture is a failure.

    Raises:
        AssertionError: a view is not on record, or `diascope render` makes other pixels of it.
    """
    records = {record["pixel_sha256"]: record for record in site.views().values()}
    digests = sorted({sample.pixel_sha256 for sample in samples} - {""})
    asked = [(site.originals[records[digest]["sop"]], records[digest]) for digest in digests]
    assert digests == site.render(asked)


def _boot(viewer: Viewer) -> float:
    """From the navigation to an engine that has passed its self-test."""
    viewer.tab.goto(viewer.origin + "/")
    ended = f"() => ({READY})() ? performance.now() : 0"
    milliseconds = viewer.tab.wait(ended, limit_s=BOOT_S, every_s=0.02)
    assert viewer.wait_engine() == "ready"
    return float(milliseconds)


def _first_image(viewer: Viewer, site: Site) -> float:
    """From the click on a study to its first painted image."""
    row = f'study-list [data-study="{site.studies["phantom"].handle}"]'
    viewer.tab.wait("(row) => document.querySelector(row) !== null", row)
    timed = f"""async (row) => {{
      const start = performance.now();
      document.querySelector(row).click();
      while (!document.querySelector('{VIEWPORT}')?.dataset.generation) {{
        await new Promise(requestAnimationFrame);
      }}
      return performance.now() - start;
    }}"""
    return float(viewer.tab.js(timed, row))


def _wait_loaded(viewer: Viewer) -> None:
    """Wait until the series is here: scrolling is timed, not the network."""
    loaded = "() => document.querySelector('series-strip [aria-pressed=true] progress')?.hidden"
    end = time.monotonic() + BOOT_S
    while not viewer.tab.js(loaded) and time.monotonic() < end:
        time.sleep(0.5)


@contextmanager
def _pointer_down(viewer: Viewer) -> Iterator[list[float]]:
    """A real button held down; the movements that follow are made in the page."""
    viewer.tab.js(POINTER)
    viewer.tab.drag(viewer.middle(), (0, 0), steps=1, release=False)
    yield viewer.tab.js("() => window.benchPointer")
    viewer.tab.lift()


def _intervals(moments: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(moments)]
