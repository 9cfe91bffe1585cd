"""Spine, ribs, breast bone and shoulders of the phantom."""

import numpy as np

from diascope.phantom.brush import MM, SIZE, Slice, axis, chain, ellipse
from diascope.phantom.tissue import COMPACT, MARROW, MUSCLE, dot, outline

RIB_PERIOD, RIB_TILT = 27, 3


def spine(image: Slice, z: int) -> None:
    """Blend vertebrae, discs, the cord in its canal, and the muscles beside them."""
    phase = z % 32
    is_disc = phase >= 26
    for side in (-1, 1):
        ellipse(image, (side * 27 * MM, 84 * MM), (21 * MM, 15 * MM), MUSCLE, square=True)
    waist = abs(phase - 13) // 6
    dot(image, 0, 58, 21 + waist, 17 + waist, 96 if is_disc else COMPACT)
    if not is_disc:
        dot(image, 0, 58, 19 + waist, 15 + waist, MARROW)
    _arch(image, phase)
    dot(image, 0, 80, 10, 8, -60)
    dot(image, 0, 80, 8, 7, 22)
    dot(image, 0, 80, 5, 4, 46)  # the cord


def _arch(image: Slice, phase: int) -> None:
    """Blend pedicles, laminae and processes, which come and go with each vertebra."""
    for side in (-1, 1):
        if 4 <= phase < 20:
            chain(image, [(side * 14 * MM, 70 * MM), (side * 15 * MM, 82 * MM)], 5 * MM, 480)
        if 8 <= phase < 20:
            chain(image, [(side * 16 * MM, 84 * MM), (side * 34 * MM, 88 * MM)], 4 * MM, 430)
        chain(image, [(side * 14 * MM, 84 * MM), (side * 3 * MM, 93 * MM)], 3 * MM, 560)
    if phase >= 10:
        chain(image, [(0, 94 * MM), (0, 104 * MM)], 3 * MM, 420)


def ribs(image: Slice, z: int) -> None:
    """Blend tilted ribs: a shell round the chest, cut into pieces that lie lower in front."""
    if z > 300:
        return
    half_width, half_depth = outline(z)
    at = axis(range(SIZE))
    lower = at[:, None] // RIB_TILT - np.abs(at)[None, :] // 2
    place = np.abs((z * MM + lower) % (RIB_PERIOD * MM) - 13 * MM)
    for grow, hu in ((0, COMPACT), (2, MARROW)):
        shell = np.zeros_like(image)
        for inset, value in ((24 + grow, 256), (32 - grow, 0)):
            ellipse(
                shell,
                (0, 0),
                ((half_width - inset) * MM, (half_depth - inset + 2) * MM),
                value,
                square=True,
            )
        present = np.clip((7 - grow) * MM - place, 0, 2 * MM) * (256 // (2 * MM))
        present[:, np.abs(at) < 34 * MM] = 0
        image += ((hu - image) * (shell * present >> 8)) >> 8
    if 15 < z < 205:
        dot(image, 0, 28 - half_depth, 19, 8, COMPACT)  # breast bone
        dot(image, 0, 28 - half_depth, 16, 5, MARROW)


def shoulders(image: Slice, z: int) -> None:
    """Blend shoulder blades, collar bones, heads of the arms and the muscles between them."""
    if z > 120:
        return
    for side in (-1, 1):
        inner, outer = (side * (66 + z // 8), 68 + z // 12), (side * (124 - z // 6), 50 + z // 5)
        for near, depth in ((8, 7), (-7, 6)):
            plate = [(x * MM, (y + near) * MM) for x, y in (inner, outer)]
            chain(image, plate, depth * MM * max(120 - z, 30) // 120, MUSCLE)
        chain(image, [(x * MM, y * MM) for x, y in (inner, outer)], 3 * MM, 520)
        if z < 30:
            head = side * (138 - z // 4)
            dot(image, head, 4, 24, 26, MUSCLE)
            dot(image, head, 6, 18, 19, COMPACT)
            dot(image, head, 6, 16, 17, MARROW + 40)
        if z < 60:
            chain(
                image,
                [(side * 40 * MM, -72 * MM), (side * 112 * MM, -50 * MM)],
                (13 - z // 8) * MM,
                MUSCLE,
            )
        if 4 <= z < 18:
            chain(image, [(side * 22 * MM, -60 * MM), (side * 104 * MM, -32 * MM)], 5 * MM, 560)
