"""Greys of the clause's formula, computed in CPython; `tests/web/test_greys.py` asks browsers."""

import hashlib
from pathlib import Path

import pytest

from diascope import pipeline, viewport
from diascope.manifest import PartEntry
from diascope.presets import Look
from diascope.values import StoredBytes
from diascope.viewport import View
from tests.support import greys, ramps
from tests.support.ramps import Ramp

ROOT = Path(__file__).parents[1]


def canvas(data: bytes, ramp: Ramp):
    """The picture at 1:1 with the window that the file opens with."""
    entry = PartEntry("whole", 0, len(data), hashlib.sha256(data).hexdigest(), "0" * 64, 0)
    rows, columns = ramp.pixels.shape
    image = viewport.plane(rows, columns)
    view = viewport.one_to_one(viewport.fit(View(columns, rows), image), image)
    made = pipeline.render_frame([(StoredBytes(data), entry)], 0, Look(), view).array
    return made[..., :3]


@pytest.mark.requirement("IMG-01", "IMG-02", "IMG-03", "IMG-04")
@pytest.mark.parametrize("ramp", ramps.RAMPS, ids=lambda ramp: ramp.name)
def test_every_ramp_is_the_formula(ramp: Ramp, tmp_path: Path) -> None:
    path = tmp_path / "ramp.dcm"
    path.write_bytes(ramp.data(1))
    expected = ramp.expected(path)
    assert len(set(expected.ravel().tolist())) > 1
    assert (0, "0") == ramps.errors(canvas(path.read_bytes(), ramp), expected)


@pytest.mark.requirement("IMG-02")
def test_all_75_vectors_hold() -> None:
    shown = {ramp.name: canvas(ramp.data(1), ramp) for ramp in ramps.VECTOR_RAMPS}
    assert 75 == len(ramps.vectors())
    assert [] == ramps.wrong_vectors(shown)


def test_a_wrong_grey_would_be_counted() -> None:
    shown = {ramp.name: canvas(ramp.data(1), ramp) for ramp in ramps.VECTOR_RAMPS}
    name = ramps.VECTOR_RAMPS[0].name
    off = shown[name].copy()
    off[0, 0] += 1
    assert (1, "0.0002") == ramps.errors(off, shown[name])
    assert 1 == len(ramps.wrong_vectors({**shown, name: off}))


def test_the_page_of_greys_is_what_was_measured() -> None:
    """docs/greys.md is made of docs/greys.json, which the page test writes and compares."""
    record = greys.read()
    assert set(greys.ENGINES) == set(record)
    for measured in record.values():
        assert [ramp.name for ramp in ramps.RAMPS] == list(measured["ramps"])
        assert {(0, "0")} == {tuple(error) for error in measured["ramps"].values()}
        assert [75, 0] == [measured["vectors"], measured["wrong vectors"]]
    assert greys.page(record) == (ROOT / "docs" / "greys.md").read_text()
