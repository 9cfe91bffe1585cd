"""Where an image lies on the screen: zoom, pan, fit, 1:1, as frozen views in integers.

Image coordinates: the pixel in column i covers [i, i + 1). The device pixel j of a view has its
middle at j + 1/2. `sampling` turns a view into pixels; here only the view changes.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from diascope.errors import PresentationError
from diascope.exact import round_half_up
from diascope.limits import MAX_STRETCH

E6 = 1_000_000
LEAST_ZOOM_E6 = E6 // 20  # below this a reader cannot tell an image from another
MOST_ZOOM_E6 = 32 * E6
MOST_DEVICE_PIXELS = 16_384  # a side; browsers give no larger canvas
MODES = ("fit", "one_to_one", "free")


@dataclass(frozen=True, slots=True)
class Plane:
    """The image to place: its pixels, and how much taller or wider than square they are.

    `row_stretch` and `column_stretch` are 1 for the smaller side of a pixel.
    """

    rows: int
    columns: int
    row_stretch: Fraction = Fraction(1)
    column_stretch: Fraction = Fraction(1)

    @property
    def center_e6(self) -> tuple[int, int]:
        """The middle of the image as (column, row)."""
        return self.columns * E6 // 2, self.rows * E6 // 2


@dataclass(frozen=True, slots=True)
class View:
    """`width` x `height` device pixels, and the image point that lies in their middle.

    `zoom_e6` is device pixels for each image pixel, in millionths, along its shorter side.
    """

    width: int
    height: int
    zoom_e6: int = E6
    center_column_e6: int = 0
    center_row_e6: int = 0
    mode: str = "fit"


def plane(rows: int, columns: int, height_to_width: Fraction = Fraction(1)) -> Plane:
    """Describe an image whose pixels are `height_to_width` times as tall as wide.

    Raises:
        PresentationError: `aspect`, not a positive ratio up to `MAX_STRETCH`.

    Standard: PS3.3 C.7.6.3.1.7, Pixel Aspect Ratio; 10.7.1.3, Pixel Spacing.
    """
    if not Fraction(1, MAX_STRETCH) <= height_to_width <= MAX_STRETCH:
        raise PresentationError("aspect", "the pixel aspect ratio is out of range")
    if height_to_width >= 1:
        return Plane(rows, columns, row_stretch=height_to_width)
    return Plane(rows, columns, column_stretch=1 / height_to_width)


def sized(view: View, image: Plane, width: int, height: int) -> View:
    """Give the view another size and keep what it shows: fit stays fit, 1:1 stays 1:1.

    Raises:
        PresentationError: `size`, no canvas has this size.
    """
    check_size(width, height)
    return settled(replace(view, width=width, height=height), image)


def check_size(width: int, height: int) -> None:
    """Refuse a size that no canvas has.

    Raises:
        PresentationError: `size`.
    """
    if not (0 < width <= MOST_DEVICE_PIXELS and 0 < height <= MOST_DEVICE_PIXELS):
        raise PresentationError("size", "the viewport has no valid size")


def fit(view: View, image: Plane) -> View:
    """Show the whole image as large as it goes, in right proportions, at most 32 times."""
    across = Fraction(view.width) / (image.columns * image.column_stretch)
    down = Fraction(view.height) / (image.rows * image.row_stretch)
    zoom_e6 = min(max(int(min(across, down) * E6), 1), MOST_ZOOM_E6)
    column, row = image.center_e6
    return replace(view, zoom_e6=zoom_e6, center_column_e6=column, center_row_e6=row, mode="fit")


def one_to_one(view: View, image: Plane) -> View:
    """Show one image pixel on one device pixel, around the same centre.

    Pixels that are not square stay so: the longer side is stretched, and interpolated.
    """
    return settled(replace(view, zoom_e6=E6, mode="one_to_one"), image)


def zoomed(view: View, image: Plane, zoom_e6: int, at: tuple[int, int] | None = None) -> View:
    """Set the zoom within its limits; the image point under the device point `at` stays.

    `at` is (x, y) in device pixels, the middle of the view when absent.
    """
    limited = min(max(zoom_e6, LEAST_ZOOM_E6), MOST_ZOOM_E6)
    away_x, away_y = (0, 0) if at is None else (2 * at[0] - view.width, 2 * at[1] - view.height)
    # distance in image pixels before, minus after: away/2 * (1/zoom - 1/limited), in e6
    change = Fraction(E6 * E6, 2) * (Fraction(1, view.zoom_e6) - Fraction(1, limited))
    column = view.center_column_e6 + round_half_up(away_x * change / image.column_stretch)
    row = view.center_row_e6 + round_half_up(away_y * change / image.row_stretch)
    moved = replace(view, zoom_e6=limited, center_column_e6=column, center_row_e6=row, mode="free")
    return settled(moved, image)


def panned(view: View, image: Plane, dx: int, dy: int) -> View:
    """Move the picture by (dx, dy) device pixels; a fitted view becomes a free one."""
    a_pixel = Fraction(E6 * E6, view.zoom_e6)
    column = view.center_column_e6 - round_half_up(dx * a_pixel / image.column_stretch)
    row = view.center_row_e6 - round_half_up(dy * a_pixel / image.row_stretch)
    mode = "free" if view.mode == "fit" else view.mode
    moved = replace(view, center_column_e6=column, center_row_e6=row, mode=mode)
    return settled(moved, image)


def settled(view: View, image: Plane) -> View:
    """Return the nearest view that its mode and its limits allow for this image."""
    if view.mode == "fit":
        return fit(view, image)
    column = min(max(view.center_column_e6, 0), image.columns * E6)
    row = min(max(view.center_row_e6, 0), image.rows * E6)
    if view.mode == "one_to_one":
        column = _snapped(column, view.width) if image.column_stretch == 1 else column
        row = _snapped(row, view.height) if image.row_stretch == 1 else row
    return replace(view, center_column_e6=column, center_row_e6=row)


def _snapped(center_e6: int, size: int) -> int:
    """Return the centre at which device pixels cover image pixels exactly, the nearest below."""
    half = E6 // 2 * (size % 2)
    return (center_e6 - half) // E6 * E6 + half
