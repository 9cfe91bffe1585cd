"""What the phantom is made of, how large it is, and shapes given in millimetres."""

from diascope.phantom.brush import MM, Point, Slice, along, chain, cut, ellipse

AIR, LUNG, FAT, FLUID, SOFT, MUSCLE = -1000, -868, -104, 8, 42, 58
LIVER, SPLEEN, CORTEX, MYOCARDIUM = 108, 122, 178, 105
CONTRAST, VENOUS = 330, 175
MARROW, COMPACT = 190, 720
BODY = (
    (0, 170, 102),
    (40, 168, 106),
    (120, 160, 112),
    (220, 157, 112),
    (300, 160, 108),
    (390, 163, 110),
)


def outline(z: int) -> Point:
    """Return the body's half width and half depth at z, in millimetres."""
    half_width, half_depth = along(z, BODY)
    return half_width, half_depth


def dot(image: Slice, x: int, y: int, across: int, down: int, hu: int) -> None:
    """Blend an ellipse given in millimetres."""
    ellipse(image, (x * MM, y * MM), (across * MM, down * MM), hu)


def ball(
    image: Slice, z: int, at: tuple[int, int, int], radii: tuple[int, int, int], hu: int
) -> None:
    """Blend this slice of an ellipsoid given in millimetres: middle and radii as x, y, z."""
    across, down = (cut(radius * MM, radii[2], z - at[2]) for radius in radii[:2])
    ellipse(image, (at[0] * MM, at[1] * MM), (across, down), hu)


def tube(image: Slice, points: tuple[Point, ...], radius: int, hu: int) -> None:
    """Blend a chain given in millimetres."""
    chain(image, [(x * MM, y * MM) for x, y in points], radius * MM, hu)
