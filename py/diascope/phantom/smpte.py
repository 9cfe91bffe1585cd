"""A pattern after SMPTE RP 133: eleven greys in tenths, 5 % in black, 95 % in white, bars.

Code values are those of the recommended practice; the places are our own drawing. See
docs/test-patterns.md.
"""

from diascope.phantom.drawing import (
    GREATEST,
    LEAST,
    SIZE,
    Box,
    Picture,
    bars,
    fill,
    percent,
    plain,
    write,
)

GROUND, GRID_LEVEL, CELL = 50, 75, 102
HALF = SIZE // 2
TENTHS = tuple(range(0, 101, 10))
LOW_CONTRASTS = (1, 3, 5)  # per cent of full scale


def picture() -> Picture:
    """Return 1024 x 1024 code values."""
    made = plain(percent(GROUND))
    for at in range(HALF % CELL, SIZE, CELL):
        fill(made, Box(at, 0, 2, SIZE), percent(GRID_LEVEL))
        fill(made, Box(0, at, SIZE, 2), percent(GRID_LEVEL))
    for share in TENTHS:
        box = patch_box(share)
        fill(made, box, percent(share))
        label = percent(0 if share > GROUND else 100)
        write(made, box.top + box.height - 14, box.left + CELL // 2, f"{share}%", label)
    _near_the_ends(made)
    _bands(made)
    for row in (0, HALF - CELL // 2, SIZE - CELL):
        for left in (0, SIZE - 3 * CELL) if row != HALF - CELL // 2 else (HALF - 3 * CELL // 2,):
            _resolution(made, Box(row, left, CELL, 3 * CELL))
    write(made, 7 * CELL + 50, HALF, "SMPTE", percent(100))
    return made


def patch_box(share: int) -> Box:
    """Return where the patch of a percentage stands: 0 to 50 above the middle, 60 to 100 below."""
    tenth = share // 10
    row, place, count = (0, tenth, 6) if tenth < 6 else (1, tenth - 6, 5)
    top = HALF - 2 * CELL if row == 0 else HALF + CELL
    return Box(top, HALF - count * CELL // 2 + place * CELL, CELL, CELL)


def _near_the_ends(made: Picture) -> None:
    """Draw the two squares that a display must tell from black and from white."""
    for left, outside, inside in ((HALF - 4 * CELL, 0, 5), (HALF + 3 * CELL, 100, 95)):
        box = Box(HALF - CELL // 2, left, CELL, CELL)
        fill(made, box, percent(outside))
        fill(made, box.inset(CELL // 4), percent(inside))


def _bands(made: Picture) -> None:
    """Draw a white window in black and a black one in white, which show streaks."""
    for top, outside, inside in ((120, LEAST, GREATEST), (SIZE - 220, GREATEST, LEAST)):
        fill(made, Box(top, CELL, 100, SIZE - 2 * CELL), outside)
        fill(made, Box(top + 25, HALF - CELL, 50, 2 * CELL), inside)


def _resolution(made: Picture, box: Box) -> None:
    """Draw six squares: bars of 1, 2 and 3 pixels at full contrast, of 2 at 1, 3 and 5 %."""
    side = box.height // 2
    for n, width in enumerate((1, 2, 3)):
        place = Box(box.top, box.left + n * side * 2, side, side)
        bars(made, place, (LEAST, GREATEST), width, upright=True)
        place = place._replace(left=place.left + side)
        bars(made, place, (LEAST, GREATEST), width, upright=False)
    ground = percent(GROUND)
    for n, share in enumerate(LOW_CONTRASTS):
        place = Box(box.top + side, box.left + n * side * 2, side, 2 * side)
        bars(made, place, (ground, percent(GROUND + share)), 2, upright=True)
