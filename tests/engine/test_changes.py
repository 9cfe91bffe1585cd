from fractions import Fraction

import numpy as np
import pytest
from pydicom.dataset import Dataset

from diascope.display import to_rgba
from diascope.errors import CommandError, DiascopeError
from diascope.painted import Painted, Screen
from diascope.reading import Reader
from tests.engine import studies
from tests.engine.readers import BUNDLE, COLOR, GREY, holding_all, numbers, reader, show, state


def test_window_zoom_and_inversion_stay_while_scrolling_and_go_with_the_series() -> None:
    made = reader()
    show(made, 0, 0)
    made.change("1", {"window": {"center": "50.5", "width": "60"}}, 2)
    made.change("1", {"zoom_e6": 3_000_000}, 3)
    made.change("1", {"invert": True}, 4)
    scrolled = show(made, 0, 1)
    assert (("50.5", "60"), 3_000_000, True) == (
        numbers(scrolled),
        state(scrolled)["zoom_e6"],
        state(scrolled)["invert"],
    )
    other = show(made, 1, 0)
    assert ("fit", False) == (state(other)["mode"], state(other)["invert"])
    assert ("2000", "3000") == numbers(show(made, 0, 0))


def places(number: int, z: str, orientation: list[str], **more: str) -> bytes:
    place = {"ImagePositionPatient": ["0", "0", z], "ImageOrientationPatient": orientation}
    return studies.file(GREY[number % 3], number, FrameOfReferenceUID="2.25.8", **place, **more)


@pytest.mark.parametrize(
    ("orientation", "zoom"),
    [(["1", "0", "0", "0", "1", "0"], True), (["0", "1", "0", "0", "0", "-1"], False)],
    ids=["another echo of the plane", "another plane"],
)
def test_between_stacks_of_a_series_the_window_stays_and_the_zoom_where_it_fits(
    orientation: list[str], zoom: bool
) -> None:
    axial = ["1", "0", "0", "0", "1", "0"]
    files = [places(n, str(3 * n), axial, EchoTime="9") for n in (1, 2)]
    files += [places(n + 2, str(3 * n), orientation, EchoTime="80") for n in (1, 2)]
    made = holding_all(studies.study(files), 64, 48)
    made.show("1", 0, 0, 1)
    made.change("1", {"window": {"center": "50.5", "width": "60"}}, 2)
    made.change("1", {"zoom_e6": 3_000_000}, 3)
    made.change("1", {"invert": True}, 4)
    other = made.show("1", 1, 1, 5)
    assert (("50.5", "60"), True) == (numbers(other), state(other)["invert"])
    assert (1, 1) == (state(other)["stack"], state(other)["position"])
    assert zoom == (state(other)["zoom_e6"] == 3_000_000)


def test_presets_and_reset() -> None:
    made = reader()
    first = show(made, 0, 0)
    assert ("100", "200") == numbers(made.change("1", {"preset": "file-1"}, 2))
    assert "NONE" == state(made.change("1", {"preset": "full"}, 3))["window"]["function"]
    made.change("1", {"mode": "one_to_one"}, 4)
    back = made.change("1", {"reset": True}, 5)
    assert state(first) == state(back)


def test_full_range_of_the_next_image_is_its_own() -> None:
    steep = studies.file(GREY[1], 2, RescaleSlope="3", RescaleIntercept="-7")
    study = studies.study([studies.file(GREY[1], 1), steep])
    made = holding_all(study, 64, 48)
    made.show("1", 0, 0, 1)
    first = made.change("1", {"preset": "full"}, 2)
    second = made.show("1", 0, 1, 3)
    assert "NONE" == state(second)["window"]["function"]
    assert np.array_equal(first.pixels, second.pixels)  # the same share of another range


def test_drag_on_a_full_range_begins_from_its_numbers() -> None:
    made = reader()
    show(made, 0, 0)
    made.change("1", {"preset": "full"}, 2)
    dragged = made.gesture("1", "window", (0, 4), (0, 0), 3)
    width = Fraction(state(dragged)["window"]["width"])
    assert (65536, "LINEAR") == (width, state(dragged)["window"]["function"])


@pytest.mark.requirement("IMG-03")
def test_table_of_the_file_is_the_default_until_it_is_dragged_or_absent() -> None:
    lut = Dataset()
    lut.LUTDescriptor, lut.LUTExplanation = [256, 0, 8], "Hard"
    lut.LUTData = (np.arange(256, dtype="<u2") ** 2 // 256).tobytes()
    lut["LUTData"].VR = "OW"
    small = (GREY[0] // 16).astype(np.uint8)
    study = studies.study([studies.file(small, 1, VOILUTSequence=[lut]), studies.file(small, 2)])
    made = Reader()
    made.open(study.data, study.digest, BUNDLE)
    made.lay_out(Screen("1", 32, 24))
    for key, data in study.parts.items():
        made.holding.put_part(key, data)
    first = made.show("1", 0, 0, 1)
    assert {"function": "LUT", "center": "", "width": "", "explanation": "LUT 1: Hard"} == state(
        first
    )["window"]
    assert (small.astype(int) ** 2 // 256).tolist() == to_rgba(first.pixels).array[..., 0].tolist()
    assert "NONE" == state(made.show("1", 0, 1, 2))["window"]["function"]
    made.show("1", 0, 0, 3)
    made.change("1", {"preset": "lut-0"}, 4)
    assert "LINEAR" == state(made.gesture("1", "window", (1, 1), (0, 0), 5))["window"]["function"]


def test_grey_and_colour_in_one_series_each_keep_their_own_rule() -> None:
    study = studies.study([studies.file(GREY[0], 1), studies.file(COLOR, 2)])
    made = holding_all(study, 32, 24)
    grey, colour, again = (made.show("1", stack, 0, 1) for stack in (0, 1, 0))
    assert "NONE" == state(colour)["window"]["function"]
    assert state(grey)["window"] == state(again)["window"]
    assert np.array_equal(grey.pixels, again.pixels)


def test_colour_ignores_windows_but_inverts() -> None:
    made = reader()
    before = show(made, 2, 0)
    dragged = made.gesture("1", "window", (9, 9), (0, 0), 2)
    assert np.array_equal(before.pixels, dragged.pixels)
    assert [] == state(before)["presets"]
    turned = made.change("1", {"invert": True}, 3)
    both = (
        to_rgba(before.pixels).array[..., :3].astype(int) + to_rgba(turned.pixels).array[..., :3]
    )
    inside = to_rgba(turned.pixels).array[..., :3].any(axis=-1)
    assert {255} == set(both[inside].ravel().tolist())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({}, "command.change", id="nothing"),
        pytest.param({"invert": True, "reset": True}, "command.change", id="two things"),
        pytest.param({"spin": 1}, "command.change", id="unknown"),
        pytest.param({"zoom_e6": "2"}, "command.change", id="wrong type"),
        pytest.param({"mode": "free"}, "command.change", id="mode"),
        pytest.param({"preset": "x"}, "command.preset", id="preset"),
        pytest.param({"window": {"center": 40, "width": 4}}, "command.change", id="numbers"),
        pytest.param({"window": {"center": "4", "width": "0"}}, "presentation.width", id="width"),
        pytest.param({"window": {"center": "4"}}, "presentation.decimal", id="half a window"),
        pytest.param(
            {"window": {"center": "4", "width": "9", "function": "LUT"}},
            "presentation.function",
            id="function",
        ),
    ],
)
def test_change_that_makes_no_sense_is_refused_and_shows_nothing(change: dict, code: str) -> None:
    """The page takes its canvas away; shown again, the image looks as before the refusal."""
    made = reader()
    before = show(made, 0, 0)
    with pytest.raises(DiascopeError) as caught:
        made.change("1", change, 2)
    assert code == caught.value.code
    for again in (lambda: made.settle("1", 3), lambda: made.change("1", {"invert": True}, 3)):
        with pytest.raises(CommandError) as after:
            again()
        assert "command.nothing_shown" == after.value.code
    shown = show(made, 0, 0)
    assert state(before) == state(shown)
    assert np.array_equal(before.pixels, shown.pixels)


def test_typed_numbers_are_recorded_without_their_padding() -> None:
    made = reader()
    show(made, 0, 0)
    made.change("1", {"window": {"center": " " * 90 + "40\0", "width": "400 "}}, 2)
    voi = made.settle("1", 3).reply["view"]["presentation"]["voi"]
    assert ("40", "400") == (voi["center"], voi["width"])


NAMED = {"WindowCenter": "9", "WindowWidth": "90", "WindowCenterWidthExplanation": "Auto"}


@pytest.mark.requirement("AUD-13")
@pytest.mark.parametrize("preset", [None, "auto"], ids=["default", "auto"])
def test_a_name_that_is_true_of_one_frame_does_not_follow_to_the_next(preset) -> None:
    """The numbers stay while scrolling; "Full range of this image" would be of another image."""
    made = holding_all(studies.study([studies.file(GREY[n], n) for n in (1, 2)]))
    first = made.show("1", 0, 0, 1)
    if preset:
        first = made.change("1", {"preset": preset}, 2)
    assert state(first)["window"]["explanation"] in {"Full range of this image", "Auto"}
    assert first.reply["state"] == made.show("1", 0, 0, 3).reply["state"]  # drawn again
    second = made.show("1", 0, 1, 4)
    assert numbers(first) == numbers(second)
    assert "" == state(second)["window"]["explanation"]
    assert "" == made.settle("1", 5).reply["view"]["presentation"]["voi"]["explanation"]
    assert first.reply["corners"]["bottom_right"][0] != second.reply["corners"]["bottom_right"][0]


def test_a_name_that_both_files_give_their_window_follows() -> None:
    files = [studies.file(GREY[n], n, **NAMED) for n in (1, 2)]
    made = holding_all(studies.study(files))
    first, second = (made.show("1", 0, position, 1) for position in (0, 1))
    assert "Auto" == state(first)["window"]["explanation"]
    assert state(first)["window"] == state(second)["window"]


@pytest.mark.parametrize(("dx", "dy"), [(1, 0), (0, 1), (-3, 2), (40, -40)], ids=str)
def test_drag_over_small_values_is_as_fine_as_over_large_ones(dx: int, dy: int) -> None:
    """Stored values of 1e-6 each: a window in tenths would show two greys."""
    made = holding_all(studies.study([studies.file(GREY[1], 1, RescaleSlope="0.000001")]))
    before = made.show("1", 0, 0, 1)
    dragged = made.gesture("1", "window", (dx, dy), (0, 0), 2)
    off = np.abs(
        to_rgba(before.pixels).array[..., 0].astype(int) - to_rgba(dragged.pixels).array[..., 0]
    )
    assert 0 < int(off.max()) < 60
    assert max(map(len, numbers(dragged))) <= 8


def test_turns_are_of_what_the_reader_sees_and_stay_within_a_series() -> None:
    made = reader()
    upright = show(made, 0, 0)
    assert (0, False) == turn(upright)
    assert (90, False) == turn(made.change("1", {"rotate": 90}, 2))
    assert (90, True) == turn(made.change("1", {"flip": "horizontal"}, 3))
    assert (0, True) == turn(made.change("1", {"rotate": 90}, 4))  # against the mirror
    assert (90, True) == turn(made.change("1", {"rotate": -90}, 4))
    assert (270, False) == turn(made.change("1", {"flip": "vertical"}, 5))
    scrolled = show(made, 0, 1)
    assert (270, False) == turn(scrolled)
    assert "Rotated 270°" in scrolled.reply["corners"]["bottom_right"]
    assert (180, False) == turn(made.change("1", {"rotation": 180}, 6))
    back = made.change("1", {"reset": True}, 7)
    assert (0, False) == turn(back)
    assert (0, False) == turn(show(made, 1, 0))


@pytest.mark.requirement("IMG-07")
def test_turned_picture_is_the_turned_array_and_its_record_says_so() -> None:
    made = reader()
    made.lay_out(Screen("1", 48, 48))
    upright = show(made, 0, 0)
    made.change("1", {"rotate": 90}, 2)
    turned = made.change("1", {"flip": "horizontal"}, 3)
    assert np.array_equal(np.fliplr(np.rot90(upright.pixels, -1)), turned.pixels)
    view = made.settle("1", 4).reply["view"]["presentation"]
    assert (90, True, "", True, "") == tuple(
        view[name] for name in ("rotation", "flip", "state", "overlays", "graphics_sha256")
    )


@pytest.mark.parametrize(
    "change",
    [
        {"rotate": 45}, {"rotate": 270}, {"rotate": "90"}, {"rotation": 360}, {"rotation": False},
        {"rotation": 90.0}, {"flip": True}, {"flip": "diagonal"},
        {"rotate": 90, "flip": "vertical"}, {"zoom_e6": True},
    ],
    ids=str,
)  # fmt: skip
def test_turn_that_is_none_is_refused(change) -> None:
    made = reader()
    show(made, 0, 0)
    with pytest.raises(CommandError) as caught:
        made.change("1", change, 2)
    assert "command.change" == caught.value.code


def turn(painted: Painted) -> tuple[int, bool]:
    return state(painted)["rotation"], state(painted)["flip"]
