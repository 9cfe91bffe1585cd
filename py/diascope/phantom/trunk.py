"""A made-up trunk, from the apex of the lungs to the kidneys, slice by slice in Hounsfield units.

Nobody's anatomy: ellipsoids that change along z, with contrast in the vessels. z is in millimetres
from the topmost slice downward.
"""

import numpy as np

from diascope.phantom.belly import abdomen, kidneys
from diascope.phantom.brush import MM, SIZE, Slice, chain, ellipse
from diascope.phantom.chest import airways, great_vessels, heart, lungs, mediastinum
from diascope.phantom.skeleton import ribs, shoulders, spine
from diascope.phantom.tissue import AIR, FAT, MUSCLE, outline

ORGANS = (lungs, mediastinum, heart, great_vessels, airways, abdomen, kidneys)
SKIN, TABLE = 25, -90


def paint(z: int) -> Slice:
    """Return the noiseless slice at z, 512 x 512 int32 HU."""
    image = np.full((SIZE, SIZE), AIR, dtype=np.int32)
    _table(image)
    _wall(image, z)
    _fill(image, _organs(image, z), z)
    spine(image, z)
    ribs(image, z)
    shoulders(image, z)
    return image


def _organs(image: Slice, z: int) -> Slice:
    """Return the slice with its organs, which may still reach into the wall."""
    inner = image.copy()
    for part in ORGANS:
        part(inner, z)
    return inner


def _fill(image: Slice, organs: Slice, z: int) -> None:
    """Set the organs into the cage that the chest and belly wall leave."""
    half_width, half_depth = outline(z)
    cage = np.zeros_like(image)
    radii = ((half_width - 33) * MM, (half_depth - 31) * MM)
    ellipse(cage, (0, 0), radii, 256, square=True)
    image += ((organs - image) * cage) >> 8


def _table(image: Slice) -> None:
    curve = [(x * MM, (136 - x * x // 900) * MM) for x in range(-150, 151, 6)]
    chain(image, curve, 2 * MM, TABLE)
    chain(image, [(x, y + 14 * MM) for x, y in curve], 2 * MM, TABLE)


def _wall(image: Slice, z: int) -> None:
    half_width, half_depth = outline(z)
    layers = (
        (0, 0, SKIN),
        (2, 2, FAT),
        (12, 13, MUSCLE),
        (22, 20, FAT),
        (25, 23, MUSCLE),
        (33, 31, FAT),
    )
    for side, front, hu in layers:
        radii = ((half_width - side) * MM, (half_depth - front) * MM)
        ellipse(image, (0, 0), radii, hu, square=True)
