from dataclasses import replace

import pytest

from diascope.display_check import DisplayCheck, checked
from diascope.errors import DisplayError

CHECK = DisplayCheck("Room 2, left", "1.0", "350", "M. Physicist", "2026-01-31")


@pytest.mark.requirement("IMG-10")
def test_ratio_and_noticeable_steps_of_a_usual_display() -> None:
    """1 to 350 cd/m2: PS3.14 Table B-1 has these luminances near rows 71.5 and 654."""
    assert CHECK == checked(CHECK)
    assert "350" == CHECK.ratio
    assert 653 - 72 <= CHECK.noticeable_steps <= 654 - 71


def test_ratio_is_cut_not_rounded() -> None:
    assert "299.9" == replace(CHECK, least_cd_m2="1.0003", greatest_cd_m2="300.08").ratio


@pytest.mark.parametrize(
    "change",
    [
        {"display": ""},
        {"display": "x" * 65},
        {"tester": "a\nb"},
        {"date": "31.01.2026"},
        {"date": "2026-1-31"},
        {"least_cd_m2": "0"},
        {"least_cd_m2": "-1"},
        {"least_cd_m2": "nan"},
        {"least_cd_m2": "400"},
        {"least_cd_m2": "350"},
        {"greatest_cd_m2": "1e999"},
        {"greatest_cd_m2": "5000"},
        {"least_cd_m2": "0.01"},
    ],
    ids=str,
)
def test_what_is_no_measurement_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(DisplayError):
        checked(replace(CHECK, **change))
