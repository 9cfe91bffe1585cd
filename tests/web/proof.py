"""One settled view, looked at from five sides, and what must agree about it.

The canvas in the browser, the attribute on the page, the signed record in the ledger, `diascope
render` in CPython, and (at 1:1) an oracle that imports nothing of Diascope, which must also stand
in a screenshot of the window wherever no text covers it.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.support import oracle
from tests.support.browsers import Browser
from tests.support.screens import Picture
from tests.web.site import Site
from tests.web.viewer import Canvas, Shown, Viewer

MARGIN = 4  # device pixels around a text that its shadow may touch
LEAST_SEEN = 0.5  # of the canvas must be free of text, or a screenshot shows nothing
REPAINT_S = 20  # a window may lag behind the canvas, on a loaded machine; not longer than this
REPAINT_STEP_S = 0.25
Record = Mapping[str, Any]
Boxes = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """One settled view: what the page said, what its canvas held, what stood in the window."""

    shown: Shown
    canvas: Canvas
    screen: Picture | None = None
    covers: Boxes = ()


def look(viewer: Viewer, *, at_window: bool = False) -> Look:
    """Wait for a settled view and take it down, and with it what the window shows."""
    seen = Look(viewer.settled(), viewer.canvas())
    return _look_at_window(viewer, seen) if at_window else seen


def _look_at_window(viewer: Viewer, seen: Look) -> Look:
    """Take pictures of the window until it has caught up with the canvas, or had its time."""
    width, height = seen.canvas.width, seen.canvas.height
    drawn = np.frombuffer(viewer.region(0, 0, width, height), np.uint8)
    drawn = drawn.reshape(height, width, 4)
    end = time.monotonic() + REPAINT_S
    while True:
        covers = tuple(tuple(box) for box in viewer.covers())
        one = replace(seen, screen=viewer.tab.picture(), covers=covers)
        if stands_in(one, drawn) or time.monotonic() > end:
            return one
        time.sleep(REPAINT_STEP_S)


def disagreements(
    looks: Iterable[Look], site: Site, renderer: Site | None = None
) -> dict[str, list[str]]:
    """Hold every look against its record, the renderer and the oracle; say what disagrees.

    `renderer` is the site whose `diascope render` is asked, when it is another.
    """
    looks = list(looks)
    last = looks[-1].shown  # records arrive in order
    site.wait_view(last.sop, last.frame, last.pixel_sha256)
    views = site.views()
    records = [views.get((it.sop, it.frame, it.pixel_sha256)) for it in (o.shown for o in looks)]
    recorded = [record for record in records if record is not None]
    asked = [(site.originals[record["sop"]], record) for record in recorded]
    rendered = iter((renderer or site).render(asked))
    found = {}
    for number, (one, record) in enumerate(zip(looks, records, strict=True)):
        wrong = ["ledger"] if record is None else _against(one, record, next(rendered), site)
        if wrong:
            found[f"view {number}"] = wrong
    return found


def _against(one: Look, record: Record, rendered: str, site: Site) -> list[str]:
    digests = {
        "canvas": one.canvas.sha256,
        "attribute": one.shown.pixel_sha256,
        "ledger": record["pixel_sha256"],
    }
    wrong = [name for name, digest in digests.items() if digest != rendered]
    viewport = record["viewport"]
    if (viewport["width"], viewport["height"]) != (one.canvas.width, one.canvas.height):
        wrong.append("size")
    if record["presentation"]["mode"] == "one_to_one":
        wrong += _against_oracle(one, record, site)
    return wrong


def _against_oracle(one: Look, record: Record, site: Site) -> list[str]:
    expected = oracle.one_to_one(site.originals[record["sop"]], record)
    wrong = []
    if hashlib.sha256(expected.tobytes()).hexdigest() != one.canvas.sha256:
        wrong.append("oracle")
    if one.screen is not None and not stands_in(one, expected):
        wrong.append("screenshot")
    return wrong


def stands_in(one: Look, expected: NDArray[np.uint8]) -> bool:
    """Tell whether `expected` stands in the window at the canvas's place, pixel for pixel."""
    assert one.screen is not None
    left, top = round(one.canvas.left * one.canvas.ratio), round(one.canvas.top * one.canvas.ratio)
    height, width = expected.shape[:2]
    seen = one.screen[top : top + height, left : left + width]
    free = uncovered(one)
    assert free.mean() > LEAST_SEEN, f"only {free.mean():.0%} of the canvas can be seen"
    return seen.shape[:2] == free.shape and bool((seen == expected[:, :, :3])[free].all())


def uncovered(one: Look) -> NDArray[np.bool_]:
    """The canvas's pixels in front of which nothing stands: (height, width)."""
    ratio = one.canvas.ratio
    free = np.ones((one.canvas.height, one.canvas.width), dtype=bool)
    for left, top, right, bottom in one.covers:
        x0, x1 = (round((x - one.canvas.left) * ratio) for x in (left, right))
        y0, y1 = (round((y - one.canvas.top) * ratio) for y in (top, bottom))
        rows = slice(max(y0 - MARGIN, 0), max(y1 + MARGIN, 0))
        free[rows, max(x0 - MARGIN, 0) : max(x1 + MARGIN, 0)] = False
    return free


def scale_is_real(browser: Browser, one: Look) -> bool:
    """Tell whether a device pixel of the canvas is a device pixel of the window."""
    across = one.canvas.across * browser.scale
    return one.canvas.ratio == browser.scale and abs(across - one.canvas.width) < 0.01
