"""An enhanced CT by `diascope render`: each frame has the greys of its own rescale.

Standard: PS3.3 C.7.6.16.2.9, C.11.1.1.2 and C.11.2.1.2.1.
"""

import hashlib
import json
from fractions import Fraction

import numpy as np
import pytest

from diascope_server.cli import main
from tests.engine import enhanced
from tests.engine.enhanced import Groups
from tests.support import phantoms

RESCALES = (("1", "-1024"), ("2.5", "-1000"), ("-0.5", "100"))
CENTER, WIDTH = 40, 400
STORED = np.stack([np.arange(24).reshape(6, 4) * step for step in (80, 45, 60)]).astype("u2")


def file(tmp_path, syntax, *, undefined):
    g = Groups(syntax, undefined=undefined)
    per_frame = [
        g.item(g.rescale(*each), g.text(enhanced.POSITION, 0x00200032, f"0\\0\\{n}"))
        for n, each in enumerate(RESCALES)
    ]
    shared = [
        g.item(
            g.window(str(CENTER), str(WIDTH)),
            g.text(enhanced.MEASURES, 0x00280030, "0.5\\0.5"),
        )
    ]
    path = tmp_path / "enhanced.dcm"
    path.write_bytes(enhanced.file(g, shared, per_frame, frames=STORED))
    return path


def formula(stored, slope, intercept):
    """LINEAR behind a rescale, in words of the standard; one rounding, halves upward."""
    x = Fraction(slope) * int(stored) + Fraction(intercept)
    y = ((x - (CENTER - Fraction(1, 2))) / (WIDTH - 1) + Fraction(1, 2)) * 255
    return (min(max(y, 0), 255) + Fraction(1, 2)).__floor__()


def rendered(capsys, path, frame):
    words = ("--viewport", "4x6", "--zoom", "1:1", "--json", "--frame", str(frame))
    assert 0 == main(["render", str(path), *words])
    return json.loads(capsys.readouterr().out)


@pytest.mark.requirement("IMG-01")
@pytest.mark.parametrize("undefined", [False, True], ids=["defined", "undefined"])
@pytest.mark.parametrize("syntax", [phantoms.EXPLICIT, phantoms.IMPLICIT, phantoms.BIG])
def test_frames_of_one_image_with_different_rescales_have_the_greys_of_the_formula(
    tmp_path, capsys, syntax, undefined
):
    path = file(tmp_path, syntax, undefined=undefined)
    told = [rendered(capsys, path, frame) for frame in (1, 2, 3)]
    expected = []
    for frame, rescale in zip(STORED, RESCALES, strict=True):
        greys = np.array([formula(stored, *rescale) for stored in frame.reshape(-1)], np.uint8)
        rgba = np.repeat(greys, 4).reshape(6, 4, 4)
        rgba[..., 3] = 255
        expected.append(hashlib.sha256(rgba.tobytes()).hexdigest())

    assert expected == [each["pixel_sha256"] for each in told]
    assert 3 == len(set(expected))
    assert [[]] * 3 == [each["notices"] for each in told]


@pytest.mark.requirement("IMG-01")
def test_a_frame_whose_rescale_is_in_doubt_is_refused(tmp_path, capsys):
    path = tmp_path / "short.dcm"
    g = Groups()
    path.write_bytes(enhanced.file(g, None, [g.rescale("1", "0")] * 2, frames=STORED))

    assert 1 == main(["render", str(path), "--viewport", "4x6"])
    assert "malformed.groups" in capsys.readouterr().err


def test_a_distance_is_of_the_frames_own_pixels(tmp_path, capsys):
    """PS3.3 C.7.6.16.2.1: 4 pixels of half a millimetre."""
    path = file(tmp_path, phantoms.EXPLICIT, undefined=False)

    assert 0 == main(["measure", str(path), "--frame", "2", "--from", "0,1", "--to", "4,1"])
    assert "2 mm (PixelSpacing" in capsys.readouterr().out.replace("2.00", "2")
