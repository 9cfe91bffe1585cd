"""A pattern after TG18-QC: luminance patches, low contrast, resolution, ramps, letters.

Code values are those of AAPM On-line Report 03 (TG18); the places are our own drawing, and the
twelve blurred references for scoring Cx by eye are left out. See docs/test-patterns.md.
"""

from diascope.phantom.drawing import (
    GREATEST,
    LEAST,
    MIDDLE,
    SIZE,
    Box,
    Picture,
    bars,
    centered,
    fill,
    percent,
    plain,
    ramp,
    write,
)

PATCH, CORNER, STEP, CONTRAST = 102, 10, 16, 4
PATCHES = tuple(range(8, 256, STEP))  # 8, 24 … 248
GRID, GRID_LEVEL = 102, 191
HALF = SIZE // 2
WORDS = "QUALITY CONTROL"


def picture() -> Picture:
    """Return 1024 x 1024 code values."""
    made = plain(MIDDLE)
    _crosshatch(made)
    _ramps(made)
    for number, level in enumerate(PATCHES):
        _patch(made, patch_box(number), level)
    _extremes(made)
    _letters(made)
    for row, column in ((HALF, HALF), *_corners(88)):
        _resolution(made, row, column)
    _response(made)
    write(made, 24, HALF, "TG18-QC", GRID_LEVEL)
    return made


def patch_box(number: int) -> Box:
    """Return where luminance patch 0 to 15 stands: a ring of a 6 x 4 board, clockwise."""
    across, down = (
        (number, 0)
        if number < 6
        else (5, number - 5)
        if number < 8
        else (13 - number, 3)
        if number < 14
        else (0, 15 - number + 1)
    )
    return Box(HALF + (down - 2) * PATCH, HALF + (across - 3) * PATCH, PATCH, PATCH)


def _patch(made: Picture, box: Box, level: int) -> None:
    """Draw a patch; small squares, 4 levels above and below it, stand in opposite corners."""
    fill(made, box, level)
    inner = box.inset(CORNER)
    far_down, far_right = inner.height - CORNER, inner.width - CORNER
    for down, right in ((0, 0), (0, far_right), (far_down, 0), (far_down, far_right)):
        sign = 1 if (down == 0) == (right == 0) else -1
        place = Box(inner.top + down, inner.left + right, CORNER, CORNER)
        fill(made, place, level + sign * CONTRAST)


def _crosshatch(made: Picture) -> None:
    """Draw one-pixel lines every 102 pixels, and a border of three, to show distortion."""
    for at in range(HALF % GRID, SIZE, GRID):
        fill(made, Box(at, 0, 1, SIZE), GRID_LEVEL)
        fill(made, Box(0, at, SIZE, 1), GRID_LEVEL)
    for edge in (Box(0, 0, 3, SIZE), Box(SIZE - 3, 0, 3, SIZE)):
        fill(made, edge, GRID_LEVEL)
        fill(made, Box(edge.left, edge.top, edge.width, edge.height), GRID_LEVEL)


def _ramps(made: Picture) -> None:
    """Draw the two upright ramps of 512 rows: two for each of the 256 code values."""
    for left in (104, SIZE - 104 - 64):
        ramp(made, Box(HALF - 256, left, 512, 64), upright=True)


def _extremes(made: Picture) -> None:
    """Draw 5 % in black and 95 % in white, side by side above the middle."""
    for left, outside, share in ((HALF - 2 * PATCH, LEAST, 5), (HALF + PATCH, GREATEST, 95)):
        box = Box(HALF - PATCH, left, PATCH, PATCH)
        fill(made, box, outside)
        fill(made, box.inset(PATCH // 4), percent(share))


def _letters(made: Picture) -> None:
    """Write the two words on black, grey and white, each letter one level nearer to its ground.

    The first differs by 14 levels, the last by 1.
    """
    for column, ground, sign in ((230, LEAST, 1), (HALF, MIDDLE, 1), (SIZE - 230, GREATEST, -1)):
        fill(made, centered(842, column, 60, 240), ground)
        width, spoken = 15, [each for each in WORDS if each != " "]
        start, contrast = column - width * len(WORDS) // 2, len(spoken)
        for place, letter in enumerate(WORDS):
            if letter != " ":
                at = start + place * width + width // 2
                write(made, 842, at, letter, ground + sign * contrast)
                contrast -= 1


def _resolution(made: Picture, row: int, column: int) -> None:
    """Draw bars of one and two pixels, both ways, at full and at low contrast, and Cx."""
    side = 40
    pairs = ((LEAST, GREATEST), (MIDDLE, MIDDLE + 2))
    for down, levels in enumerate(pairs):
        for right, (width, upright) in enumerate(((1, True), (1, False), (2, True), (2, False))):
            place = Box(row + down * side - side, column + (right - 2) * side, side, side)
            bars(made, place.inset(2), levels, width, upright=upright)
    fill(made, Box(row + side, column - 2 * side, 24, 4 * side), LEAST)
    for n, share in enumerate((100, 75, 50, 25)):
        write(made, row + side + 12, column + (2 * n - 3) * side // 2, "Cx", percent(share))


def _response(made: Picture) -> None:
    """Draw black on white and white on black bands, which show streaks and slow edges."""
    for top, inside, outside in ((150, GREATEST, LEAST), (SIZE - 270, LEAST, GREATEST)):
        fill(made, Box(top, 230, 50, SIZE - 460), outside)
        fill(made, Box(top + 10, HALF - 128, 30, 256), inside)
        for n in range(6):
            fill(made, Box(top + 10, 250 + 16 * n, 30, 1 + n), inside)


def _corners(inset: int) -> list[tuple[int, int]]:
    far = SIZE - inset
    return [(inset, inset), (inset, far), (far, inset), (far, far)]
