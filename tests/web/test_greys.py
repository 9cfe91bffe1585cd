"""Greys on the canvas of the real page, in each browser: the clause's formula, maximum error 0.

The files go through everything that a hospital's would: ingest, sealing, TLS, verification. What
is measured here stands in docs/greys.md.
"""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support import greys, ramps
from tests.support.browsers import Browser, open_browser
from tests.web.site import Site, running_site
from tests.web.viewer import SHOWN_S, VIEWPORT, Viewer

Pictures = dict[str, NDArray[np.uint8]]
ANOTHER = f"""(sop) => {{ const it = document.querySelector('{VIEWPORT}')?.dataset;
  return it && it.state === 'settled' && it.sop !== sop; }}"""


@pytest.fixture(scope="module")
def ramp_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with one study, a ramp a series."""
    folder = tmp_path_factory.mktemp("ramps")
    with running_site(folder, names=("small",)) as running:
        running.ingest({"ramps": ramps.write(folder / "ramps")})
        yield running


def image_at_1_to_1(viewer: Viewer, rows: int, columns: int) -> NDArray[np.uint8]:
    """The image's pixels out of the middle of the canvas: (rows, columns, 4)."""
    size = viewer.canvas()
    left, top = (size.width + 1 - columns) // 2, (size.height + 1 - rows) // 2
    octets = viewer.region(left, top, columns, rows)
    return np.frombuffer(octets, np.uint8).reshape(rows, columns, 4)


def pictures(viewer: Viewer, site: Site) -> Pictures:
    """Show every series at 1:1 and take its picture down, by the ramp's name."""
    names = {f"{number:02}.dcm": ramp for number, ramp in enumerate(ramps.EVERY, start=1)}
    found: Pictures = {}
    before = ""
    for number in range(len(ramps.EVERY)):
        viewer.choose_stack(number)
        viewer.tab.wait(ANOTHER, before, limit_s=SHOWN_S)
        viewer.act("one-to-one")
        shown = viewer.settled()
        assert shown.pixel_sha256 == viewer.canvas().sha256
        ramp, before = names[site.originals[shown.sop].name], shown.sop
        found[ramp.name] = image_at_1_to_1(viewer, *ramp.pixels.shape)
    return found


@pytest.mark.requirement("IMG-01", "IMG-02", "IMG-03", "IMG-04", "BRW-02")
def test_every_canvas_is_the_formula(
    browser: Browser, ramp_site: Site, request: pytest.FixtureRequest, record_property
) -> None:
    with open_browser(browser.engine, ramp_site.ca) as own:  # it trusts this site alone
        viewer = Viewer(own.open(), ramp_site.origin).sign_in(ramp_site.person())
        viewer.open(ramp_site.studies["ramps"].handle)
        shown = pictures(viewer, ramp_site)
    files = {path.name: path for path in ramp_site.originals.values()}
    expected = {
        ramp.name: ramp.expected(files[f"{number:02}.dcm"])
        for number, ramp in enumerate(ramps.EVERY, start=1)
    }
    error = {name: ramps.errors(shown[name][..., :3], expected[name]) for name in expected}
    wrong = ramps.wrong_vectors({name: each[..., :3] for name, each in shown.items()})
    measured = {
        "version": browser.version,
        "ramps": {ramp.name: list(error[ramp.name]) for ramp in ramps.RAMPS},
        "vectors": len(ramps.vectors()),
        "wrong vectors": len(wrong),
    }
    if request.config.getoption("--keep-greys"):
        greys.keep(browser.engine, measured)
    record_property("greys", f"{browser.engine}: {len(error)} ramps, {max(error.values())[0]} off")
    assert dict.fromkeys(expected, (0, "0")) == error
    assert [] == wrong
    assert {255} == {int(level) for each in shown.values() for level in np.unique(each[..., 3])}
    recorded = greys.read()[browser.engine]
    assert {**recorded, "version": ""} == {**measured, "version": ""}
