"""Where an image lies on the screen: zoom, pan, fit, 1:1, turns, as frozen views in integers.

Image coordinates: the pixel in column i covers [i, i + 1), and no turn changes them. The device
pixel j of a view has its middle at j + 1/2. `sampling` makes pixels of a view; here only the view
changes. A turned view is the unturned one with its sides swapped, rotated as a whole, so every
rule below is said once, for the unturned view. Standard: PS3.3 C.10.6, Spatial Transformation.
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
ROTATIONS = (0, 90, 180, 270)


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
        """The middle of the image as (column, row).

        Standard: PS3.3 C.10.4, Displayed Area.
        """
        return self.columns * E6 // 2, self.rows * E6 // 2


@dataclass(frozen=True, slots=True)
class View:
    """`width` x `height` device pixels, and the image point that lies in their middle.

    `zoom_e6` is device pixels for each image pixel, in millionths, along its shorter side. The
    picture is rotated by `rotation` degrees clockwise, then, with `flip`, mirrored left to right.
    """

    width: int
    height: int
    zoom_e6: int = E6
    center_column_e6: int = 0
    center_row_e6: int = 0
    mode: str = "fit"
    rotation: int = 0
    flip: bool = False

    @property
    def is_sideways(self) -> bool:
        """Whether image rows stand upright on the screen.

        Standard: PS3.3 C.10.6, Image Rotation.
        """
        return self.rotation % 180 == 90

    @property
    def sides(self) -> tuple[int, int]:
        """Device pixels along an image row and along an image column.

        Standard: PS3.3 C.10.6, Image Rotation.
        """
        return (self.height, self.width) if self.is_sideways else (self.width, self.height)


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

    Standard: PS3.3 C.10.4, Displayed Area.
    """
    check_size(width, height)
    return settled(replace(view, width=width, height=height), image)


def check_size(width: int, height: int) -> None:
    """Refuse a size that no canvas has.

    Raises:
        PresentationError: `size`.

    Standard: none; what canvases can be.
    """
    if not (0 < width <= MOST_DEVICE_PIXELS and 0 < height <= MOST_DEVICE_PIXELS):
        raise PresentationError("size", "the viewport has no valid size")


def fit(view: View, image: Plane) -> View:
    """Show the whole image as large as it goes, in right proportions, at most 32 times.

    Standard: PS3.3 C.10.4, Presentation Size Mode SCALE TO FIT.
    """
    along_row, along_column = view.sides
    across = Fraction(along_row) / (image.columns * image.column_stretch)
    down = Fraction(along_column) / (image.rows * image.row_stretch)
    zoom_e6 = min(max(int(min(across, down) * E6), 1), MOST_ZOOM_E6)
    column, row = image.center_e6
    return replace(view, zoom_e6=zoom_e6, center_column_e6=column, center_row_e6=row, mode="fit")


def one_to_one(view: View, image: Plane) -> View:
    """Show one image pixel on one device pixel, around the same centre.

    Pixels that are not square stay so: the longer side is stretched, and interpolated.

    Standard: PS3.3 C.10.4, Presentation Size Mode MAGNIFY, with a ratio of 1.
    """
    return settled(replace(view, zoom_e6=E6, mode="one_to_one"), image)


def zoomed(view: View, image: Plane, zoom_e6: int, at: tuple[int, int] | None = None) -> View:
    """Set the zoom within its limits; the image point under the device point `at` stays.

    `at` is (x, y) in device pixels, the middle of the view when absent.

    Standard: PS3.3 C.10.4, Presentation Size Mode MAGNIFY.
    """
    limited = min(max(zoom_e6, LEAST_ZOOM_E6), MOST_ZOOM_E6)
    away = (0, 0) if at is None else (2 * at[0] - view.width, 2 * at[1] - view.height)
    away_x, away_y = along_image(view, *away)
    # distance in image pixels before, minus after: away/2 * (1/zoom - 1/limited), in e6
    change = Fraction(E6 * E6, 2) * (Fraction(1, view.zoom_e6) - Fraction(1, limited))
    column = view.center_column_e6 + round_half_up(away_x * change / image.column_stretch)
    row = view.center_row_e6 + round_half_up(away_y * change / image.row_stretch)
    moved = replace(view, zoom_e6=limited, center_column_e6=column, center_row_e6=row, mode="free")
    return settled(moved, image)


def panned(view: View, image: Plane, dx: int, dy: int) -> View:
    """Move the picture by (dx, dy) device pixels; a fitted view becomes a free one.

    Standard: PS3.3 C.10.4, Displayed Area.
    """
    a_pixel = Fraction(E6 * E6, view.zoom_e6)
    dx, dy = along_image(view, dx, dy)
    column = view.center_column_e6 - round_half_up(dx * a_pixel / image.column_stretch)
    row = view.center_row_e6 - round_half_up(dy * a_pixel / image.row_stretch)
    mode = "free" if view.mode == "fit" else view.mode
    moved = replace(view, center_column_e6=column, center_row_e6=row, mode=mode)
    return settled(moved, image)


def settled(view: View, image: Plane) -> View:
    """Return the nearest view that its mode and its limits allow for this image.

    Standard: PS3.3 C.10.4, Displayed Area.
    """
    if view.mode == "fit":
        return fit(view, image)
    column = min(max(view.center_column_e6, 0), image.columns * E6)
    row = min(max(view.center_row_e6, 0), image.rows * E6)
    if view.mode == "one_to_one":
        along_row, along_column = view.sides
        column = (
            _snapped(column, along_row, image.columns) if image.column_stretch == 1 else column
        )
        row = _snapped(row, along_column, image.rows) if image.row_stretch == 1 else row
    return replace(view, center_column_e6=column, center_row_e6=row)


def rotated(view: View, image: Plane, degrees: int) -> View:
    """Rotate what the reader sees by 90, -90 or 180 degrees, clockwise; the centre stays.

    In a mirrored picture that turns the image the other way round, as the mirror comes last.

    Standard: PS3.3 C.10.6, Image Rotation.
    """
    return rotated_to(view, image, view.rotation + (-degrees if view.flip else degrees))


def rotated_to(view: View, image: Plane, degrees: int) -> View:
    """Show the image rotated by a whole number of right angles, clockwise, the mirror apart.

    Raises:
        PresentationError: `rotation`, the angle is no multiple of 90 degrees.

    Standard: PS3.3 C.10.6, Image Rotation.
    """
    rotation = degrees % 360
    if rotation not in ROTATIONS:
        raise PresentationError("rotation", "a picture turns by right angles alone")
    return settled(replace(view, rotation=rotation), image)


def flipped(view: View, image: Plane, *, is_vertical: bool = False) -> View:
    """Mirror what the reader sees left to right, or top to bottom; the centre stays.

    A vertical mirror is half a turn and a horizontal one, so one flag says both.

    Standard: PS3.3 C.10.6, Image Horizontal Flip.
    """
    mirrored = replace(view, flip=not view.flip)
    return rotated_to(mirrored, image, view.rotation + (180 if is_vertical else 0))


def unturned(view: View) -> View:
    """Return the view of the image as it is stored: the same part of it, the sides swapped.

    Standard: PS3.3 C.10.6, Spatial Transformation.
    """
    width, height = view.sides
    return replace(view, width=width, height=height, rotation=0, flip=False)


def image_point(view: View, image: Plane, x: int, y: int) -> tuple[int, int]:
    """Return the image point (column, row) under the middle of a device pixel, in millionths.

    Standard: PS3.3 C.10.6, the inverse of the turn.
    """
    right, down = along_image(view, 2 * x + 1 - view.width, 2 * y + 1 - view.height)
    half = Fraction(E6 * E6, 2 * view.zoom_e6)
    column = view.center_column_e6 + round_half_up(right * half / image.column_stretch)
    return column, view.center_row_e6 + round_half_up(down * half / image.row_stretch)


def along_image(view: View, dx: int, dy: int) -> tuple[int, int]:
    """Return a way on the screen, right and down, as the way along image rows and columns.

    Standard: PS3.3 C.10.6, the inverse of the turn: the mirror first, then each quarter.
    """
    if view.flip:
        dx = -dx
    for _ in range(view.rotation // 90):
        dx, dy = dy, -dx
    return dx, dy


def _snapped(center_e6: int, size: int, extent: int) -> int:
    """Return the nearby centre at which device pixels cover image pixels exactly.

    It is the middle or the near edge of the pixel that holds the centre, so that turning a view
    with one odd side, there and back, does not move it.
    """
    pixel = center_e6 // E6
    return min(pixel, extent - 1) * E6 + E6 // 2 if size % 2 else pixel * E6
