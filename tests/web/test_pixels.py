"""The right greys, everywhere: what a reader sees is what CPython computes and the standard says.

Each case is read as a person reads it, over TLS with the real policy: slices, windows and zooms.
Every settled view must be the same bytes on the canvas, in the signed record, in `diascope render`
and, at 1:1, in an oracle of its own and in the window itself.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.support.browsers import Browser, open_browser
from tests.web.proof import Look, disagreements, look, scale_is_real
from tests.web.site import Site
from tests.web.viewer import Viewer

Step = Callable[[Viewer], None]


def to_second_preset(viewer: Viewer) -> None:
    viewer.act("reset")
    viewer.tab.press("2")


def one_to_one(viewer: Viewer) -> None:
    viewer.act("one-to-one")


def closer_and_aside(viewer: Viewer) -> None:
    viewer.act("zoom-in")
    viewer.pan(23, 11)


SLICES: dict[str, list[Step]] = {
    "phantom": [lambda viewer: viewer.scroll(3), lambda viewer: viewer.tab.press("End")],
    "cr": [],
    "jpeg": [lambda viewer: viewer.tab.press("PageDown")],
    "rle": [],
}
WINDOWS: list[Step] = [to_second_preset, lambda viewer: viewer.drag_window(37, -21)]
ZOOMS: list[Step] = [
    lambda viewer: viewer.act("fit"),
    one_to_one,
    closer_and_aside,
]


# Turns of what is seen, by keys and buttons; together each case has another of the eight.
TURNS: dict[str, list[str]] = {
    "phantom": ["."],
    "cr": [",", "h"],
    "jpeg": ["v"],
    "rle": [".", ".", "h"],
}


def walk(viewer: Viewer, case: str) -> Iterator[Look]:
    """Read an open study: every slice in every window at every zoom. Colour has no window.

    At the end turned and mirrored, at 1:1 and otherwise.
    """
    for to_slice in [lambda _: None, *SLICES[case]]:
        to_slice(viewer)
        for window in WINDOWS if case != "jpeg" else WINDOWS[:1]:
            window(viewer)
            for zoom in ZOOMS:
                zoom(viewer)
                yield look(viewer, at_window=zoom is one_to_one)
    for key in TURNS[case]:
        viewer.tab.press(key)
    yield look(viewer)
    viewer.act("one-to-one")
    yield look(viewer, at_window=True)


@pytest.mark.requirement("BRW-02")
@pytest.mark.parametrize("case", ["phantom", "cr", "jpeg", "rle"])
def test_every_view_is_the_one_expected(reader: Viewer, site: Site, case: str) -> None:
    reader.open(site.studies[case].handle)
    looks = list(walk(reader, case))
    reader.back_to_list()
    assert {} == disagreements(looks, site)
    assert len({one.shown.pixel_sha256 for one in looks}) == len(looks)  # each step did something


def test_window_shows_the_canvas_at_two_device_pixels_a_pixel(
    browser: Browser, site: Site
) -> None:
    with open_browser(browser.engine, site.ca, scale=2) as sharp:
        viewer = Viewer(sharp.open(), site.origin).sign_in(site.person())
        viewer.open(site.studies["phantom"].handle)
        viewer.act("one-to-one")
        one = look(viewer, at_window=True)
    assert scale_is_real(sharp, one)
    assert {} == disagreements([one], site)
