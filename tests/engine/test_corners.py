import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import corners
from diascope.corners import Seen
from diascope.values import LossyHistory, Window
from tests.engine.images import grey_image

SEEN = Seen(11, 120, 1, Window("40", "400", "LINEAR", "Soft"), 1_416_000, "fit", "bilinear")
PERSON = {
    "PatientName": "Doe, Jane",
    "PatientID": "12-3",
    "PatientBirthDate": "19700203",
    "PatientSex": "F",
    "StudyDate": "20260105",
    "StudyTime": "093059.123",
}


@pytest.mark.requirement("INT-08")
def test_demographics_stand_on_every_viewport() -> None:
    made = corners.corners(grey_image(texts=PERSON), SEEN)
    assert ["Doe, Jane", "ID 12-3", "1970-02-03  F", "2026-01-05 09:30"] == made["top_left"]


@pytest.mark.requirement("INT-08")
def test_absent_demographics_are_said_to_be_absent() -> None:
    made = corners.corners(grey_image(), SEEN)["top_left"]
    assert [
        "Name not stated",
        "ID not stated",
        "birth date not stated  sex not stated",
        "study date not stated",
    ] == made


def test_technique_has_units_and_nothing_that_is_absent() -> None:
    texts = {
        "InstanceNumber": "12",
        "SliceThickness": "3.000",
        "SliceLocation": "-35.25",
        "KVP": "120",
        "XRayTubeCurrent": "220",
        "RepetitionTime": "free text",
    }
    made = corners.corners(grey_image(texts=texts, notices=("Mind this.",)), SEEN)["bottom_left"]
    assert ["12 / 120  Image 12", "3 mm  at -35.2 mm", "120 kV  220 mA", "Mind this."] == made


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0.625", "0.625 mm"), ("0.04", "0.04 mm"), ("3.000", "3 mm"), ("12.5", "12.5 mm"),
        ("1.25", "1.25 mm"), ("-0.625", "-0.625 mm"), ("9.996", "10 mm"), ("9.994", "9.99 mm"),
        ("120.04", "120 mm"), ("0.0012345", "0.00123 mm"), ("0", "0 mm"), ("1e-7", "0.0000001 mm"),
        ("", ""), ("x", ""),
    ],
)  # fmt: skip
def test_a_measure_keeps_the_digits_that_matter(text: str, shown: str) -> None:
    """A slice of 0.625 mm must not read 0.6, nor one of 0.04 mm read 0."""
    assert shown == corners.measure("", text, "mm")


@pytest.mark.requirement("IMG-07")
@pytest.mark.parametrize(
    ("texts", "line"),
    [
        ({"ImageLaterality": "L", "ViewPosition": "MLO"}, "Left side  View MLO"),
        ({"Laterality": "R"}, "Right side"),
        ({"Laterality": "R", "ImageLaterality": "R"}, "Right side"),
        ({"Laterality": "R", "ImageLaterality": "L"}, "Left side or Right side"),
        ({"ImageLaterality": "B", "ViewPosition": "PA"}, "Both sides  View PA"),
        ({"ImageLaterality": "U", "ViewPosition": "AP"}, "View AP"),
        ({"Laterality": "LEFT"}, "Side LEFT"),
        ({}, None),
    ],
    ids=[
        "mammogram", "of the series", "stated twice", "contradiction", "both", "unpaired",
        "other word", "absent",
    ],
)  # fmt: skip
def test_the_side_and_the_view_are_said_where_the_file_has_them(texts, line) -> None:
    """A projection without Patient Orientation has no letters at its edges."""
    made = corners.corners(grey_image(texts={"StudyDescription": "Study", **texts}), SEEN)
    assert (["Study", line] if line else ["Study"]) == made["top_right"]


def test_state_says_window_zoom_and_interpolation() -> None:
    made = corners.corners(grey_image(), SEEN)["bottom_right"]
    assert ["C 40  W 400  Soft", "Zoom 141.6 %  fit", "Bilinear"] == made[:3]


@pytest.mark.parametrize(
    ("window", "text"),
    [
        pytest.param(None, "", id="colour"),
        pytest.param(Window("", "", "LUT", "LUT 1: Hard"), "LUT 1: Hard", id="table"),
        pytest.param(Window("1", "2", "NONE", "Full range"), "Full range", id="none"),
        pytest.param(Window("1", "2", "SIGMOID"), "C 1  W 2  sigmoid", id="sigmoid"),
    ],
)
def test_window_in_words(window: Window | None, text: str) -> None:
    assert text == corners.window(window)


@pytest.mark.requirement("REG-07")
@pytest.mark.parametrize(
    ("ratio", "method", "text"),
    [
        pytest.param("10", "ISO_10918_1", ": JPEG  10 : 1", id="one step"),
        pytest.param("338.687338501292", "", ": 338.7 : 1", id="ratio alone, shortened"),
        pytest.param("", "ISO_15444_1", ": JPEG 2000", id="method alone"),
        pytest.param("9.5\\3", "ISO_10918_1\\ISO_15444_1",
                     ": JPEG  9.5 : 1, then JPEG 2000  3 : 1", id="two steps"),
        pytest.param("9.5\\3", "VENDOR_X", ": VENDOR_X  9.5 : 1, then 3 : 1", id="own method"),
        pytest.param("much", "", "", id="ratio that is none"),
        pytest.param("", "", "", id="nothing known"),
    ],
)  # fmt: skip
def test_lossy_history_is_shown_with_ratio_and_method(ratio: str, method: str, text: str) -> None:
    assert f"Lossy compressed{text}" == corners.lossy(LossyHistory(ratio, method))


def test_hidden_characters_are_made_visible() -> None:
    texts = {**PERSON, "PatientName": "eoD\u202e\x07"}
    made = corners.corners(grey_image(texts=texts), SEEN)["top_left"][0]
    assert "eoD<U+202E><U+0007>" == made


@given(st.dictionaries(st.sampled_from(sorted(PERSON)), st.text()))
def test_any_text_gives_one_printable_line_each(texts: dict[str, str]) -> None:
    made = corners.corners(grey_image(texts=texts), SEEN)
    assert 4 == len(made["top_left"])
    assert all("\n" not in line for lines in made.values() for line in lines)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("20260105", "2026-01-05", id="DA"),
        pytest.param("2026.01.05", "2026-01-05", id="old DA"),
        pytest.param("2026", "2026", id="partial"),
        pytest.param("", "", id="empty"),
    ],
)
def test_dates_are_iso(text: str, shown: str) -> None:
    assert shown == corners.date(text)
