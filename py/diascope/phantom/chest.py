"""Lungs, heart, great vessels and airways of the phantom."""

import numpy as np

from diascope.phantom.brush import MM, Slice, along, ellipse, scrambled
from diascope.phantom.tissue import CONTRAST, LUNG, MYOCARDIUM, SOFT, ball, dot, tube

LUNGS = (
    (6, 0, 0), (16, 26, 34), (50, 56, 72), (100, 68, 96), (170, 74, 104), (235, 74, 104),
    (262, 70, 90), (300, 40, 40), (310, 0, 0),
)  # fmt: skip


def lungs(image: Slice, z: int) -> None:
    """Blend both lungs and what runs through them."""
    across, down = along(z, LUNGS)
    for x, y, narrower in ((-69, 2, 0), (71, 4, 4)):
        radii = ((across - narrower) * MM, down * MM)
        ellipse(image, (x * MM, y * MM), radii, LUNG)
    if down > 30:
        _lung_vessels(image, z, down)


def _lung_vessels(image: Slice, z: int, down: int) -> None:
    """Scatter vessels that lead away from the hilum, thinner the farther they are."""
    random = scrambled(np.arange(520, dtype=np.uint32) * np.uint32(0x9E3779B1)).astype(np.int64)
    for number, key in enumerate(random.tolist()):
        rise = key % 161 - 80  # how far, downward, the vessel runs
        if rise == 0 or not 0 < (run := (z - 128) * 100 // rise) < 100:
            continue
        side = -1 if number % 2 else 1
        aim_x, aim_y = (key >> 8) % 84 + 10, (key >> 16) % 150 - 72
        x = side * (30 * MM + aim_x * run * MM // 100)
        y = (4 + aim_y * run // 100) * MM
        radius = (26 - run // 6) if abs(aim_y) * run // 100 < down - 8 else 0
        if abs(x) < 116 * MM:
            ellipse(image, (x, y), (radius, radius + (key >> 24) % 7), 60)


def mediastinum(image: Slice, z: int) -> None:
    """Blend the fat between the lungs and the gullet in it."""
    if z < 262:
        across, down = along(
            z, ((0, 46, 60), (30, 34, 66), (100, 32, 82), (150, 36, 84), (262, 44, 84))
        )
        ellipse(image, (2 * MM, 4 * MM), (across * MM, down * MM), -88)
    dot(image, 5, 34, 8, 6, SOFT)  # oesophagus
    dot(image, 6, 33, 2, 1, -500)


def heart(image: Slice, z: int) -> None:
    """Blend the heart with its four chambers."""
    ball(image, z, (22, -16, 178), (68, 58, 68), -96)
    ball(image, z, (23, -16, 178), (62, 53, 62), SOFT)
    ball(image, z, (34, -8, 184), (44, 40, 52), MYOCARDIUM)
    ball(image, z, (-2, -32, 182), (34, 26, 46), 265)  # right ventricle
    ball(image, z, (36, -6, 186), (29, 26, 42), CONTRAST)  # left ventricle
    ball(image, z, (-22, -8, 166), (22, 28, 38), 240)  # right atrium
    ball(image, z, (10, 22, 150), (34, 19, 30), 310)  # left atrium
    ball(image, z, (44, 4, 196), (7, 6, 14), MYOCARDIUM)  # papillary muscles
    ball(image, z, (30, -18, 196), (6, 7, 12), MYOCARDIUM)


def great_vessels(image: Slice, z: int) -> None:
    """Blend the arteries and veins next to the heart."""
    _aorta(image, z)
    if z < 58:
        for x, y in ((-16, -6), (2, -12), (20, 0)):
            dot(image, x, y, 6, 6, CONTRAST)  # to the head and the arms
    if z < 140:
        dot(image, -34 + min(z, 60) // 10, -10, 10, 9, 250)  # superior vena cava
    if 96 <= z < 128:
        dot(image, 16, -26, 15, 16, 300)  # pulmonary trunk
    if 104 <= z < 118:
        tube(image, ((16, -14), (34, 6), (52, 12)), 9, 300)
        tube(image, ((14, -14), (-14, 6), (-46, 10)), 9, 300)


def _aorta(image: Slice, z: int) -> None:
    """Blend its rise, arch and descent, with a little chalk in the wall."""
    if 58 <= z < 74:
        tube(image, ((-16, -14), (4, -2), (22, 26)), 14, CONTRAST)
    if z < 70:
        return
    if z < 150:
        x, y = along(z, ((70, -16, -12), (110, -16, -22), (150, 4, -18)))
        dot(image, x, y, 17, 17, CONTRAST)
    x, y = along(z, ((70, 26, 36), (120, 27, 40), (230, 20, 42), (270, 6, 38), (390, 5, 34)))
    (size,) = along(z, ((70, 13), (260, 11), (390, 9)))
    dot(image, x, y, size, size, CONTRAST)
    ellipse(image, ((x + size - 2) * MM, (y + 4) * MM), (10, 18), 900)


def airways(image: Slice, z: int) -> None:
    """Blend the windpipe and its first division."""
    if z < 100:
        dot(image, -2, 12, 11, 10, SOFT)
        dot(image, -2, 12, 9, 8, -985)
    elif z < 140:
        spread = (z - 100) * 36 // 40
        for side in (-1, 1):
            dot(image, side * (6 + spread) - 2, 14, 9, 8, SOFT)
            dot(image, side * (6 + spread) - 2, 14, 7, 6, -985)
