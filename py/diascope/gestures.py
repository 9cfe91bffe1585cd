"""A movement of the hand as a change of window or view; pure, in whole device pixels."""

from fractions import Fraction

from diascope import exact, viewport
from diascope.errors import CommandError
from diascope.values import Window
from diascope.viewport import Plane, View

DRAG_FOR_DOUBLE = 400  # device pixels of drag that change a window by its own width
MOST_TENTHS = 10**10  # windows beyond a thousand million show nothing
ZOOM_STEP = Fraction(1004, 1000)  # a device pixel upward; 174 of them double
MOST_PIXELS = 2_000  # in one movement; 1.004^2000 passes every limit
DRAGGED = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def drag_window(window: Window, dx: int, dy: int) -> Window:
    """Widen by dx, raise the centre by dy (downward darkens), both in proportion to the width.

    The result has at most one decimal. Every movement changes something, and the width keeps
    what its function allows. A table or full range becomes LINEAR.

    Standard: PS3.3 C.11.2.1.2, Window Center and Window Width.
    """
    function = window.function if window.function in DRAGGED else "LINEAR"
    width, center = (_tenths(text) for text in (window.width, window.center))
    least = 10 if function == "LINEAR" else 1
    wider = min(max(width + _step(dx, width), least), MOST_TENTHS)
    higher = min(max(center + _step(dy, width), -MOST_TENTHS), MOST_TENTHS)
    return Window(exact.fixed_text(higher, 1), exact.fixed_text(wider, 1), function)


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


def _tenths(text: str) -> int:
    return exact.round_half_up(exact.fraction(text) * 10)


def _step(pixels: int, width_tenths: int) -> int:
    """Return the change in tenths: at least one for a movement of one pixel."""
    if pixels == 0:
        return 0
    size = max(abs(pixels) * width_tenths // DRAG_FOR_DOUBLE, 1)
    return size if pixels > 0 else -size
