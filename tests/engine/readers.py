"""A reader with one made-up study open, for the tests of what it does."""

import numpy as np

from diascope.painted import Painted, Screen
from diascope.reading import Reader
from tests.engine import studies

RNG = np.random.default_rng(11)
GREY = RNG.integers(0, 4096, (3, 24, 32)).astype(np.uint16)
COLOR = RNG.integers(0, 256, (20, 30, 3)).astype(np.uint8)
WINDOWS = {"WindowCenter": ["2000", "100"], "WindowWidth": ["3000", "200"]}
BROKEN = studies.file(GREY[0], 3, 1, PhotometricInterpretation="CMYK")
MADE = studies.study(
    [studies.file(GREY[0], 1, **WINDOWS), studies.file(GREY[1], 2, **WINDOWS), BROKEN],
    [studies.file(GREY, 1, 2)],
    [studies.file(COLOR, 1, 3)],
)
BUNDLE = "b" * 64


def reader(**budgets: int) -> Reader:
    made = Reader(**budgets)
    made.open(MADE.data, MADE.digest, BUNDLE)
    made.lay_out(Screen("1", 64, 48, 1_000_000, scale_verified=True))
    return made


def fetch(made: Reader, series: int, position: int) -> None:
    for key in made.needs(series, position):
        made.holding.put_part(key, MADE.parts[key])


def show(made: Reader, series: int, position: int, generation: int = 1) -> Painted:
    fetch(made, series, position)
    return made.show("1", series, position, generation)


def state(painted: Painted) -> dict:
    return painted.reply["state"]


def numbers(painted: Painted) -> tuple[str, str]:
    return state(painted)["window"]["center"], state(painted)["window"]["width"]


def holding_all(study: studies.MadeStudy, width: int = 32, height: int = 24) -> Reader:
    """A reader that holds every part of a study."""
    made = Reader()
    made.open(study.data, study.digest, BUNDLE)
    made.lay_out(Screen("1", width, height))
    for key, data in study.parts.items():
        made.holding.put_part(key, data)
    return made
