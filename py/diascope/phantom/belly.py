"""Liver, spleen, stomach, bowel and kidneys of the phantom."""

from diascope.phantom.brush import MM, SIZE, Slice, axis, chain, cut, ellipse
from diascope.phantom.tissue import CORTEX, FLUID, LIVER, SPLEEN, VENOUS, ball, dot

BOWEL = (  # x, y, z of the middle, radius, contents
    (-104, -22, 336, 20, -760),
    (-96, 14, 372, 22, 30),
    (98, -18, 344, 19, -820),
    (106, 20, 372, 17, 24),
    (-20, -62, 352, 22, -880),
    (34, -60, 356, 20, 36),
    (64, -48, 386, 20, 28),
    (10, -34, 384, 22, 40),
    (-46, -44, 390, 20, -300),
    (62, -6, 366, 17, 34),
)


def abdomen(image: Slice, z: int) -> None:
    """Blend the liver and its vessels, spleen, pancreas, gall bladder, stomach and bowel."""
    ball(image, z, (-58, -10, 284), (94, 100, 84), LIVER)
    ball(image, z, (10, -42, 262), (66, 40, 46), LIVER)
    for x, y, size, middle in (
        (-62, 8, 8, 262),
        (-40, -24, 7, 256),
        (-84, -6, 6, 280),
        (-48, 16, 9, 292),
    ):
        ball(image, z, (x, y, middle), (size, size, 34), VENOUS)
    ball(image, z, (-96, -28, 270), (11, 10, 11), FLUID)
    ball(image, z, (-68, 38, 300), (15, 14, 15), 62)
    ball(image, z, (92, 28, 256), (34, 50, 46), SPLEEN)
    _stomach(image, z)
    if z > 215:
        dot(image, -22, 22 if z > 250 else 14, 12, 9, VENOUS)  # inferior vena cava
    if 286 <= z < 326:
        tail = [(-18, -12), (4, -16), (30, -4), (62, 14)]
        chain(image, [(x * MM, (y + (z - 306) // 4) * MM) for x, y in tail], 9 * MM, 92)
    ball(image, z, (-56, -50, 318), (17, 22, 26), FLUID)
    _bowel(image, z)


def _stomach(image: Slice, z: int) -> None:
    """Blend the stomach with its level: gas lies in front of the fluid."""
    at, radii = (56, -34, 268), (42, 40, 50)
    ball(image, z, at, radii, 66)
    across, down = (cut((radius - 5) * MM, radii[2], z - at[2]) for radius in radii[:2])
    filled = image.copy()
    ellipse(filled, (at[0] * MM, at[1] * MM), (across, down), 18)
    ellipse(image, (at[0] * MM, at[1] * MM), (across, down), -960)
    level = axis(range(SIZE)) > (at[1] - 10) * MM
    image[level] = filled[level]


def _bowel(image: Slice, z: int) -> None:
    for x, y, middle, size, hu in BOWEL:
        ball(image, z, (x, y, middle), (size, size - 3, 44), 70)
        ball(image, z, (x, y, middle), (size - 3, size - 6, 41), hu)


def kidneys(image: Slice, z: int) -> None:
    """Blend both kidneys in their fat, with cortex, medulla and pelvis."""
    for x, middle in ((-66, 346), (68, 336)):
        side = 1 if x > 0 else -1
        ball(image, z, (x, 44, middle), (40, 36, 62), -100)
        ball(image, z, (x, 44, middle), (29, 26, 50), CORTEX)
        ball(image, z, (x - 2 * side, 43, middle), (20, 17, 40), 118)
        ball(image, z, (x - 12 * side, 40, middle), (15, 10, 24), -90)
        ball(image, z, (x - 13 * side, 40, middle), (9, 5, 15), 24)
