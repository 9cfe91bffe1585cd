import imagecodecs
import numpy as np
import pytest

from diascope import pipeline
from diascope.audit.beacon import check_body
from diascope.display import to_rgba
from diascope.errors import CommandError
from diascope.manifest import parse
from diascope.painted import Screen
from diascope.presets import Look
from diascope.values import StoredBytes, Window
from diascope.viewport import View
from tests.engine import studies
from tests.engine.readers import (
    BUNDLE,
    MADE,
    fetch,
    holding_all,
    numbers,
    reader,
    show,
    state,
)
from tests.support import phantoms
from tests.support.phantoms import Image, ramp


def test_image_is_the_one_that_the_map_renders() -> None:
    made = reader()
    listed = parse(MADE.data)
    for series, position, instance in ((0, 1, 1), (1, 2, 0), (2, 0, 0)):
        painted = show(made, series, position)
        view = made.settle("1", 2).reply["view"]
        place = view["presentation"]
        told = place["voi"]
        parts = [
            (StoredBytes(MADE.parts[series, instance, n]), entry)
            for n, entry in enumerate(listed.series[series].instances[instance].parts)
            if entry.sha256 in view["parts"]
        ]
        look = Look(Window(told["center"], told["width"], told["function"]), place["invert"])
        shown = View(
            64, 48, place["zoom_e6"], place["center_column_e6"], place["center_row_e6"], "free"
        )
        expected = pipeline.render_frame(parts, view["frame"] - 1, look, shown).array
        assert np.array_equal(expected, to_rgba(painted.pixels).array)


def test_first_image_opens_with_the_files_window_fitted() -> None:
    painted = show(reader(), 0, 0, generation=7)
    assert ("2000", "3000") == numbers(painted)
    assert ("fit", False, 3, 0) == tuple(
        state(painted)[name] for name in ("mode", "invert", "count", "position")
    )
    assert 7 == painted.reply["generation"]


def test_pan_and_zoom_change_the_view_and_keep_the_window() -> None:
    made = reader()
    before = show(made, 0, 0)
    moved = made.gesture("1", "zoom", (0, -100), (10, 10), 2)
    panned = made.gesture("1", "pan", (5, 5), (10, 10), 3)
    assert numbers(before) == numbers(moved) == numbers(panned)
    assert state(moved)["zoom_e6"] > state(before)["zoom_e6"]
    assert not np.array_equal(moved.pixels, panned.pixels)


def test_new_size_is_drawn_by_the_next_command() -> None:
    made = reader()
    show(made, 0, 0)
    made.lay_out(Screen("1", 90, 30))
    painted = made.settle("1", 2)
    assert ((30, 90), 90, 30) == (
        painted.pixels.shape,
        painted.reply["width"],
        painted.reply["height"],
    )


def test_image_without_its_parts_is_missing_and_the_shown_one_stays() -> None:
    made = reader()
    show(made, 0, 0)
    with pytest.raises(CommandError) as caught:
        made.show("1", 0, 1, 2)
    assert "command.missing" == caught.value.code
    assert 0 == state(made.settle("1", 3))["position"]


def test_settled_view_names_study_image_and_parts() -> None:
    made = reader()
    show(made, 1, 2)
    view = made.settle("1", 9).reply["view"]
    entry = parse(MADE.data).series[1].instances[0]
    assert ("h" * 22, MADE.digest, BUNDLE) == (view["study"], view["manifest"], view["bundle"])
    assert (entry.sop, 3, 9, True) == (
        view["sop"],
        view["frame"],
        view["generation"],
        view["exact"],
    )
    assert [entry.parts[0].sha256, entry.parts[3].sha256] == view["parts"]


@pytest.mark.requirement("REG-07")
@pytest.mark.parametrize(
    ("level", "stated", "said"),
    [
        (2, {}, "Lossy compressed: JPEG-LS"),
        (2, {0x00282110: ("CS", "00")}, "Lossy compressed: JPEG-LS"),
        (
            2,
            {0x00282110: ("CS", "01"), 0x00282112: ("DS", "9")},
            "Lossy compressed: 9 : 1",
        ),
        (0, {}, ""),
    ],
    ids=["not stated", "denied", "stated", "lossless"],
)
def test_loss_that_only_the_codestream_tells_is_shown(level, stated, said) -> None:
    frame = ramp((1, 24, 32), "u1", 8)
    stream = imagecodecs.jpegls_encode(frame[0], level=level)
    data = phantoms.file(Image(frame, phantoms.JPEG_LS, encoded=(stream,), extra=stated))
    made = holding_all(studies.study([data]))
    painted = made.show("1", 0, 0, 1)
    assert said == state(painted)["lossy"]
    assert (said in painted.reply["corners"]["bottom_left"]) == bool(said)


@pytest.mark.requirement("AUD-13")
def test_settled_view_is_a_body_that_the_server_accepts() -> None:
    made = reader()
    for series, change in (
        (0, {"preset": "full"}),
        (0, {"preset": "auto"}),
        (2, {"invert": True}),
    ):
        show(made, series, 0)
        made.change("1", change, 2)
        view = made.settle("1", 3).reply["view"]
        check_body("view", {**view, "pixel_sha256": "0" * 64})


def test_thumbnail_is_the_middle_image_and_leaves_no_trace() -> None:
    made = reader()
    show(made, 0, 0)
    fetch(made, 1, 1)
    small = made.thumbnail("t", 1, 16, 12)
    assert ((12, 16), 1) == (small.pixels.shape, state(small)["position"])
    assert 0 == state(made.settle("1", 2))["stack"]


def test_nothing_is_left_after_closing() -> None:
    made = reader()
    show(made, 0, 0)
    made.close()
    for ask in (lambda: made.settle("1", 2), lambda: made.needs(0, 0)):
        with pytest.raises(CommandError):
            ask()


@pytest.mark.parametrize(
    ("stack", "position"),
    [
        pytest.param(3, 0, id="stack"),
        pytest.param(-1, 0, id="negative"),
        pytest.param(0, 3, id="end"),
    ],
)
def test_place_that_does_not_exist_is_refused(stack: int, position: int) -> None:
    with pytest.raises(CommandError):
        reader().show("1", stack, position, 1)


def test_viewport_that_was_never_laid_out_is_refused() -> None:
    with pytest.raises(CommandError) as caught:
        reader().show("2", 0, 0, 1)
    assert "command.viewport" == caught.value.code
