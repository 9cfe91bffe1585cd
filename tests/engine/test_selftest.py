import base64

import numpy as np
import pytest

from diascope import decode, display, selftest
from diascope.selftest_streams import STREAMS


@pytest.mark.requirement("BRW-02")
def test_every_check_gives_its_published_answer() -> None:
    report = selftest.run()
    assert [] == [one["name"] for one in report["checks"] if one["expected"] != one["actual"]]
    assert True is report["passed"]


def test_every_answer_is_asked_for() -> None:
    assert list(selftest.EXPECTED) == list(selftest.checks_by_name())


@pytest.mark.requirement("BRW-02")
def test_planted_error_of_one_grey_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = display.GREYS.copy()
    wrong[100] = wrong[101]
    monkeypatch.setattr(display, "GREYS", wrong)
    report = selftest.run()
    assert False is report["passed"]
    assert ["display.table"] == [
        one["name"] for one in report["checks"] if one["expected"] != one["actual"]
    ]


def test_decoder_that_fails_is_an_answer_not_an_exception(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selftest, "decode", None)
    report = selftest.run()
    actual = {one["name"]: one["actual"] for one in report["checks"]}
    assert (False, "AttributeError") == (report["passed"], actual["decode.rle"])


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("name", sorted(STREAMS))
def test_stream_decodes_to_the_ramp_it_was_made_of(name: str) -> None:
    syntax, bits, text = STREAMS[name]
    row, column = np.mgrid[:16, :16]
    ramp = row * 9 + column * 6 if bits == 8 else row * 150 + column * 95
    texture = 0 if bits == 8 else (16 * row + column) * 7 % 13
    made = selftest._decoder(name)().astype(int)
    worst = np.abs(made - (ramp + texture) % 4096).max()
    assert worst <= (1 if name == "jpeg" else 0)  # baseline JPEG is lossy
    assert syntax in decode.DECODERS
    assert len(base64.b64decode(text)) < 2048
