"""A pattern after TG270-sQC: eighteen grey levels, each with bars just above and below it.

Levels, contrasts and sizes are those of AAPM Report 270 for 1024 x 1024 pixels. See
docs/test-patterns.md.
"""

from diascope.phantom.drawing import (
    GREATEST,
    LEAST,
    MIDDLE,
    SIZE,
    Box,
    Picture,
    bars,
    fill,
    plain,
    ramp,
    write,
)

LEVELS = tuple(range(0, 256, 15))  # 0, 15 … 255
CONTRAST, AT_THE_ENDS = 5, 3
SQUARE, PITCH, BAR, BARS = 128, 160, 3, 33  # six bars of three pixels with five gaps
LABEL = MIDDLE - 75


def picture() -> Picture:
    """Return 1024 x 1024 code values."""
    made = plain(MIDDLE)
    write(made, 40, SIZE // 2, "TG270-SQC", LABEL)
    for number, level in enumerate(LEVELS):
        box = square(number)
        fill(made, box, level)
        dark, light = contrasts(level)
        for at, other in ((16, dark), (80, light)):
            place = Box(box.top + at, box.left + at, 32, BARS)
            bars(made, place, (other, level), BAR, upright=True)
    for number, level in enumerate((LEAST, MIDDLE, GREATEST)):
        fill(made, Box(640, 128 + 256 * number, 256, 256), level)
    ramp(made, Box(960, 64, 64, 768), upright=False)
    bars(made, Box(960, 832, 64, 64), (LEAST, GREATEST), 1, upright=True)
    bars(made, Box(960, 896, 64, 64), (LEAST, GREATEST), 1, upright=False)
    return made


def square(number: int) -> Box:
    """Return where level 0 to 17 stands: three rows of six, the second read backwards."""
    row, place = divmod(number, 6)
    column = 5 - place if row == 1 else place
    return Box(96 + PITCH * row, 48 + PITCH * column, SQUARE, SQUARE)


def contrasts(level: int) -> tuple[int, int]:
    """Return the levels of the bars in the upper left and the lower right of a square."""
    if level == LEAST:
        return level + AT_THE_ENDS, level + CONTRAST
    if level == GREATEST:
        return level - CONTRAST, level - AT_THE_ENDS
    return level - CONTRAST, level + CONTRAST
