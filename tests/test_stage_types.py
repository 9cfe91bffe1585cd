"""The order of the grey stages is that of their types: no other can be written down."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RIGHT = """
from diascope import display, modality_lut, presentation, voi_lut
from diascope.values import Instance, StoredValues, Window

def right(stored: StoredValues, image: Instance, window: Window) -> object:
    modality = modality_lut.apply(stored, image)
    voi = voi_lut.apply(modality, window)
    return display.to_pixels(presentation.apply(voi, "MONOCHROME2", "IDENTITY"))
"""
WRONG = """
def voi_before_modality(stored: StoredValues, image: Instance, window: Window) -> object:
    return voi_lut.apply(stored, window)

def presentation_before_voi(stored: StoredValues, image: Instance, window: Window) -> object:
    return presentation.apply(modality_lut.apply(stored, image), "MONOCHROME2", "IDENTITY")

def modality_after_voi(stored: StoredValues, image: Instance, window: Window) -> object:
    return modality_lut.apply(voi_lut.apply(modality_lut.apply(stored, image), window), image)

def voi_after_presentation(stored: StoredValues, image: Instance, window: Window) -> object:
    voi = voi_lut.apply(modality_lut.apply(stored, image), window)
    return voi_lut.apply(presentation.apply(voi, "MONOCHROME2", "IDENTITY"), window)

def pixels_before_presentation(stored: StoredValues, image: Instance, window: Window) -> object:
    return display.to_pixels(voi_lut.apply(modality_lut.apply(stored, image), window))
"""


@pytest.mark.requirement("IMG-06")
def test_only_the_standards_order_passes_the_type_check(tmp_path):
    """PS3.4 N.2.1: Modality LUT, VOI LUT, Presentation LUT; each wrong arrow is one error."""
    path = tmp_path / "stages.py"
    path.write_text(RIGHT + WRONG)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context",
         "--config-file", str(ROOT / "pyproject.toml"), str(path)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    errors = [line for line in done.stdout.splitlines() if "error:" in line]

    assert 5 == len(errors), done.stdout + done.stderr
    assert all("[arg-type]" in line for line in errors)
