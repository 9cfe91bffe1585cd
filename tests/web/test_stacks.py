"""A shuffled, mixed and incomplete series on the page: stacked, named, the gap in it told."""

from collections.abc import Iterator

import pydicom
import pytest

from tests.web import mixed
from tests.web.site import Site
from tests.web.viewer import Viewer

ITEMS = """() => [...document.querySelectorAll('series-strip [data-stack]')].map((item) => ({
  series: item.dataset.series, name: item.querySelector('.description').textContent,
  facts: item.querySelector('.facts').textContent,
  told: item.querySelector('.finding')?.innerText.trim() ?? '', tip: item.title }))"""
TITLES = """() => [...document.querySelectorAll('series-strip [role=group]')]
  .map((group) => group.getAttribute('aria-label'))"""
CORNER = """() => [...document.querySelectorAll('.corner.top-right .stack')]
  .map((line) => line.textContent)"""
TOLD = "() => [...document.querySelectorAll('.findings li')].map((line) => line.textContent)"
MISSING = "1 slice is missing between images 11 and 12."


@pytest.fixture
def opened(reader: Viewer, site: Site) -> Iterator[Viewer]:
    """The reader with the mixed study open, who then goes back to the list."""
    reader.open(site.studies["mixed"].handle)
    yield reader
    reader.back_to_list()


def names(site: Site) -> dict[str, str]:
    """What each instance of the study is, by its UID."""
    mine = {sop: path for sop, path in site.originals.items() if path.parent.name == "mixed"}
    return {sop: path.stem for sop, path in mine.items()}


@pytest.mark.requirement("INT-07")
def test_a_mixed_series_is_listed_as_named_stacks(opened: Viewer) -> None:
    items = opened.tab.js(ITEMS)

    assert ["Trunk", "DWI"] == opened.tab.js(TITLES)
    assert [
        ("0", "Axial", "CT · 23", MISSING),
        ("0", "Sagittal", "CT · 5", ""),
        ("0", "Localiser", "CT · 1", ""),
        ("1", "b = 0", "MR · 6", ""),
        ("1", "b = 1000", "MR · 6", ""),
    ] == [(each["series"], each["name"], each["facts"], each["told"]) for each in items]
    assert "By position, head to feet" in items[0]["tip"]


@pytest.mark.requirement("INT-07")
def test_neighbours_are_neighbours_and_the_gap_is_told(opened: Viewer, site: Site) -> None:
    known = names(site)
    seen = []
    for _ in range(mixed.SLICES - 1):
        seen.append(known[opened.settled().sop])
        opened.tab.press("ArrowDown")
    axial = [f"axial-{n:02}" for n in range(1, mixed.SLICES + 1) if n != mixed.LOST]

    assert axial == seen
    assert ["Axial", "By position, head to feet"] == opened.tab.js(CORNER)
    assert [MISSING] == opened.tab.js(TOLD)
    opened.choose_stack(1)
    opened.tab.press("End")
    assert "sagittal-5" == known[opened.settled().sop]
    assert ["Sagittal", "By position, right to left"] == opened.tab.js(CORNER)
    assert [] == opened.tab.js(TOLD)


def test_records_of_a_stack_name_series_instance_and_frame(opened: Viewer, site: Site) -> None:
    opened.choose_stack(4)
    shown = opened.settled()
    record = site.wait_view(shown.sop, 1, shown.pixel_sha256)
    file = pydicom.dcmread(site.originals[shown.sop])

    assert ("b1000-6", file.SeriesInstanceUID) == (names(site)[shown.sop], record["series"])
    assert "stack" not in record
