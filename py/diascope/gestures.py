"""A movement of the hand as a change of window or view; pure, in whole device pixels."""

from fractions import Fraction

from diascope import exact, viewport
from diascope.errors import CommandError
from diascope.values import Window
from diascope.viewport import Plane, View

DRAG_FOR_DOUBLE = 400  # device pixels of drag that change a window by its own width
MOST = 10**12  # beyond the range of 32 bits; windows of floating-point values stop here too
FINE = 100  # a window's ramp is at least so many of its last decimals, where the values allow it
MOST_DECIMALS = 30  # so that a record can hold the numbers
ZOOM_STEP = Fraction(1004, 1000)  # a device pixel upward; 174 of them double
MOST_PIXELS = 2_000  # in one movement; 1.004^2000 passes every limit
DRAGGED = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def drag_window(window: Window, dx: int, dy: int, apart: Fraction = Fraction(1)) -> Window:
    """Widen by dx, raise the centre by dy (downward darkens), both in proportion to the width.

    `apart` is how far two neighbouring stored values lie apart. The result has one decimal, or
    as many as a ramp over small values needs. Every movement changes something, and the width
    keeps what its function allows. A table or full range becomes LINEAR.

    Standard: PS3.3 C.11.2.1.2, Window Center and Window Width.
    """
    function = window.function if window.function in DRAGGED else "LINEAR"
    center, width = exact.fraction(window.center), exact.fraction(window.width)
    ramp = width - 1 if function == "LINEAR" else width  # LINEAR is flat for the last unit
    decimals = _decimals(ramp, apart)
    unit = 10**decimals
    pace = exact.round_half_up((width if decimals == 1 else ramp) * unit)
    least = unit if function == "LINEAR" else 1
    wider = exact.round_half_up(width * unit) + _step(dx, pace)
    higher = exact.round_half_up(center * unit) + _step(dy, pace)
    return Window(
        exact.fixed_text(min(max(higher, -MOST * unit), MOST * unit), decimals),
        exact.fixed_text(min(max(wider, least), MOST * unit), decimals),
        function,
    )


def _decimals(ramp: Fraction, apart: Fraction) -> int:
    """Return the decimals of a dragged window: from 1, at most to a tenth of a stored value."""
    last = max(ramp / FINE, apart / 10)
    return next(n for n in range(1, MOST_DECIMALS + 1) if n == MOST_DECIMALS or last * 10**n >= 1)


def move(kind: str, view: View, plane: Plane, by: tuple[int, int], at: tuple[int, int]) -> View:
    """Pan or zoom a view; zooming keeps the image point under `at`.

    Raises:
        CommandError: `gesture`, no such kind.
    """
    if kind == "pan":
        return viewport.panned(view, plane, *by)
    if kind == "zoom":
        return viewport.zoomed(view, plane, zoomed_e6(view.zoom_e6, by[1]), at)
    raise CommandError("gesture")


def zoomed_e6(zoom_e6: int, dy: int) -> int:
    """Return the zoom after dragging dy device pixels; upward enlarges."""
    pixels = min(abs(dy), MOST_PIXELS)
    factor = Fraction(ZOOM_STEP.numerator**pixels, ZOOM_STEP.denominator**pixels)
    return exact.round_half_up(zoom_e6 * factor if dy < 0 else zoom_e6 / factor)


def _step(pixels: int, pace: int) -> int:
    """Return the change in units of the last decimal: at least one for a pixel of movement."""
    if pixels == 0:
        return 0
    size = max(abs(pixels) * pace // DRAG_FOR_DOUBLE, 1)
    return size if pixels > 0 else -size
